package io.millrace.loadtest.compare;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.connectors.broker.BrokerOptions;
import io.millrace.connectors.broker.EmbeddedBroker;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The baselines do what they say, with each kind of model: every record of a small backlog is verified. */
class CompareIT {

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit sets it
    private static Path folder;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static EmbeddedBroker broker;

    @BeforeAll
    static void start() {
        broker = EmbeddedBroker.start(BrokerOptions.in(folder.resolve("broker")));
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    @Test
    void everyBaselineDrainsEveryRoundWholeAndGivesOneOutputForEachRecord() throws IOException {
        JsonNode report = compare("--contestants=naive,plain,pass-through", "--models=mlp16,image28x28");

        assertThat(report.get("results")).hasSize(2);
        for (JsonNode result : report.get("results")) {
            for (JsonNode standing : result.get("standings")) {
                assertThat(standing.get("faults")).isEmpty();
                assertThat(standing.get("drains")).hasSize(1);
                assertThat(standing.at("/drains/0/rate").asDouble()).isPositive();
            }
        }
    }

    @Test
    void theNaiveApplicationKeepsADevicesPast() throws IOException {
        JsonNode report = compare(
                "--contestants=naive",
                "--baseline=naive",
                "--devices=5",
                "--guarantees=at_least_once",
                "--models=features16,past64x8,recurrent16");

        assertThat(report.findValues("faults")).hasSize(3).allMatch(JsonNode::isEmpty);
    }

    @Test
    void whoKeepsNoPastIsRefusedBeforeAnythingStarts() {
        CommandLine command = new CommandLine(new CompareCommand()).setCaseInsensitiveEnumValuesAllowed(true);
        command.setExecutionExceptionHandler((failure, line, result) -> {
            assertThat(failure)
                    .hasMessage("--contestants must be able to keep a device's past for recurrent16, got: plain");
            return 7;
        });

        assertThat(command.execute("--contestants=plain", "--models=recurrent16"))
                .isEqualTo(7);
    }

    private static JsonNode compare(String... arguments) throws IOException {
        Path out = folder.resolve("report");
        CommandLine command = new CommandLine(new CompareCommand()).setCaseInsensitiveEnumValuesAllowed(true);
        String[] all = java.util.Arrays.copyOf(arguments, arguments.length + 6);
        String[] common = {
            "--bootstrap-servers=" + broker.bootstrapServers(),
            "--records=2000",
            "--rounds=1",
            "--warm-ups=1",
            "--heap=128m",
            "--out=" + out
        };
        System.arraycopy(common, 0, all, arguments.length, common.length);
        assertThat(command.execute(all)).isZero();
        return new ObjectMapper().readTree(out.resolve("compare.json").toFile());
    }
}
