package io.millrace.connectors.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Against a web server that says of a task what the test wants, by a clock that the test moves. */
class RevivalTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1_000); // it may overflow
    private final List<String> restarted = new ArrayList<>();
    private final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    private final Revival revival;
    private volatile String task = "FAILED";

    RevivalTest() throws IOException {
        server.createContext("/connectors/", this::answer);
        server.start();
        URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        revival = new Revival(new ConnectClient(url), nanos::get);
        revival.watch(List.of("broken", "hub"));
    }

    @AfterEach
    void stop() {
        revival.close();
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String request = exchange.getRequestMethod() + ' ' + exchange.getRequestURI();
        String status =
                "{\"connector\":{\"state\":\"RUNNING\"},\"tasks\":[{\"state\":\"" + task + "\",\"trace\":\"x\"}]}";
        byte[] body = status.getBytes(UTF_8);
        if (request.startsWith("POST")) {
            restarted.add(request);
        }
        exchange.sendResponseHeaders(request.contains("/broken/") ? 500 : 200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    /** How often it was started again once this time has passed. */
    private int after(Duration time) {
        nanos.addAndGet(time.toNanos());
        int before = restarted.size();
        revival.look();
        return restarted.size() - before;
    }

    @Test
    void whatFailsAgainAndAgainIsStartedLaterEachTimeThoughAnotherCannotBeAskedAfter() {
        assertThat(after(Duration.ZERO)).isEqualTo(1);
        for (int seconds : new int[] {10, 20, 40, 80, 160, 300, 300}) {
            assertThat(after(Duration.ofSeconds(seconds).minusMillis(1))).isZero();
            assertThat(after(Duration.ofMillis(1))).as("after %d s", seconds).isEqualTo(1);
        }
        assertThat(restarted)
                .containsOnly("POST /connectors/hub/restart?includeTasks=true&onlyFailed=true")
                .hasSize(8);
    }

    @Test
    void whatHasRunForAMinuteIsStartedAtOnceAgain() {
        after(Duration.ZERO);
        assertThat(after(Duration.ofSeconds(10))).isEqualTo(1);

        task = "RUNNING";
        assertThat(after(Duration.ofSeconds(61))).isZero();
        task = "FAILED";

        assertThat(after(Duration.ZERO)).isEqualTo(1);
        assertThat(after(Duration.ofSeconds(10)))
                .as("the pause after a first time")
                .isEqualTo(1);
    }

    @Test
    void whoHadToWaitLongMustRunAsLong() {
        after(Duration.ZERO);
        for (int seconds : new int[] {10, 20, 40, 80}) {
            assertThat(after(Duration.ofSeconds(seconds))).isEqualTo(1);
        }

        task = "RUNNING";
        assertThat(after(Duration.ofSeconds(61))).isZero();
        task = "FAILED";

        assertThat(after(Duration.ZERO)).as("160 s have not passed").isZero();
        assertThat(after(Duration.ofSeconds(99))).isEqualTo(1);
    }
}
