package io.millrace.connectors.eventhubs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.messaging.eventhubs.EventData;
import com.azure.messaging.eventhubs.EventHubBufferedProducerClient;
import com.azure.messaging.eventhubs.EventHubBufferedProducerClientBuilder;
import com.azure.messaging.eventhubs.models.SendOptions;
import io.millrace.connectors.delivery.DeliveryCount;
import io.millrace.connectors.delivery.FakeSinkContext;
import io.millrace.connectors.testing.EventHubsPeer;
import io.millrace.connectors.testing.HubSpec;
import io.millrace.connectors.testing.ManualClock;
import io.millrace.connectors.testing.PeerOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.header.Headers;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.message.Message;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sink's task against the peer: what it does with a hub that does not do as it should. */
@Timeout(120)
class EventHubsSinkTaskIT {
    private static final String HUB = "alerts";

    private final ManualClock clock = new ManualClock(Instant.now());
    private final FakeSinkContext context = new FakeSinkContext();
    private final EventHubsPeer peer;
    private final EventHubsSinkTask task = new EventHubsSinkTask();
    private long offset;

    EventHubsSinkTaskIT() throws Exception {
        peer = EventHubsPeer.start(PeerOptions.of(HubSpec.of(HUB, 4)).withClock(clock));
    }

    @AfterEach
    void stop() {
        task.stop();
        peer.close();
    }

    private void start(Map<String, String> more) {
        Map<String, String> config = new HashMap<>(Map.of(
                "eventhubs.connection.string",
                peer.connectionString(),
                "eventhubs.hub",
                HUB,
                "eventhubs.backoff.ms",
                "1",
                "eventhubs.backoff.max.ms",
                "5000"));
        config.putAll(more);
        task.initialize(context);
        task.start(config);
    }

    private SinkRecord record(@Nullable String key, byte @Nullable [] value, Headers headers) {
        return new SinkRecord(
                "alerts",
                3,
                null,
                key == null ? null : key.getBytes(UTF_8),
                null,
                value,
                offset++,
                0L,
                TimestampType.CREATE_TIME,
                headers);
    }

    private SinkRecord record(String key, String value) {
        return record(key, value.getBytes(UTF_8), new ConnectHeaders());
    }

