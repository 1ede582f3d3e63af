package io.millrace.loadtest.compare;

import io.millrace.loadtest.process.ChildProcess;
import io.millrace.loadtest.process.ProcessCost;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * How fast one contestant drained the backlog, between 10 % and 95 % of it: what comes before is its start, what comes
 * after is partitions running dry. Progress is what a {@code read_committed} consumer could see, from the committed
 * end offsets of its output; under exactly-once they hold a marker for each partition and transaction, less than one
 * offset in a hundred.
 *
 * @param rate records per second
 * @param cpuNanos of the contestant's process, per record
 * @param brokerNanos of the broker's process per record; 0 if it is not ours
 * @param residentBytes of the contestant's process, at most
 */
record Drain(double rate, double cpuNanos, double brokerNanos, long residentBytes) {

    private static final double FROM = 0.10;
    private static final double TO = 0.95;

    /** Of the contestant's process and the broker's, together, per record. */
    double allNanos() {
        return cpuNanos + brokerNanos;
    }

    private record Sample(long nanos, long records, long cpu, long broker) {}

    /** Watches one drain, from where the outputs stand when it is made. */
    static final class Watch {

        private static final long INTERVAL_MILLIS = 20;
        private static final Duration STALL = Duration.ofSeconds(90);
        private static final long SETTLED_NANOS = 500_000_000;

        private final Admin admin;
        private final Map<TopicPartition, OffsetSpec> ends;
        private final long total;
        private final long before;
        private final List<Sample> samples = new ArrayList<>();
        private long resident;

        Watch(Admin admin, List<String> outputs, int partitions, long total)
                throws InterruptedException, ExecutionException {
            this.admin = admin;
            this.ends = outputs.stream()
                    .flatMap(topic -> IntStream.range(0, partitions).mapToObj(i -> new TopicPartition(topic, i)))
                    .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
            this.total = total;
            this.before = committed();
        }

        /** Watches until everything is drained and no more comes. */
        Drain until(ChildProcess contestant, @Nullable ChildProcess broker)
                throws InterruptedException, ExecutionException {
            long last = 0;
            long lastChange = System.nanoTime();
            while (last < total || System.nanoTime() - lastChange < SETTLED_NANOS) {
                long records = committed() - before;
                long now = System.nanoTime();
                sample(now, records, contestant, broker);
                if (records != last) {
                    last = records;
                    lastChange = now;
                }
                contestant.check();
                if (now - lastChange > STALL.toNanos()) {
                    throw new IllegalStateException("a contestant must make progress within " + STALL.toSeconds()
                            + " s, but stands at " + records + " of " + total + " records");
                }
                Thread.sleep(INTERVAL_MILLIS);
            }
            return between(at(total * FROM), at(total * TO));
        }

        private void sample(long now, long records, ChildProcess contestant, @Nullable ChildProcess broker) {
            ProcessCost cost = ProcessCost.of(contestant.pids().toList());
            ProcessCost other =
                    ProcessCost.of(broker == null ? List.of() : broker.pids().toList());
            samples.add(new Sample(now, records, cost.cpuNanos(), other.cpuNanos()));
            resident = Math.max(resident, cost.residentBytes());
        }

        private Drain between(Sample from, Sample to) {
            double records = to.records() - from.records();
            return new Drain(
                    records * 1e9 / (to.nanos() - from.nanos()),
                    (to.cpu() - from.cpu()) / records,
                    (to.broker() - from.broker()) / records,
                    resident);
        }

        /** The first sample that has reached this many records. */
        private Sample at(double records) {
            return samples.stream()
                    .filter(sample -> sample.records() >= records)
                    .findFirst()
                    .orElseThrow();
        }

        private long committed() throws InterruptedException, ExecutionException {
            return admin
                    .listOffsets(ends, new ListOffsetsOptions(IsolationLevel.READ_COMMITTED))
                    .all()
                    .get()
                    .values()
                    .stream()
                    .mapToLong(end -> end.offset())
                    .sum();
        }
    }
}
