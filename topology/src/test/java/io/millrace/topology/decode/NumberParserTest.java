package io.millrace.topology.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every number must have the very bits that {@link Double#parseDouble} gives it. */
class NumberParserTest {
    private final double[] row = new double[1];

    @Test
    void givenRandomDoublesThenTheBitsAreThoseOfParseDouble() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 350_000; i++) {
            double anyBits = Double.longBitsToDouble(random.nextLong());
            if (Double.isFinite(anyBits)) {
                check(Double.toString(anyBits));
            }
            check(Double.toString(random.nextDouble(-1000, 1000)));
            check(Float.toString((float) random.nextDouble(-1e6, 1e6)));
        }
    }

    @Test
    void givenRandomDecimalsThenTheBitsAreThoseOfParseDouble() {
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < 350_000; i++) {
            StringBuilder text = new StringBuilder(random.nextBoolean() ? "-" : "");
            appendInteger(random, text);
            if (random.nextBoolean()) {
                text.append('.').append("0".repeat(random.nextInt(4) == 0 ? random.nextInt(30) : 0));
                appendDigits(random, text, 1 + random.nextInt(20));
            }
            if (random.nextInt(3) == 0) {
                text.append(random.nextBoolean() ? "e" : "E-").append(random.nextInt(0, 60));
            }
            check(text.toString());
        }
    }

    @Test
    void givenDecimalsExactlyOrNearlyBetweenTwoDoublesThenTheyRoundAsParseDoubleDoes() {
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 8_000; i++) {
            double below = Math.scalb(1 + random.nextDouble(), random.nextInt(-90, 180));
            BigDecimal halfway = new BigDecimal(below)
                    .add(new BigDecimal(Math.nextUp(below)))
                    .divide(BigDecimal.valueOf(2));
            check(halfway.toString());
            for (int digits = 17; digits <= 20; digits++) {
                check(halfway.round(new MathContext(digits, RoundingMode.DOWN)).toString());
                check(halfway.round(new MathContext(digits, RoundingMode.UP)).toString());
            }
            long tie = (1L << 53) + 2L * random.nextLong(1L << 52) + 1; // 54 bits, so halfway
            check(Long.toString(tie));
            check(Long.toString(tie << random.nextInt(1, 9)));
            check(BigDecimal.valueOf(tie)
                    .scaleByPowerOfTen(random.nextInt(1, 6))
                    .toPlainString());
            check(BigDecimal.valueOf(tie)
                    .divide(BigDecimal.valueOf(1L << random.nextInt(1, 5)))
                    .toPlainString());
        }
    }

    @Test
    void givenPowersOfTenAndTheirNeighboursThenTheBitsAreThoseOfParseDouble() {
        for (int power = -345; power <= 310; power++) {
            for (long w : new long[] {0, 1, 9, (1L << 53) - 1, 1L << 53, (1L << 53) + 1, 999_999_999_999_999_999L}) {
                check(w + "e" + power);
                check("-" + w + "E" + power);
            }
            check("9999999999999999999e" + power);
            check("18446744073709551615e" + power);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0", "-0", "0.0", "-0.0e5", "0e999999999999", "0.000000000000000000000000000001",
                "1e999", "-1e999", "1e-999", "4.9e-324", "2.4703282292062327e-324", "2.2250738585072011e-308",
                "1.7976931348623157e308", "1.7976931348623159e308", "9223372036854775808", "0.3", "1E+2",
                        "1e99999999999",
                "100000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000001"
            })
    void givenAnEdgeThenTheBitsAreThoseOfParseDouble(String text) {
        check(text);
    }

    @ParameterizedTest
    @CsvSource({"-,1", "-a,1", "01,1", "-01,2", "1.,2", "1.e5,2", "1e,2", "1e+,3", "1.5e-x,5", "00,1", "-.5,1"})
    void givenNoNumberThenTheFirstByteThatDoesNotFitIsNamed(String text, int position) {
        for (String behind : new String[] {"", ",", "}, \"more\": 1"}) {
            byte[] in = (text + behind).getBytes(StandardCharsets.US_ASCII);
            assertThat(NumberParser.parse(in, 0, row, 0)).isEqualTo(~position);
            assertThat(JsonScanner.skipNumber(in, 0)).isEqualTo(~position);
        }
    }

    private static void appendInteger(SplittableRandom random, StringBuilder text) {
        if (random.nextInt(3) == 0) {
            text.append('0');
        } else {
            text.append((char) ('1' + random.nextInt(9)));
            appendDigits(random, text, random.nextInt(20));
        }
    }

    private static void appendDigits(SplittableRandom random, StringBuilder text, int digits) {
        for (int i = 0; i < digits; i++) {
            text.append((char) ('0' + random.nextInt(10)));
        }
    }

    /** At the input's end, near it, and so far from it that whole words can be read behind the number. */
    private void check(String text) {
        check(text, "");
        check(text, ",");
        check(text, "}\u00FF\u00B9\u008A-1.5e7,8");
    }

    private void check(String text, String behind) {
        byte[] in = (" " + text + behind).getBytes(StandardCharsets.ISO_8859_1);
        int expected = 1 + text.length();
        int end = NumberParser.parse(in, 1, row, 0);
        if (end != expected
                || JsonScanner.skipNumber(in, 1) != end
                || Double.doubleToRawLongBits(row[0]) != Double.doubleToRawLongBits(Double.parseDouble(text))) {
            fail(
                    "%s before '%s' must be %s and end at %d, got: %s at %d",
                    text, behind, Double.parseDouble(text), expected, row[0], end);
        }
    }
}
