package io.millrace.loadtest.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.loadtest.generate.Layout;
import io.millrace.loadtest.generate.Load;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScenariosTest {

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private Path folder;

    @Test
    void defaultsAreTheseAndNoOthers() throws IOException {
        assertThat(Scenarios.read(null, Map.of()))
                .isEqualTo(new Scenario(
                        "unnamed",
                        new Scenario.Timing(
                                Scenario.Shape.CONSTANT,
                                Scenario.Spread.EVEN,
                                1000,
                                Duration.ofMinutes(1),
                                Duration.ofSeconds(15),
                                5,
                                Duration.ofSeconds(10),
                                Duration.ofSeconds(1),
                                2000,
                                5,
                                null,
                                1,
                                false),
                        new Scenario.Devices(1000, Scenario.Skew.UNIFORM, 1.1),
                        new Scenario.Payload(0, 0, 0),
                        new Scenario.Output(""),
                        new Scenario.Topics("telemetry", "predictions", "alerts", "dead-letters", 8),
                        new Scenario.Pipeline(
                                "millrace",
                                "",
                                "mlp16",
                                Scenario.Guarantee.EXACTLY_ONCE,
                                Duration.ofMillis(100),
                                "",
                                1,
                                "1g",
                                "",
                                Map.of(),
                                ""),
                        List.of(),
                        new Scenario.Limits(Duration.ZERO, Duration.ofMillis(20), Duration.ofSeconds(30))));
    }

    @Test
    void theFileIsOverTheDefaultsAndFlagsAreOverBoth() throws IOException {
        Path file = write("load: {rate: 5, for: 2m}\nchaos: [{at: 3s, do: kill}]\n");

        Scenario scenario = Scenarios.read(file, Map.of("load.rate", "7"));

        assertThat(scenario.load().rate()).isEqualTo(7);
        assertThat(scenario.load().duration()).isEqualTo(Duration.ofMinutes(2));
        assertThat(scenario.fleet().devices()).isEqualTo(1000);
        assertThat(scenario.chaos()).containsExactly(new Scenario.Chaos(Duration.ofSeconds(3), Scenario.Act.KILL));
    }

    @Test
    void theWarmupComesBeforeTheLoad() throws IOException {
        Scenario scenario = Scenarios.read(null, Map.of("load.warmup", "5s", "load.for", "10s", "load.shape", "ramp"));

        Load load = scenario.toLoad(scenario.fleet().fleet(), Layout.FIELDS, 16);

        assertThat(load.schedule().durationNanos()).isEqualTo(15_000_000_000L);
        assertThat(load.warmupNanos()).isEqualTo(5_000_000_000L);
        assertThat(load.features()).isEqualTo(16);
    }

    @Test
    void saysWhatIsWrongAndWhere() throws IOException {
        assertThatThrownBy(() -> Scenarios.read(null, Map.of("load.rte", "7")))
                .hasMessageStartingWith("scenario: load.rte is not a known key, known: [")
                .hasMessageContaining("rate");
        assertThatThrownBy(() -> Scenarios.read(null, Map.of("load.rate", "abc")))
                .hasMessage("scenario: load.rate must be a number, got: abc");
        assertThatThrownBy(() -> Scenarios.read(null, Map.of("load.shape", "round")))
                .hasMessageStartingWith("scenario: load.shape must be constant, ")
                .hasMessageEndingWith(", got: round");
        assertThatThrownBy(() -> Scenarios.read(Path.of("frob"), Map.of()))
                .hasMessage("neither a scenario's file nor a command: frob");
        assertThatThrownBy(() -> Scenarios.read(null, Map.of("load.rate", "-1")))
                .hasMessageContaining("load.rate must be above 0 and at most 100000000, got: -1.0");
        assertThatThrownBy(() -> Scenarios.read(null, Map.of("load.for", "soon")))
                .hasMessageContaining("a duration must be a number and ms, s, m or h, got: soon");
        Path list = write("- 1\n");
        assertThatThrownBy(() -> Scenarios.read(list, Map.of()))
                .hasMessage("scenario.yaml: a scenario must be a YAML mapping, got: [1]");
        assertThatThrownBy(() -> Scenarios.read(null, Map.of("load.shape", "replay"))
                        .toLoad(io.millrace.loadtest.generate.Fleet.uniform(1, 1), Layout.FIELDS, 1))
                .hasMessage("load.file must be given for shape replay, got: nothing");
    }

    @Test
    void theScenariosThatComeWithItAreReadable() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("scenarios"))) {
            List<Path> scenarios =
                    files.filter(file -> file.toString().endsWith(".yaml")).toList();
            assertThat(scenarios).hasSizeGreaterThanOrEqualTo(5);
            for (Path file : scenarios) {
                Scenario scenario = Scenarios.read(file, Map.of());
                assertThat(scenario.toLoad(scenario.fleet().fleet(), Layout.FIELDS, 16)
                                .schedule()
                                .cursor()
                                .next())
                        .isNotNegative();
                assertThat(scenario.name() + ".yaml").isEqualTo(String.valueOf(file.getFileName()));
            }
        }
    }

    private Path write(String yaml) throws IOException {
        return Files.writeString(folder.resolve("scenario.yaml"), yaml);
    }
}
