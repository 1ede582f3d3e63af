package io.millrace.connectors.eventhubs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.millrace.connectors.delivery.FakeSinkContext;
import io.millrace.connectors.delivery.FakeSourceContext;
import io.millrace.connectors.testing.EventHubsPeer;
import io.millrace.connectors.testing.HubSpec;
import io.millrace.connectors.testing.PeerOptions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.net.ssl.SSLContext;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.sink.SinkRecord;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Shared access signatures, Entra ID and web sockets, against the peer, with TLS. */
@Timeout(120)
class AuthenticationIT {
    private static final String HUB = "alerts";
    private static final String TOKEN = "a-token-of-entra-id";

    private final SSLContext before = SSLContext.getDefault();
    private final PeerOptions options = PeerOptions.of(HubSpec.of(HUB, 1));
    private final EventHubsPeer peer;

    AuthenticationIT() throws Exception {
        peer = EventHubsPeer.start(options);
        SSLContext.setDefault(peer.clientTls());
    }

    @AfterEach
    void stop() {
        peer.close();
        SSLContext.setDefault(before);
    }

    private Map<String, String> config(Map<String, String> more) {
        Map<String, String> config = new HashMap<>(Map.of(
                "eventhubs.namespace",
                "localhost",
                "eventhubs.hub",
                HUB,
                "eventhubs.endpoint",
                "https://localhost:" + peer.tlsPort(),
                "eventhubs.backoff.ms",
                "1",
                "eventhubs.timeout.ms",
                "60000"));
        config.putAll(more);
        return config;
    }

    /** Sends one record, in whatever process this is. */
    private static void send(Map<String, String> config) {
        EventHubsSinkTask task = new EventHubsSinkTask();
        task.initialize(new FakeSinkContext());
        try {
            task.start(config);
            task.put(List.of(new SinkRecord("alerts", 0, null, "pump-1", null, "{}", 0)));
        } finally {
            task.stop();
        }
    }

    /** Receives one record, in whatever process this is. */
    private static String receive(Map<String, String> config) {
        Map<String, String> all = new HashMap<>(config);
        all.put("topic", "readings");
        EventHubsSourceConnector connector = new EventHubsSourceConnector();
        EventHubsSourceTask task = new EventHubsSourceTask();
        task.initialize(new FakeSourceContext());
        try {
            connector.start(all);
            task.start(connector.taskConfigs(1).get(0));
            for (int polls = 0; polls < 600; polls++) {
                List<SourceRecord> records = task.poll();
                if (records != null) {
                    return new String((byte[]) records.get(0).value(), UTF_8);
                }
            }
            return "nothing";
        } finally {
            task.stop();
            connector.stop();
        }
    }