    private List<SinkRecord> records(int keys, int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> record("pump-" + i % keys, Integer.toString(i)))
                .toList();
    }

    private List<Message> events() {
        return IntStream.range(0, 4)
                .mapToObj(partition -> peer.events(HUB, partition, 0))
                .flatMap(List::stream)
                .toList();
    }

    private static @Nullable Object partitionKey(Message event) {
        return event.getMessageAnnotations().getValue().get(Symbol.valueOf("x-opt-partition-key"));
    }

    private static String text(Message event) {
        return UTF_8.decode(((Data) event.getBody()).getValue().asByteBuffer()).toString();
    }

    /** The texts of a key's events, in the hub's order. */
    private List<String> of(String key) {
        return events().stream()
                .filter(event -> key.equals(partitionKey(event)))
                .map(EventHubsSinkTaskIT::text)
                .toList();
    }

    private static List<String> numbers(int key, int keys, int to) {
        return IntStream.range(0, to)
                .filter(i -> i % keys == key)
                .mapToObj(Integer::toString)
                .toList();
    }

    @Test
    void keysAndHeadersBecomePartitionKeysAndProperties() {
        start(Map.of());
        Headers headers = new ConnectHeaders()
                .addBytes("site", "north".getBytes(UTF_8))
                .addBytes("raw", new byte[] {(byte) 0xff, 1})
                .addLong("count", 7)
                .addDouble("score", 0.5)
                .addBoolean("open", true)
                .add("tags", List.of("a", 1), null)
                .add("none", null, null)
                .addBytes("content-type", "application/json".getBytes(UTF_8))
                .addBytes("ce_type", "io.millrace.alert.v1".getBytes(UTF_8))
                .addBytes("amqp-correlation-id", "c-1".getBytes(UTF_8))
                .addBytes("amqp-creation-time", "2026-01-31T12:00:00Z".getBytes(UTF_8))
                .addBytes("amqp-group-sequence", "no number".getBytes(UTF_8))
                .addBytes("eventhubs-offset", "4711".getBytes(UTF_8));

        // When
        task.put(List.of(record("pump-7", "{}".getBytes(UTF_8), headers), record(null, null, new ConnectHeaders())));

        // Then
        Message event = events().stream()
                .filter(sent -> partitionKey(sent) != null)
                .findFirst()
                .orElseThrow();
        assertThat(partitionKey(event)).isEqualTo("pump-7");
        assertThat(text(event)).isEqualTo("{}");
        assertThat(event.getMessageId()).isEqualTo("alerts/3/0");
        assertThat(event.getContentType()).isEqualTo("application/json");
        assertThat(event.getCorrelationId()).isEqualTo("c-1");
        assertThat(event.getProperties().getCreationTime()).isEqualTo(Date.from(Instant.parse("2026-01-31T12:00:00Z")));
        assertThat(event.getApplicationProperties().getValue())
                .containsOnly(
                        Map.entry("site", "north"),
                        Map.entry("raw", new Binary(new byte[] {(byte) 0xff, 1})),
                        Map.entry("count", 7L),
                        Map.entry("score", 0.5),
                        Map.entry("open", true),
                        Map.entry("tags", "[\"a\",1]"),
                        Map.entry("cloudEvents_type", "io.millrace.alert.v1"),
                        Map.entry("amqp-group-sequence", "no number"));
        assertThat(events())
                .filteredOn(sent -> partitionKey(sent) == null)
                .singleElement()
                .satisfies(sent -> assertThat(text(sent)).isEmpty());
    }

    @Test
    void recordsGoWhereTheyAreToldTo() {
        start(Map.of("eventhubs.partitioning", "same"));
        task.put(records(5, 0, 10));
        assertThat(peer.last(HUB, 3)).isEqualTo(9);

        EventHubsSinkTask other = new EventHubsSinkTask();
        other.initialize(new FakeSinkContext());
        other.start(Map.of(
                "eventhubs.connection.string",
                peer.connectionString(),
                "eventhubs.hub",
                HUB,
                "eventhubs.partitioning",
                "partition:1"));
        other.put(records(5, 0, 10));
        other.stop();
        assertThat(peer.events(HUB, 1, 0).stream().map(EventHubsSinkTaskIT::text))
                .containsExactlyElementsOf(numbers(0, 1, 10));
    }

    @Test
    void hashedKeysGoWhereMicrosoftsBufferedProducerSendsThemAndAreStillThere() {
        start(Map.of("eventhubs.partitioning", "hash"));
        List<SinkRecord> records = new ArrayList<>(records(40, 0, 200));
        records.add(record(null, "keyless".getBytes(UTF_8), new ConnectHeaders()));
        records.add(record("k".repeat(129), "1"));

        // When
        task.put(records);
        Map<String, Integer> ours = partitionsByKey();
        try (EventHubBufferedProducerClient theirs = new EventHubBufferedProducerClientBuilder()
                .connectionString(peer.connectionString(), HUB)
                .onSendBatchSucceeded(sent -> {})
                .onSendBatchFailed(failed -> {})
                .buildClient()) {
            for (int key = 0; key < 40; key++) {
                theirs.enqueueEvent(new EventData("theirs"), new SendOptions().setPartitionKey("pump-" + key));
            }
            theirs.flush();
        }

        // Then
        for (int key = 0; key < 40; key++) {
            List<String> sent = new ArrayList<>(numbers(key, 40, 200));
            sent.add("theirs");
            assertThat(of("pump-" + key)).containsExactlyElementsOf(sent);
        }
        assertThat(ours.values()).contains(0, 1, 2, 3);
        assertThat(partitionsByKey()).isEqualTo(ours); // no key has come to be in two partitions
        assertThat(events())
                .filteredOn(sent -> partitionKey(sent) == null)
                .singleElement()
                .satisfies(sent -> assertThat(text(sent)).isEqualTo("keyless"));
        assertThat(context.buried).singleElement().asString().contains("at most 128 characters");
    }

    /** Fails for a key that is in two. */
    private Map<String, Integer> partitionsByKey() {
        Map<String, Integer> found = new HashMap<>();
        for (int partition = 0; partition < 4; partition++) {
            for (Message event : peer.events(HUB, partition, 0)) {
                if (partitionKey(event) instanceof String key) {
                    assertThat(found.merge(key, partition, (before, now) -> before.equals(now) ? now : -1))
                            .as(key)
                            .isEqualTo(partition);
                }
            }
        }
        return found;
    }

    @Test
    void aBusyHubThatDoesNotTellItsPartitionsIsAskedAgain() {
        start(Map.of("eventhubs.partitioning", "hash"));
        peer.faults().serverBusy(HUB, Duration.ofSeconds(4));
        List<SinkRecord> records = records(3, 0, 9);

        assertThatThrownBy(() -> task.put(records))
                .isInstanceOf(RetriableException.class)
                .hasMessageContaining("throttled");
        clock.advance(Duration.ofSeconds(5));
        task.put(records);

        assertThat(events()).hasSize(9);
        assertThat(context.buried).isEmpty();
    }

    @Test
    void whatIsTooLargeTakesNothingElseAlong() {
        start(Map.of());
        List<SinkRecord> records = new ArrayList<>(records(1, 0, 3));
        records.add(record("pump-0", new byte[1_048_000], new ConnectHeaders()));
        records.addAll(records(1, 3, 6));
        records.add(record("k".repeat(129), "1"));
        records.add(record("pump-1", new byte[700_000], new ConnectHeaders()));
        records.add(record("pump-1", new byte[700_000], new ConnectHeaders()));

        // When
        task.put(records);

        // Then
        assertThat(of("pump-0")).containsExactly("0", "1", "2", "3", "4", "5");
        assertThat(of("pump-1")).hasSize(2);
        assertThat(context.buried)
                .satisfiesExactly(
                        why -> assertThat(why)
                                .contains("the hub's limit of 1048576 bytes", "got: a value of 1048000 bytes"),
                        why -> assertThat(why).contains("at most 128 characters, got 129 characters"));
    }

    @Test
    void aBusyHubIsLeftAloneForAsLongAsItAsksAndNothingComesTwice() {
        peer.create(HubSpec.of(HUB, 4).withEventsPerSecond(20));
        start(Map.of("eventhubs.in.flight", "1"));
        List<SinkRecord> records = records(3, 0, 45);

        // When
        for (int round = 0; round < 3; round++) {
            if (round < 2) {
                assertThatThrownBy(() -> task.put(records))
                        .isInstanceOf(RetriableException.class)
                        .hasMessageContaining("throttled");
                assertThat(context.timeoutMs).isEqualTo(4_000);
                clock.advance(Duration.ofSeconds(4));
            } else {
                task.put(records);
            }
        }

        // Then
        for (int key = 0; key < 3; key++) {
            assertThat(of("pump-" + key)).containsExactlyElementsOf(numbers(key, 3, 45));
        }
        assertThat(context.count(DeliveryCount.DELIVERED)).isEqualTo(45);
        assertThat(context.count(DeliveryCount.RETRIES)).isEqualTo(2);
        assertThat(context.count(DeliveryCount.DELIVERIES)).isEqualTo(3);
        assertThat(context.count(DeliveryCount.FAILED)).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"key", "hash"})
    void droppedSocketsLoseNothingAndKeepEachKeysOrder(String partitioning) throws Exception {
        start(Map.of(
                "eventhubs.partitioning",
                partitioning,
                "eventhubs.timeout.ms",
                "3000",
                "eventhubs.retry.for.ms",
                "60000"));
        Random random = new Random(7);
        int hits = 0;

        // When
        for (int round = 0; round < 20; round++) {
            List<SinkRecord> records = records(8, 100 * round, 100 * round + 100);
            Thread fault = new Thread(() -> peer.faults().dropAll());
            if (round % 2 == 1) {
                fault.start();
                if (random.nextBoolean()) {
                    fault.join();
                }
            }
            for (boolean sent = false; !sent; ) {
                try {
                    task.put(records);
                    sent = true;
                } catch (RetriableException e) {
                    hits++;
                }
            }
            fault.join();
        }

        // Then
        assertThat(hits).isPositive();
        assertThat(context.buried).isEmpty();
        for (int key = 0; key < 8; key++) {
            // What comes again comes after its first time: the order of first times is the records' own.
            assertThat(new LinkedHashSet<>(of("pump-" + key))).containsExactlyElementsOf(numbers(key, 8, 2_000));
        }
    }

    @Test
    void whatNobodyAnswersForIsSentAgainUnderTheSameMessageId() {
        start(Map.of("eventhubs.timeout.ms", "300"));
        task.put(records(1, 0, 1)); // the connection is there
        peer.faults().mute(HUB, true);
        List<SinkRecord> records = records(1, 1, 3);

        // When
        assertThatThrownBy(() -> task.put(records)).isInstanceOf(RetriableException.class);
        peer.faults().mute(HUB, false);
        for (boolean sent = false; !sent; ) { // a busy machine may need more than the 300 ms
            try {
                task.put(records);
                sent = true;
            } catch (RetriableException e) {
                assertThat(e).hasMessageNotContaining("throttled");
            }
        }

        // Then
        assertThat(of("pump-0")).startsWith("0", "1", "2", "1", "2").endsWith("1", "2");
        assertThat(events().stream().map(Message::getMessageId).distinct())
                .containsExactly("alerts/3/0", "alerts/3/1", "alerts/3/2");
    }

    @Test
    void aHubThatRefusesThisClientEndsTheTaskAndNoRecord() {
        start(Map.of(
                "eventhubs.connection.string",
                peer.connectionString().replaceFirst("SharedAccessKey=[^;]*", "SharedAccessKey=wrong")));
        List<SinkRecord> records = records(2, 0, 4);

        for (int round = 1; round < 8; round++) {
            assertThatThrownBy(() -> task.put(records)).isInstanceOf(RetriableException.class);
        }
        assertThatThrownBy(() -> task.put(records))
                .isExactlyInstanceOf(ConnectException.class)
                .hasMessageContaining("event hub localhost/alerts cannot be written to")
                .hasMessageContaining("invalid signature")
                .hasMessageNotContaining("wrong");
        assertThat(context.buried).isEmpty();
        assertThat(events()).isEmpty();
    }

    @Test
    void aHubThatIsAwayForTooLongLeavesDeadLetters() {
        start(Map.of("eventhubs.retry.for.ms", "0"));
        peer.faults().serverBusy(HUB, Duration.ofHours(2));

        task.put(records(2, 0, 2));

        assertThat(context.buried).hasSize(2).allSatisfy(why -> assertThat(why)
                .contains("not delivered within PT0S", "throttled"));
        assertThat(context.count(DeliveryCount.FAILED)).isEqualTo(2);
        assertThat(context.count(DeliveryCount.DELIVERED)).isZero();
    }
}
