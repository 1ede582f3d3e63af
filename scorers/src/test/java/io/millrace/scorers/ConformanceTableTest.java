package io.millrace.scorers;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Writes the table of docs/models.md, between the two markers there, where {@code -Dmillrace.conformance=write} asks
 * for it. Rows a second are those of one thread's CPU time, in batches of 256, over the golden rows again and again,
 * writing and reading included; the median of five measurements.
 */
@EnabledIfSystemProperty(named = "millrace.conformance", matches = "write")
class ConformanceTableTest {
    private static final Path DOCUMENT = Path.of("../docs/models.md");
    private static final int BATCH = 256;
    private static final long MEASURED_NANOS = 200_000_000L;
    private static final Pattern PLACE =
            Pattern.compile("(?s)(<!-- ConformanceTableTest writes this -->\n).*(<!-- to here -->)");

    /** The part of a model's line that no measurement changes. */
    static String head(FrontEnd model) {
        return "| %s | %s | %s | `%s` |".formatted(model.frontEnd(), model.versions(), model.model(), model.name());
    }

    @Test
    void theTableIsWritten() throws Exception {
        StringBuilder table = new StringBuilder(
                        "| front end | version | model | file | largest difference | bound | rows/s |\n")
                .append("|---|---|---|---|---|---|---|\n");
        for (FrontEnd model : FrontEnd.all()) {
            table.append(head(model)).append(line(model)).append('\n');
        }
        Matcher place = PLACE.matcher(Files.readString(DOCUMENT));
        assertThat(place.find()).isTrue();
        Files.writeString(DOCUMENT, place.replaceFirst("$1" + Matcher.quoteReplacement(table.toString()) + "$2"));
    }

    private static String line(FrontEnd model) throws Exception {
        Golden golden = model.golden();
        try (OnnxScorer scorer = OnnxScorer.open(model.file(), new OnnxOptions(BATCH, 1));
                Batch batch = scorer.newBatch()) {
            score(golden, scorer, batch, golden.rows());
            double difference = FrontEnd.largestDifference(golden, scorer.contract(), batch, golden.rows());
            double[] rates = new double[5];
            for (int i = -5; i < rates.length; i++) { // the first ones are the compiler's
                rates[Math.max(0, i)] = rate(golden, scorer, batch);
            }
            Arrays.sort(rates);
            return String.format(Locale.ROOT, " %.1e | %.0e | %s |", difference, model.bound(), rounded(rates[2]));
        }
    }

    private static String rounded(double rate) {
        double unit = Math.pow(10, Math.floor(Math.log10(rate)) - 1);
        return String.format(Locale.ROOT, "%,.0f", Math.round(rate / unit) * unit);
    }

    private static double rate(Golden golden, OnnxScorer scorer, Batch batch) throws Exception {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long start = threads.getCurrentThreadCpuTime();
        long rows = 0;
        while (threads.getCurrentThreadCpuTime() - start < MEASURED_NANOS) {
            score(golden, scorer, batch, BATCH);
            rows += BATCH;
        }
        return rows * 1e9 / (threads.getCurrentThreadCpuTime() - start);
    }

    private static void score(Golden golden, OnnxScorer scorer, Batch batch, int rows) throws Exception {
        for (int row = 0; row < rows; row++) {
            golden.fill(batch, row % golden.rows(), row);
        }
        scorer.score(batch, rows);
        for (int i = 0; i < scorer.contract().outputs().size(); i++) {
            boolean text = scorer.contract().outputs().get(i).type().isText();
            for (int row = 0; row < rows; row++) {
                if (text) {
                    batch.output(i).text(row, 0);
                } else {
                    batch.output(i).get(row, 0);
                }
            }
        }
    }
}
