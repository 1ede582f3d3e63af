package io.millrace.connectors.eventhubs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.connectors.testing.EventHubsPeer;
import io.millrace.connectors.testing.HubSpec;
import io.millrace.connectors.testing.PeerOptions;
import io.millrace.connectors.worker.ConnectorSpec;
import java.nio.file.Path;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.qpid.proton.Proton;
import org.apache.qpid.proton.amqp.Binary;
import org.apache.qpid.proton.amqp.Symbol;
import org.apache.qpid.proton.amqp.UnsignedInteger;
import org.apache.qpid.proton.amqp.messaging.AmqpValue;
import org.apache.qpid.proton.amqp.messaging.ApplicationProperties;
import org.apache.qpid.proton.amqp.messaging.Data;
import org.apache.qpid.proton.message.Message;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From the peer through the embedded worker to the embedded broker. */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EventHubsSourceIT {
    private final EventHubsPeer peer;
    private final SourceRig rig;

    EventHubsSourceIT(@TempDir Path directory) throws Exception {
        peer = EventHubsPeer.start(PeerOptions.of());
        rig = SourceRig.start(directory);
    }

    @AfterAll
    void stop() {
        rig.close();
        peer.close();
    }

    @Test
    void bringsEventsWithKeysAndHeadersInTheirOrder() {
        // Given
        hub("mapped", 2);
        Message message = Proton.message();
        message.setBody(new Data(new Binary("{\"t\":1}".getBytes(UTF_8))));
        message.setContentType("application/json");
        message.setMessageId("m-1");
        UUID uuid = UUID.fromString("00000000-0000-0000-0000-000000000007");
        Map<String, Object> properties = new LinkedHashMap<>();
        properties.put("text", "warm");
        properties.put("int", 7);
        properties.put("uint", UnsignedInteger.valueOf(9));
        properties.put("double", 1.5);
        properties.put("flag", true);
        properties.put("uuid", uuid);
        properties.put("symbol", Symbol.valueOf("s"));
        properties.put("time", Date.from(java.time.Instant.parse("2026-01-31T12:00:00Z")));
        properties.put("bytes", new Binary(new byte[] {1, 2}));
        message.setApplicationProperties(new ApplicationProperties(properties));

        // When
        peer.put("mapped", 1, "pump-7", message);
        source("mapped", Map.of());

        // Then
        ConsumerRecord<byte[], byte[]> record = rig.read(1, "mapped").get(0);
        assertThat(text(record.key())).isEqualTo("pump-7");
        assertThat(text(record.value())).isEqualTo("{\"t\":1}");
        assertThat(record.partition()).isEqualTo(1);
        Map<String, String> headers = headers(record);
        assertThat(headers)
                .containsEntry("text", "warm")
                .containsEntry("int", "7")
                .containsEntry("uint", "9")
                .containsEntry("double", "1.5")
                .containsEntry("flag", "true")
                .containsEntry("uuid", uuid.toString())
                .containsEntry("symbol", "s")
                .containsEntry("time", "2026-01-31T12:00:00Z")
                .containsEntry("bytes", "\u0001\u0002")
                .containsEntry("eventhubs-partition", "1")
                .containsEntry("eventhubs-sequence-number", "0")
                .containsEntry("eventhubs-partition-key", "pump-7")
                .containsEntry("amqp-content-type", "application/json")
                .containsEntry("amqp-message-id", "m-1");
        assertThat(java.time.Instant.parse(headers.get("eventhubs-enqueued-time"))
                        .toEpochMilli())
                .isEqualTo(record.timestamp());
    }

    @Test
    void goesOnWhereItWasAfterARestartAndFindsNewPartitions() {
        hub("grown", 1);
        put("grown", 0, 0, 50);
        source("grown", Map.of("eventhubs.discovery.ms", "500"));
        rig.read(50, "grown");

        // When
        rig.restartWorker();
        put("grown", 0, 50, 100);
        peer.addPartitions("grown", 1);
        put("grown", 1, 0, 30);

        // Then
        List<ConsumerRecord<byte[], byte[]>> records = rig.read(130, "grown");
        assertThat(records).hasSize(130);
        assertThat(values(records, 0)).containsExactlyElementsOf(numbers(0, 100));
        assertThat(values(records, 1)).containsExactlyElementsOf(numbers(0, 30));
    }

    @Test
    void goesOnAfterEveryFault() {
        hub("faulty", 1);
        source("faulty", Map.of("eventhubs.stall.ms", "300", "eventhubs.timeout.ms", "2000"));
        List<Runnable> faults = List.of(
                () -> peer.faults().dropSocket("faulty", 0),
                () -> peer.faults().detach("faulty", 0),
                () -> peer.faults().forceClose("faulty", 0),
                () -> peer.faults().stall("faulty", 0),
                () -> peer.faults().freeze("faulty", 0),
                () -> peer.faults().stealEpoch("faulty", 0),
                () -> peer.faults().malformedFrame("faulty", 0),
                () -> peer.faults().expireTokens("faulty", 0),
                () -> peer.faults().serverBusy("faulty", java.time.Duration.ofMillis(300)),
                () -> {
                    peer.faults().repeatAfterReconnect("faulty", 0, 7);
                    peer.faults().dropSocket("faulty", 0);
                });
        try (SourceRig.Reading reading = new SourceRig.Reading(rig.kafka(), "faulty")) {
            for (int i = 0; i < faults.size(); i++) {
                put("faulty", 0, 10 * i, 10 * i + 5);
                int expected = 10 * i + 5;
                await().atMost(SourceRig.PATIENCE)
                        .until(() -> reading.poll().size() >= expected && peer.readers("faulty", 0) == 1);

                // When
                faults.get(i).run();
                put("faulty", 0, 10 * i + 5, 10 * i + 10);
            }

            // Then
            await().atMost(SourceRig.PATIENCE).until(() -> reading.poll().size() >= 100);
            assertThat(values(reading.poll(), 0)).containsExactlyElementsOf(numbers(0, 100));
        }
    }

    /** They share a connection: what is asked about one of them must not keep another from being subscribed again. */
    @Test
    void goesOnWithAllPartitionsOfAConnectionThatFallsSilent() {
        hub("silent", 2);
        source("silent", Map.of("tasks.max", "1", "eventhubs.stall.ms", "500", "eventhubs.timeout.ms", "500"));
        int rounds = 8;
        try (SourceRig.Reading reading = new SourceRig.Reading(rig.kafka(), "silent")) {
            for (int i = 0; i < rounds; i++) {
                await().atMost(SourceRig.PATIENCE)
                        .until(() -> peer.readers("silent", 0) == 1 && peer.readers("silent", 1) == 1);
                int expected = 2 * i + 1;
                put("silent", 1, i, i + 1); // so that it is looked into later than the other
                await().atMost(SourceRig.PATIENCE).until(() -> reading.poll().size() >= expected);

                // When
                peer.faults().freeze("silent", 0);
                put("silent", 0, i, i + 1);

                // Then
                await().atMost(SourceRig.PATIENCE).until(() -> reading.poll().size() > expected);
            }
            assertThat(values(reading.poll(), 0)).containsExactlyElementsOf(numbers(0, rounds));
            assertThat(values(reading.poll(), 1)).containsExactlyElementsOf(numbers(0, rounds));
        }
    }

    @Test
    void waitsForAHubThatIsBusyWhenItStarts() {
        hub("crowded", 1);
        put("crowded", 0, 0, 10);
        peer.faults().serverBusy("crowded", java.time.Duration.ofSeconds(2));

        // When
        unwatched("crowded", Map.of("eventhubs.backoff.ms", "1000", "eventhubs.backoff.max.ms", "1000"));

        // Then
        assertThat(values(rig.read(10, "crowded"), 0)).containsExactlyElementsOf(numbers(0, 10));
    }

    @Test
    void marksWhatRetentionHasTakenWhenToldToGoOn() {
        hub("lossy", 1);
        put("lossy", 0, 0, 10);
        source("lossy", Map.of("eventhubs.on.loss", "continue"));
        rig.read(10, "lossy");
        rig.worker().run(List.of());
        await().atMost(SourceRig.PATIENCE).until(() -> peer.readers("lossy", 0) == 0);

        // When
        put("lossy", 0, 10, 30);
        peer.trim("lossy", 0, 25);
        source("lossy", Map.of("eventhubs.on.loss", "continue"));

        // Then
        assertThat(values(rig.read(15, "lossy"), 0))
                .containsExactlyElementsOf(IntStream.concat(IntStream.range(0, 10), IntStream.range(25, 30))
                        .mapToObj(Integer::toString)
                        .toList());
        ConsumerRecord<byte[], byte[]> marker = rig.read(1, "lossy-dead").get(0);
        assertThat(headers(marker))
                .containsEntry("millrace-reason", "events-lost")
                .containsEntry("millrace-offset", "10")
                .containsEntry("millrace-lost", "15")
                .containsEntry("millrace-partition", "0");
    }

    @Test
    void endsTheTaskWithTheReasonWhenEventsAreMissing() {
        hub("strict", 1);
        put("strict", 0, 0, 10);
        unwatched("strict", Map.of());
        rig.read(10, "strict");

        // When
        peer.faults().skip("strict", 0, 3);
        put("strict", 0, 10, 20);

        // Then
        await().atMost(SourceRig.PATIENCE).untilAsserted(() -> assertThat(
                        rig.worker().client().status("strict").reason().orElse(""))
                .contains("events are lost", "sequence numbers 10 to 12", "eventhubs.on.loss"));
        assertThat(values(rig.read(10, "strict"), 0)).containsExactlyElementsOf(numbers(0, 10));
    }

    @Test
    void makesDeadLettersOfWhatCannotBecomeARecord() {
        hub("poison", 1);
        Message value = Proton.message();
        value.setBody(new AmqpValue("no bytes"));
        peer.put("poison", 0, null, value);
        peer.put("poison", 0, "big", new byte[2_000], Map.of());
        put("poison", 0, 2, 3);
        source("poison", Map.of("eventhubs.max.bytes", "1000"));

        assertThat(values(rig.read(1, "poison"), 0)).containsExactly("2");
        List<ConsumerRecord<byte[], byte[]>> dead = rig.read(2, "poison-dead");
        assertThat(dead.stream().map(record -> headers(record).get("millrace-reason")))
                .containsExactly("empty", "too-large");
        assertThat(headers(dead.get(1)))
                .containsEntry("millrace-offset", "1")
                .containsEntry("millrace-stage", "source");
    }

    @Test
    void connectItselfFindsWhatIsWrong() {
        assertThat(problems(Map.of())).containsOnlyKeys("eventhubs.connection.string", "eventhubs.hub");
        assertThat(problems(Map.of(
                        "eventhubs.connection.string", "HostName=x.azure-devices.net;SharedAccessKey=secret",
                        "eventhubs.hub", "h",
                        "eventhubs.start", "yesterday",
                        "eventhubs.prefetch", "0",
                        "eventhubs.namespace", "sb://x")))
                .containsOnlyKeys(
                        "eventhubs.connection.string", "eventhubs.start", "eventhubs.prefetch", "eventhubs.namespace")
                .satisfies(found -> assertThat(found.toString())
                        .contains("give it as iothub.connection.string", "sequence:NUMBER")
                        .doesNotContain("secret"));
        assertThat(problems(Map.of(
                        "eventhubs.connection.string", peer.connectionString() + ";EntityPath=one",
                        "eventhubs.hub", "other",
                        "eventhubs.on.loss", "continue")))
                .containsOnlyKeys("eventhubs.hub", "eventhubs.on.loss");
    }

    private Map<String, List<String>> problems(Map<String, String> config) {
        Map<String, String> all = new HashMap<>(config);
        all.put("connector.class", EventHubsSourceConnector.class.getName());
        all.put("topic", "any");
        return rig.worker().client().validate(new ConnectorSpec("bad", all));
    }

    private void hub(String name, int partitions) {
        peer.create(HubSpec.of(name, partitions));
        rig.topic(name, 2);
        rig.topic(name + "-dead", 1);
    }

    private void source(String name, Map<String, String> more) {
        rig.run(name, EventHubsSourceConnector.class, config(name, more));
    }

    /** Nobody starts it again when it fails, as the worker does with connectors that it was told to run. */
    private void unwatched(String name, Map<String, String> more) {
        Map<String, String> config = config(name, more);
        config.put("connector.class", EventHubsSourceConnector.class.getName());
        rig.worker().client().put(new ConnectorSpec(name, config));
    }

    private Map<String, String> config(String name, Map<String, String> more) {
        Map<String, String> config = new HashMap<>(Map.of(
                "eventhubs.connection.string",
                peer.connectionString(),
                "eventhubs.hub",
                name,
                "eventhubs.backoff.ms",
                "20",
                "eventhubs.backoff.max.ms",
                "500",
                "topic",
                name,
                "tasks.max",
                "2"));
        if (!name.equals("strict")) {
            config.put("eventhubs.dead.letters.topic", name + "-dead");
        }
        config.putAll(more);
        return config;
    }

    private void put(String hub, int partition, int from, int to) {
        IntStream.range(from, to)
                .forEach(i -> peer.put(hub, partition, null, Integer.toString(i).getBytes(UTF_8), Map.of()));
    }

    private static List<String> numbers(int from, int to) {
        return IntStream.range(from, to).mapToObj(Integer::toString).toList();
    }

    private static List<String> values(List<ConsumerRecord<byte[], byte[]>> records, int partition) {
        return records.stream()
                .filter(record -> record.partition() == partition)
                .map(record -> text(record.value()))
                .toList();
    }

    private static Map<String, String> headers(ConsumerRecord<byte[], byte[]> record) {
        Map<String, String> headers = new HashMap<>();
        for (Header header : record.headers()) {
            headers.put(header.key(), text(header.value()));
        }
        return headers;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }
}
