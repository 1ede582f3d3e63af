package io.millrace.topology.streams;

import static io.millrace.topology.streams.Fixtures.TIMES;
import static io.millrace.topology.streams.Fixtures.intercept;
import static io.millrace.topology.streams.Fixtures.polledRecord;
import static io.millrace.topology.streams.Fixtures.processed;
import static io.millrace.topology.streams.Fixtures.text;
import static io.millrace.topology.streams.Fixtures.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.scorers.Batch;
import io.millrace.scorers.testing.FakeScorer;
import io.millrace.topology.batch.RowCodec;
import io.millrace.topology.ingest.RawEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60) // where a thread waits for ever, say so
class LookAheadTest {
    private static final String INTERCEPTORS = "main.consumer.interceptor.classes";
    private static final String OURS = LookAheadInterceptor.class.getName();

    /** Tells each record with the others of its chunk; a chunk with the value {@code bad} fails. */
    private static final class Telling implements AheadWorker<String> {
        private final Queue<String> threads;

        Telling(Queue<String> threads) {
            this.threads = threads;
        }

        @Override
        public List<String> work(List<RawEvent> records) {
            threads.add(Thread.currentThread().getName());
            if (records.stream().anyMatch(raw -> text(raw.value()).equals("bad"))) {
                throw new IllegalStateException("a bad chunk of " + records.size());
            }
            return records.stream()
                    .map(raw -> text(raw.value()) + " of " + records)
                    .toList();
        }

        @Override
        public void close() {}
    }

    private final Queue<String> threads = new ConcurrentLinkedQueue<>();

    private LookAhead<String> telling(int rows, boolean byPartition) {
        return new LookAhead<>(
                new LookAheadOptions("t"::equals, rows, 2, byPartition), () -> new Telling(threads), TIMES);
    }

