package io.millrace.deploy.page;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PageServerTest {
    private static final long NOW = 1_764_000_000_000L;
    private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final ManualClock clock = new ManualClock(NOW);
    private final LiveState state = new LiveState("pumps", List.of("/flow"), clock);
    private volatile Supplier<Readiness> readiness = () -> new Readiness(true, "scoring");
    private final PageServer server =
            PageServer.start(ANY, state, () -> readiness.get(), new PageServer.Limits(2, 20, 500));
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void close() {
        server.close();
    }

    @ParameterizedTest
    @CsvSource({
        "/,text/html; charset=utf-8,<title>Millrace</title>",
        "/page.css,text/css; charset=utf-8,prefers-color-scheme",
        "/app.js,text/javascript; charset=utf-8,EventSource",
        "/charts.js,text/javascript; charset=utf-8,uPlot",
        "/device.js,text/javascript; charset=utf-8,DevicePanel",
        "/devices.js,text/javascript; charset=utf-8,DevicePicker",
        "/tables.js,text/javascript; charset=utf-8,AlertTable",
        "/format.js,text/javascript; charset=utf-8,element",
        "/favicon.svg,image/svg+xml,<svg",
        "/vendor/uPlot.esm.js,text/javascript; charset=utf-8,export { uPlot as default }",
        "/vendor/uPlot.min.css,text/css; charset=utf-8,.uplot",
    })
    void servesThePagesFiles(String path, String contentType, String part) throws Exception {
        // When
        HttpResponse<String> response = get(path);

        // Then
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).contains(part);
        assertThat(response.headers().firstValue("Content-Type")).contains(contentType);
        assertThat(response.headers().firstValue("Cache-Control")).contains("no-cache");
        assertThat(response.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(response.headers().firstValue("Content-Security-Policy").orElseThrow())
                .startsWith("default-src 'none'; script-src 'self';")
                .doesNotContain("unsafe");
    }

    @Test
    void doesNotSendAFileTwiceToABrowserThatHasIt() throws Exception {
        // Given
        String tag = get("/app.js").headers().firstValue("ETag").orElseThrow();

        // When
        HttpResponse<String> response = client.send(
                HttpRequest.newBuilder(uri("/app.js"))
                        .header("If-None-Match", tag)
                        .build(),
                BodyHandlers.ofString());

        // Then
        assertThat(response.statusCode()).isEqualTo(304);
        assertThat(response.body()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/../pom.xml",
                "/..%2f..%2fpom.xml",
                "/%2e%2e/log4j2.xml",
                "/vendor/../page.css",
                "//page.css",
                "/page/index.html",
                "/nothing",
                "/api/device/nobody",
            })
    void hasNothingOutsideItsList(String path) throws Exception {
        assertThat(raw("GET " + path + " HTTP/1.1", "Host: localhost")).startsWith("HTTP/1.1 404 ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST:8080", "127.0.0.1", "127.8.9.1:80", "[::1]:8080"})
    void answersToLocalNames(String host) throws Exception {
        assertThat(raw("GET /health/live HTTP/1.1", "Host: " + host)).startsWith("HTTP/1.1 200 ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"evil.example", "localhost.evil.example", "127.0.0.1.evil.example:80", "evil.example:127", ""})
    void refusesOtherNamesOnTheLoopbackAddress(String host) throws Exception {
        assertThat(raw("GET /api/stats HTTP/1.1", "Host: " + host))
                .startsWith("HTTP/1.1 403 ")
                .contains("this page answers to localhost and 127.0.0.1 only");
    }

    @Test
    void answersToAnyNameWhereItIsBoundToMore() throws Exception {
        assertThat(new HostCheck(InetAddress.getByName("0.0.0.0")).allows("pumps.example"))
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "OPTIONS"})
    void onlyTells(String method) throws Exception {
        // When
        HttpResponse<String> response = client.send(
                HttpRequest.newBuilder(uri("/api/stats"))
                        .method(method, HttpRequest.BodyPublishers.ofString("{}"))
                        .build(),
                BodyHandlers.ofString());

        // Then
        assertThat(response.statusCode()).isEqualTo(405);
        assertThat(response.headers().firstValue("Allow")).contains("GET, HEAD");
        assertThat(response.body()).contains("method must be GET or HEAD, got: " + method);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/api/stats", "/events"})
    void answersHeadWithoutABody(String path) throws Exception {
        // When
        HttpResponse<String> response = client.send(
                HttpRequest.newBuilder(uri(path))
                        .method("HEAD", HttpRequest.BodyPublishers.noBody())
                        .build(),
                BodyHandlers.ofString());

        // Then
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEmpty();
    }

    @Test
    void tellsHealth() throws Exception {
        // Then
        assertThat(get("/health/live").statusCode()).isEqualTo(200);
        assertThat(get("/health/live").body()).isEqualTo("{\"status\":\"live\"}");
        assertThat(get("/health/ready").statusCode()).isEqualTo(200);
        assertThat(get("/health/ready").body()).isEqualTo("{\"ready\":true,\"reason\":\"scoring\"}");

        // When
        readiness = () -> new Readiness(false, "rebalancing");

        // Then
        assertThat(get("/health/ready").statusCode()).isEqualTo(503);
        assertThat(get("/health/ready").body()).isEqualTo("{\"ready\":false,\"reason\":\"rebalancing\"}");
        assertThat(get("/health/live").statusCode()).isEqualTo(200);

        // When
        readiness = () -> {
            throw new IllegalStateException("closed");
        };

        // Then
        assertThat(get("/health/ready").statusCode()).isEqualTo(503);
        assertThat(get("/health/ready").body()).contains("cannot tell: java.lang.IllegalStateException: closed");
    }

    @Test
    void tellsWhatIsKnownAsJson() throws Exception {
        // Given
        state.apply(new Seen.Telemetry("pump/1", NOW, new double[] {Double.NaN}));
        state.apply(new Seen.Prediction("pump/1", NOW, Map.of("anomaly", 0.5), "OK", null, "CUDA"));
        state.apply(new Seen.Alert("pump/1", "wear", true, "critical", 0.5, NOW, NOW, 1, "m 3", false));
        state.apply(new Seen.DeadLetter(NOW, "decode", "truncated", "", "at byte 8", "telemetry-0@7", "k"));

        // Then
        assertThat(get("/api/device/pump%2F1").body())
                .contains("\"signals\":{\"t\":[1764000000000],\"v\":[[null]]}")
                .contains("\"scores\":{\"t\":[1764000000000],\"v\":[[0.5]]}");
        assertThat(get("/api/devices?q=MP%2f").body()).contains("\"id\":\"pump/1\",\"firing\":1,\"score\":0.5");
        assertThat(get("/api/devices?q=x").body()).isEqualTo("[]");
        assertThat(get("/api/alerts").body()).contains("\"rule\":\"wear\",\"firing\":true");
        assertThat(get("/api/dead-letters").body()).contains("\"detail\":\"at byte 8\"");
        assertThat(get("/api/stats").body())
                .contains("\"pipeline\":\"pumps\"")
                .contains("\"p50\":null")
                .contains("\"provider\":\"CUDA\"");
    }

    @Test
    void streamsWhatIsNew() throws Exception {
        // Given
        state.apply(new Seen.Telemetry("p 1", NOW, new double[] {1}));
        try (BufferedReader events = open("/events?device=p%201")) {
            // Then
            assertThat(next(events, "stats")).contains("\"ready\":true");
            assertThat(next(events, "device")).contains("\"reset\":true").contains("\"v\":[[1.0]]");
            assertThat(next(events, "devices")).contains("\"id\":\"p 1\"");
            assertThat(next(events, "alerts")).isEqualTo("[]");
            assertThat(next(events, "dead-letters")).isEqualTo("[]");
            assertThat(next(events, "device")).contains("\"reset\":false").contains("\"t\":[]");

            // When
            state.apply(new Seen.Alert("p 1", "wear", true, "critical", 0.5, NOW, NOW, 1, "m 3", false));

            // Then
            assertThat(next(events, "alerts")).contains("\"firing\":true");
        }
        try (BufferedReader events = open("/events?device=nobody")) {
            assertThat(next(events, "unknown-device")).isEqualTo("{\"id\":\"nobody\"}");
        }
    }

    @Test
    void grantsABoundedNumberOfLivePagesAndFreesThePlaceOfOneThatLeaves() throws Exception {
        // Given
        BufferedReader first = open("/events");
        BufferedReader second = open("/events");
        next(first, "stats");
        next(second, "stats");

        // When
        HttpResponse<String> refused = get("/events");

        // Then
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.body()).contains("live pages open must be at most 2");

        // When
        first.close();

        // Then
        await().until(() -> canOpenAStream(server));
        second.close();
    }

    @Test
    void dropsAClientThatDoesNotRead() throws Exception {
        // Given
        List<String> signals = IntStream.range(0, 40).mapToObj(i -> "/" + i).toList();
        LiveState wide = new LiveState("pumps", signals, clock);
        wide.apply(new Seen.Telemetry("p", NOW, new double[40]));
        PageServer.Limits one = new PageServer.Limits(1, 20, 300);
        try (PageServer small = PageServer.start(ANY, wide, readiness, one);
                Socket lazy = new Socket()) {
            lazy.setReceiveBufferSize(4_096);
            lazy.connect(small.address());
            String request = "GET /events?device=p HTTP/1.1\r\nHost: localhost\r\n\r\n";
            lazy.getOutputStream().write(request.getBytes(US_ASCII));
            assertThat(lazy.getInputStream().read()).isEqualTo('H');
            assertThat(canOpenAStream(small)).isFalse();

            // When
            await().atMost(Duration.ofSeconds(30)).until(() -> {
                for (int i = 0; i < DeviceTrack.POINTS; i++) {
                    wide.apply(new Seen.Telemetry("p", NOW, new double[40]));
                }
                return canOpenAStream(small);
            });

            // Then
            assertThat(get("/health/live").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void saysWhatToDoAboutAnOccupiedPort() {
        int port = server.address().getPort();
        assertThatThrownBy(() -> PageServer.start(server.address(), state, readiness, PageServer.Limits.DEFAULT))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("cannot serve the page at ")
                .hasMessageContaining(":" + port + ": ")
                .hasMessageEndingWith("; end what uses that port, or name another one");
    }

    private boolean canOpenAStream(PageServer at) throws IOException, InterruptedException {
        URI events = URI.create("http://127.0.0.1:" + at.address().getPort() + "/events");
        HttpResponse<InputStream> response =
                client.send(HttpRequest.newBuilder(events).build(), BodyHandlers.ofInputStream());
        response.body().close();
        return response.statusCode() == 200;
    }

    private BufferedReader open(String path) throws IOException, InterruptedException {
        HttpResponse<InputStream> response =
                client.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofInputStream());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Type")).contains("text/event-stream; charset=utf-8");
        return new BufferedReader(new InputStreamReader(response.body(), UTF_8));
    }

    private static String next(BufferedReader events, String name) throws IOException {
        String line;
        while ((line = events.readLine()) != null) {
            if (line.equals("event: " + name)) {
                return events.readLine().substring("data: ".length());
            }
        }
        throw new AssertionError("the stream ended before an event: " + name);
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.address().getPort() + path);
    }

    private String raw(String... lines) throws IOException {
        try (Socket socket =
                new Socket(server.address().getAddress(), server.address().getPort())) {
            String request = String.join("\r\n", lines) + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), US_ASCII);
        }
    }
}
