package io.millrace.topology.twin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.topology.config.TwinValue;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TwinDocumentTest {
    private static byte[] json(String text) {
        return text.replace('\'', '"').getBytes(UTF_8);
    }

    private static String changed(@Nullable String twin, String change, boolean replaces) {
        byte[] known = twin == null ? null : json(twin);
        return new String(TwinDocument.changed(known, json(change), replaces), UTF_8).replace('"', '\'');
    }

    /** The examples of RFC 7396, appendix A, whose patches are objects. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{'a':'b'} | {'a':'c'} | {'a':'c'}",
                "{'a':'b'} | {'b':'c'} | {'a':'b','b':'c'}",
                "{'a':'b'} | {'a':null} | {}",
                "{'a':'b','b':'c'} | {'a':null} | {'b':'c'}",
                "{'a':['b']} | {'a':'c'} | {'a':'c'}",
                "{'a':'c'} | {'a':['b']} | {'a':['b']}",
                "{'a':{'b':'c'}} | {'a':{'b':'d','c':null}} | {'a':{'b':'d'}}",
                "{'a':[{'b':'c'}]} | {'a':[1]} | {'a':[1]}",
                "{'e':null} | {'a':1} | {'e':null,'a':1}",
                "{'a':'foo'} | {'a':{'b':1}} | {'a':{'b':1}}",
                "{} | {'a':{'bb':{'ccc':null}}} | {'a':{'bb':{}}}",
            })
    void aChangeIsAMergePatch(String twin, String change, String result) {
        assertThat(changed(twin, change, false)).isEqualTo(result);
    }

    @Test
    void onlyANewerVersionChangesAnything() {
        String twin = "{'version':5,'tags':{'site':'north'}}";
        assertThat(changed(twin, "{'version':5,'tags':{'site':'south'}}", false))
                .isEqualTo(twin);
        assertThat(changed(twin, "{'version':6,'tags':{'site':'south'}}", false))
                .isEqualTo("{'version':6,'tags':{'site':'south'}}");
        assertThat(changed(twin, "{'tags':{'site':'south'}}", false))
                .as("no version to go by")
                .isEqualTo("{'version':5,'tags':{'site':'south'}}");
    }

    @Test
    void aReplacementTakesTheWholePartAndNoOther() {
        assertThat(changed(
                        "{'tags':{'a':1,'b':2},'properties':{'desired':{'x':1},'reported':{'y':2}}}",
                        "{'tags':{'c':3},'properties':{'desired':{'z':9}}}",
                        true))
                .isEqualTo("{'properties':{'reported':{'y':2},'desired':{'z':9}},'tags':{'c':3}}");
    }

    @Test
    void aChangeOfNoTwinIsWhatIsKnown() {
        assertThat(changed(null, "{'version':2,'tags':{'a':1,'b':null}}", false))
                .isEqualTo("{'version':2,'tags':{'a':1}}");
    }

    @Test
    void metadataAreNotKeptAndNothingElseIsATwin() {
        byte[] trimmed = TwinDocument.trim(json("{'$metadata':1,'a':{'$metadata':{},'b':[{'$metadata':2,'c':3}]}}"));
        assertThat(trimmed).isEqualTo(json("{'a':{'b':[{'c':3}]}}"));
        for (String other : List.of("", "[]", "7", "'text'", "{'a':", "{'a':1}x")) {
            assertThat(TwinDocument.trim(json(other))).as(other).isNull();
        }
    }

    @Test
    void propertiesAreValuesAndRulesSeeNumbers() {
        TwinPlan plan = new TwinPlan(
                Map.of("site", "/tags/site", "limit", "/tags/limit", "on", "/on", "deep", "/tags"),
                List.of(
                        new TwinValue("site", "north"),
                        new TwinValue("site", "south"),
                        new TwinValue("limit", null),
                        new TwinValue("limit", "2.50"),
                        new TwinValue("on", null),
                        new TwinValue("site", null),
                        new TwinValue("deep", null)));

        Twin twin = plan.read(json("{'tags':{'site':'north','limit':2.5},'on':true}"));

        assertThat(twin.values()).containsExactly(1, 0, 2.5, 0, 1, Double.NaN, Double.NaN);
        assertThat(new String(twin.properties(), UTF_8)).doesNotContain("deep").contains("\"limit\":2.5");
        assertThat(plan.read(null).values()).containsOnly(Double.NaN);
    }
}
