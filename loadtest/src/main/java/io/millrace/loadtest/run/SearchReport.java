package io.millrace.loadtest.run;

import io.millrace.loadtest.report.Machine;
import io.millrace.loadtest.scenario.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * What a search has found: every trial, and the answer.
 *
 * @param found the highest sustained rate of each repetition, ascending
 * @param fleetRate events per second to plan for; 0 for none
 */
record SearchReport(
        Machine machine, String command, Scenario scenario, List<Double> found, List<Trial> trials, double fleetRate) {

    void write(Path folder) throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("search.md"), markdown());
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("answer", answer());
        json.put("found", found);
        json.put("trials", trials);
        json.put("scenario", scenario);
        json.put("machine", machine);
        json.put("command", command);
        RunReport.JSON.writeValue(folder.resolve("search.json").toFile(), json);
    }

    double median() {
        int middle = found.size() / 2;
        return found.size() % 2 == 1 ? found.get(middle) : (found.get(middle - 1) + found.get(middle)) / 2;
    }

    String markdown() {
        StringBuilder text =
                new StringBuilder("\n| search | records/s | sustained | p50 ms | p99 ms | CPU µs/record | why not |\n");
        text.append("|--:|--:|---|--:|--:|--:|---|\n");
        trials.forEach(trial -> text.append(trial.row()).append('\n'));
        text.append('\n').append(answer()).append("\n\n");
        return text.append(machine.sentence())
                .append("\n\n`")
                .append(command)
                .append("`\n")
                .toString();
    }

    private String answer() {
        if (median() <= 0) {
            return "Not even the lowest rate was sustained in most searches: begin lower, with --from.";
        }
        double cpu = trials.stream()
                .filter(Trial::sustained)
                .mapToDouble(Trial::cpuNanosPerRecord)
                .reduce((earlier, later) -> later)
                .orElse(Double.NaN);
        String carries = Capacity.words(
                median(),
                found.get(0),
                found.get(found.size() - 1),
                scenario.limits().p99(),
                cpu,
                fleetRate,
                scenario.pipeline().threads());
        return carries + doubts();
    }

    /** Where the search did not end at the pipeline's limit. */
    private String doubts() {
        OptionalDouble fellBehind = trials.stream()
                .filter(trial -> !trial.valid() && trial.rate() > median())
                .mapToDouble(Trial::rate)
                .min();
        boolean stopped = trials.stream()
                .anyMatch(trial -> trial.valid()
                        && !trial.sustained()
                        && trial.rate() > median()
                        && trial.rate() <= fellBehind.orElse(Double.MAX_VALUE));
        if (stopped) {
            return "";
        }
        return fellBehind.isPresent()
                ? String.format(
                        Locale.ROOT,
                        " It may carry more: at %,.0f events/s it was the generator that fell behind.",
                        fellBehind.getAsDouble())
                : " It may carry more: the highest rate was sustained.";
    }
}
