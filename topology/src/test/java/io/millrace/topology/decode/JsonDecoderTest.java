package io.millrace.topology.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.topology.decode.Rejected.Reason;
import io.millrace.topology.ingest.RawEvent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonDecoderTest {
    private static final long RECORD_TIME = 1_764_000_000_000L;

    @Test
    void givenNestedFieldsAndElementsThenTheRowHoldsThemInTheDecodersOrder() {
        JsonDecoder decoder = decoder("/vib/1", "/motor/current", "/t", "/vib/0", "/a~1b", "/");
        double[] values = values(decoder, """
                 {"t": 21.5, "motor": {"phase": [1, {"current": 9}], "current" : -3e-2},
                  "vib": [1, 2, 3], "a/b": 7, "": 8, "unwanted": {"t": 0}}
                """);
        assertThat(values).containsExactly(2, -0.03, 21.5, 1, 7, 8);
    }

    @Test
    void givenBooleansAndNullThenTheyAreOneZeroAndNaN() {
        assertThat(values(decoder("/a", "/b", "/c"), "{\"a\":true,\"b\":false,\"c\":null}"))
                .containsExactly(1, 0, Double.NaN);
    }

    @Test
    void givenAnArrayAtTheTopThenIndicesAreRead() {
        assertThat(values(decoder("/2", "/0/x"), "[{\"x\":1},2,3,4]")).containsExactly(3, 1);
        assertThat(values(decoder("/2", "/0/x"), "{\"2\":5,\"0\":{\"x\":6}}")).containsExactly(5, 6);
    }

    @Test
    void givenAWholeArrayThenItsNumbersAreReadOneAfterTheOther() {
        JsonDecoder decoder = decoder("/w/0", "/w/1", "/w/2", "/w/3");
        assertThat(values(decoder, "{\"w\":[1,2.5,-3,0.25]}")).containsExactly(1, 2.5, -3, 0.25);
        assertThat(values(decoder, "{\"w\":[ 1 ,null, true , 4,{\"w\":[9]},6]}"))
                .containsExactly(1, Double.NaN, 1, 4);
        assertThat(values(decoder, "{\"w\":[1,2,3,4],\"w\":[5,6,7,8]}")).containsExactly(5, 6, 7, 8);
        assertRejected(decoder, "{\"w\":[1,2,3]}", Reason.MISSING_FIELD, "/w/3", "/w/3 must be there, got: nothing");
        assertRejected(
                decoder,
                "{\"w\":[1,2,3,4],\"w\":[5,6]}",
                Reason.MISSING_FIELD,
                "/w/2",
                "/w/2 must be there, got: nothing");
        assertRejected(
                decoder, "{\"w\":[1,\"2\",3,4]}", Reason.WRONG_TYPE, "/w/1", "/w/1 must be a number, got: a string");
        assertRejected(
                decoder,
                "{\"w\":[1,2,1e999,4]}",
                Reason.OUT_OF_RANGE,
                "/w/2",
                "/w/2 must be a number that a double can hold, got: a larger one");
    }

    @Test
    void givenArraysThatAreWantedInPartOrInAnotherOrderThenEachNumberFindsItsPlace() {
        assertThat(values(decoder("/w/1", "/w/0", "/w/2"), "{\"w\":[1,2,3,4]}")).containsExactly(2, 1, 3);
        assertThat(values(decoder("/x", "/w/0", "/w/1", "/w/4"), "{\"w\":[1,2,3,4,5],\"x\":0}"))
                .containsExactly(0, 1, 2, 5);
        assertThat(values(decoder("/w/0/0", "/w/0/1", "/w/1/0", "/w/1/1"), "{\"w\":[[1,2],[3,4,5],[6]]}"))
                .containsExactly(1, 2, 3, 4);
    }

    @Test
    void givenNamesInAnyOrderAndSpacingThenTheGuessNeverMisleads() {
        JsonDecoder decoder = decoder("/a", "/ab", "/temperature_of_oil", "/temperature_of_air");
        String other = "{ \"temperature_of_air\" : 4 , \"ab\":2,\"x\":0,\"a\":1,\"temperature_of_oil\":3}";
        for (int i = 0; i < 3; i++) {
            assertThat(values(decoder, other)).containsExactly(1, 2, 3, 4);
            assertThat(values(decoder, "{\"temperature_of_oil\":7,\"temperature_of_air\":8,\"a\":5,\"ab\":6}"))
                    .containsExactly(5, 6, 7, 8);
        }
    }

    @Test
    void givenEscapedAndForeignNamesThenTheyAreFound() {
        JsonDecoder decoder = decoder("/größe", "/a\"b", "/line\n", "/😀");
        assertThat(values(decoder, "{\"größe\":1,\"a\\\"b\":2,\"line\\n\":3,\"😀\":4}"))
                .containsExactly(1, 2, 3, 4);
        assertThat(values(
                        decoder,
                        "{\"gr\\u00f6\\u00DFe\":1,\"\\u0061\\u0022b\":2,\"line\\u000A\":3,\"\\ud83d\\ude00\":4}"))
                .containsExactly(1, 2, 3, 4);
        assertThat(decode(decoder("/a\":1,\"b"), "{\"a\":1,\"b\":2}")).isInstanceOf(Rejected.class);
    }

    @Test
    void givenEqualNamesThenTheLastWinsWithAllThatIsInIt() {
        assertThat(values(decoder("/a"), "{\"a\":\"x\",\"a\":1,\"a\":2}")).containsExactly(2);
        assertThat(values(decoder("/m/a"), "{\"m\":{\"a\":1},\"m\":{\"a\":2}}")).containsExactly(2);
        assertRejected(
                decoder("/m/a"),
                "{\"m\":{\"a\":1},\"m\":{}}",
                Reason.MISSING_FIELD,
                "/m/a",
                "/m/a must be there, got: nothing");
        assertRejected(
                decoder("/m/a"),
                "{\"m\":{\"a\":1},\"m\":5}",
                Reason.MISSING_FIELD,
                "/m/a",
                "/m/a must be there, got: nothing");
        assertRejected(
                decoder("/a"), "{\"a\":1,\"a\":[]}", Reason.WRONG_TYPE, "/a", "/a must be a number, got: an array");
    }

    @Test
    void givenARecordThatLacksWhatTheLastHadThenNothingIsLeftOver() {
        JsonDecoder decoder = new JsonDecoder(JsonLayout.of(List.of("/a", "/b"), "/d", null));
        Event event = new Event(2);
        assertThat(decoder.decode(raw("{\"a\":1,\"b\":2,\"d\":\"x\"}"), event)).isSameAs(event);
        assertThat(decoder.decode(raw("{\"a\":1,\"d\":\"x\"}"), event)).isInstanceOf(Rejected.class);
        assertThat(decoder.decode(raw("{\"a\":3,\"b\":null,\"d\":\"y\"}"), event))
                .isSameAs(event);
        assertThat(event.values()).containsExactly(3, Double.NaN);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"b\":1}|MISSING_FIELD|/a|/a must be there, got: nothing",
                "{}|MISSING_FIELD|/a|/a must be there, got: nothing",
                "{\"a\":1}|MISSING_FIELD|/b|/b must be there, got: nothing",
                "{\"a\":\"1\",\"b\":2}|WRONG_TYPE|/a|/a must be a number, got: a string",
                "{\"a\":1,\"b\":{}}|WRONG_TYPE|/b|/b must be a number, got: an object",
                "{\"a\":1e999,\"b\":2}|OUT_OF_RANGE|/a|/a must be a number that a double can hold, got: a larger one",
                "[1]|WRONG_TYPE||the document must be an object, got: an array",
                "7|WRONG_TYPE||the document must be an object, got: a number",
                "null|WRONG_TYPE||the document must be an object, got: null",
                "{\"a\":1,}|MALFORMED||must be JSON in UTF-8, got: '}' at byte 7",
                "{\"a\":NaN}|MALFORMED||must be JSON in UTF-8, got: 'N' at byte 5",
                "{\"a\":1} x|MALFORMED||must be JSON in UTF-8, got: 'x' at byte 8",
                "{\"a\":01}|MALFORMED||must be JSON in UTF-8, got: '1' at byte 6",
                "{\"a\":1|TRUNCATED||must be a whole JSON document, got: its end after byte 6",
                "{\"x\":tru|TRUNCATED||must be a whole JSON document, got: its end after byte 8"
            })
    void givenABadRecordThenReasonFieldAndDetailSayWhy(
            String json, Reason reason, @Nullable String field, String detail) {
        assertRejected(decoder("/a", "/b"), json, reason, field, detail);
    }

    @Test
    void givenBytesThatArePrintedThenOnlyOneOfThemIsShown() {
        byte[] control = "{\"a\":\"secret\u0001\"}".getBytes(StandardCharsets.UTF_8);
        assertThat(decode(decoder("/a"), control))
                .isEqualTo(
                        new Rejected("decode", Reason.MALFORMED, null, "must be JSON in UTF-8, got: 0x01 at byte 12"));
        byte[] latin1 = "{\"ä\":1}".getBytes(StandardCharsets.ISO_8859_1);
        assertThat(decode(decoder("/a"), latin1))
                .isEqualTo(
                        new Rejected("decode", Reason.MALFORMED, null, "must be JSON in UTF-8, got: '\"' at byte 3"));
        byte[] binary = {(byte) 0xFF, 0, 1};
        assertThat(decode(decoder("/a"), binary))
                .isEqualTo(
                        new Rejected("decode", Reason.MALFORMED, null, "must be JSON in UTF-8, got: 0xFF at byte 0"));
    }

    @Test
    void givenNoValueThenItIsEmpty() {
        Rejected empty = new Rejected("decode", Reason.EMPTY, null, "the record must have a value, got: none");
        assertThat(decode(decoder("/a"), (byte[]) null)).isEqualTo(empty);
        assertThat(decode(decoder("/a"), new byte[0])).isEqualTo(empty);
        assertThat(decode(decoder("/a"), "  ")).extracting("reason").isEqualTo(Reason.TRUNCATED);
    }

    @Test
    void givenTheLimitsThenOneMoreIsTooMuch() {
        JsonDecoder decoder = new JsonDecoder(new JsonLayout(List.of(JsonPointer.parse("/a/b")), null, null, 30, 3));
        assertThat(values(decoder, "{\"a\":{\"b\":1,\"x\":[1]}}         ")).containsExactly(1);
        assertRejected(
                decoder,
                "{\"a\":{\"b\":1,\"x\":[1]}}          ",
                Reason.TOO_LARGE,
                null,
                "must be at most 30 bytes, got: 31");
        String detail = "must be nested at most 3 deep, got: 4 at byte ";
        assertRejected(decoder, "{\"a\":{\"b\":1,\"x\":[[]]}}", Reason.TOO_DEEP, null, detail + 17);
        assertRejected(decoder, "{\"y\":[[{\"a\":1}]]}", Reason.TOO_DEEP, null, detail + 7);
        assertThat(decode(decoder, "{]")).extracting("reason").isEqualTo(Reason.MALFORMED);
    }

    @Test
    void givenAMegabyteOfBracketsThenItIsTooDeepAndNothingOverflows() {
        JsonLayout layout = new JsonLayout(List.of(JsonPointer.parse("/a")), null, null, 1 << 20, 512);
        assertThat(decode(new JsonDecoder(layout), "{\"x\":" + "[".repeat(1_000_000)))
                .extracting("reason")
                .isEqualTo(Reason.TOO_DEEP);
        String deepest = "{\"x\":" + "[".repeat(511) + "]".repeat(511) + ",\"a\":1}";
        assertThat(values(new JsonDecoder(layout), deepest)).containsExactly(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"pump-017\"|pump-017",
                "\"Pumpe Süd 😀\"|Pumpe Süd 😀",
                "\"a\\u00fc\\ud83d\\ude00\\/\\\"\"|aü😀/\"",
                "42|42",
                "-7|-7",
                "12345678901234567890123|12345678901234567890123"
            })
    void givenADeviceIdThenItIsUtf8(String json, String device) {
        assertThat(device(json)).isEqualTo(device);
    }

    @Test
    void givenADeviceIdOfTheLargestLengthThenOneByteMoreIsTooLong() {
        String detail = "the device id must be of 1 to 256 bytes of UTF-8, got: a longer one";
        assertThat(device('"' + "x".repeat(256) + '"')).hasSize(256);
        assertThat(device('"' + "\\u0078".repeat(256) + '"')).hasSize(256);
        assertThat(device('"' + "\\u00e4".repeat(128) + '"')).hasSize(128);
        for (String tooLong :
                List.of("x".repeat(257), "\\u0078".repeat(257), "\\u00e4".repeat(129), "\\n" + "x".repeat(999))) {
            assertRejected(withDevice(), "{\"d\":\"" + tooLong + "\"}", Reason.NO_DEVICE, "/d", detail);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}|NO_DEVICE|the device id must be of 1 to 256 bytes of UTF-8, got: nothing",
                "{\"d\":null}|NO_DEVICE|the device id must be of 1 to 256 bytes of UTF-8, got: null",
                "{\"d\":\"\"}|NO_DEVICE|the device id must be of 1 to 256 bytes of UTF-8, got: an empty one",
                "{\"d\":\"\\ud83d\"}|NO_DEVICE|the device id must be of 1 to 256 bytes of UTF-8, got: half a surrogate pair",
                "{\"d\":\"\\ud83d\\u0041\"}|NO_DEVICE|the device id must be of 1 to 256 bytes of UTF-8, got: half a surrogate pair",
                "{\"d\":1.5}|WRONG_TYPE|/d must be a string or an integer, got: a number",
                "{\"d\":true}|WRONG_TYPE|/d must be a string or an integer, got: a boolean",
                "{\"d\":[1]}|WRONG_TYPE|/d must be a string or an integer, got: an array"
            })
    void givenNoUsableDeviceIdThenReasonAndDetailSayWhy(String json, Reason reason, String detail) {
        assertRejected(withDevice(), json, reason, "/d", detail);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "0|0",
                "1764000000123|1764000000123",
                "1764000000123.987|1764000000123",
                "1.764e12|1764000000000",
                "253402300799999|253402300799999",
                "\"2026-01-01T00:00:00.123Z\"|1767225600123",
                "\"2026-01-01T01:00:00.123\\u002B01:00\"|1767225600123",
                "\"9999-12-31T23:59:59.999Z\"|253402300799999"
            })
    void givenATimeThenItIsInMilliseconds(String json, long time) {
        Event event = new Event(0);
        assertThat(withTime().decode(raw("{\"t\":" + json + "}"), event)).isSameAs(event);
        assertThat(event.timeMs()).isEqualTo(time);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}|MISSING_FIELD|/t must be there, got: nothing",
                "{\"t\":null}|WRONG_TYPE|/t must be epoch milliseconds or an ISO-8601 instant with its offset, got: null",
                "{\"t\":\"noon\"}|WRONG_TYPE|/t must be epoch milliseconds or an ISO-8601 instant with its offset, got: a string",
                "{\"t\":\"\\ud800\"}|WRONG_TYPE|/t must be epoch milliseconds or an ISO-8601 instant with its offset, got: a string",
                "{\"t\":-1}|OUT_OF_RANGE|/t must be a time in the years 1970 to 9999, got: -1",
                "{\"t\":-0.5}|OUT_OF_RANGE|/t must be a time in the years 1970 to 9999, got: -0.5",
                "{\"t\":253402300800000}|OUT_OF_RANGE|/t must be a time in the years 1970 to 9999, got: 253402300800000",
                "{\"t\":1e999}|OUT_OF_RANGE|/t must be a time in the years 1970 to 9999, got: 1e999",
                "{\"t\":\"1969-12-31T23:59:59.999Z\"}|OUT_OF_RANGE|/t must be a time in the years 1970 to 9999, got: \"1969-12-31T23:59:59.999Z\"",
                "{\"t\":\"2026-02-30T00:00:00Z\"}|OUT_OF_RANGE|/t must be a time in the years 1970 to 9999, got: \"2026-02-30T00:00:00Z\"",
                "{\"t\":9999999999999999999999999999999999999999.0}|OUT_OF_RANGE|/t must be a time in the years 1970 to 9999, got: 9999999999999999999999999999999999999999…"
            })
    void givenNoUsableTimeThenReasonAndDetailSayWhy(String json, Reason reason, String detail) {
        assertRejected(withTime(), json, reason, "/t", detail);
    }

    @Test
    void givenNoTimePointerThenTheRecordsOwnTimeIsTaken() {
        Event event = new Event(1);
        assertThat(decoder("/a").decode(raw("{\"a\":1}"), event)).isSameAs(event);
        assertThat(event.timeMs()).isEqualTo(RECORD_TIME);
        assertThat(event.device()).isNull();
    }

    @Test
    void givenOneValueForFieldDeviceAndTimeThenAllGetIt() {
        JsonDecoder decoder = new JsonDecoder(JsonLayout.of(List.of("/n"), "/n", "/n"));
        Event event = new Event(1);
        assertThat(decoder.decode(raw("{\"n\":17}"), event)).isSameAs(event);
        assertThat(event.values()).containsExactly(17);
        assertThat(event.timeMs()).isEqualTo(17);
        assertThat(event.device()).asString(StandardCharsets.UTF_8).isEqualTo("17");
    }

    @Test
    void givenAHolderOfAnotherSizeThenTheCallerIsTold() {
        assertThatThrownBy(() -> decoder("/a").decode(raw("{}"), new Event(2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("the event must hold 1 values, got: 2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "C0 80",
                "C1 BF",
                "E0 9F BF",
                "ED A0 80",
                "F0 8F BF BF",
                "F4 90 80 80",
                "F5 80 80 80",
                "80",
                "E2 82 22"
            })
    void givenBytesThatAreNoUtf8ThenEvenAnUnwantedStringIsRefused(String hex) {
        StringBuilder json = new StringBuilder("{\"a\":1,\"x\":\"");
        for (String octet : hex.split(" ", -1)) {
            json.append((char) Integer.parseInt(octet, 16));
        }
        byte[] in = json.append("\"}").toString().getBytes(StandardCharsets.ISO_8859_1);
        assertThat(decode(decoder("/a"), in)).extracting("reason").isEqualTo(Reason.MALFORMED);
    }

    private static JsonDecoder decoder(String... fields) {
        return new JsonDecoder(JsonLayout.of(List.of(fields), null, null));
    }

    private static JsonDecoder withDevice() {
        return new JsonDecoder(JsonLayout.of(List.of(), "/d", null));
    }

    private static JsonDecoder withTime() {
        return new JsonDecoder(JsonLayout.of(List.of(), null, "/t"));
    }

    private static String device(String json) {
        Event event = new Event(0);
        assertThat(withDevice().decode(raw("{\"d\":" + json + "}"), event)).isSameAs(event);
        byte[] device = event.device();
        assertThat(device).isNotNull();
        return new String(device, StandardCharsets.UTF_8);
    }

    private static double[] values(JsonDecoder decoder, String json) {
        assertThat(decode(decoder, json)).isInstanceOf(Event.class);
        return ((Event) decode(decoder, json)).values();
    }

    private static Decoded decode(JsonDecoder decoder, String json) {
        return decode(decoder, json.getBytes(StandardCharsets.UTF_8));
    }

    private static Decoded decode(JsonDecoder decoder, byte @Nullable [] value) {
        return decoder.decode(new RawEvent("telemetry", 0, 0, RECORD_TIME, null, value), new Event(decoder.fields()));
    }

    private static void assertRejected(
            JsonDecoder decoder, String json, Reason reason, @Nullable String field, String detail) {
        assertThat(decode(decoder, json)).isEqualTo(new Rejected("decode", reason, field, detail));
    }

    private static RawEvent raw(String json) {
        return new RawEvent("telemetry", 0, 0, RECORD_TIME, null, json.getBytes(StandardCharsets.UTF_8));
    }
}
