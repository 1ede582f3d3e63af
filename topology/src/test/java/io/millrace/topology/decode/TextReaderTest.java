package io.millrace.topology.decode;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.topology.decode.Rejected.Reason;
import io.millrace.topology.ingest.RawEvent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TextReaderTest {
    private static final List<String> SITES = List.of("harbour", "north", "qu\u00e9bec");

    private final Event event = new Event(2);

    private Decoded decode(TextField field, String json) {
        JsonDecoder decoder = new JsonDecoder(new JsonLayout(
                List.of(JsonPointer.parse("/site"), JsonPointer.parse("/t")),
                2,
                Map.of(0, field),
                null,
                null,
                1 << 20,
                64));
        return decoder.decode(new RawEvent("telemetry", 0, 1, 5, null, json.getBytes(StandardCharsets.UTF_8)), event);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "north"        | north
            ""             | ''
            "a\\"b\\u00e9"  | a"b\u00e9
            7              | 7
            -1.50e3        | -1.50e3
            true           | true
            """)
    void textStaysAsItIs(String value, String text) {
        assertThat(decode(TextField.ANY, "{\"t\":2,\"site\":" + value + "}")).isSameAs(event);
        assertThat(event.text(0)).isEqualTo(text);
        assertThat(event.values()).containsExactly(0, 2);
    }

    @ParameterizedTest
    @CsvSource({"harbour, 0", "north, 1", "qu\u00e9bec, 2", "qu\\u00e9bec, 2"})
    void wordsBecomeTheirIndex(String word, double index) {
        decode(new TextField(SITES, OptionalInt.empty()), "{\"site\":\"" + word + "\",\"t\":2}");

        assertThat(event.values()).containsExactly(index, 2);
    }

    @Test
    void anUnknownWordIsRejectedUnlessANumberIsGivenForIt() {
        Decoded refused = decode(new TextField(SITES, OptionalInt.empty()), "{\"site\":\"south\",\"t\":2}");
        assertThat(refused)
                .isEqualTo(new Rejected(
                        "decode", Reason.OUT_OF_RANGE, "/site", "/site must be a word of its vocabulary, got: south"));

        decode(new TextField(SITES, OptionalInt.of(-1)), "{\"site\":\"south\",\"t\":2}");
        assertThat(event.values()[0]).isEqualTo(-1);
    }

    @Test
    void nullIsAMissingValueAndLeavesNoTextBehind() {
        decode(TextField.ANY, "{\"site\":\"north\",\"t\":2}");
        decode(TextField.ANY, "{\"site\":null,\"t\":2}");

        assertThat(event.values()[0]).isNaN();
        assertThat(event.text(0)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"t":2}               | MISSING_FIELD | /site must be text, got: nothing
            {"t":2,"site":[]}     | WRONG_TYPE    | /site must be text, got: an array
            {"t":2,"site":"\\ud800"} | MALFORMED | /site must be text, got: half a surrogate pair
            """)
    void whatIsNoTextIsRejected(String json, Reason reason, String detail) {
        assertThat(decode(TextField.ANY, json)).isEqualTo(new Rejected("decode", reason, "/site", detail));
    }
}
