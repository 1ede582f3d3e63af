package io.millrace.loadtest.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class JsonPayloadTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long NOW = 1_764_000_000_123L;
    private static final byte[] DEVICE = Fleet.uniform(100, 1).key(77);

    @Test
    void holdsSequenceTimeAndFeatures() throws IOException {
        JsonNode event = JSON.readTree(new JsonPayload(Layout.FIELDS, 16, 0, 1, false).render(5, DEVICE, 42, NOW));

        assertThat(event.get("seq").asLong()).isEqualTo(1_000_000_042L);
        assertThat(event.get("ts").asLong()).isEqualTo(NOW);
        assertThat(event.size()).isEqualTo(18);
        for (int i = 0; i < 16; i++) {
            assertThat(event.get("f" + i).asDouble()).isBetween(0.0, 0.999);
        }
    }

    @Test
    void holdsAnArrayInsteadWhereThatIsAskedFor() throws IOException {
        JsonPayload payload = new JsonPayload(Layout.ARRAY, 784, 0, 1, false);
        JsonNode event = JSON.readTree(payload.render(5, DEVICE, 42, NOW));

        assertThat(event.get("ts").asLong()).isEqualTo(NOW);
        assertThat(event.get("values")).hasSize(784);
        assertThat(event.at(Layout.ARRAY.pointer(783)).asDouble()).isBetween(0.0, 0.999);
        assertThat(event.get("values"))
                .isNotEqualTo(JSON.readTree(payload.render(6, DEVICE, 42, NOW)).get("values"));
        assertThat(JSON.readTree(payload.malformed(2, DEVICE, 0, NOW)).has("values"))
                .isFalse();
        assertThat(JSON.readTree(payload.malformed(3, DEVICE, 0, NOW))
                        .at("/values/0")
                        .isNumber())
                .isFalse();
    }

    @Test
    void rowsDiffer() {
        JsonPayload payload = new JsonPayload(Layout.FIELDS, 16, 0, 1, false);
        Set<String> rows = new HashSet<>();

        for (int n = 0; n < 10_000; n++) {
            rows.add(new String(payload.render(n, DEVICE, 0, NOW), java.nio.charset.StandardCharsets.UTF_8));
        }

        assertThat(rows).hasSize(10_000);
    }

    @Test
    void isPaddedToTheSizeAskedFor() throws IOException {
        byte[] padded = new JsonPayload(Layout.FIELDS, 2, 200, 1, false).render(0, DEVICE, 0, NOW);

        assertThat(padded).hasSize(200);
        assertThat(JSON.readTree(padded).has("pad")).isTrue();
        assertThat(new JsonPayload(Layout.FIELDS, 16, 0, 1, false).render(0, DEVICE, 0, NOW))
                .hasSize(219);
    }

    @Test
    void malformedRecordsAreWrongInFourWays() throws IOException {
        JsonPayload payload = new JsonPayload(Layout.FIELDS, 2, 0, 1, false);

        assertThatThrownBy(() -> JSON.readTree(payload.malformed(0, DEVICE, 0, NOW)))
                .isInstanceOf(JsonProcessingException.class);
        assertThatThrownBy(() -> JSON.readTree(payload.malformed(1, DEVICE, 0, NOW)))
                .isInstanceOf(JsonProcessingException.class);
        assertThat(JSON.readTree(payload.malformed(2, DEVICE, 0, NOW)).has("f0"))
                .isFalse();
        assertThat(JSON.readTree(payload.malformed(3, DEVICE, 0, NOW)).get("f0").asText())
                .isEqualTo("abc");
        assertThat(JSON.readTree(payload.render(4, DEVICE, 0, NOW)).get("f0").isNumber())
                .isTrue();
    }

    @Test
    void aNamedRecordTellsWhichItIsHoweverSpoilt() throws IOException {
        JsonPayload payload = new JsonPayload(Layout.FIELDS, 1, 0, 1, true);

        assertThat(JSON.readTree(payload.render(5, DEVICE, 42, NOW))
                        .get("device")
                        .asText())
                .isEqualTo("device-00000077");
        for (int n = 0; n < 4; n++) {
            byte[] spoilt = payload.malformed(n, DEVICE, 42, NOW);
            assertThat(Origin.device(spoilt)).isEqualTo(77);
            assertThat(Origin.sequence(spoilt)).isEqualTo(42);
        }
        assertThat(Origin.device(new byte[3])).isEqualTo(-1);
        assertThat(Origin.sequence("{\"seq\":12345x7890".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .isNegative();
    }

    @Test
    void impossibleFeaturesAreRefused() {
        assertThatThrownBy(() -> new JsonPayload(Layout.FIELDS, 0, 0, 1, false))
                .hasMessage("payload.features must be between 1 and 100000, got: 0");
    }
}
