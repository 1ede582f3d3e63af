package io.millrace.connectors.alerts;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.connectors.broker.BrokerOptions;
import io.millrace.connectors.broker.EmbeddedBroker;
import io.millrace.connectors.broker.TopicSpec;
import io.millrace.connectors.broker.Topics;
import io.millrace.connectors.worker.ConnectorSpec;
import io.millrace.connectors.worker.EmbeddedWorker;
import io.millrace.connectors.worker.WorkerOptions;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.management.ObjectName;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The sinks in the embedded worker, on the embedded broker, against web servers. */
@Timeout(180)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SinksIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private final Path directory;
    private final EmbeddedBroker broker;
    private final Map<String, Object> kafka;
    private final EmbeddedWorker worker;
    private final KafkaProducer<String, String> producer;

    SinksIT(@TempDir Path directory) throws Exception {
        this.directory = directory;
        broker = EmbeddedBroker.start(BrokerOptions.in(directory.resolve("broker")));
        kafka = Map.of("bootstrap.servers", broker.bootstrapServers());
        worker = EmbeddedWorker.start(new WorkerOptions("pumps-connect", kafka, true, Map.of()));
        producer = new KafkaProducer<>(kafka, new StringSerializer(), new StringSerializer());
        Files.writeString(directory.resolve("hook-secret"), SECRET + "\n");
    }

    @AfterAll
    void stop() {
        producer.close();
        worker.close();
        broker.close();
    }

    @Test
    void postsSignedCloudEventsInOrderAndTriesAgain() throws Exception {
        topics("alerts-hook", "undelivered");
        try (Receiver receiver = new Receiver(request -> request == 1 ? 503 : request == 3 ? 400 : 204)) {
            // Given
            Map<String, String> config = new HashMap<>(Map.of(
                    "connector.class",
                    WebhookSinkConnector.class.getName(),
                    "topics",
                    "alerts-hook",
                    "webhook.url",
                    receiver.url() + "/hook",
                    "webhook.secret",
                    "${file:" + directory + "/hook-secret}",
                    "webhook.backoff.ms",
                    "50"));
            config.putAll(deadLetters("undelivered"));
            worker.run(List.of(new ConnectorSpec("hook", config)));

            // When
            send("alerts-hook", "pump-1/wear", "{\"state\":\"FIRING\",\"revision\":1}");
            send("alerts-hook", "pump-2/wear", "{\"state\":\"FIRING\",\"revision\":1}");
            send("alerts-hook", "pump-3/wear", "{\"state\":\"FIRING\",\"revision\":1,\"notify\":false}");
            send("alerts-hook", "pump-4/wear", "{\"state\":\"FIRING\",\"refused\":true}");
            send("alerts-hook", "pump-5/wear", "no JSON");
            send("alerts-hook", "pump-6/wear", null);
            send("alerts-hook", "pump-7/wear", "{\"state\":\"RESOLVED\",\"revision\":2}");

            // Then
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(receiver.requests()).hasSize(5));
            List<Receiver.Request> requests = receiver.requests();
            assertThat(requests.stream().map(request -> request.headers().get("ce-id")))
                    .containsExactly(
                            "alerts-hook/0/0",
                            "alerts-hook/0/1",
                            "alerts-hook/0/1",
                            "alerts-hook/0/3",
                            "alerts-hook/0/6");
            Receiver.Request first = requests.get(0);
            assertThat(first.text()).isEqualTo("{\"state\":\"FIRING\",\"revision\":1}");
            assertThat(first.headers())
                    .containsEntry("ce-specversion", "1.0")
                    .containsEntry("content-type", "application/json");
            Instant sent = Instant.ofEpochSecond(Long.parseLong(first.headers().get("webhook-timestamp")));
            assertThat(first.headers())
                    .containsAllEntriesOf(new Signature(SECRET).headers("alerts-hook/0/0", sent, first.body()));
            assertThat(read("undelivered", 2))
                    .containsExactlyInAnyOrder("{\"state\":\"FIRING\",\"refused\":true}", "no JSON");
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(count("hook", "delivered")).isEqualTo(3));
            assertThat(count("hook", "failed")).isEqualTo(2);
            assertThat(count("hook", "retries")).isEqualTo(1);
            assertThat(count("hook", "deliveries")).isBetween(2L, 8L);
        }
    }

    @Test
    void tellsAlertmanagerOfOpenAlertsAlsoAfterARestart() throws Exception {
        topics("alerts-am");
        send("alerts-am", "pump-1/wear", alert("pump-1", "FIRING", "warning"));
        send("alerts-am", "pump-2/wear", alert("pump-2", "FIRING", "warning"));
        send("alerts-am", "pump-2/wear", alert("pump-2", "RESOLVED", "warning"));
        try (Receiver receiver = new Receiver(request -> request == 0 ? 500 : 200)) {
            // Given
            ConnectorSpec spec = new ConnectorSpec(
                    "am",
                    Map.of(
                            "connector.class", AlertmanagerSinkConnector.class.getName(),
                            "topics", "alerts-am",
                            "alertmanager.urls", receiver.url().toString(),
                            "alertmanager.labels", "team=pumps",
                            "alertmanager.resend.ms", "1000"));

            // When
            worker.run(List.of(spec));

            // Then
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(receiver.requests().size()).isGreaterThan(3));
            assertThat(receiver.requests().stream().map(Receiver.Request::text)).allSatisfy(body -> assertThat(body)
                    .contains("\"device\":\"pump-1\"", "\"alertname\":\"wear\"", "\"team\":\"pumps\"")
                    .doesNotContain("pump-2"));

            // When
            send("alerts-am", "pump-1/wear", alert("pump-1", "FIRING", "critical"));
            send("alerts-am", "pump-3/wear", alert("pump-3", "FIRING", "warning"));

            // Then
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(receiver.requests().stream().map(Receiver.Request::text))
                            .anySatisfy(body -> assertThat(body).contains("critical"))
                            .anySatisfy(body -> assertThat(body).contains("pump-3")));
            assertThat(count("am", "delivered")).isGreaterThan(3);
            assertThat(count("am", "retries")).isEqualTo(1);

            // When
            worker.client().delete("am");
            int before = receiver.requests().size();
            worker.run(List.of(spec));

            // Then
            await().atMost(PATIENCE).untilAsserted(() -> {
                String since = String.join(
                        "",
                        receiver.requests().stream()
                                .skip(before + 1)
                                .map(Receiver.Request::text)
                                .toList());
                assertThat(since).contains("pump-1", "pump-3").doesNotContain("pump-2");
            });
        }
    }

    @Test
    void connectItselfRefusesWhatCannotWork() {
        Map<String, List<String>> problems = worker.client()
                .validate(new ConnectorSpec(
                        "bad",
                        Map.of(
                                "connector.class", WebhookSinkConnector.class.getName(),
                                "topics", "alerts",
                                "webhook.url", "ftp://example.com",
                                "webhook.secret", "whsec_!",
                                "webhook.timeout.ms", "1")));
        assertThat(problems.keySet()).containsExactlyInAnyOrder("webhook.url", "webhook.secret", "webhook.timeout.ms");
        assertThat(problems.toString())
                .contains("must be an http: or https: URL")
                .doesNotContain("whsec_!");
    }

    /** As JMX shows it. */
    private static long count(String connector, String name) throws Exception {
        ObjectName bean = new ObjectName("kafka.connect:type=plugins,task=0,connector=" + connector);
        return (long) ManagementFactory.getPlatformMBeanServer().getAttribute(bean, name);
    }

    private static String alert(String device, String state, String severity) {
        return "{\"device\":\"" + device + "\",\"rule\":\"wear\",\"state\":\"" + state + "\",\"severity\":\"" + severity
                + "\",\"since\":1700000000000,\"time\":1700000001000}";
    }

    private static Map<String, String> deadLetters(String topic) {
        return Map.of(
                "errors.tolerance", "all",
                "errors.deadletterqueue.topic.name", topic,
                "errors.deadletterqueue.topic.replication.factor", "1");
    }

    private void topics(String... names) {
        for (String name : names) {
            Topics.ensure(kafka, List.of(TopicSpec.of(name, 1)));
        }
    }

    private void send(String topic, String key, @org.jspecify.annotations.Nullable String value) throws Exception {
        producer.send(new ProducerRecord<>(topic, key, value)).get();
    }

    private Set<String> read(String topic, int count) {
        Set<String> values = new HashSet<>();
        Map<String, Object> properties = new HashMap<>(kafka);
        properties.put("group.id", "test-" + topic);
        properties.put("auto.offset.reset", "earliest");
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(topic));
            await().atMost(PATIENCE).until(() -> {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
                    values.add(new String(record.value(), UTF_8));
                }
                return values.size() >= count;
            });
        }
        return values;
    }
}
