package io.millrace.topology.config;

import static io.millrace.topology.config.PipelineReaderTest.LEAST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.millrace.topology.config.DetectConfig.Budget;
import io.millrace.topology.config.DetectConfig.Gate;
import io.millrace.topology.config.DetectConfig.Method;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DetectReaderTest {
    private static List<DetectConfig> read(String detect) throws ConfigException {
        return PipelineReaderTest.read(LEAST + "detect:\n" + detect).detect();
    }

    @Test
    void aDetectorNeedsANameAndWhatItWatches() throws Exception {
        assertThat(read("  - {name: odd, on: /pressure}")).containsExactly(DetectConfig.usual("odd", "/pressure"));
        assertThat(DetectConfig.usual("odd", "/pressure"))
                .isEqualTo(new DetectConfig(
                        "odd", List.of("/pressure"), new Method.Rarity(), new Gate(300), 60, Optional.empty()));
    }

    @Test
    void everyKeyIsRead() throws Exception {
        List<DetectConfig> detect = read("""
                  - {name: a, on: anomaly, method: rank, gate: 1 in 1000, refractory: 10}
                  - {name: b, on: anomaly, method: pattern, lags: 5}
                  - {name: c, on: anomaly, method: robust-z, over: 100}
                  - {name: d, on: anomaly, method: spot, depth: 20}
                  - {name: e, on: anomaly, method: cusum, slack: 0.25}
                  - {name: f, on: /a, method: random-cut-forest, trees: 30, samples: 128, shingle: 4}
                  - {name: g, of: [a, b, e], method: fisher, gate: none}
                  - {name: h, of: [a, g], method: least, budget: 5 per day per 1000 devices}
                """);
        assertThat(detect)
                .extracting(DetectConfig::method)
                .containsExactly(
                        new Method.Rank(),
                        new Method.Pattern(5),
                        new Method.RobustZ(100),
                        new Method.Spot(20),
                        new Method.Cusum(0.25),
                        new Method.Forest(30, 128, 4),
                        new Method.Fisher(),
                        new Method.Least());
        assertThat(detect).extracting(DetectConfig::refractory).containsExactly(10, 60, 60, 60, 60, 60, 0, 60);
        assertThat(detect).extracting(one -> one.gate().oneIn()).containsExactly(1000, 300, 300, 300, 300, 1, 1, 300);
        assertThat(detect.get(7).budget()).contains(new Budget(5, Duration.ofDays(1), 1000));
        assertThat(detect.get(7).scores()).containsExactly("h", "h.strictness");
    }

    @Test
    void whatIsWatchedIsReadFromThePayload() throws Exception {
        PipelineConfig config = PipelineReaderTest.read(LEAST + """
                detect:
                  - {name: a, on: /a}
                  - {name: b, on: /b}
                  - {name: b2, on: /b, method: cusum}
                  - {name: c, on: out}
                  - {name: d, of: [a, b], method: least}
                """);
        assertThat(config.fields()).containsExactly("/a");
        assertThat(config.observedFields()).containsExactly("/a", "/b");
        assertThat(config.ruleFields()).containsExactly("/b");
        assertThat(config.detected()).containsExactly("a", "b", "b2", "c", "d");
    }

    @Test
    void aBudgetIsARateForEachDevice() {
        double perDay = 5.0 / 1000;
        assertThat(Budget.RULE.read("5 per day per 1000 devices").perDeviceMs() * 86_400_000)
                .isCloseTo(perDay, within(1e-12));
        assertThat(Budget.RULE.read("0.5 per hour")).isEqualTo(new Budget(0.5, Duration.ofHours(1), 1));
        assertThat(Budget.RULE.read("2 per week per 10 devices").per()).isEqualTo(Duration.ofDays(7));
    }

    static Stream<Arguments> refused() {
        String methods = "rarity, pattern, rank, robust-z, spot, cusum, random-cut-forest, least, fisher";
        return Stream.of(
                arguments("{on: /a}", "6: detect[0].name is required"),
                arguments("{name: a}", "6: detect[0].on is required"),
                arguments(
                        "{name: a, on: /a~}", "6: detect[0].on must be a JSON pointer such as /temperature, got: /a~"),
                arguments("{name: a, on: x, method: z}", "6: detect[0].method must be one of " + methods + ", got: z"),
                arguments(
                        "{name: a, on: x, gate: 0.1}",
                        "6: detect[0].gate must be 1 in N, such as 1 in 300, or none, got: 0.1"),
                arguments(
                        "{name: a, on: x, gate: 1 in 0}",
                        "6: detect[0].gate must be 1 in N with N of 1 or more, got: 1 in 0, got: 1 in 0"),
                arguments(
                        "{name: a, on: x, refractory: -1}",
                        "6: detect[0].refractory must be between 0 and 1000000, got: -1"),
                arguments("{name: a, on: x, lags: 3}", "6: detect[0].lags is not a known key"),
                arguments(
                        "{name: a, on: x, method: pattern, lags: 1}",
                        "6: detect[0].lags must be between 2 and 64, got: 1"),
                arguments(
                        "{name: a, on: x, method: robust-z, over: 7}",
                        "6: detect[0].over must be between 8 and 512, got: 7"),
                arguments(
                        "{name: a, on: x, method: cusum, slack: 0}",
                        "6: detect[0].slack must be above 0 and at most 4 standard deviations, got: 0.0"),
                arguments(
                        "{name: a, of: [b], method: least}",
                        "6: detect[0].of[0] must name a detector that stands before it, got: b"),
                arguments(
                        "{name: a, on: x, of: [x], method: rank}",
                        "6: detect[0].of is not a known key; did you mean on?"),
                arguments("{name: a, method: least}", "6: detect[0].of must name two detectors or more, got: 0"),
                arguments(
                        "{name: a, on: x, budget: 5 per day per 0 devices}",
                        "6: detect[0].budget must be above 0 alarms for 1 device or more, got: 5.0 for 0, got: 5 per day per 0 devices"),
                arguments(
                        "{name: a, on: x, budget: 5}",
                        "6: detect[0].budget must be N per hour, day or week per M devices, such as 5 per day per 1000 devices, got: 5"),
                arguments(
                        "{name: a, on: x}\n  - {name: a, on: y}",
                        "7: detect[1].name must be unique, another detector has it too, got: a"),
                arguments(
                        "{name: one, on: x}\n  - {name: a, of: [one, onne], method: least}",
                        "7: detect[1].of[1] must name a detector that stands before it (one), got: onne; did you mean one?"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void whatIsWrongIsSaid(String detector, String problem) {
        ConfigException thrown = catchThrowableOfType(ConfigException.class, () -> read("  - " + detector));
        assertThat(thrown).isNotNull();
        assertThat(thrown.problems()).extracting(Problem::toString).containsExactly("pipeline.yaml:" + problem);
    }
}