    private static List<ConsumerRecord<byte[], byte[]>> records(int partition, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> polledRecord("t", partition, i, 0, partition + ":" + i))
                .toList();
    }

    private static <T> List<T> concat(List<T> first, List<T> second) {
        List<T> all = new ArrayList<>(first);
        all.addAll(second);
        return all;
    }

    private static <R> List<R> process(LookAhead<R> lookAhead, List<Record<byte[], byte[]>> records) {
        MockProcessorContext<byte[], R> context = new MockProcessorContext<>();
        Processor<byte[], byte[], byte[], R> processor = new ScoringProcessor<byte[], R>(lookAhead).get();
        processor.init(context);
        records.forEach(processor::process);
        return context.forwarded().stream()
                .<R>map(forward -> forward.record().value())
                .toList();
    }

    private static List<Record<byte[], byte[]>> inTurn(List<ConsumerRecord<byte[], byte[]>> polled) {
        return polled.stream().map(Fixtures::processed).toList();
    }

    /** How many records each chunk had, from what each record tells of its own. */
    private static List<Long> chunkSizes(List<String> results) {
        return results.stream()
                .map(told -> told.substring(told.indexOf('[')))
                .distinct()
                .map(chunk -> chunk.chars().filter(c -> c == '@').count())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void resultsComeInTheRecordsOrderFromChunksOfTheGivenSize(boolean byPartition) {
        try (LookAhead<String> lookAhead = telling(4, byPartition)) {
            List<ConsumerRecord<byte[], byte[]>> polled = concat(records(0, 6), records(1, 5));
            intercept(lookAhead, polled);

            List<String> results = process(lookAhead, inTurn(polled));

            assertThat(results)
                    .extracting(told -> told.substring(0, 3))
                    .containsExactly("0:0", "0:1", "0:2", "0:3", "0:4", "0:5", "1:0", "1:1", "1:2", "1:3", "1:4");
            assertThat(chunkSizes(results)).isEqualTo(byPartition ? List.of(4L, 2L, 4L, 1L) : List.of(4L, 4L, 3L));
            assertThat(threads).as("every chunk was worked on once").hasSize(byPartition ? 4 : 3);
        }
    }

    @Test
    void aChunkWithWorkEnoughForAThreadHasNoMoreRecords() {
        Worth worth = new Worth(2, 100_000); // nanoseconds a row: three are enough
        LookAheadOptions options = new LookAheadOptions("t"::equals, 4, worth, 2, false, false, null);
        try (LookAhead<String> lookAhead = new LookAhead<>(options, () -> new Telling(threads), TIMES)) {
            List<ConsumerRecord<byte[], byte[]>> polled = records(0, 8);
            intercept(lookAhead, polled);

            assertThat(chunkSizes(process(lookAhead, inTurn(polled)))).containsExactly(3L, 3L, 2L);
        }
        assertThat(new Worth(2, 100_000).isEnough(3, 0)).isTrue();
        assertThat(new Worth(4, 100_000).isEnough(3, 0)).as("a wasteful call").isFalse();
        assertThat(new Worth(1, 0).isEnough(3, 1_000_000)).as("long records").isTrue();
        assertThat(Worth.FULL.isEnough(1_000_000, 1L << 40)).isFalse();
    }

    @Test
    void aPollThatFitsOneChunkStaysOnTheStreamThread() {
        try (LookAhead<String> lookAhead = telling(4, false)) {
            List<ConsumerRecord<byte[], byte[]>> polled = records(0, 4);
            intercept(lookAhead, polled);

            process(lookAhead, inTurn(polled));

            assertThat(threads).containsExactly(Thread.currentThread().getName());
        }
    }

    @Test
    void whoWaitsForAChunkWorksOnTheNext() {
        CountDownLatch secondBegun = new CountDownLatch(1);
        CountDownLatch thirdDone = new CountDownLatch(1);
        AheadWorker<String> worker = new AheadWorker<>() {
            @Override
            public List<String> work(List<RawEvent> records) {
                switch (text(records.get(0).value())) {
                    case "0:0" -> await(secondBegun); // so that a scorer thread has the second
                    case "0:1" -> {
                        secondBegun.countDown();
                        await(thirdDone); // nobody is left for the third but who waits for this one
                    }
                    default -> thirdDone.countDown();
                }
                return List.of(Thread.currentThread().getName());
            }

            @Override
            public void close() {}
        };
        LookAheadOptions options = new LookAheadOptions("t"::equals, 1, 1, false);
        try (LookAhead<String> lookAhead = new LookAhead<>(options, () -> worker, TIMES)) {
            List<ConsumerRecord<byte[], byte[]>> polled = records(0, 3);
            intercept(lookAhead, polled);

            String here = Thread.currentThread().getName();
            assertThat(process(lookAhead, inTurn(polled))).containsExactly(here, "millrace-scorer-1", here);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void anEmptyPollIsNothing() {
        try (LookAhead<String> lookAhead = telling(4, false)) {
            intercept(lookAhead, List.of());
        }
        assertThat(threads).isEmpty();
    }

    @Test
    void recordsOfOtherTopicsAreLeftAlone() {
        try (LookAhead<String> lookAhead = telling(4, false)) {
            ConsumerRecord<byte[], byte[]> other = polledRecord("other", 0, 0, 0, "x");
            ConsumerRecord<byte[], byte[]> ours = polledRecord("t", 0, 0, 0, "y");
            intercept(lookAhead, List.of(other, ours));

            assertThat(other.headers()).isEmpty();
            assertThat(process(lookAhead, inTurn(List.of(ours)))).containsExactly("y of [t-0@0]");
        }
    }

    @Test
    void theReferenceIsGoneOnceItWasTaken() {
        try (LookAhead<String> lookAhead = telling(4, false)) {
            ConsumerRecord<byte[], byte[]> polled = polledRecord("t", 0, 0, 0, "x");
            polled.headers().add("mine", utf8("kept"));
            intercept(lookAhead, List.of(polled));

            Record<byte[], byte[]> record = processed(polled);
            process(lookAhead, List.of(record));

            assertThat(Fixtures.headerNames(record.headers())).containsExactly("mine");
        }
    }

    @Test
    void aHeaderOfThatNameFromTheWireMisleadsNobody() {
        try (LookAhead<String> lookAhead = telling(4, false)) {
            // Given two records with a forged header, of which only the first was polled
            ConsumerRecord<byte[], byte[]> polled = polledRecord("t", 0, 7, 0, "x");
            ConsumerRecord<byte[], byte[]> unpolled = polledRecord("t", 0, 8, 0, "y");
            List.of(polled, unpolled).forEach(record -> record.headers().add(AheadRef.KEY, utf8("forged")));
            intercept(lookAhead, List.of(polled));

            // Then
            assertThat(process(lookAhead, inTurn(List.of(polled, unpolled))))
                    .containsExactly("x of [t-0@7]", "y of [--1@-1]");
        }
    }

    @Test
    void aRecordWhoseValueWasChangedOnTheWayIsScoredAlone() {
        try (LookAhead<String> lookAhead = telling(4, false)) {
            List<ConsumerRecord<byte[], byte[]>> polled = records(0, 3);
            intercept(lookAhead, polled);
            List<Record<byte[], byte[]>> changed = new ArrayList<>(inTurn(polled));
            changed.set(1, changed.get(1).withValue(utf8("changed")));

            assertThat(process(lookAhead, changed))
                    .containsExactly(
                            "0:0 of [t-0@0, t-0@1, t-0@2]", "changed of [--1@-1]", "0:2 of [t-0@0, t-0@1, t-0@2]");
        }
    }

    @Test
    void aReferenceOfAnotherLookAheadIsNotTaken() {
        try (LookAhead<String> mine = telling(4, false);
                LookAhead<String> other = telling(4, false)) {
            List<ConsumerRecord<byte[], byte[]>> polled = records(0, 2);
            intercept(other, polled);

            assertThat(process(mine, inTurn(polled))).containsExactly("0:0 of [--1@-1]", "0:1 of [--1@-1]");
        }
    }

    @Test
    void aRecordWithoutAValueHasAResultToo() {
        try (LookAhead<String> lookAhead = telling(4, false)) {
            Record<byte[], byte[]> tombstone =
                    processed(polledRecord("t", 0, 0, 0, "x")).withValue(null);

            assertThat(process(lookAhead, List.of(tombstone))).containsExactly("null of [--1@-1]");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void aChunkThatFailsFailsItsRecordsTurnAndNoOther(int badChunk) {
        try (LookAhead<String> lookAhead = telling(2, false)) {
            // Given
            List<ConsumerRecord<byte[], byte[]>> polled = new ArrayList<>(records(0, 6));
            polled.set(2 * badChunk + 1, polledRecord("t", 0, 99, 0, "bad"));

            // When, without any complaint from the interceptor
            intercept(lookAhead, polled);

            // Then
            for (int i = 0; i < 6; i++) {
                List<Record<byte[], byte[]>> turn = inTurn(List.of(polled.get(i)));
                if (i / 2 == badChunk) {
                    assertThatThrownBy(() -> process(lookAhead, turn))
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessage("a bad chunk of 2");
                } else {
                    assertThat(process(lookAhead, turn)).hasSize(1);
                }
            }
        }
    }

    @Test
    void errorsPassThroughToo() {
        AheadWorker<String> broken = new AheadWorker<>() {
            @Override
            public List<String> work(List<RawEvent> records) {
                throw new StackOverflowError("deep");
            }

            @Override
            public void close() {}
        };
        try (LookAhead<String> lookAhead =
                new LookAhead<>(new LookAheadOptions(topic -> true, 4, 1, false), () -> broken, TIMES)) {
            List<ConsumerRecord<byte[], byte[]>> polled = records(0, 1);
            intercept(lookAhead, polled);

            assertThatThrownBy(() -> process(lookAhead, inTurn(polled)))
                    .isInstanceOf(StackOverflowError.class)
                    .hasMessage("deep");
        }
    }

    @Test
    void aWorkerThatForgetsARecordIsFoundOut() {
        AheadWorker<String> lazy = new AheadWorker<>() {
            @Override
            public List<String> work(List<RawEvent> records) {
                return List.of();
            }

            @Override
            public void close() {}
        };
        try (LookAhead<String> lookAhead =
                new LookAhead<>(new LookAheadOptions(topic -> true, 4, 1, false), () -> lazy, TIMES)) {
            List<ConsumerRecord<byte[], byte[]>> polled = records(0, 1);
            intercept(lookAhead, polled);

            assertThatThrownBy(() -> process(lookAhead, inTurn(polled)))
                    .hasMessage("a worker must give one result for each record, got: 0 for 1");
        }
    }

    /** Waits until it is interrupted or released; counts how many there are. */
    private static final class Waiting implements AheadWorker<String> {
        private final CountDownLatch begun;
        private final CountDownLatch released;
        private final AtomicInteger open;

        Waiting(CountDownLatch begun, CountDownLatch released, AtomicInteger open) {
            this.begun = begun;
            this.released = released;
            this.open = open;
            open.incrementAndGet();
        }

        @Override
        public List<String> work(List<RawEvent> records) {
            begun.countDown();
            try {
                released.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException("interrupted", e);
            }
            return records.stream().map(raw -> "done").toList();
        }

        @Override
        public void close() {
            open.decrementAndGet();
        }
    }

    @Test
    void closingWhileChunksAreQueuedEndsTheThreadsAndFreesEveryWorker() throws Exception {
        // Given a chunk at work and others behind it
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        AtomicInteger open = new AtomicInteger();
        LookAhead<String> lookAhead = new LookAhead<>(
                new LookAheadOptions(topic -> true, 1, 1, false), () -> new Waiting(begun, released, open), TIMES);
        List<ConsumerRecord<byte[], byte[]>> polled = records(0, 5);
        intercept(lookAhead, polled);
        begun.await();

        // When
        lookAhead.close();

        // Then the one at work was broken off, and the queued ones were not begun
        assertThat(open).hasValue(0);
        assertThatThrownBy(() -> process(lookAhead, inTurn(List.of(polled.get(1)))))
                .hasMessage("interrupted");
        released.countDown();
        assertThat(process(lookAhead, inTurn(List.of(polled.get(3))))).containsExactly("done");

        // And closing again frees what came after
        lookAhead.close();
        assertThat(open).hasValue(0);
    }

    @Test
    void waitingStreamThreadsCanBeInterrupted() throws Exception {
        // Given a second chunk at work on a scorer thread
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        try (LookAhead<String> lookAhead = new LookAhead<>(
                new LookAheadOptions(topic -> true, 1, 1, false),
                () -> new Waiting(begun, released, new AtomicInteger()),
                TIMES)) {
            List<ConsumerRecord<byte[], byte[]>> polled = records(0, 2);
            intercept(lookAhead, polled);
            begun.await();

            // When the thread that waits for it is interrupted
            Thread.currentThread().interrupt();

            // Then
            assertThatThrownBy(() -> process(lookAhead, inTurn(List.of(polled.get(1)))))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("interrupted while waiting for the scores of t-0@1");
            assertThat(Thread.interrupted()).as("and stays interrupted").isTrue();
            released.countDown();
        }
    }

    /** The record's value is the row; the model adds one. */
    private static final class Plus implements RowCodec<RawEvent, String> {
        @Override
        public @Nullable String encode(RawEvent raw, Batch batch, int row) {
            batch.input(0).set(row, 0, Double.parseDouble(text(raw.value())));
            return null;
        }

        @Override
        public String result(RawEvent raw, Batch batch, int row) {
            return raw + "=" + (int) batch.output(0).get(row, 0);
        }

        @Override
        public String failed(RawEvent raw, Exception cause) {
            return "failed";
        }
    }

    @Test
    void manyStreamThreadsShareOneLookAhead() throws Exception {
        // Given a model that lets other threads go first
        FakeScorer fake = FakeScorer.of(1, 8, (in, out) -> {
            Thread.onSpinWait();
            out[0][0] = in[0][0] + 1;
        });
        ExecutorService streamThreads = Executors.newFixedThreadPool(4);
        try (LookAhead<String> lookAhead = new LookAhead<>(
                new LookAheadOptions(topic -> true, 8, 3, false),
                () -> new BatchWorker<>(fake, new Plus(), TIMES),
                TIMES)) {
            // When
            List<Callable<Void>> tasks = IntStream.range(0, 4)
                    .mapToObj(thread -> (Callable<Void>) () -> {
                        for (int poll = 0; poll < 100; poll++) {
                            List<ConsumerRecord<byte[], byte[]>> polled = new ArrayList<>();
                            List<String> expected = new ArrayList<>();
                            for (int i = 0; i < 1 + poll % 37; i++) {
                                int value = 1000 * thread + 10 * poll + i;
                                polled.add(polledRecord("t", thread, i, 0, Integer.toString(value)));
                                expected.add("t-" + thread + "@" + i + "=" + (value + 1));
                            }
                            intercept(lookAhead, polled);
                            // Then
                            assertThat(process(lookAhead, inTurn(polled))).isEqualTo(expected);
                        }
                        return null;
                    })
                    .toList();
            for (Future<Void> done : streamThreads.invokeAll(tasks)) {
                done.get();
            }
        } finally {
            streamThreads.shutdownNow();
        }
        assertThat(fake.batchSizes()).allMatch(rows -> rows <= 8).anyMatch(rows -> rows == 8);
    }

    private List<Object> attached(Map<String, Object> properties) {
        try (LookAhead<String> lookAhead = telling(1, false)) {
            Map<String, Object> all = new HashMap<>(properties);
            lookAhead.attachTo(all);
            assertThat(all).containsEntry("main.consumer." + LookAhead.PROPERTY, lookAhead);
            return List.copyOf((List<?>) all.get(INTERCEPTORS));
        }
    }

    @Test
    void interceptorsThatAreThereStayAndComeFirst() {
        assertThat(attached(Map.of())).containsExactly(OURS);
        assertThat(attached(Map.of(INTERCEPTORS, ""))).containsExactly(OURS);
        assertThat(attached(Map.of(INTERCEPTORS, " a.B , c.D "))).containsExactly("a.B", "c.D", OURS);
        assertThat(attached(Map.of(INTERCEPTORS, List.of("a.B", String.class))))
                .containsExactly("a.B", String.class, OURS);
        assertThat(attached(Map.of("interceptor.classes", "a.B"))).containsExactly("a.B", OURS);
        assertThat(attached(Map.of("interceptor.classes", List.of(String.class))))
                .containsExactly(String.class, OURS);
        assertThat(attached(Map.of("consumer.interceptor.classes", "a.B"))).containsExactly("a.B", OURS);
    }

    @Test
    void theMostSpecificOfSeveralSettingsCountsAsItDoesForKafkaStreams() {
        assertThat(attached(Map.of("interceptor.classes", "a.B", INTERCEPTORS, "c.D")))
                .containsExactly("c.D", OURS);
        assertThat(attached(Map.of("interceptor.classes", "a.B", "consumer.interceptor.classes", "c.D")))
                .containsExactly("c.D", OURS);
    }

    @Test
    void anInterceptorWithoutALookAheadSaysWhatIsMissing() {
        try (LookAheadInterceptor interceptor = new LookAheadInterceptor()) {
            assertThatThrownBy(() -> interceptor.configure(Map.of()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("millrace.look.ahead must hold a LookAhead, got none:"
                            + " call LookAhead.attachTo(properties)");
        }
    }

    @Test
    void optionsAreChecked() {
        assertThatThrownBy(() -> new LookAheadOptions(topic -> true, 0, 1, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("rows must be at least 1, got: 0");
        assertThatThrownBy(() -> new LookAheadOptions(topic -> true, 1, 0, false))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("threads must be at least 1, got: 0");
    }
}
