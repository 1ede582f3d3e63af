package io.millrace.topology.emit;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonBytesTest {
    private static final String JSON_NUMBER = "-?(0|[1-9]\\d*)(\\.\\d+)?([eE][-+]?\\d+)?";

    private final JsonBytes json = new JsonBytes();

    private String number(double value) {
        return new String(json.reset().number(value).toArray(), UTF_8);
    }

    /** Plain assertions: millions of AssertJ's would take a minute. */
    private void assertReadsBack(double value) {
        String text = number(value);
        double back = Double.parseDouble(text);
        boolean same = (float) value == value ? (float) back == (float) value : back == value;
        if (!same) {
            throw new AssertionError(value + " was written as " + text);
        }
    }

    private void assertReadsBackFloat(float value) {
        assertReadsBack(value);
        assertReadsBack(-value);
    }

    @Test
    void floatsOfAllMagnitudesReadBack() {
        Random random = new Random(1);
        for (int i = 0; i < 500_000; i++) {
            float any = Float.intBitsToFloat(random.nextInt());
            if (Float.isFinite(any)) {
                assertReadsBack(any);
            }
        }
    }

    @Test
    void floatsLikeScoresReadBack() {
        Random random = new Random(2);
        for (int i = 0; i < 150_000; i++) {
            assertReadsBackFloat(random.nextFloat());
            assertReadsBackFloat(random.nextFloat() * (float) Math.pow(10, random.nextInt(12) - 5));
        }
    }

    @Test
    void doublesReadBack() {
        Random random = new Random(3);
        for (int i = 0; i < 150_000; i++) {
            double any = Double.longBitsToDouble(random.nextLong());
            if (Double.isFinite(any)) {
                assertReadsBack(any);
            }
            assertReadsBack(random.nextDouble());
            assertReadsBack(random.nextGaussian() * 1e3);
        }
    }

    @Test
    void neighboursOfEveryEdgeReadBack() {
        List<Float> edges = new ArrayList<>(
                List.of(0f, Float.MIN_VALUE, Float.MIN_NORMAL, Float.MAX_VALUE, (float) (1 << 24), 0.99999994f));
        for (int power = -12; power <= 12; power++) {
            edges.add((float) Math.pow(10, power));
            edges.add((float) (5 * Math.pow(10, power)));
            edges.add((float) (9.999999 * Math.pow(10, power)));
        }
        for (float edge : edges) {
            float below = edge;
            float above = edge;
            for (int i = 0; i < 250; i++) {
                assertReadsBackFloat(below);
                assertReadsBackFloat(above);
                below = Math.nextDown(below);
                above = Float.isInfinite(Math.nextUp(above)) ? above : Math.nextUp(above);
            }
            assertReadsBack(Math.nextUp((double) edge));
            assertReadsBack(Math.nextDown((double) edge));
        }
        assertReadsBack(Double.MIN_VALUE);
        assertReadsBack(Double.MAX_VALUE);
        assertReadsBack(Double.MIN_NORMAL);
    }

    @Test
    void everythingWrittenIsANumberInJsonsGrammar() {
        Random random = new Random(4);
        for (int i = 0; i < 10_000; i++) {
            float value = Float.intBitsToFloat(random.nextInt());
            String text = number(value);
            assertThat(text.matches(JSON_NUMBER) || text.equals("null"))
                    .as(text)
                    .isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "1, 1",
        "-1, -1",
        "0.5, 0.5",
        "0.03125, 0.03125",
        "100, 100",
        "999999, 999999",
        "1000000, 1000000.0",
        "12345.5, 12345.5",
        "0.001953125, 0.001953125",
        "0.1, 0.1",
    })
    void shortNumbersAreWrittenShort(double value, String text) {
        assertThat(number(value)).isEqualTo(text);
    }

    @Test
    void aFloatIsWrittenAsTheFloatAndNotAsItsDouble() {
        assertThat(number(0.1f)).isEqualTo("0.1");
        assertThat(number(0.031f)).isEqualTo("0.031");
        assertThat(number(-0.97f)).isEqualTo("-0.97");
        assertThat(number(0.9999999f)).isEqualTo("0.9999999");
        assertThat(number(123456.78f)).isEqualTo("123456.78");
    }

    @Test
    void minusZeroEqualsZero() {
        assertThat(Double.parseDouble(number(-0.0))).isEqualTo(0.0);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void whatJsonCannotWriteIsNull(double value) {
        assertThat(number(value)).isEqualTo("null");
    }

    @Test
    void longsAreWrittenAsJavaWritesThem() {
        Random random = new Random(5);
        List<Long> values = new ArrayList<>(List.of(0L, -1L, 9L, 10L, Long.MIN_VALUE, Long.MAX_VALUE));
        random.longs(10_000).map(v -> v >> random.nextInt(64)).forEach(values::add);
        for (long value : values) {
            assertThat(new String(json.reset().number(value).toArray(), UTF_8)).isEqualTo(Long.toString(value));
        }
    }

    private String string(String text) {
        return new String(json.reset().string(text).toArray(), UTF_8);
    }

    @Test
    void controlCharactersAndQuotesAreEscapedAndNothingElse() {
        for (char c = 0; c < 0x20; c++) {
            assertThat(string("a" + c)).isEqualTo(String.format("\"a\\u%04x\"", (int) c));
        }
        assertThat(string("\"")).isEqualTo("\"\\\"\"");
        assertThat(string("\\")).isEqualTo("\"\\\\\"");
        assertThat(string("/ ~\u007fé泵🚰")).isEqualTo("\"/ ~\u007fé泵🚰\"");
        assertThat(string("")).isEqualTo("\"\"");
    }

    @Test
    void anyStringReadsBack() throws Exception {
        ObjectMapper jackson = new ObjectMapper();
        Random random = new Random(6);
        for (int i = 0; i < 3000; i++) {
            StringBuilder text = new StringBuilder();
            for (int length = random.nextInt(i % 100 == 0 ? 3000 : 30); length > 0; length--) {
                int range = List.of(0x20, 0x80, 0x800, 0xd800, 0x10ffff).get(random.nextInt(5));
                int c = random.nextInt(range);
                text.appendCodePoint(c >= 0xd800 && c < 0xe000 ? '?' : c);
            }
            assertThat(jackson.readValue(json.reset().string(text.toString()).toArray(), String.class))
                    .isEqualTo(text.toString());
        }
    }

    @Test
    void theBufferGrowsAndIsReused() {
        String digits = "0123456789".repeat(1000);
        assertThat(new String(json.reset().raw(digits).raw('x').number(7).toArray(), UTF_8))
                .isEqualTo(digits + "x7");
        assertThat(json.reset().raw("ok").toArray()).containsExactly('o', 'k');
    }
}
