package io.millrace.connectors.eventhubs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.connectors.broker.BrokerOptions;
import io.millrace.connectors.broker.EmbeddedBroker;
import io.millrace.connectors.broker.TopicSpec;
import io.millrace.connectors.broker.Topics;
import io.millrace.connectors.testing.EventHubsPeer;
import io.millrace.connectors.testing.HubSpec;
import io.millrace.connectors.testing.PeerOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two workers of one group share a hub's partitions, and take over from each other: from one that was killed, and from
 * one that stands still and then goes on as if nothing had happened. Mostly it waits for time-outs, half a minute of them.
 */
@EnabledIfEnvironmentVariable(named = "MILLRACE_TAKE_OVER", matches = ".+")
class TakeOverIT {
    private static final String HUB = "shared";
    private static final int PARTITIONS = 8;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private EmbeddedBroker broker;
    private EventHubsPeer peer;
    private long sent;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        broker = EmbeddedBroker.start(BrokerOptions.in(directory));
        peer = EventHubsPeer.start(PeerOptions.of(HubSpec.of(HUB, PARTITIONS)));
        Topics.ensure(kafka(), List.of(TopicSpec.of(HUB, PARTITIONS)));
    }

    @AfterEach
    void stop() {
        peer.close();
        broker.close();
    }

    @Test
    void twoShareThePartitionsAndTakeOverFromEachOther() throws Exception {
        ChildWorker first = ChildWorker.start(broker.bootstrapServers(), connector(), "-XX:TieredStopAtLevel=1");
        ChildWorker second = first;
        try (SourceRig.Reading reading = new SourceRig.Reading(kafka(), HUB)) {
            // Given
            awaitFlowing(() -> read() == PARTITIONS);
            second = join();

            // When: killed
            first.kill();
            await().atMost(PATIENCE).pollInterval(Duration.ofMillis(5)).untilAsserted(() -> assertThat(read())
                    .isEqualTo(PARTITIONS / 2));
            awaitFlowing(() -> read() == PARTITIONS);
            first = join();

            // When: away, and back
            second.freeze();
            awaitTakenOver(PARTITIONS / 2);
            second.wake();
            awaitTakenOver(PARTITIONS / 2); // what it had is shared with it again

            // Then
            await().atMost(PATIENCE).until(() -> reading.poll().size() >= sent);
            first.stop();
            second.stop();
            verify(reading.pollToTheEnd());
        } finally {
            first.kill();
            second.kill();
        }
    }

    /** Another worker joins, and is given half of the partitions. */
    private ChildWorker join() throws Exception {
        ChildWorker worker = ChildWorker.start(broker.bootstrapServers(), Map.of(), "-XX:TieredStopAtLevel=1");
        awaitTakenOver(PARTITIONS / 2);
        return worker;
    }

    /** Waits until so many partitions have other readers than now, and none is without. */
    private void awaitTakenOver(int partitions) {
        long[] before = attaches();
        awaitFlowing(() -> {
            long[] now = attaches();
            return read() == PARTITIONS
                    && IntStream.range(0, PARTITIONS)
                                    .filter(i -> now[i] > before[i])
                                    .count()
                            >= partitions;
        });
    }

    /** Meanwhile events go on coming. */
    private void awaitFlowing(Callable<Boolean> condition) {
        await().atMost(PATIENCE).until(() -> {
            for (int i = 0; i < 10 * PARTITIONS; i++, sent++) {
                byte[] number = Long.toString(sent / PARTITIONS).getBytes(UTF_8);
                peer.put(HUB, (int) (sent % PARTITIONS), null, number, Map.of());
            }
            return condition.call();
        });
    }

    private long[] attaches() {
        return IntStream.range(0, PARTITIONS)
                .mapToLong(i -> peer.attaches(HUB, i))
                .toArray();
    }

    /** How many partitions somebody reads; never two the same, or the one who came first has been shut out. */
    private int read() {
        return IntStream.range(0, PARTITIONS).map(i -> peer.readers(HUB, i)).sum();
    }

    private void verify(List<ConsumerRecord<byte[], byte[]>> records) {
        long[] next = new long[PARTITIONS];
        for (ConsumerRecord<byte[], byte[]> record : records) {
            assertThat(new String(record.value(), UTF_8))
                    .as("partition %s at offset %s", record.partition(), record.offset())
                    .isEqualTo(Long.toString(next[record.partition()]++));
        }
        assertThat(LongStream.of(next).sum()).isEqualTo(sent);
    }

    private Map<String, Object> kafka() {
        return Map.of("bootstrap.servers", broker.bootstrapServers());
    }

    private Map<String, String> connector() {
        return Map.of(
                "connector.class",
                EventHubsSourceConnector.class.getName(),
                "topic",
                HUB,
                "tasks.max",
                "2",
                "eventhubs.connection.string",
                peer.connectionString(),
                "eventhubs.hub",
                HUB,
                "eventhubs.backoff.ms",
                "20",
                "eventhubs.backoff.max.ms",
                "300");
    }
}
