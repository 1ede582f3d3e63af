package io.millrace.loadtest.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class FleetTest {

    @Test
    void uniformDevicesSendAlikeOften() {
        int[] counts = counts(Fleet.uniform(10, 1), 100_000);

        assertThat(Arrays.stream(counts).boxed())
                .allSatisfy(count -> assertThat(count).isBetween(9_500, 10_500));
    }

    @Test
    void zipfDevicesSendInProportionToTheirRank() {
        int[] counts = counts(Fleet.zipf(4, 1, 1), 250_000); // weights 12 : 6 : 4 : 3

        assertThat(counts[0]).isBetween(119_000, 121_000);
        assertThat(counts[1]).isBetween(59_000, 61_000);
        assertThat(counts[2]).isBetween(39_000, 41_000);
        assertThat(counts[3]).isBetween(29_000, 31_000);
    }

    @Test
    void keysLeadBackToTheirDevices() {
        Fleet fleet = Fleet.uniform(1234, 1);

        assertThat(new String(fleet.key(1233), StandardCharsets.UTF_8)).isEqualTo("device-00001233");
        assertThat(Fleet.indexOf(fleet.key(1233))).isEqualTo(1233);
        assertThat(Fleet.indexOf("probe-0".getBytes(StandardCharsets.UTF_8))).isEqualTo(-1);
        assertThat(Fleet.indexOf("device-0000x233".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo(-1);
    }

    @Test
    void impossibleFleetsAreRefused() {
        assertThatThrownBy(() -> Fleet.uniform(0, 1))
                .hasMessage("fleet.devices must be between 1 and 10000000, got: 0");
        assertThatThrownBy(() -> Fleet.zipf(-5, 1, 1))
                .hasMessage("fleet.devices must be between 1 and 10000000, got: -5");
        assertThatThrownBy(() -> Fleet.zipf(5, 0, 1))
                .hasMessage("fleet.exponent must be above 0 and at most 10, got: 0.0");
    }

    private static int[] counts(Fleet fleet, int records) {
        int[] counts = new int[fleet.devices()];
        for (int n = 0; n < records; n++) {
            counts[fleet.deviceOf(n)]++;
        }
        return counts;
    }
}
