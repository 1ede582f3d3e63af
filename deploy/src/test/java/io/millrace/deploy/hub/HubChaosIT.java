package io.millrace.deploy.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.connectors.broker.BrokerOptions;
import io.millrace.connectors.broker.EmbeddedBroker;
import io.millrace.connectors.broker.TopicSpec;
import io.millrace.connectors.broker.Topics;
import io.millrace.connectors.testing.EventHubsPeer;
import io.millrace.connectors.testing.FaultKind;
import io.millrace.connectors.testing.HubSpec;
import io.millrace.connectors.testing.PeerOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * From an event hub through a pipeline to a webhook, while every fault of the peer is inflicted at random and the
 * pipeline's process is killed: under read_committed there is exactly one prediction for each event that was sent, in
 * the order of its partition, exactly the alerts that follow from them, and each of those is posted.
 *
 * <p>How large: {@code -Dchaos.events=200000 -Dchaos.faults=100 -Dchaos.kills=10 -Dchaos.seeds=1,2,3}.
 */
class HubChaosIT {
    private static final String HUB = "chaos";
    private static final int EVENTS = Integer.getInteger("chaos.events", 8_000);
    private static final int FAULTS = Integer.getInteger("chaos.faults", 1); // of each kind
    private static final int KILLS = Integer.getInteger("chaos.kills", 1);
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    static LongStream seeds() {
        return Stream.of(System.getProperty("chaos.seeds", "1").split(",")).mapToLong(Long::parseLong);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void losesNothingAndDoublesNothing(long seed, @TempDir(cleanup = CleanupMode.ON_SUCCESS) Path directory)
            throws Exception {
        Random random = new Random(seed);
        try (EmbeddedBroker broker = EmbeddedBroker.start(BrokerOptions.in(directory.resolve("broker")));
                EventHubsPeer peer = EventHubsPeer.start(PeerOptions.of(HubSpec.of(HUB, Readings.PARTITIONS)));
                Hook hook = Hook.start()) {
            // Given
            Map<String, Object> kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
            Topics.ensure(kafka, topics());
            PipelineProcess pipeline = PipelineProcess.prepare(directory, broker.bootstrapServers(), peer, HUB, hook);
            try (pipeline) {
                pipeline.start();

                // When
                Troubles troubles = new Troubles(peer, random);
                int kills = 0;
                long sent = 0;
                for (int i = 0; i < troubles.count(); i++) {
                    for (long upTo = (long) EVENTS * (i + 1) / troubles.count(); sent < upTo; sent++) {
                        Readings.put(peer, HUB, sent);
                    }
                    for (; kills < (long) KILLS * (i + 1) / troubles.count(); kills++) {
                        pipeline.kill();
                        pipeline.start();
                    }
                    troubles.strike(i);
                }

                // Then
                try (Outcome outcome = new Outcome(kafka)) {
                    await().atMost(PATIENCE).until(() -> outcome.poll() >= EVENTS);
                    await().atMost(PATIENCE).until(() -> {
                        outcome.poll();
                        return outcome.alerts().size() == Readings.alerts(EVENTS)
                                && hook.posted().containsAll(outcome.alerts());
                    });
                    pipeline.stop();
                    outcome.readToTheEnd();
                    assertThat(outcome.events()).isEqualTo(EVENTS);
                    assertThat(outcome.predictions()).isEqualTo(EVENTS);
                    assertThat(outcome.deadLetters()).isZero();
                    assertThat(outcome.alerts()).hasSize(Readings.alerts(EVENTS));
                    assertThat(hook.posted()).containsExactlyInAnyOrderElementsOf(outcome.alerts());
                }
                assertThat(kills).isEqualTo(KILLS);
                System.out.printf(
                        "chaos: seed %d, %d events, %d kills, %d alerts in %d posts; %s%n",
                        seed, EVENTS, kills, hook.posted().size(), hook.posts(), troubles);
            }
        }
    }

    private static List<TopicSpec> topics() {
        return Stream.of("telemetry", "predictions", "alerts", "dead-letters")
                .map(topic -> TopicSpec.of(topic, Readings.PARTITIONS))
                .toList();
    }

    /** Every fault so many times, in an order of the seed's. */
    private static final class Troubles {
        private static final Duration LONG = Duration.ofSeconds(5);

        private final EventHubsPeer peer;
        private final Random random;
        private final List<FaultKind> kinds = new ArrayList<>();
        private final Map<FaultKind, Integer> struck = new EnumMap<>(FaultKind.class);
        private final Map<Long, String> slow = new TreeMap<>(Collections.reverseOrder());

        Troubles(EventHubsPeer peer, Random random) {
            this.peer = peer;
            this.random = random;
            for (int i = 0; i < FAULTS; i++) {
                Collections.addAll(kinds, FaultKind.values());
            }
            Collections.shuffle(kinds, random);
        }

        int count() {
            return kinds.size();
        }

        /** Waits until somebody reads the partition, so that each of them hits. */
        void strike(int number) {
            FaultKind kind = kinds.get(number);
            int partition = random.nextInt(Readings.PARTITIONS);
            long begun = System.nanoTime();
            await("somebody reads partition " + partition + ", to be struck by " + kind)
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(10))
                    .until(() -> kind.strike(peer.faults(), HUB, partition) > 0);
            long waited = System.nanoTime() - begun;
            struck.merge(kind, 1, Integer::sum);
            if (waited > LONG.toNanos()) {
                slow.put(waited / 1_000_000, "before fault " + number + " (" + kind + ", partition " + partition + ")");
            }
        }

        @Override
        public String toString() {
            return "faults " + struck + ", waits for a reader beyond " + LONG.toSeconds() + " s, in ms: " + slow;
        }
    }
}
