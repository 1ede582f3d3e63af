package io.millrace.scorers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RowLayoutTest {
    @Test
    void sizesAreFourToAnOctaveAndTheLast() {
        assertThat(RowLayout.sizes(1)).containsExactly(1);
        assertThat(RowLayout.sizes(23)).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 16, 20, 23);
        assertThat(RowLayout.sizes(65_536)).hasSize(60);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 5, 100, 257})
    void everyNumberOfRowsHasItsLeastSize(int maxRows) {
        int[] sizes = RowLayout.sizes(maxRows);
        for (int rows = 1; rows <= maxRows; rows++) {
            int size = sizes[RowLayout.sizeFor(sizes, rows)];

            assertThat(size).isBetween(rows, rows + rows / 4);
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 10, 10", "1, 10, 10", "4, 10, 12", "4, 12, 12", "16, 10, 16"})
    void buffersHoldWholeCalls(int fixedRows, int maxRows, int capacity) {
        assertThat(new RowLayout(List.of(), List.of(), fixedRows, true).capacity(maxRows))
                .isEqualTo(capacity);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1, maxRows, 65536",
        "65537, 1, maxRows, 65536",
        "1, 0, intraOpThreads, 1024",
        "1, 1025, intraOpThreads, 1024"
    })
    void optionsOutOfRangeAreRefused(int rows, int threads, String what, int max) {
        assertThatThrownBy(() -> new OnnxOptions(rows, threads))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        what + " must be between 1 and " + max + ", got: " + (what.equals("maxRows") ? rows : threads));
    }

    @Test
    void optionsHaveTheseDefaults() {
        assertThat(OnnxOptions.defaults()).isEqualTo(new OnnxOptions(512, 1));
        assertThat(OnnxOptions.defaults().withMaxRows(7).withIntraOpThreads(2)).isEqualTo(new OnnxOptions(7, 2));
    }
}
