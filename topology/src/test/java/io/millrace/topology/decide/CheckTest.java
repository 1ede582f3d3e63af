package io.millrace.topology.decide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.topology.config.Expression;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CheckTest {
    private static final List<String> SCORES = List.of("a", "b");
    private static final List<String> FIELDS = List.of("/f", "/odd (name)");

    /** With a = 1, b not there, /f = 3 and the odd one = -1. */
    private static int test(String condition) {
        return Check.compile(Expression.parse(condition), SCORES, FIELDS)
                .test(new double[] {1, Double.NaN}, new double[] {3, -1});
    }

    @ParameterizedTest
    @CsvSource({
        "a > 0, 1",
        "a>=1, 1",
        "0.5<a, 1",
        "a == 1 and /f != 3, -1",
        "a < /f, 1",
        "b > 0, 0",
        "not b > 0, 0",
        "b > 0 or a > 0, 1",
        "b > 0 and a > 0, 0",
        "b > 0 and a > 5, -1",
        "b > 0 or a > 5, 0",
        "a > 5 and a > 5 or a > 0, 1",
        "a > 5 and (a > 5 or a > 0), -1",
        "not a > 5 and /f > 2, 1",
        "not (a > 5 or /f > 2), -1",
        "not not a > 0, 1",
        "\"/odd (name)\" < -.5e0, 1",
        "a > 0 and a > 0 and a > 0 and b < 1, 0"
    })
    void tellsTrueFalseAndUnknown(String condition, int expected) {
        assertThat(test(condition)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''| 1 | its end",
                "a | 2 | its end",
                "a > 1 b | 7 | b",
                "(a > 1 | 7 | its end",
                "a > 1) | 6 | )",
                "a >> 1 | 3 | >",
                "a > and | 5 | a",
                "a > 1 and | 10 | its end",
                "a > /~2 | 5 | /",
                "a > \"b | 7 | its end"
            })
    void saysWhereSomethingElseWasExpected(String condition, int position, String found) {
        assertThatThrownBy(() -> Expression.parse(condition))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(" was expected at character " + position + ", where "
                        + (found.length() == 1 ? "'" + found + "'" : found) + " stands");
    }

    @Test
    void refusesWhatIsTooDeepOrTooLong() {
        assertThatThrownBy(() -> Expression.parse("(".repeat(1000) + "a > 1"))
                .hasMessage("must be nested at most 64 deep");
        assertThatThrownBy(() -> Expression.parse("a".repeat(5000)))
                .hasMessage("must be a condition of at most 4096 characters");
    }

    @Test
    void aNameMustBeKnown() {
        assertThatThrownBy(() -> test("c > 1"))
                .hasMessage("alert condition must name one of the scores [a, b], got: c");
    }

    @Test
    void whatIsPrintedIsReadBackAsTheSame() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 20_000; i++) {
            String text = random(random, 4);
            Expression read = Expression.parse(text);
            Expression again = Expression.parse(read.toString());
            assertThat(again).as(text).isEqualTo(read);
        }
    }

    private static String random(SplittableRandom random, int depth) {
        return switch (depth == 0 ? 0 : random.nextInt(5)) {
            case 1 -> random(random, depth - 1) + " and " + random(random, depth - 1);
            case 2 -> random(random, depth - 1) + " or " + random(random, depth - 1);
            case 3 -> "not " + random(random, depth - 1);
            case 4 -> "(" + random(random, depth - 1) + ")";
            default -> {
                String[] names = {"a", "b", "/f", "\"/odd (name)\"", "\"and\"", "\"5\""};
                String[] signs = {">", ">=", "<", "<=", "==", "!="};
                yield names[random.nextInt(names.length)] + signs[random.nextInt(6)] + random.nextInt(-3, 3);
            }
        };
    }
}
