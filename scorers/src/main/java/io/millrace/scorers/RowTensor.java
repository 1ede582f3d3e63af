package io.millrace.scorers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One tensor of a model and where its rows are.
 *
 * @param spec the tensor as its rows see it: the batch axis first, all other dimensions known
 * @param shape the dimensions that ONNX Runtime is given; the one at {@code openAxis} is set per call
 * @param openAxis the open batch axis; every dimension before it is 1, so that rows lie one after the other
 *     in memory. {@link #NONE} where the model's shape is fixed.
 */
record RowTensor(TensorSpec spec, List<Long> shape, int openAxis) {
    static final int NONE = -1;

    /** A tensor whose axis {@code openAxis} is open; other open dimensions count as 1. */
    static RowTensor open(String name, ElementType type, long[] shape, int openAxis) {
        List<Long> dimensions = new ArrayList<>();
        List<Long> asRows = new ArrayList<>(List.of(TensorSpec.DYNAMIC));
        for (int i = 0; i < shape.length; i++) {
            long dimension = shape[i] == TensorSpec.DYNAMIC ? 1 : shape[i];
            dimensions.add(dimension);
            if (i != openAxis) {
                asRows.add(dimension);
            }
        }
        return new RowTensor(new TensorSpec(name, type, asRows), List.copyOf(dimensions), openAxis);
    }

    /** A tensor of fixed shape that holds {@code rows} rows along its first dimension, or is one row as a whole. */
    static RowTensor fixed(String name, ElementType type, long[] shape, int rows) {
        List<Long> dimensions = Arrays.stream(shape).boxed().toList();
        List<Long> asRows = new ArrayList<>(dimensions);
        if (shape.length == 0 || shape[0] != rows) {
            asRows.add(0, 1L);
        }
        return new RowTensor(new TensorSpec(name, type, asRows), dimensions, NONE);
    }

    /** The axis that is open and has nothing but dimensions of 1 before it, or {@link #NONE}. */
    static int openAxis(long[] shape) {
        for (int i = 0; i < shape.length && (shape[i] == 1 || shape[i] == TensorSpec.DYNAMIC); i++) {
            if (shape[i] == TensorSpec.DYNAMIC) {
                return i;
            }
        }
        return NONE;
    }

    /** The shape of a call with that many rows. */
    long[] shape(int rows) {
        long[] result = shape.stream().mapToLong(Long::longValue).toArray();
        if (openAxis != NONE) {
            result[openAxis] = rows;
        }
        return result;
    }

    long rowBytes() {
        return (long) spec.rowSize() * spec.type().bytes();
    }
}
