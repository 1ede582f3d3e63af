package io.millrace.loadtest.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.loadtest.report.Machine;
import io.millrace.loadtest.scenario.Scenarios;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SearchReportTest {

    private static final Trial CARRIED = trial(40_000, true, true);
    private static final Trial TOO_MUCH = trial(42_000, true, false);
    private static final Trial SAYS_NOTHING = trial(42_000, false, false);

    @Test
    void theAnswerIsInWordsWithAPlanForAFleetAndItsFormula() throws IOException {
        String text = report(List.of(38_000.0, 40_000.0, 41_000.0), List.of(CARRIED, TOO_MUCH))
                .markdown();

        assertThat(text)
                .contains("On this machine one instance carries 40,000 events/s within p99 ≤ 250 ms"
                        + " (searches found 38,000 to 41,000); CPU per event 5.0 µs."
                        + " For your 100,000 events/s plan 4 instance(s) and at least 4 partitions"
                        + " (instances = ⌈events/s ÷ (70 % × 40,000)⌉; a partition for each stream thread).\n");
    }

    @Test
    void whereTheGeneratorFellBehindThePipelineMayCarryMore() throws IOException {
        assertThat(report(List.of(40_000.0), List.of(CARRIED, SAYS_NOTHING)).markdown())
                .contains("It may carry more: at 42,000 events/s it was the generator that fell behind.");
    }

    @Test
    void whereEveryRateWasSustainedThePipelineMayCarryMore() throws IOException {
        assertThat(report(List.of(40_000.0), List.of(CARRIED)).markdown())
                .contains("It may carry more: the highest rate was sustained.");
    }

    @Test
    void whereNoRateWasSustainedItSaysSo() throws IOException {
        assertThat(report(List.of(0.0), List.of(TOO_MUCH)).markdown())
                .contains("Not even the lowest rate was sustained");
    }

    @Test
    void itsFilesHoldTheAnswerEveryTrialAndWhatWasAskedFor(@TempDir Path folder) throws IOException {
        report(List.of(40_000.0), List.of(CARRIED, TOO_MUCH)).write(folder);

        JsonNode json =
                new ObjectMapper().readTree(folder.resolve("search.json").toFile());
        assertThat(json.get("answer").asText()).startsWith("On this machine one instance carries 40,000 events/s");
        assertThat(json.get("trials")).hasSize(2);
        assertThat(json.at("/scenario/limits/p99").asText()).isEqualTo("PT0.25S");
        assertThat(folder.resolve("search.md")).content().contains("| 1 | 42,000 | no |");
    }

    private static SearchReport report(List<Double> found, List<Trial> trials) throws IOException {
        return new SearchReport(
                new Machine("a processor", 2, 1024, "a system", "a Java", "4", "0"),
                "search",
                Scenarios.read(null, Map.of("limits.p99", "250ms")),
                found,
                trials,
                100_000);
    }

    private static Trial trial(double rate, boolean valid, boolean sustained) {
        return new Trial(1, rate, valid, sustained, 0, 1, 1, 5000, sustained ? List.of() : List.of("why"));
    }
}
