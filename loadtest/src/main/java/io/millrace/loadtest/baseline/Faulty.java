package io.millrace.loadtest.baseline;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.ContextualProcessor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;

/**
 * {@link PassThrough} that does one record of so many wrong, so that whoever claims to find faults can be put to the
 * test: {@code drop 100000} leaves it out, {@code double} writes it twice, {@code swap} writes the device's next record
 * first, and {@code delay} keeps it, and what its device sends meanwhile, for a second.
 */
final class Faulty extends ContextualProcessor<byte[], byte[], byte[], byte[]> {

    private static final Duration DELAY = Duration.ofSeconds(1);
    private static final Duration TICK = Duration.ofMillis(10);

    private final Map<Fault, Long> faults;
    private final AtomicLong records;
    /** By device. */
    private final Map<ByteBuffer, Record<byte[], byte[]>> swapped = new HashMap<>();

    private final Map<ByteBuffer, Late> late = new LinkedHashMap<>();

    private enum Fault {
        DROP(0),
        DOUBLE(1),
        SWAP(2),
        DELAY(3);

        /** Where in its interval it strikes, so that faults of different kinds seldom meet. */
        private final int quarter;

        Fault(int quarter) {
            this.quarter = quarter;
        }
    }

    /** What a device has sent since one of its records was delayed. */
    private record Late(long dueNanos, List<Record<byte[], byte[]>> records) {}

    private Faulty(Map<Fault, Long> faults, AtomicLong records) {
        this.faults = faults;
        this.records = records;
    }

    public static void main(String[] args) throws InterruptedException {
        Arguments arguments = new Arguments(args);
        Map<Fault, Long> faults = faults(arguments.get("fault"));
        AtomicLong records = new AtomicLong();
        Topology topology = new Topology();
        topology.addSource("source", arguments.get("source"));
        topology.addProcessor("faults", () -> new Faulty(faults, records), "source");
        topology.addSink("predictions", arguments.get("predictions"), "faults");
        Streams.run(topology, arguments);
    }

    /** From {@code drop 100000, delay 10000}. */
    private static Map<Fault, Long> faults(String text) {
        Map<Fault, Long> faults = new LinkedHashMap<>();
        for (String each : text.split(",", -1)) {
            String[] words = each.strip().split(" +", -1);
            if (words.length != 2 || !words[1].matches("[1-9]\\d{0,17}")) {
                throw new IllegalArgumentException(
                        "pipeline.fault must be as in 'drop 100000, delay 10000', got: " + text);
            }
            faults.put(Fault.valueOf(words[0].toUpperCase(Locale.ROOT)), Long.valueOf(words[1]));
        }
        return faults;
    }

    @Override
    public void init(ProcessorContext<byte[], byte[]> context) {
        super.init(context);
        context.schedule(TICK, PunctuationType.WALL_CLOCK_TIME, now -> letGo());
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        long n = records.incrementAndGet();
        if (has(Fault.DROP, n)) {
            return;
        }
        ByteBuffer device = ByteBuffer.wrap(record.key());
        Record<byte[], byte[]> before = swapped.remove(device);
        if (before == null && has(Fault.SWAP, n)) {
            swapped.put(device, record);
            return;
        }
        if (has(Fault.DELAY, n)) {
            late.putIfAbsent(device, new Late(System.nanoTime() + DELAY.toNanos(), new ArrayList<>()));
        }
        emit(device, record);
        if (before != null) {
            emit(device, before);
        }
        if (has(Fault.DOUBLE, n)) {
            emit(device, record);
        }
    }

    private void emit(ByteBuffer device, Record<byte[], byte[]> record) {
        Late queue = late.get(device);
        if (queue == null) {
            context().forward(record);
        } else {
            queue.records().add(record);
        }
    }

    private boolean has(Fault fault, long n) {
        Long every = faults.get(fault);
        return every != null && n % every == every * fault.quarter / 4;
    }

    private void letGo() {
        long now = System.nanoTime();
        late.values().removeIf(queue -> {
            boolean due = queue.dueNanos() - now <= 0;
            if (due) {
                queue.records().forEach(record -> context().forward(record));
            }
            return due;
        });
    }
}
