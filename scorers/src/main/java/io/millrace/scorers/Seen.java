package io.millrace.scorers;

import ai.onnxruntime.MapInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxMap;
import ai.onnxruntime.OnnxSequence;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import io.millrace.scorers.RowTensor.Form;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** What an output was like in a trial run, and which rows can be read into it. */
sealed interface Seen {
    String name();

    /** For a message: {@code float[2, 3]}. */
    String describe();

    /** Whether it may hold {@code rows} rows along its first dimension. */
    boolean begins(long rows);

    /** How its rows lie, if this was seen of two rows and the other of three. */
    Optional<RowTensor> openRows(Seen ofThree);

    /** How its rows lie in calls of always so many rows. */
    Optional<RowTensor> fixedRows(int rows);

    /** What the value is, or empty where batches cannot carry it. */
    static Optional<Seen> of(String name, OnnxValue value) throws OrtException {
        if (value instanceof OnnxTensor tensor) {
            TensorInfo info = tensor.getInfo();
            return OnnxTypes.elementType(info).map(type -> Tensor.of(name, info));
        }
        if (value instanceof OnnxMap map) {
            return Optional.of(Maps.of(name, List.of(map), false));
        }
        return value instanceof OnnxSequence sequence ? ofSequence(name, sequence) : Optional.empty();
    }

    private static Optional<Seen> ofSequence(String name, OnnxSequence sequence) throws OrtException {
        List<? extends OnnxValue> elements = sequence.getValue();
        try {
            if (elements.isEmpty()) {
                return Optional.empty();
            }
            if (sequence.getInfo().isSequenceOfMaps()) {
                return Optional.of(
                        Maps.of(name, elements.stream().map(OnnxMap.class::cast).toList(), true));
            }
            List<Tensor> tensors = new ArrayList<>();
            for (OnnxValue element : elements) {
                TensorInfo info = ((OnnxTensor) element).getInfo();
                if (OnnxTypes.elementType(info).isEmpty()) {
                    return Optional.empty();
                }
                tensors.add(Tensor.of(name, info));
            }
            return tensors.stream().map(Tensor::type).distinct().count() == 1
                    ? Optional.of(new Tensors(name, List.copyOf(tensors)))
                    : Optional.empty();
        } finally {
            elements.forEach(OnnxValue::close);
        }
    }

    /**
     * A tensor; also one that an input declares.
     *
     * @param dimensions the dimensions' names, empty where they have none
     */
    @SuppressWarnings("ArrayRecordComponent") // read at once, and never compared
    record Tensor(String name, ElementType type, long[] shape, List<String> dimensions) implements Seen {
        private static final Pattern WRITTEN = Pattern.compile("(\\w+)\\[([^…]*)]");

        static Tensor of(String name, TensorInfo info) {
            long[] shape = info.getShape();
            String[] names = info.getDimensionNames();
            List<String> dimensions = IntStream.range(0, shape.length)
                    .mapToObj(i -> names != null && i < names.length && names[i] != null ? names[i] : "")
                    .toList();
            return new Tensor(name, OnnxTypes.elementType(info).orElseThrow(), shape, dimensions);
        }

        /** What {@link ModelInfo.Value#type} says of a tensor; empty where batches cannot carry it. */
        static Optional<Tensor> parse(String name, String type) {
            Matcher parts = WRITTEN.matcher(type);
            if (!parts.matches()) {
                return Optional.empty();
            }
            List<String> dimensions = parts.group(2).isEmpty()
                    ? List.of()
                    : List.of(parts.group(2).split(", "));
            long[] shape = dimensions.stream()
                    .mapToLong(d -> d.matches("\\d{1,18}") ? Long.parseLong(d) : TensorSpec.DYNAMIC)
                    .toArray();
            return Arrays.stream(ElementType.values())
                    .filter(element -> OnnxTypes.name(element).equals(parts.group(1)))
                    .findFirst()
                    .map(element -> new Tensor(name, element, shape, dimensions));
        }

        @Override
        public String describe() {
            return OnnxTypes.name(type) + Arrays.toString(shape).replace("-1", "?");
        }

        @Override
        public boolean begins(long rows) {
            return shape.length > 0 && shape[0] == rows;
        }

        @Override
        public Optional<RowTensor> openRows(Seen ofThree) {
            if (!(ofThree instanceof Tensor three) || three.type != type || three.shape.length != shape.length) {
                return Optional.empty();
            }
            int axis = Arrays.mismatch(shape, three.shape);
            if (axis < 0 || shape[axis] != 2 || three.shape[axis] != 3) {
                return Optional.empty();
            }
            long[] open = three.shape.clone();
            open[axis] = 2;
            return Arrays.equals(open, shape) ? Optional.of(RowTensor.open(name, type, shape, axis)) : Optional.empty();
        }

