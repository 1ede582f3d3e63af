package io.millrace.topology.score;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.scorers.ModelContract;
import io.millrace.topology.config.ConfigException;
import io.millrace.topology.config.PipelineConfig;
import io.millrace.topology.config.PipelineReader;
import io.millrace.topology.ingest.RawEvent;
import io.millrace.topology.telemetry.StageTimes;
import io.opentelemetry.api.OpenTelemetry;
import org.jspecify.annotations.Nullable;

final class Fixtures {
    static final StageTimes TIMES = new StageTimes(OpenTelemetry.noop().getMeter("test"));

    /** Two fields of one input, scored by {@code score}. */
    static final String STATELESS = """
            pipeline: pumps
            source: {device: /d, time: /t}
            model:
              uri: fake.onnx
              inputs: {features: [/a, /b]}
            quality: {clock-ahead: 5s, fields: {/a: {min: -100, max: 100}}}
            """;

    private Fixtures() {}

    static PipelineConfig config(String yaml) {
        try {
            return PipelineReader.read("pipeline.yaml", yaml, name -> null);
        } catch (ConfigException e) {
            throw new AssertionError(e);
        }
    }

    static ScoringPlan plan(String yaml, ModelContract contract) {
        return PlanCompiler.compile(config(yaml), contract);
    }

    /** A record that arrived when its event happened. */
    static RawEvent raw(long offset, long timeMs, String json) {
        return new RawEvent("telemetry", 0, offset, timeMs, utf8("key"), utf8(json));
    }

    static String json(String device, long timeMs, @Nullable Object a, @Nullable Object b) {
        return "{\"d\":\"" + device + "\",\"t\":" + timeMs + ",\"a\":" + a + ",\"b\":" + b + "}";
    }

    static byte[] utf8(String text) {
        return text.getBytes(UTF_8);
    }
}
