package io.millrace.topology.streams;

import io.millrace.topology.ingest.RawEvent;
import io.millrace.topology.telemetry.StageTimes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Works on records in batches, ahead of {@code process()}. This is the heart of Millrace.
 *
 * <p>Kafka Streams commits a record as soon as {@code process()} has returned. Whoever gathers <em>processed</em>
 * records into a batch therefore loses them in a crash. So the batches are made the other way round, from records
 * that were polled and not yet processed:
 *
 * <pre>
 *   poll() ──► onConsume: cut into chunks, each record gets a reference to its chunk
 *                 │                     └──► scorer threads work on the second chunk, the third, …
 *                 ▼
 *   process(record 1) ──► nobody has begun the first chunk: the stream thread works on it itself
 *   process(record 2) ──► takes its finished result, forwards it
 *       …
 *   process(record n) ──► first of the second chunk: finished; or waited for, at work on the third meanwhile
 * </pre>
 *
 * <p>Where nobody else reads the topic, the records of a chunk that follow each other in a partition have their turn
 * <em>together</em>: Kafka Streams sees the first of them only, at its own offset, and one {@code process()} sends the
 * results of all on before it returns. A commit in between is then a commit before the first or behind the last: what
 * Kafka Streams commits is the offset of the next record that it has, or where the poll ended.
 *
 * <p>There is nothing to flush at a commit and nothing to lose, since no record is held back: results are taken
 * in the records' own order, synchronously. There is no timer either: a chunk is as large as the backlog, one
 * record when traffic is thin. A poll that fits one chunk never leaves the stream thread. What is in flight is
 * bounded by what Kafka Streams buffers, and so a slow model slows the consumer down and never grows memory.
 * Records that are thrown away after a rebalance take their chunks with them to the garbage collector: native
 * memory belongs to the workers, one for each thread that works, and never to a chunk.
 *
 * <p>A record without a reference (in a test driver, from a punctuator, from another topology, with a value that
 * was changed on the way) is worked on by itself.
 *
 * <p>Thread-safe; shared by all stream threads of an application. To be closed after Kafka Streams was.
 *
 * @param <R> what a record becomes
 */
public final class LookAhead<R> implements AutoCloseable {
    /** Where the interceptor finds its {@link LookAhead} among the consumer's properties. */
    static final String PROPERTY = "millrace.look.ahead";

    private static final String INTERCEPTORS =
            StreamsConfig.MAIN_CONSUMER_PREFIX + ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG;

    /** Where interceptors may stand already; the first that does is the one that Kafka Streams obeys. */
    private static final List<String> PRESENT = List.of(
            INTERCEPTORS,
            StreamsConfig.CONSUMER_PREFIX + ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG,
            ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG);

    private static final long STACK_BYTES = 2 << 20; // ONNX Runtime wants more than the JVM's default

    private final LookAheadOptions options;
    private final Supplier<AheadWorker<R>> newWorker;
    private final StageTimes times;
    private final Queue<AheadWorker<R>> idleWorkers = new ConcurrentLinkedQueue<>();
    private final ExecutorService threads;
    private final LongAdder processed = new LongAdder();

