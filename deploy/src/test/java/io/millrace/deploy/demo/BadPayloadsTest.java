package io.millrace.deploy.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BadPayloadsTest {
    private final ObjectMapper json = new ObjectMapper();
    private final BadPayloads payloads = new BadPayloads(42);
    private final PumpFleet fleet = new PumpFleet(50, 42, FaultSchedule.none());

    @Test
    void aKnownShareIsBrokenInEveryWayAndTheRestIsTheReading() throws IOException {
        // Given
        int broken = 0;
        Set<String> ways = new HashSet<>();

        // When
        for (int pump = 0; pump < fleet.size(); pump++) {
            for (long timeMs = 0; timeMs < 60_000; timeMs += 250) {
                Reading reading = fleet.read(pump, timeMs);
                byte[] sent = payloads.payload(pump, reading);
                assertThat(sent).isEqualTo(payloads.payload(pump, reading));
                if (payloads.breaks(pump, timeMs)) {
                    broken++;
                    ways.add(wayOf(sent));
                } else {
                    assertThat(sent).isEqualTo(reading.toJson());
                }
            }
        }

        // Then
        assertThat(broken).isBetween(12_000 / 500 / 2, 12_000 / 500 * 2);
        assertThat(ways).containsExactlyInAnyOrder("truncated", "wrong type", "no JSON");
    }

    private String wayOf(byte[] sent) throws IOException {
        try {
            JsonNode tree = json.readTree(sent);
            assertThat(tree.get("flow").isTextual()).isTrue();
            return "wrong type";
        } catch (JsonProcessingException e) {
            return sent[0] == '{' ? "truncated" : "no JSON";
        }
    }
}
