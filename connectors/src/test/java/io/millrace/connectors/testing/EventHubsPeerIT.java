package io.millrace.connectors.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.azure.core.amqp.AmqpRetryOptions;
import com.azure.core.amqp.exception.AmqpErrorCondition;
import com.azure.core.amqp.exception.AmqpException;
import com.azure.messaging.eventhubs.EventData;
import com.azure.messaging.eventhubs.EventHubClientBuilder;
import com.azure.messaging.eventhubs.EventHubConsumerAsyncClient;
import com.azure.messaging.eventhubs.EventHubConsumerClient;
import com.azure.messaging.eventhubs.EventHubProducerClient;
import com.azure.messaging.eventhubs.PartitionProperties;
import com.azure.messaging.eventhubs.models.EventPosition;
import com.azure.messaging.eventhubs.models.PartitionEvent;
import com.azure.messaging.eventhubs.models.ReceiveOptions;
import com.azure.messaging.eventhubs.models.SendOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The official Java client against the peer. */
@Timeout(120)
class EventHubsPeerIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String GROUP = "$Default";

    private final ManualClock clock = new ManualClock(Instant.now());
    private final EventHubsPeer peer;
    private final List<AutoCloseable> open = new ArrayList<>();

    EventHubsPeerIT() throws Exception {
        peer = EventHubsPeer.start(
                PeerOptions.of(HubSpec.of("telemetry", 4).withConsumerGroups("spare"), HubSpec.of("other", 2))
                        .withClock(clock));
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
        peer.close();
    }

    @Test
    void sendsAndReceivesInBatchesByKeyAndByPartition() {
        EventHubProducerClient producer = producer();
        EventHubConsumerClient consumer = consumer();

        // When
        producer.send(events("plain-", 100), new SendOptions().setPartitionId("1"));
        producer.send(events("keyed-", 10), new SendOptions().setPartitionKey("pump-7"));

        // Then
        List<PartitionEvent> plain = read(consumer, "1", EventPosition.earliest(), 100);
        assertThat(plain.stream().limit(100).map(event -> event.getData().getBodyAsString()))
                .containsExactlyElementsOf(
                        IntStream.range(0, 100).mapToObj(i -> "plain-" + i).toList());
        assertThat(plain.get(5).getData().getSequenceNumber()).isEqualTo(5);
        assertThat(plain.get(5).getData().getProperties()).containsEntry("index", 5);
        assertThat(plain.get(5).getData().getEnqueuedTime().toEpochMilli())
                .isEqualTo(clock.instant().toEpochMilli());
        List<String> keyed = IntStream.range(0, 4)
                .mapToObj(partition -> peer.events("telemetry", partition, 0))
                .flatMap(List::stream)
                .map(message -> String.valueOf(message.getMessageAnnotations().getValue()))
                .filter(annotations -> annotations.contains("x-opt-partition-key=pump-7"))
                .toList();
        assertThat(keyed).hasSize(10);
    }

    @Test
    void tellsOfItsHubsAndPartitions() {
        EventHubConsumerClient consumer = consumer();
        producer().send(events("e", 3), new SendOptions().setPartitionId("2"));

        assertThat(consumer.getEventHubProperties().getPartitionIds()).containsExactly("0", "1", "2", "3");
        PartitionProperties partition = consumer.getPartitionProperties("2");
        assertThat(partition.getBeginningSequenceNumber()).isZero();
        assertThat(partition.getLastEnqueuedSequenceNumber()).isEqualTo(2);
        assertThat(partition.isEmpty()).isFalse();
        assertThat(consumer.getPartitionProperties("3").isEmpty()).isTrue();
        assertThatThrownBy(() -> consumer.getPartitionProperties("9")).isInstanceOf(AmqpException.class);
    }

    @Test
    void beginsWhereTheReaderWants() {
        for (int i = 0; i < 10; i++) {
            peer.put("telemetry", 0, null, ("e" + i).getBytes(UTF_8), Map.of());
            clock.advance(Duration.ofSeconds(1));
        }
        EventHubConsumerClient consumer = consumer();
        Instant fifth = clock.instant().minusSeconds(5);

        assertThat(first(consumer, EventPosition.earliest())).isEqualTo("e0");
        assertThat(first(consumer, EventPosition.fromSequenceNumber(4))).isEqualTo("e5");
        assertThat(first(consumer, EventPosition.fromSequenceNumber(4, true))).isEqualTo("e4");
        assertThat(first(consumer, EventPosition.fromEnqueuedTime(fifth))).isEqualTo("e6");
        PartitionEvent third = read(consumer, "0", EventPosition.fromSequenceNumber(3, true), 1)
                .get(0);
        assertThat(first(
                        consumer, EventPosition.fromOffsetString(third.getData().getOffsetString())))
                .isEqualTo("e4");
    }

    @Test
    void dropsWhatIsTooOldAndSaysSo() {
        peer.create(HubSpec.of("telemetry", 1).withRetention(Duration.ofMinutes(1), 1 << 20));
        producer().send(events("old-", 5), new SendOptions().setPartitionId("0"));

        // When
        clock.advance(Duration.ofMinutes(2));
        producer().send(events("new-", 1), new SendOptions().setPartitionId("0"));

        // Then
        EventHubConsumerClient consumer = consumer();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        consumer.getPartitionProperties("0").getBeginningSequenceNumber())
                .isEqualTo(5));
        assertThat(first(consumer, EventPosition.earliest())).isEqualTo("new-0");
    }

    @Test
    void aHigherEpochTakesAPartitionOver() {
        AtomicReference<Throwable> ended = new AtomicReference<>();
        EventHubConsumerAsyncClient first = builder("telemetry").buildAsyncConsumerClient();
        open.add(first);
        var subscription = first.receiveFromPartition(
                        "0", EventPosition.earliest(), new ReceiveOptions().setOwnerLevel(1L))
                .subscribe(event -> {}, ended::set);
        open.add(subscription::dispose);
        await().atMost(PATIENCE).until(() -> peer.readers("telemetry", 0) == 1);

        // When
        EventHubConsumerAsyncClient second = builder("telemetry").buildAsyncConsumerClient();
        open.add(second);
        var other = second.receiveFromPartition("0", EventPosition.earliest(), new ReceiveOptions().setOwnerLevel(2L))
                .subscribe();
        open.add(other::dispose);

        // Then
        await().atMost(PATIENCE).until(() -> ended.get() != null);
        assertThat(ended.get())
                .isInstanceOfSatisfying(AmqpException.class, error -> assertThat(error.getErrorCondition())
                        .isEqualTo(AmqpErrorCondition.LINK_STOLEN));
        assertThat(peer.readers("telemetry", 0)).isEqualTo(1);
    }

    @Test
    void refusesWrongKeysUnknownHubsAndUnknownGroups() {
        String wrong = peer.connectionString().replaceFirst("SharedAccessKey=[^;]*", "SharedAccessKey=wrong");
        EventHubConsumerClient stranger = closing(new EventHubClientBuilder()
                .connectionString(wrong, "telemetry")
                .consumerGroup(GROUP)
                .retryOptions(once())
                .buildConsumerClient());
        assertThatThrownBy(stranger::getEventHubProperties)
                .hasMessageContaining("status-code: 401")
                .hasMessageContaining("invalid signature");

        EventHubConsumerClient lost = closing(builder("nowhere").buildConsumerClient());
        assertThatThrownBy(lost::getEventHubProperties).hasMessageContaining("could not be found");

        EventHubConsumerClient group =
                closing(builder("telemetry").consumerGroup("nobody").buildConsumerClient());
        assertThatThrownBy(() -> read(group, "0", EventPosition.earliest(), 1)).isInstanceOf(RuntimeException.class);
    }

    @Test
    void makesSendersWaitWhoSendTooMuch() throws Exception {
        peer.create(HubSpec.of("narrow", 1).withEventsPerSecond(10));
        EventHubProducerClient producer = closing(builder("narrow").buildProducerClient());

        producer.send(events("e", 10));
        assertThatThrownBy(() -> producer.send(events("e", 10))).hasStackTraceContaining("is being throttled");

        clock.advance(Duration.ofSeconds(1));
        producer.send(events("e", 10));
        assertThat(peer.last("narrow", 0)).isEqualTo(19);
    }

    @Test
    void speaksTls() throws Exception {
        SSLContext before = SSLContext.getDefault();
        SSLContext.setDefault(peer.clientTls()); // the one place where the client lets itself be told
        try {
            EventHubConsumerClient consumer = closing(new EventHubClientBuilder()
                    .connectionString(peer.tlsConnectionString(), "telemetry")
                    .customEndpointAddress("https://localhost:" + peer.tlsPort())
                    .consumerGroup(GROUP)
                    .retryOptions(once())
                    .buildConsumerClient());
            peer.put("telemetry", 3, null, "secret".getBytes(UTF_8), Map.of());

            assertThat(read(consumer, "3", EventPosition.earliest(), 1)
                            .get(0)
                            .getData()
                            .getBodyAsString())
                    .isEqualTo("secret");
        } finally {
            SSLContext.setDefault(before);
        }
    }

    @Test
    void misbehavesOnRequest() {
        Faults faults = peer.faults();
        List<Fault> all = List.of(
                () -> faults.dropSocket("telemetry", 0),
                () -> faults.detach("telemetry", 0),
                () -> faults.forceClose("telemetry", 0),
                () -> faults.stealEpoch("telemetry", 0),
                () -> faults.malformedFrame("telemetry", 0),
                () -> faults.expireTokens("telemetry", 0));
        for (Fault fault : all) {
            Queue<String> signals = new ConcurrentLinkedQueue<>();
            EventHubConsumerAsyncClient client = builder("telemetry").buildAsyncConsumerClient();
            var subscription = client.receiveFromPartition("0", EventPosition.latest())
                    .subscribe(event -> {}, error -> signals.add("error"), () -> signals.add("end"));
            await().atMost(PATIENCE).until(() -> peer.readers("telemetry", 0) == 1);

            // When
            assertThat(fault.inject()).isEqualTo(1);

            // Then
            await().atMost(PATIENCE).until(() -> !signals.isEmpty());
            subscription.dispose();
            client.close();
        }
    }

    private interface Fault {
        int inject();
    }

    private EventHubProducerClient producer() {
        return closing(builder("telemetry").buildProducerClient());
    }

    private EventHubConsumerClient consumer() {
        return closing(builder("telemetry").buildConsumerClient());
    }

    private EventHubClientBuilder builder(String hub) {
        return new EventHubClientBuilder()
                .connectionString(peer.connectionString(), hub)
                .consumerGroup(GROUP)
                .retryOptions(once());
    }

    private <T extends AutoCloseable> T closing(T client) {
        open.add(client);
        return client;
    }

    private static AmqpRetryOptions once() {
        return new AmqpRetryOptions().setMaxRetries(0).setTryTimeout(Duration.ofSeconds(60));
    }

    private static List<EventData> events(String prefix, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> {
                    EventData event = new EventData(prefix + i);
                    event.getProperties().put("index", i);
                    return event;
                })
                .toList();
    }

    private static String first(EventHubConsumerClient consumer, EventPosition position) {
        return read(consumer, "0", position, 1).get(0).getData().getBodyAsString();
    }

    private static List<PartitionEvent> read(
            EventHubConsumerClient consumer, String partition, EventPosition position, int count) {
        return consumer.receiveFromPartition(partition, count, position, PATIENCE).stream()
                .toList();
    }
}