    private String signature(String resource, Instant expiry) throws Exception {
        String encoded = URLEncoder.encode(resource, UTF_8);
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(options.key().getBytes(UTF_8), "HmacSHA256"));
        byte[] signed = mac.doFinal((encoded + '\n' + expiry.getEpochSecond()).getBytes(UTF_8));
        return "SharedAccessSignature sr=" + encoded + "&sig="
                + URLEncoder.encode(Base64.getEncoder().encodeToString(signed), UTF_8) + "&se="
                + expiry.getEpochSecond() + "&skn=" + options.keyName();
    }

    @Test
    void aSharedAccessSignatureLetsInUntilItExpires() throws Exception {
        String resource = "amqp://localhost/" + HUB;

        Map<String, String> good =
                config(Map.of("eventhubs.sas", signature(resource, Instant.now().plusSeconds(600))));
        send(good);
        assertThat(peer.last(HUB, 0)).isZero();
        assertThat(receive(good)).isEqualTo("{}");

        String expired = signature(resource, Instant.now().minusSeconds(600));
        assertThatThrownBy(() -> send(config(Map.of("eventhubs.sas", expired))))
                .isInstanceOf(RetriableException.class)
                .hasMessageContaining("ExpiredToken")
                .hasMessageNotContaining(expired.substring(60));
        assertThatThrownBy(() -> receive(config(Map.of("eventhubs.sas", expired))))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("ExpiredToken")
                .hasMessageNotContaining(expired.substring(60));
        assertThat(peer.last(HUB, 0)).isZero();
    }

    @Test
    void webSocketsReachTheHubToo() throws Exception {
        Map<String, String> config = config(Map.of(
                "eventhubs.sas",
                signature("amqp://localhost/" + HUB, Instant.now().plusSeconds(600)),
                "eventhubs.transport",
                "websockets",
                "eventhubs.endpoint",
                "https://localhost:" + peer.webSocketPort()));
        send(config);

        assertThat(peer.last(HUB, 0)).isZero();
        assertThat(receive(config)).isEqualTo("{}");
    }

    /** {@code DefaultAzureCredential} finds a managed identity by its environment, and asks it for a token. */
    @Test
    void aTokenOfEntraIdLetsIn(@TempDir Path directory) throws Exception {
        ConcurrentLinkedQueue<String> asked = new ConcurrentLinkedQueue<>();
        HttpServer identity = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        identity.createContext("/", exchange -> {
            asked.add(exchange.getRequestHeaders().getFirst("X-IDENTITY-HEADER")
                    + ' '
                    + exchange.getRequestURI().getQuery());
            byte[] answer = ("{\"access_token\":\"" + TOKEN + "\",\"expires_on\":\""
                            + Instant.now().plusSeconds(3_600).getEpochSecond()
                            + "\",\"resource\":\"https://eventhubs.azure.net\",\"token_type\":\"Bearer\"}")
                    .getBytes(UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        identity.start();
        try {
            String url = "http://127.0.0.1:" + identity.getAddress().getPort() + "/token";

            // A token that the service does not know, then one that it does.
            assertThat(child(directory, url)).contains("InvalidToken").doesNotContain(TOKEN);
            peer.acceptBearer(TOKEN);
            assertThat(child(directory, url)).contains("sent, and received {}");

            assertThat(asked).isNotEmpty().allSatisfy(request -> assertThat(request)
                    .contains("the-header", "https://eventhubs.azure.net"));
            assertThat(peer.last(HUB, 0)).isZero();
        } finally {
            identity.stop(0);
        }
    }

    /** What {@link #main} prints in a process whose environment has a managed identity. */
    private String child(Path directory, String identityUrl) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry(
                "peer",
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(new java.io.ByteArrayInputStream(
                                peer.certificatePem().getBytes(UTF_8))));
        Path store = directory.resolve("trusted.p12");
        try (java.io.OutputStream out = Files.newOutputStream(store)) {
            trusted.store(out, "changeit".toCharArray());
        }
        ProcessBuilder builder = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djavax.net.ssl.trustStore=" + store,
                "-Djavax.net.ssl.trustStorePassword=changeit",
                "-cp",
                System.getProperty("java.class.path"),
                AuthenticationIT.class.getName());
        builder.environment().put("IDENTITY_ENDPOINT", identityUrl);
        builder.environment().put("IDENTITY_HEADER", "the-header");
        config(Map.of()).forEach((key, value) -> builder.environment().put("CONNECTOR:" + key, value));
        Path output = directory.resolve("output");
        Process process = builder.redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return Files.readString(output);
        } finally {
            process.destroyForcibly();
        }
    }

    /** In the child: its connector's configuration is in the environment. */
    public static void main(String[] arguments) {
        Map<String, String> config = new HashMap<>();
        System.getenv().forEach((key, value) -> {
            if (key.startsWith("CONNECTOR:")) {
                config.put(key.substring("CONNECTOR:".length()), value);
            }
        });
        try {
            send(config);
            System.out.println("sent, and received " + receive(config));
        } catch (RetriableException e) {
            System.out.println("not sent: " + e.getMessage());
        }
        System.exit(0); // the SDK's threads are no daemons
    }
}
