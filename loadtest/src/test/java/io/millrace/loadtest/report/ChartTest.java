package io.millrace.loadtest.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChartTest {

    private static final Pattern AT_THE_LEFT = Pattern.compile("text-anchor=\"end\">([^<]*)<");

    @ParameterizedTest
    @CsvSource({
        "0.9, '0 0.25 0.5 0.75 1'",
        "1.1, '0 0.3 0.6 0.9 1.2'",
        "253, '0 80 160 240 320'",
        "10000, '0 2.5k 5k 7.5k 10k'",
        "11157, '0 3k 6k 9k 12k'",
        "999999, '0 0.25M 0.5M 0.75M 1M'",
        "1300000, '0 0.4M 0.8M 1.2M 1.6M'"
    })
    void anAxisEndsAboveItsHighestValueAndItsLabelsAreShort(double highest, String labels) {
        String svg = new Chart(
                        "Title",
                        "ms",
                        List.of("0 s"),
                        List.of(new Chart.Series("a", List.of(new Chart.Point(0, 0), new Chart.Point(1, highest)))),
                        List.of())
                .svg();

        Stream<String> found = AT_THE_LEFT.matcher(svg).results().map(match -> match.group(1));
        assertThat(found).containsExactly(labels.split(" "));
    }
}
