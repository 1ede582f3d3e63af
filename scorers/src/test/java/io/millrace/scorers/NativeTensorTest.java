package io.millrace.scorers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class NativeTensorTest {
    @ParameterizedTest
    @CsvSource({
        "FLOAT, 0.5, 0.5",
        "FLOAT, 1e300, Infinity",
        "FLOAT, NaN, NaN",
        "DOUBLE, 1e300, 1e300",
        "DOUBLE, NaN, NaN",
        "INT8, 2.5, 3",
        "INT8, -2.5, -2",
        "INT8, 200, 127",
        "INT8, -200, -128",
        "INT8, NaN, 0",
        "UINT8, 254.6, 255",
        "UINT8, 300, 255",
        "UINT8, -1, 0",
        "UINT8, NaN, 0",
        "INT16, 40000, 32767",
        "INT16, -40000, -32768",
        "INT16, 7.49, 7",
        "INT32, 3e9, 2147483647",
        "INT32, -3e9, -2147483648",
        "INT32, -0.5, 0",
        "INT64, 9007199254740992, 9007199254740992",
        "INT64, 1e30, 9223372036854775807",
        "INT64, NaN, 0",
        "INT64, -Infinity, -9223372036854775808",
        "FLOAT16, 0.1, 0.0999755859375",
        "FLOAT16, 2049, 2048",
        "FLOAT16, 2051, 2052",
        "FLOAT16, 70000, Infinity",
        "FLOAT16, 6e-8, 5.9604644775390625e-8",
        "FLOAT16, NaN, NaN",
        "BFLOAT16, 0.1, 0.10009765625",
        "BFLOAT16, 257, 256",
        "BFLOAT16, 259, 260",
        "BFLOAT16, -Infinity, -Infinity",
        "BOOL, 0, 0",
        "BOOL, -0.0, 0",
        "BOOL, 0.001, 1",
        "BOOL, -7, 1",
        "BOOL, NaN, 0"
    })
    void numbersAreRoundedAndSaturate(ElementType type, double value, double expected) {
        NativeTensor tensor = NativeTensor.allocate(type, 2, 2);

        tensor.set(1, 1, value);

        assertThat(tensor.get(1, 1)).isEqualTo(Double.valueOf(expected + 0.0));
        assertThat(tensor.get(1, 0)).isZero();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "STRING")
    void rowsGoInAndComeOutWhole(ElementType type) {
        NativeTensor tensor = NativeTensor.allocate(type, 3, 4);
        double[] source = {9, 1, 0, 1, 9};
        double[] target = new double[5];

        tensor.setRow(2, source, 1);
        tensor.getRow(2, target, 2);

        assertThat(target).containsExactly(0, 0, 1, 0, 1);
        assertThat(tensor.get(1, 2)).isZero();
        assertThat(tensor.get(3, 0)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"FLOAT, 2, 3", "FLOAT, 3, 3000", "FLOAT, 5000, 2", "DOUBLE, 3, 2", "INT32, 3, 2"})
    void rowsThatLieOneAfterTheOtherGoInAtOnce(ElementType type, int rowSize, int count) {
        NativeTensor tensor = NativeTensor.allocate(type, rowSize, count + 2);
        double[] source = new double[rowSize * count + 1];
        Arrays.setAll(source, i -> i);

        tensor.setRows(1, count, source, 1);
        assertRows(tensor, rowSize, count, source);

        NativeTensor single = NativeTensor.allocate(type, rowSize, count + 2);
        float[] singles = new float[source.length];
        for (int i = 0; i < singles.length; i++) {
            singles[i] = (float) source[i];
        }
        single.setRows(1, count, singles, 1);
        assertRows(single, rowSize, count, source);
    }

    private static void assertRows(NativeTensor tensor, int rowSize, int count, double[] source) {
        double[] row = new double[rowSize];
        for (int r = 0; r < count; r++) {
            tensor.getRow(1 + r, row, 0);
            assertThat(row).isEqualTo(Arrays.copyOfRange(source, 1 + r * rowSize, 1 + (r + 1) * rowSize));
        }
        tensor.getRow(0, row, 0);
        assertThat(row).containsOnly(0);
        tensor.getRow(count + 1, row, 0);
        assertThat(row).containsOnly(0);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "STRING")
    void paddingCopiesWholeRows(ElementType type) {
        NativeTensor tensor = NativeTensor.allocate(type, 2, 4);
        tensor.setRow(1, new double[] {0, 1}, 0);

        tensor.pad(1, 2, 4);

        for (int row = 1; row < 4; row++) {
            assertThat(tensor.get(row, 0)).isZero();
            assertThat(tensor.get(row, 1)).isEqualTo(1);
        }
        assertThat(tensor.get(0, 1)).isZero();
    }

    @Test
    void whatIsOutOfRangeIsRefused() {
        NativeTensor tensor = NativeTensor.allocate(ElementType.FLOAT, 3, 4);

        assertThatThrownBy(() -> tensor.set(4, 0, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> tensor.set(0, 3, 1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> tensor.get(-1, 0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> tensor.setRow(0, new double[3], 1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> tensor.getRow(0, new double[2], 0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> tensor.setRows(3, 2, new double[6], 0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> tensor.setRows(0, 2, new double[6], 1)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> tensor.setRows(3, 2, new float[6], 0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> tensor.setRows(0, 2, new float[6], 1)).isInstanceOf(IndexOutOfBoundsException.class);
        tensor.limitRows(2);
        assertThatThrownBy(() -> tensor.get(2, 0)).isInstanceOf(IndexOutOfBoundsException.class);
    }
}
