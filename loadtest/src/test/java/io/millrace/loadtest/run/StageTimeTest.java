package io.millrace.loadtest.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StageTimeTest {

    @Test
    void saysWhatWasObservedBetweenTwoReadings() throws IOException, InterruptedException {
        Map<String, Double> before = read("""
                # HELP millrace_stage_seconds how long
                millrace_stage_seconds_count{otel_scope_name="io.millrace",stage="decode"} 10
                millrace_stage_seconds_sum{otel_scope_name="io.millrace",stage="decode"} 1.0
                """);
        Map<String, Double> after = read("""
                millrace_stage_seconds_count{otel_scope_name="io.millrace",stage="decode"} 30
                millrace_stage_seconds_sum{otel_scope_name="io.millrace",stage="decode"} 2.0
                jvm_gc_count 7
                """);

        assertThat(StageTime.between(before, after))
                .containsExactly(new StageTime("millrace_stage_seconds{stage=\"decode\"}", 20, 0.05));
    }

    @Test
    void aPipelineWithoutMetricsHasNoStages() throws InterruptedException {
        assertThat(StageTime.read("")).isEmpty();
        assertThat(StageTime.read("http://127.0.0.1:1/metrics")).isEmpty();
    }

    private static Map<String, Double> read(String body) throws IOException, InterruptedException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/metrics", exchange -> {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        try {
            return StageTime.read("http://127.0.0.1:" + server.getAddress().getPort() + "/metrics");
        } finally {
            server.stop(0);
        }
    }
}