        @Override
        public Optional<RowTensor> fixedRows(int rows) {
            return Optional.of(RowTensor.fixed(name, type, shape, rows));
        }
    }

    /**
     * A map, or a sequence of maps with the same keys.
     *
     * @param keys the keys as text, numbers in their order
     * @param sequence whether it is a sequence, however long
     */
    record Maps(String name, ElementType type, List<String> keys, int count, boolean sequence) implements Seen {
        static Maps of(String name, List<OnnxMap> maps, boolean sequence) throws OrtException {
            OnnxMap first = maps.get(0);
            MapInfo info = first.getInfo();
            List<String> keys = first.getValue().keySet().stream()
                    .sorted(
                            info.keyType == OnnxJavaType.STRING
                                    ? Comparator.comparing(Object::toString)
                                    : Comparator.comparingLong(key -> ((Number) key).longValue()))
                    .map(Object::toString)
                    .toList();
            ElementType type =
                    switch (info.valueType) {
                        case STRING -> ElementType.STRING;
                        case FLOAT -> ElementType.FLOAT;
                        case INT64 -> ElementType.INT64;
                        default -> ElementType.DOUBLE;
                    };
            return new Maps(name, type, keys, maps.size(), sequence);
        }

        @Override
        public String describe() {
            return (sequence ? count + " maps" : "a map") + " from " + keys + " to " + OnnxTypes.name(type);
        }

        @Override
        public boolean begins(long rows) {
            return sequence && count == rows;
        }

        @Override
        public Optional<RowTensor> openRows(Seen ofThree) {
            boolean follows =
                    ofThree instanceof Maps three && count == 2 && three.count == 3 && three.keys.equals(keys);
            return follows ? Optional.of(rows(TensorSpec.DYNAMIC, Form.MAPS)) : Optional.empty();
        }

        @Override
        public Optional<RowTensor> fixedRows(int rows) {
            return count == rows ? Optional.of(rows(rows, sequence ? Form.MAPS : Form.MAP)) : Optional.empty();
        }

        private RowTensor rows(long batch, Form form) {
            TensorSpec spec = new TensorSpec(name, type, List.of(batch, (long) keys.size()), keys);
            return RowTensor.of(spec, form, List.of());
        }
    }

    /** A sequence of tensors, at least one. */
    record Tensors(String name, List<Tensor> elements) implements Seen {
        @Override
        public String describe() {
            return "a sequence of " + elements.stream().map(Tensor::describe).toList();
        }

        @Override
        public boolean begins(long rows) {
            return elements.size() == rows || elements.stream().allMatch(element -> element.begins(rows));
        }

        @Override
        public Optional<RowTensor> openRows(Seen ofThree) {
            if (!(ofThree instanceof Tensors three)) {
                return Optional.empty();
            }
            if (elements.size() == 2 && three.elements.size() == 3) {
                return perRow(TensorSpec.DYNAMIC, three.elements);
            }
            List<RowTensor> parts = new ArrayList<>();
            for (int i = 0; i < Math.min(elements.size(), three.elements.size()); i++) {
                elements.get(i).openRows(three.elements.get(i)).ifPresent(parts::add);
            }
            boolean follows = parts.size() == elements.size() && parts.size() == three.elements.size();
            return follows ? Optional.of(joined(TensorSpec.DYNAMIC, parts)) : Optional.empty();
        }

        @Override
        public Optional<RowTensor> fixedRows(int rows) {
            if (rows > 1 && elements.size() == rows) {
                return perRow(rows, elements);
            }
            return Optional.of(joined(
                    rows,
                    elements.stream()
                            .map(element -> RowTensor.fixed(name, element.type, element.shape, rows))
                            .toList()));
        }

        private Optional<RowTensor> perRow(long batch, List<Tensor> rows) {
            Tensor first = rows.get(0);
            if (rows.stream().anyMatch(row -> !Arrays.equals(row.shape, first.shape))) {
                return Optional.empty();
            }
            RowTensor part = RowTensor.fixed(name, first.type, first.shape, RowTensor.NONE);
            List<Long> shape = new ArrayList<>(part.spec().shape());
            shape.set(0, batch);
            return Optional.of(
                    RowTensor.of(new TensorSpec(name, first.type, shape), Form.TENSOR_PER_ROW, List.of(part)));
        }

        private RowTensor joined(long batch, List<RowTensor> parts) {
            long rowSize =
                    parts.stream().mapToLong(part -> part.spec().rowSize()).sum();
            boolean alike = parts.stream().allMatch(p -> p.spec().rowSize() == rowSize / parts.size());
            List<Long> shape =
                    alike ? List.of(batch, (long) parts.size(), rowSize / parts.size()) : List.of(batch, rowSize);
            return RowTensor.of(new TensorSpec(name, elements.get(0).type, shape), Form.TENSORS, List.copyOf(parts));
        }
    }
}
