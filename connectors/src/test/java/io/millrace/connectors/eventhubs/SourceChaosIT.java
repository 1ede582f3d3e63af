package io.millrace.connectors.eventhubs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.connectors.broker.BrokerOptions;
import io.millrace.connectors.broker.EmbeddedBroker;
import io.millrace.connectors.broker.TopicSpec;
import io.millrace.connectors.broker.Topics;
import io.millrace.connectors.testing.EventHubsPeer;
import io.millrace.connectors.testing.Faults;
import io.millrace.connectors.testing.HubSpec;
import io.millrace.connectors.testing.PeerOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntToLongFunction;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every fault at random, and the worker killed, while events flow: under read_committed each partition has exactly the
 * events that were sent, in their order. How large: {@code -Dchaos.events=200000 -Dchaos.faults=100 -Dchaos.kills=10
 * -Dchaos.seeds=1,2,3}.
 */
class SourceChaosIT {
    private static final String HUB = "chaos";
    private static final int PARTITIONS = 8;
    private static final int EVENTS = Integer.getInteger("chaos.events", 8_000);
    private static final int FAULTS = Integer.getInteger("chaos.faults", 1);
    private static final int KILLS = Integer.getInteger("chaos.kills", 1);
    private static final Duration PATIENCE = Duration.ofMinutes(3);
    private static final String DEAD = "chaos-dead";

    static LongStream seeds() {
        return Stream.of(System.getProperty("chaos.seeds", "1").split(",")).mapToLong(Long::parseLong);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void losesNothingAndDoublesNothing(long seed, @TempDir Path directory) throws Exception {
        Random random = new Random(seed);
        long sent = 0;
        try (EmbeddedBroker broker = EmbeddedBroker.start(BrokerOptions.in(directory));
                EventHubsPeer peer = EventHubsPeer.start(PeerOptions.of(HubSpec.of(HUB, PARTITIONS)))) {
            // Given
            Map<String, Object> kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
            Topics.ensure(kafka, List.of(TopicSpec.of(HUB, PARTITIONS), TopicSpec.of(DEAD, 1)));
            Map<String, String> connector = connector(peer);
            ChildWorker worker = ChildWorker.start(broker.bootstrapServers(), connector);
            List<IntToLongFunction> trouble = trouble(peer, random);

            // When
            int kills = 0;
            for (int i = 0; i < trouble.size(); i++) {
                long upTo = (long) EVENTS * (i + 1) / trouble.size();
                for (; sent < upTo; sent++) {
                    put(peer, sent);
                }
                if (kills < (long) KILLS * (i + 1) / trouble.size()) {
                    kills++;
                    worker.kill();
                    worker = ChildWorker.start(broker.bootstrapServers(), connector);
                }
                IntToLongFunction fault = trouble.get(i);
                await().atMost(PATIENCE).until(() -> fault.applyAsLong(random.nextInt(PARTITIONS)) > 0);
            }
            System.out.printf("chaos: seed %d, %d events, %d faults, %d kills%n", seed, sent, trouble.size(), kills);

            // Then
            try (SourceRig.Reading reading = new SourceRig.Reading(kafka, HUB, DEAD)) {
                await().atMost(PATIENCE).until(() -> reading.poll().size() >= EVENTS);
                assertThat(kills).isEqualTo(KILLS);
                verify(reading.poll());
            } finally {
                worker.kill();
            }
        }
    }

    private static Map<String, String> connector(EventHubsPeer peer) {
        Map<String, String> config = new HashMap<>();
        config.put("connector.class", EventHubsSourceConnector.class.getName());
        config.put("topic", HUB);
        config.put("tasks.max", "2");
        config.put("eventhubs.connection.string", peer.connectionString());
        config.put("eventhubs.hub", HUB);
        config.put("eventhubs.dead.letters.topic", DEAD);
        config.put("eventhubs.stall.ms", "300");
        config.put("eventhubs.timeout.ms", "3000");
        config.put("eventhubs.backoff.ms", "20");
        config.put("eventhubs.backoff.max.ms", "300");
        return config;
    }

    /** Every fault so many times, in an order of the seed's. Each tells how many readers it has hit. */
    private static List<IntToLongFunction> trouble(EventHubsPeer peer, Random random) {
        Faults faults = peer.faults();
        List<IntToLongFunction> kinds = List.of(
                partition -> faults.dropSocket(HUB, partition),
                partition -> faults.detach(HUB, partition),
                partition -> faults.forceClose(HUB, partition),
                partition -> faults.stall(HUB, partition),
                partition -> faults.freeze(HUB, partition),
                partition -> faults.serverBusy(HUB, Duration.ofMillis(100)),
                partition -> faults.stealEpoch(HUB, partition),
                partition -> faults.malformedFrame(HUB, partition),
                partition -> faults.expireTokens(HUB, partition),
                partition -> {
                    faults.repeatAfterReconnect(HUB, partition, 20);
                    return faults.dropSocket(HUB, partition);
                },
                partition -> {
                    faults.slow(HUB, true);
                    long hit = faults.detach(HUB, partition);
                    faults.slow(HUB, false);
                    return hit;
                });
        List<IntToLongFunction> all = new ArrayList<>();
        for (int i = 0; i < FAULTS; i++) {
            all.addAll(kinds);
        }
        Collections.shuffle(all, random);
        return all;
    }

    private static void put(EventHubsPeer peer, long number) {
        int partition = (int) (number % PARTITIONS);
        peer.put(HUB, partition, null, Long.toString(number / PARTITIONS).getBytes(UTF_8), Map.of());
    }

    private static void verify(List<ConsumerRecord<byte[], byte[]>> records) {
        long[] next = new long[PARTITIONS];
        for (ConsumerRecord<byte[], byte[]> record : records) {
            assertThat(record.topic()).isEqualTo(HUB);
            assertThat(new String(record.value(), UTF_8))
                    .as("partition %s at offset %s", record.partition(), record.offset())
                    .isEqualTo(Long.toString(next[record.partition()]++));
        }
        assertThat(LongStream.of(next).sum()).isEqualTo(EVENTS);
    }
}
