package io.millrace.deploy.nab;

import io.millrace.deploy.nab.NabScorer.Outcome;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** What one detector made of all files, and what NAB says of it. */
final class NabResults {
    /** Below every score that is told, and above that of a row that is not. */
    private static final double ANY = Double.MIN_VALUE;

    private final String detector;
    private final Map<NabSeries, double[]> scores;

    private NabResults(String detector, Map<NabSeries, double[]> scores) {
        this.detector = detector;
        this.scores = scores;
    }

    static NabResults of(NabDetector detector, List<NabSeries> corpus) {
        Map<NabSeries, double[]> scores = new LinkedHashMap<>();
        for (NabSeries series : corpus) {
            scores.put(series, detector.scores(series));
        }
        return new NabResults(detector.name(), scores);
    }

    String detector() {
        return detector;
    }

    /** With the threshold that is best for all files and this profile, as NAB chooses it. */
    Outcome best(NabProfile profile) {
        return scorer(profile, series -> true).best();
    }

    /** With the detector's own gate and no threshold, hence without labels. */
    Outcome asShipped(NabProfile profile) {
        return scorer(profile, series -> true).at(ANY);
    }

    /** Each category by itself, as shipped, in the standard profile. */
    Map<String, Outcome> categories() {
        Map<String, Outcome> outcomes = new TreeMap<>();
        for (String category : categoryNames()) {
            outcomes.put(
                    category,
                    scorer(NabProfile.STANDARD, series -> series.category().equals(category))
                            .at(ANY));
        }
        return outcomes;
    }

    /** All but one category, as shipped, in the standard profile: a gain that rests on the one is gone there. */
    Map<String, Outcome> without() {
        Map<String, Outcome> outcomes = new TreeMap<>();
        for (String category : categoryNames()) {
            outcomes.put(
                    category,
                    scorer(NabProfile.STANDARD, series -> !series.category().equals(category))
                            .at(ANY));
        }
        return outcomes;
    }

    /**
     * Standard score where each category is judged with the threshold that is best for the others: what a threshold
     * chosen on labels is worth on files that it has not seen.
     */
    double leaveOneCategoryOut() {
        double sum = 0;
        int windows = 0;
        for (String category : categoryNames()) {
            Predicate<NabSeries> inside = series -> series.category().equals(category);
            double threshold =
                    scorer(NabProfile.STANDARD, inside.negate()).best().threshold();
            Outcome judged = scorer(NabProfile.STANDARD, inside).at(threshold);
            int here = judged.windows();
            // Without windows the score is the cost itself; two points a window are the whole scale.
            sum += here == 0 ? 50 * judged.score() : judged.score() * here;
            windows += here;
        }
        return sum / windows;
    }

    private NabScorer scorer(NabProfile profile, Predicate<NabSeries> wanted) {
        NabScorer scorer = new NabScorer(profile);
        scores.forEach((series, values) -> {
            if (wanted.test(series)) {
                scorer.add(series, values);
            }
        });
        return scorer;
    }

    private List<String> categoryNames() {
        TreeSet<String> names = new TreeSet<>();
        scores.keySet().forEach(series -> names.add(series.category()));
        return new ArrayList<>(names);
    }

    /** Writes {@code results/DETECTOR/CATEGORY/DETECTOR_FILE.csv}, which NAB's own scorer reads. */
    void write(Path folder) throws IOException {
        for (Map.Entry<NabSeries, double[]> result : scores.entrySet()) {
            NabSeries series = result.getKey();
            Path category = Files.createDirectories(folder.resolve(detector).resolve(series.category()));
            int[] window = series.windowOfRow();
            try (BufferedWriter out = Files.newBufferedWriter(category.resolve(detector + "_" + series.file()))) {
                out.write("timestamp,value,anomaly_score,label\n");
                for (int i = 0; i < series.rows(); i++) {
                    out.write(series.timestamps().get(i) + "," + series.values().get(i) + "," + result.getValue()[i]
                            + "," + (window[i] >= 0 ? 1 : 0) + "\n");
                }
            }
        }
    }
}
