package io.millrace.connectors.eventhubs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyHashTest {
    /** The first five are those that Microsoft's clients agree on; the rest come from lookup3 written down in Python. */
    @ParameterizedTest
    @CsvSource({
        "7, -15263",
        "131, 30562",
        "FWfAT, -22341",
        "!c*_!I@1^c, 15372",
        "7149583486996073602, 12977",
        "123456789012, 21621",
        "Pumpe-süd-7, 3072",
        "泵-12, 16768"
    })
    void isThatOfMicrosoftsBufferedProducers(String key, short hash) {
        assertThat(KeyHash.of(key)).isEqualTo(hash);
    }

    @Test
    void aNegativeHashHasAPartitionToo() {
        assertThat(KeyHash.partition("7", List.of("a", "b", "c", "d"))).isEqualTo("d"); // 15263 mod 4 = 3
        assertThat(KeyHash.partition("131", List.of("a", "b", "c", "d"))).isEqualTo("c");
    }
}
