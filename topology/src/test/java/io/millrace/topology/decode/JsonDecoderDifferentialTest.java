package io.millrace.topology.decode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.millrace.topology.decode.Rejected.Reason;
import io.millrace.topology.ingest.RawEvent;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Against Jackson's tree, over random documents, whole, cut off and damaged: the same verdict on the form, and the
 * same values.
 *
 * <p>One difference is meant. Jackson lets some byte sequences pass that are no UTF-8 (overlong ones, encoded
 * surrogates), guesses UTF-16 and skips a byte order mark; so here it is given text that a strict UTF-8 decoder made,
 * and what that decoder refuses, or what starts with a byte order mark, must be refused.
 */
class JsonDecoderDifferentialTest {
    private static final List<String> FIELDS =
            List.of("/a", "/b", "/motor/current", "/motor/deep/x", "/vib/0", "/vib/3", "/sensor_01", "/sensor_02");
    private static final ObjectReader JACKSON = jackson();

    private final JsonDecoder decoder = new JsonDecoder(JsonLayout.of(FIELDS, null, null));
    private final Event event = new Event(FIELDS.size());

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void givenRandomDocumentsThenTheValuesAreJacksons(long seed) {
        RandomJson json = new RandomJson(seed);
        int accepted = 0;
        for (int i = 0; i < 6_000; i++) {
            accepted += check(json.document()) == event ? 1 : 0;
        }
        assertThat(accepted).as("documents with all fields").isGreaterThan(1_000);
    }

    @ParameterizedTest
    @ValueSource(longs = {5, 6, 7, 8})
    void givenDamagedDocumentsThenTheVerdictIsJacksons(long seed) {
        RandomJson json = new RandomJson(seed);
        SplittableRandom random = new SplittableRandom(seed);
        int malformed = 0;
        for (int i = 0; i < 3_500; i++) {
            byte[] document = json.document();
            for (int damage = 0; damage < 15; damage++) {
                malformed += check(damaged(document, random)) instanceof Rejected rejected
                                && rejected.reason() == Reason.MALFORMED
                        ? 1
                        : 0;
            }
        }
        assertThat(malformed).isBetween(10_000, 55_000);
    }

    @ParameterizedTest
    @ValueSource(longs = {9, 10})
    void givenADocumentCutOffAnywhereThenItIsTruncated(long seed) {
        RandomJson json = new RandomJson(seed);
        for (int i = 0; i < 500; i++) {
            byte[] document =
                    new String(json.document(), StandardCharsets.UTF_8).strip().getBytes(StandardCharsets.UTF_8);
            for (int length = 1; length < document.length; length++) {
                Decoded decoded = decode(Arrays.copyOf(document, length));
                if (!(decoded instanceof Rejected rejected) || rejected.reason() != Reason.TRUNCATED) {
                    fail("%d bytes of %s: %s", length, text(document), decoded);
                }
            }
        }
    }

    /** One to three bytes changed, removed, put in, or copied from elsewhere in the document. */
    private static byte[] damaged(byte[] document, SplittableRandom random) {
        byte[] bytes = document;
        for (int i = random.nextInt(3); i >= 0; i--) {
            int at = random.nextInt(bytes.length);
            String likely = "\"\\{}[]:,.-+eE019ntfu/ \n\0\u007f";
            byte b = random.nextInt(4) == 0
                    ? (byte) random.nextInt(256)
                    : random.nextInt(3) == 0
                            ? bytes[random.nextInt(bytes.length)]
                            : (byte) likely.charAt(random.nextInt(likely.length()));
            int kind = random.nextInt(3); // put in, change, remove
            byte[] next = Arrays.copyOf(bytes, Math.max(1, bytes.length + 1 - kind));
            if (kind != 1 && bytes.length > 1) {
                System.arraycopy(bytes, at + kind / 2, next, at + 1 - kind / 2, bytes.length - at - kind / 2);
            }
            if (kind != 2) {
                next[at] = b;
            }
            bytes = next;
        }
        return bytes;
    }

    private Decoded check(byte[] in) {
        JsonNode tree = tree(in);
        Decoded decoded = decode(in);
        Reason reason = decoded instanceof Rejected rejected ? rejected.reason() : null;
        if ((tree == null) != (reason == Reason.MALFORMED || reason == Reason.TRUNCATED)) {
            fail("Jackson %s, but: %s%n%s", tree == null ? "refuses" : "accepts", decoded, text(in));
        }
        if (tree != null && !tree.isObject()) {
            assertThat(reason).isEqualTo(Reason.WRONG_TYPE);
        } else if (tree != null) {
            checkValues(tree, decoded, in);
        }
        return decoded;
    }

    private void checkValues(JsonNode tree, Decoded decoded, byte[] in) {
        for (int i = 0; i < FIELDS.size(); i++) {
            JsonNode node = tree.at(FIELDS.get(i));
            Reason expected = node.isMissingNode()
                    ? Reason.MISSING_FIELD
                    : node.isTextual() || node.isContainerNode()
                            ? Reason.WRONG_TYPE
                            : node.isNumber() && Double.isInfinite(node.doubleValue()) ? Reason.OUT_OF_RANGE : null;
            if (expected != null) {
                boolean same = decoded instanceof Rejected rejected
                        && rejected.reason() == expected
                        && FIELDS.get(i).equals(rejected.field());
                if (!same) {
                    fail("%s must be %s, got: %s%n%s", FIELDS.get(i), expected, decoded, text(in));
                }
                return;
            }
            double value =
                    node.isNull() ? Double.NaN : node.isBoolean() ? (node.asBoolean() ? 1 : 0) : node.doubleValue();
            double got = event.values()[i];
            if (got != value && !(Double.isNaN(got) && node.isNull())) { // so 0 is -0: Jackson reads -0 as an integer
                fail("%s must be %s, got: %s%n%s", FIELDS.get(i), value, got, text(in));
            }
        }
        assertThat(decoded).isSameAs(event);
    }

    private Decoded decode(byte[] in) {
        return decoder.decode(new RawEvent("telemetry", 0, 0, 0, null, in), event);
    }

    private static @Nullable JsonNode tree(byte[] in) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(in))
                    .toString();
            JsonNode tree = text.startsWith("\uFEFF") ? null : JACKSON.readTree(text);
            return tree == null || tree.isMissingNode() ? null : tree;
        } catch (CharacterCodingException | JacksonException e) {
            return null;
        }
    }

    private static ObjectReader jackson() {
        StreamReadConstraints noLimits = StreamReadConstraints.builder()
                .maxNumberLength(Integer.MAX_VALUE)
                .build();
        ObjectMapper mapper = JsonMapper.builder(
                        JsonFactory.builder().streamReadConstraints(noLimits).build())
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .build();
        return mapper.reader();
    }

    private static String text(byte[] in) {
        return new String(in, StandardCharsets.UTF_8);
    }
}