    /** @param newWorker makes the worker of one more thread; called when a thread first finds none idle */
    public LookAhead(LookAheadOptions options, Supplier<AheadWorker<R>> newWorker, StageTimes times) {
        this.options = options;
        this.newWorker = newWorker;
        this.times = times;
        AtomicInteger number = new AtomicInteger();
        threads = Executors.newFixedThreadPool(options.threads(), task -> {
            Thread thread = new Thread(null, task, "millrace-scorer-" + number.incrementAndGet(), STACK_BYTES);
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Adds to an application's properties what its main consumer needs to look ahead. Interceptors that are
     * there already stay, and run first.
     */
    public void attachTo(Map<String, Object> streamsProperties) {
        List<Object> interceptors = new ArrayList<>();
        Object present = PRESENT.stream()
                .filter(streamsProperties::containsKey)
                .findFirst()
                .map(streamsProperties::get)
                .orElse(null);
        if (present instanceof List<?> list) {
            interceptors.addAll(list);
        } else if (present instanceof String names && !names.isBlank()) {
            interceptors.addAll(List.of(names.trim().split("\\s*,\\s*")));
        }
        interceptors.add(LookAheadInterceptor.class.getName());
        streamsProperties.put(INTERCEPTORS, interceptors);
        streamsProperties.put(StreamsConfig.MAIN_CONSUMER_PREFIX + PROPERTY, this);
    }

    /**
     * Cuts what one poll has brought into chunks. Called on the stream thread.
     *
     * @return what Kafka Streams is to see of it: all records, or the first of each that have their turn together
     */
    ConsumerRecords<byte[], byte[]> lookAt(ConsumerRecords<byte[], byte[]> polled) {
        List<AheadChunk<R>> chunks = new ArrayList<>();
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> turns = new LinkedHashMap<>();
        AheadChunk<R> chunk = null;
        for (TopicPartition partition : polled.partitions()) {
            List<ConsumerRecord<byte[], byte[]>> records = polled.records(partition);
            if (!options.topics().test(partition.topic())) {
                turns.put(partition, records);
                continue;
            }
            List<ConsumerRecord<byte[], byte[]>> heads = new ArrayList<>();
            for (int from = 0, to; from < records.size(); from = to) {
                if (chunk == null || isFull(chunk)) {
                    chunk = new AheadChunk<>(Math.min(options.rows(), polled.count()), this::work);
                    if (!chunks.isEmpty()) {
                        chunks.get(chunks.size() - 1).setNext(chunk);
                    }
                    chunks.add(chunk);
                }
                int index = chunk.size();
                to = from;
                do {
                    chunk.add(records.get(to++), options.deviceHeader());
                } while (options.together() && to < records.size() && !isFull(chunk));
                records.get(from).headers().add(new AheadRef<>(this, chunk, index, to - from));
                heads.add(records.get(from));
            }
            turns.put(partition, heads);
            if (options.byPartition()) {
                chunk = null;
            }
        }
        // The stream thread comes to the first chunk at once: handing it over would only cost a wake-up.
        for (int i = 1; i < chunks.size(); i++) {
            threads.execute(chunks.get(i).task());
        }
        return options.together() ? new ConsumerRecords<>(turns, polled.nextOffsets()) : polled;
    }

    private boolean isFull(AheadChunk<R> chunk) {
        return chunk.size() == options.rows() || options.worth().isEnough(chunk.size(), chunk.bytes());
    }

    private List<R> work(List<RawEvent> records) {
        AheadWorker<R> worker = idleWorkers.poll();
        if (worker == null) {
            worker = newWorker.get();
        }
        try {
            List<R> results = worker.work(records);
            if (results.size() != records.size()) {
                throw new IllegalStateException("a worker must give one result for each record, got: " + results.size()
                        + " for " + records.size());
            }
            return results;
        } finally {
            idleWorkers.add(worker);
        }
    }

    /** The reference that a record brought from its poll, if it has one of ours and still the polled value. */
    @Nullable
    AheadRef<R> take(Headers headers, byte @Nullable [] value) {
        Header header = headers.lastHeader(AheadRef.KEY);
        if (!(header instanceof AheadRef<?> ref)) {
            return null;
        }
        headers.remove(AheadRef.KEY);
        if (ref.owner() != this || ref.raw().value() != value) {
            return null;
        }
        @SuppressWarnings("unchecked") // made by this very object
        AheadRef<R> ours = (AheadRef<R>) ref;
        return ours;
    }

    /** A record that comes without a reference. */
    RawEvent raw(Record<?, byte[]> record, Optional<RecordMetadata> metadata) {
        return SourceHeaders.named(options.deviceHeader(), SourceHeaders.rawEvent(record, metadata), record.headers());
    }

    /** A record's result: taken from its chunk, or worked out here and now where it has none. */
    R result(@Nullable AheadRef<R> ref, RawEvent raw) {
        return ref == null ? work(List.of(raw)).get(0) : results(ref).get(0);
    }

    /** The results of all records whose turn it is, once they are there. */
    List<R> results(AheadRef<R> ref) {
        AheadChunk<R> chunk = ref.chunk();
        if (chunk.isDone()) {
            return chunk.results().subList(ref.index(), ref.index() + ref.count());
        }
        long start = times.now();
        List<R> results = chunk.results().subList(ref.index(), ref.index() + ref.count());
        times.waited(start);
        return results;
    }

    /** Counts records whose turn is over. Kafka Streams counts turns. */
    void processed(int records) {
        processed.add(records);
    }

    long processed() {
        return processed.sum();
    }

    /** Ends the scorer threads and frees the workers. */
    @Override
    public void close() {
        threads.shutdownNow();
        try {
            if (!threads.awaitTermination(1, TimeUnit.MINUTES)) {
                throw new IllegalStateException("a scorer thread is still at work after a minute");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        for (AheadWorker<R> worker = idleWorkers.poll(); worker != null; worker = idleWorkers.poll()) {
            worker.close();
        }
    }
}
