package io.millrace.deploy.nab;

import io.millrace.deploy.nab.NabScorer.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The scores as text: Markdown tables, which read well as they are. */
final class NabTable {
    private NabTable() {}

    static String of(List<NabSeries> corpus, List<NabResults> results) {
        StringBuilder text = new StringBuilder();
        int windows =
                corpus.stream().mapToInt(series -> series.windows().size()).sum();
        text.append(
                String.format(Locale.ROOT, "%d files, %d rows, %d windows%n", corpus.size(), rows(corpus), windows));
        scores(text, results);
        byCategory(text, "Standard profile, own gate, each category by itself", results, NabResults::categories);
        byCategory(text, "Standard profile, own gate, without that category", results, NabResults::without);
        return text.toString();
    }

    private static int rows(List<NabSeries> corpus) {
        return corpus.stream().mapToInt(NabSeries::rows).sum();
    }

    private static void scores(StringBuilder text, List<NabResults> results) {
        text.append("\nNormalised score: standard / low FP / low FN\n\n");
        text.append(
                "| detector | threshold chosen on labels | own gate, no labels | detections | leave one category out |\n");
        text.append("|---|---|---|---|---|\n");
        for (NabResults result : results) {
            text.append(String.format(
                    Locale.ROOT,
                    "| %s | %s | %s | %d | %.1f |%n",
                    result.detector(),
                    profiles(result::best),
                    profiles(result::asShipped),
                    result.asShipped(NabProfile.STANDARD).detections(),
                    result.leaveOneCategoryOut()));
        }
    }

    private static String profiles(Function<NabProfile, Outcome> outcomes) {
        return Stream.of(NabProfile.values())
                .map(profile -> String.format(
                        Locale.ROOT, "%.1f", outcomes.apply(profile).score()))
                .collect(Collectors.joining(" / "));
    }

    /** Of a category without windows there is no score, only how many detections it has. */
    private static void byCategory(
            StringBuilder text,
            String title,
            List<NabResults> results,
            Function<NabResults, Map<String, Outcome>> outcomes) {
        List<String> categories = new ArrayList<>(results.get(0).categories().keySet());
        text.append('\n').append(title).append("\n\n| detector | ");
        text.append(String.join(" | ", categories)).append(" |\n|---|");
        text.append("---|".repeat(categories.size())).append('\n');
        for (NabResults result : results) {
            text.append("| ").append(result.detector());
            for (Outcome outcome : outcomes.apply(result).values()) {
                text.append(
                        outcome.windows() == 0
                                ? String.format(Locale.ROOT, " | %d detections", outcome.detections())
                                : String.format(Locale.ROOT, " | %.1f", outcome.score()));
            }
            text.append(" |\n");
        }
    }
}
