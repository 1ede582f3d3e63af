package io.millrace.deploy.page;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.deploy.page.LiveViewOptions.Topics;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

/** The view over Kafka's own fake of a consumer. */
class LiveViewTest {
    private static final long NOW = 1_764_000_000_000L;
    private static final LiveViewOptions OPTIONS = new LiveViewOptions(
            Map.of("bootstrap.servers", "localhost:1", "group.id", "mine"),
            Topics.DEFAULT,
            "key",
            null,
            List.of("/flow"),
            "pumps");
    private static final TopicPartition TELEMETRY = new TopicPartition("telemetry", 0);
    private static final TopicPartition PREDICTIONS = new TopicPartition("predictions", 0);
    private static final TopicPartition ALERTS = new TopicPartition("alerts", 0);

    private final ManualClock clock = new ManualClock(NOW);
    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");

    @Test
    void leavesThePipelineAlone() {
        assertThat(LiveView.consumerProperties(OPTIONS))
                .containsEntry("isolation.level", "read_committed")
                .containsEntry("enable.auto.commit", false)
                .containsEntry("allow.auto.create.topics", false)
                .containsEntry("bootstrap.servers", "localhost:1")
                .doesNotContainKey("group.id");
    }

    @Test
    void readsStreamsFromTheirEndAndAlertsFromTheirBeginning() {
        // Given
        topics(Map.of(TELEMETRY, 1_000L, PREDICTIONS, 500L, ALERTS, 1L));
        try (LiveView view = LiveView.start(OPTIONS, consumer, clock)) {
            // When
            write(ALERTS, 0, "p1/wear", alert("FIRING", 1));
            write(ALERTS, 1, "p1/wear", alert("RESOLVED", 2));
            write(TELEMETRY, 1_000, "p1", "{\"flow\":7}");
            write(
                    PREDICTIONS,
                    500,
                    "p1",
                    "{\"device\":\"p1\",\"time\":" + NOW + ",\"scores\":{\"a\":0.5},\"quality\":\"OK\"}");
            await().until(() -> view.summary().alertsCleared() == 1
                    && view.summary().predictions() == 1
                    && view.summary().events() == 1);

            // Then
            assertThat(view.summary().alertsRaised())
                    .as("raised before the view began")
                    .isZero();
            assertThat(view.state().devices("", 10))
                    .extracting(DeviceTrack.Row::score)
                    .containsExactly(0.5);
        }
        assertThat(consumer.closed()).isTrue();
    }

    @Test
    void jumpsToTheEndWhereItHasFallenBehindAndCountsWhatItSkipped() {
        // Given
        topics(Map.of(TELEMETRY, 0L, ALERTS, 0L));
        try (LiveView view = LiveView.start(OPTIONS, consumer, clock)) {
            // When
            consumer.schedulePollTask(() ->
                    consumer.updateEndOffsets(Map.of(TELEMETRY, LiveView.MAX_LAG + 1, ALERTS, LiveView.MAX_LAG + 1)));
            await().until(() -> view.summary().skipped() > 0);

            // Then
            assertThat(view.summary().skipped()).isEqualTo(LiveView.MAX_LAG + 1);
            assertThat(view.state().stats(0).sampling()).isTrue();

            // When
            write(TELEMETRY, LiveView.MAX_LAG + 1, "p1", "{}");
            write(ALERTS, 0, "p1/wear", alert("FIRING", 1));

            // Then
            await().until(() -> view.summary().events() == 1 && view.summary().alertsRaised() == 1);
        }
    }

    @Test
    void countsAllButLooksIntoAsManyAsItsBudgetAllows() {
        // Given
        topics(Map.of(TELEMETRY, 0L));
        try (LiveView view = LiveView.start(OPTIONS, consumer, clock)) {
            // When
            consumer.schedulePollTask(() -> {
                consumer.updateEndOffsets(Map.of(TELEMETRY, LiveView.MAX_LOOKS_PER_SECOND + 5L));
                for (int i = 0; i < LiveView.MAX_LOOKS_PER_SECOND + 5; i++) {
                    consumer.addRecord(new ConsumerRecord<>("telemetry", 0, i, new byte[] {'p'}, "{}".getBytes(UTF_8)));
                }
            });

            // Then
            await().until(() -> view.summary().sampled() == 5);
            assertThat(view.summary().events()).isEqualTo(LiveView.MAX_LOOKS_PER_SECOND + 5);
        }
    }

    @Test
    void readsATopicThatAppearsLaterFromItsBeginning() {
        // Given
        topics(Map.of(TELEMETRY, 0L));
        try (LiveView view = LiveView.start(OPTIONS, consumer, clock)) {
            // When
            consumer.schedulePollTask(() -> {
                topics(Map.of(PREDICTIONS, 9L));
                clock.advance(60_000);
            });
            await().until(() -> consumer.assignment().contains(PREDICTIONS));
            write(PREDICTIONS, 0, "p1", "{\"device\":\"p1\",\"time\":1}");

            // Then
            await().until(() -> view.summary().predictions() == 1);
        }
    }

    @Test
    void saysWhyItCannotReadAndTriesAgain() {
        // Given
        topics(Map.of(TELEMETRY, 0L));
        try (LiveView view = LiveView.start(OPTIONS, consumer, clock)) {
            // When
            consumer.schedulePollTask(() -> consumer.setPollException(new TopicAuthorizationException("no entry")));

            // Then
            await().until(() -> "The page cannot read from Kafka: no entry"
                    .equals(view.state().stats(0).problem()));
            write(TELEMETRY, 0, "p1", "{}");
            await().until(() ->
                    view.summary().events() == 1 && view.state().stats(0).problem() == null);
        }
    }

    private void topics(Map<TopicPartition, Long> ends) {
        Map<TopicPartition, Long> beginnings = new HashMap<>();
        ends.keySet().forEach(partition -> {
            beginnings.put(partition, 0L);
            Node node = Node.noNode();
            consumer.updatePartitions(
                    partition.topic(),
                    List.of(new PartitionInfo(partition.topic(), 0, node, new Node[] {node}, new Node[] {node})));
        });
        consumer.updateBeginningOffsets(beginnings);
        consumer.updateEndOffsets(ends);
    }

    private void write(TopicPartition to, long offset, String key, String value) {
        consumer.schedulePollTask(() -> {
            consumer.addRecord(new ConsumerRecord<>(to.topic(), 0, offset, key.getBytes(UTF_8), value.getBytes(UTF_8)));
        });
    }

    private static String alert(String state, int revision) {
        return "{\"device\":\"p1\",\"rule\":\"wear\",\"state\":\"" + state + "\",\"time\":" + (NOW + revision)
                + ",\"revision\":" + revision + "}";
    }
}
