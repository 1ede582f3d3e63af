package io.millrace.scorers;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * One input or output of a model.
 *
 * @param name the name in the ONNX graph
 * @param type the element type
 * @param shape the dimensions, outermost first; {@link #DYNAMIC} for one that is decided per call. The first
 *     dimension is the batch axis: a contract shows tensors as their rows see them, so a state {@code [1, rows, 4]}
 *     appears as {@code [?, 1, 4]} and a model's {@code [6]} without a batch axis as {@code [1, 6]}.
 * @param labels what the elements of a row are called, where the model tells: the keys of a map that it gives, or
 *     the labels in its metadata; otherwise empty
 */
public record TensorSpec(String name, ElementType type, List<Long> shape, List<String> labels) {
    /** A dimension that the model leaves open. */
    public static final long DYNAMIC = -1;

    public TensorSpec {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
        shape = List.copyOf(shape);
        labels = List.copyOf(labels);
    }

    /** A tensor whose elements have no names. */
    public TensorSpec(String name, ElementType type, List<Long> shape) {
        this(name, type, shape, List.of());
    }

    /** The same tensor with names for the elements of a row. */
    public TensorSpec withLabels(List<String> names) {
        return new TensorSpec(name, type, shape, names);
    }

    /** Whether the batch axis is open, so that one call can score any number of rows. */
    public boolean batchIsDynamic() {
        return !shape.isEmpty() && shape.get(0) == DYNAMIC;
    }

    /** Elements in one row: the product of all dimensions behind the batch axis, an open one counted as 1. */
    public int rowSize() {
        return Math.toIntExact(
                shape.stream().skip(1).mapToLong(d -> d == DYNAMIC ? 1 : d).reduce(1, Math::multiplyExact));
    }

    /** As a person writes it: {@code float[?, 16]}. */
    @Override
    public String toString() {
        return name + ": " + typeAndShape();
    }

    /** Type and shape without the name: {@code float[?, 16]}. */
    public String typeAndShape() {
        return type.name().toLowerCase(java.util.Locale.ROOT)
                + shape.stream()
                        .map(d -> d == DYNAMIC ? "?" : d.toString())
                        .collect(Collectors.joining(", ", "[", "]"));
    }
}
