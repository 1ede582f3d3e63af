package io.millrace.scorers;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * One input or output of a model and where its rows are.
 *
 * @param spec the tensor as its rows see it: the batch axis first, all other dimensions known
 * @param shape the dimensions that ONNX Runtime is given or gives; the one at {@code axis} is set per call
 * @param axis the open batch axis. {@link #NONE} where the shape is fixed: then rows lie along the first dimension,
 *     or the whole is one row, or, beside inputs that are open, all rows of a call share it.
 * @param form what carries the rows
 * @param parts the tensors of a {@link Form#TENSORS}, in order; otherwise empty
 * @param sample a text that an input of text takes, for trial runs
 */
record RowTensor(TensorSpec spec, List<Long> shape, int axis, Form form, List<RowTensor> parts, String sample) {
    static final int NONE = -1;

    /** What carries rows. Inputs are always tensors. */
    enum Form {
        /** A tensor. */
        TENSOR,
        /** A sequence with a map for each row, as scikit-learn's ZipMap gives; the keys are the spec's labels. */
        MAPS,
        /** A map: the only row. */
        MAP,
        /** A sequence with a tensor for each row. */
        TENSOR_PER_ROW,
        /** A sequence of tensors that each hold all rows: a row is their elements one after the other. */
        TENSORS
    }

    /** A tensor whose axis {@code axis} is open; other open dimensions count as 1. */
    static RowTensor open(String name, ElementType type, long[] shape, int axis) {
        List<Long> dimensions = new ArrayList<>();
        List<Long> asRows = new ArrayList<>(List.of(TensorSpec.DYNAMIC));
        for (int i = 0; i < shape.length; i++) {
            long dimension = shape[i] == TensorSpec.DYNAMIC ? 1 : shape[i];
            dimensions.add(dimension);
            if (i != axis) {
                asRows.add(dimension);
            }
        }
        return new RowTensor(
                new TensorSpec(name, type, asRows), List.copyOf(dimensions), axis, Form.TENSOR, List.of(), "");
    }

    /** A tensor of fixed shape that holds {@code rows} rows along its first dimension, or is one row as a whole. */
    static RowTensor fixed(String name, ElementType type, long[] shape, int rows) {
        List<Long> dimensions = Arrays.stream(shape).boxed().toList();
        List<Long> asRows = new ArrayList<>(dimensions);
        if (shape.length == 0 || shape[0] != rows) {
            asRows.add(0, 1L);
        }
        return new RowTensor(new TensorSpec(name, type, asRows), dimensions, NONE, Form.TENSOR, List.of(), "");
    }

    /** Something that is no tensor. */
    static RowTensor of(TensorSpec spec, Form form, List<RowTensor> parts) {
        return new RowTensor(spec, List.of(), NONE, form, parts, "");
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

    RowTensor withLabels(List<String> labels) {
        return new RowTensor(spec.withLabels(labels), shape, axis, form, parts, sample);
    }

    RowTensor withSample(String text) {
        return new RowTensor(spec, shape, axis, form, parts, text);
    }

    /** The shape of a call with that many rows. */
    long[] shape(int rows) {
        long[] result = shape.stream().mapToLong(Long::longValue).toArray();
        if (axis != NONE) {
            result[axis] = rows;
        }
        return result;
    }

    /** How many pieces a row lies in: the product of the dimensions before the batch axis. */
    int pieces() {
        return axis == NONE ? 1 : Math.toIntExact(shape.stream().limit(axis).reduce(1L, Math::multiplyExact));
    }

    /**
     * Whether a call of {@code rows} rows gives what the graph declares. ONNX Runtime takes memory for an output only
     * then; exporters often declare one dimension too few, or a batch of 1.
     */
    boolean agreesWith(long[] declared, int rows) {
        long[] given = shape(rows);
        return given.length == declared.length
                && IntStream.range(0, given.length).allMatch(i -> declared[i] < 0 || declared[i] == given[i]);
    }

    /** Whether its memory can be shared with ONNX Runtime: numbers in a tensor, row after row. */
    boolean isPinnable() {
        return form == Form.TENSOR && !spec.type().isText() && pieces() == 1;
    }

    long rowBytes() {
        return (long) spec.rowSize() * spec.type().bytes();
    }
}
