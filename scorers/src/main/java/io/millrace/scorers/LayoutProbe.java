package io.millrace.scorers;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.ValueInfo;
import io.millrace.scorers.Seen.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Finds out how a model takes rows.
 *
 * <p>Inputs are declared. Their batch axis is the open dimension whose name says so (<i>batch</i>, <i>rows</i>,
 * <i>N</i>, …), or else the first open one. An input without any, beside others that have one, is shared by all rows
 * of a call. Of other open dimensions the caller may tell the size. What a model declares of its outputs is often incomplete, so they are measured: a
 * model with an open batch axis is run on two and on three rows, and the axis that goes along is the outputs'.
 * A model with fixed shapes has a fixed batch of n rows if all its inputs and outputs begin with the same n
 * and one input has more dimensions than that one; otherwise all of its input is one row.
 */
final class LayoutProbe {
    private static final String OPTIONAL = "optional(";
    private static final Pattern BATCH = Pattern.compile("(?i)n|rows?|samples?|.*batch.*");

    private final OrtEnvironment environment;
    private final OrtSession session;
    private final String model;
    private final ModelInfo info;
    private final Map<String, List<Long>> rowShapes;

    /**
     * @param info what the file says; of it are the values that text inputs take (without any, empty text is tried)
     * @param rowShapes see {@link OnnxOptions}
     */
    LayoutProbe(
            OrtEnvironment environment,
            OrtSession session,
            String model,
            ModelInfo info,
            Map<String, List<Long>> rowShapes) {
        this.environment = environment;
        this.session = session;
        this.model = model;
        this.info = info;
        this.rowShapes = rowShapes;
    }

    RowLayout layout() throws OrtException, ModelException {
        List<Tensor> inputs = inputs();
        for (Map.Entry<String, NodeInfo> output : session.getOutputInfo().entrySet()) {
            requireCarried("output '" + output.getKey() + "'", output.getValue().getInfo());
        }
        boolean open =
                inputs.stream().anyMatch(input -> Arrays.stream(input.shape()).anyMatch(d -> d < 0));
        return checked(open ? openLayout(inputs) : fixedLayout(inputs));
    }

    private List<Tensor> inputs() throws OrtException, ModelException {
        if (info.inputs().stream().anyMatch(input -> input.type().startsWith(OPTIONAL))) {
            return inputsOfFile();
        }
        List<Tensor> inputs = new ArrayList<>();
        for (Map.Entry<String, NodeInfo> input : session.getInputInfo().entrySet()) {
            String subject = "input '" + input.getKey() + "'";
            if (!(input.getValue().getInfo() instanceof TensorInfo info)) {
                throw new ModelException(model + ": " + subject + " must be a tensor, got: a "
                        + OnnxTypes.describe(input.getValue().getInfo()));
            }
            requireCarried(subject, info);
            inputs.add(Seen.Tensor.of(input.getKey(), info));
        }
        if (inputs.isEmpty()) {
            throw new ModelException(model + " must have at least one input, got none");
        }
        return inputs;
    }

    /** ONNX Runtime's Java layer tells nothing at all of a model's inputs if one of them is optional. */
    private List<Tensor> inputsOfFile() throws ModelException {
        List<Tensor> inputs = new ArrayList<>();
        for (ModelInfo.Value input : info.inputs()) {
            String type = input.type();
            boolean optional = type.startsWith(OPTIONAL);
            if (optional && !rowShapes.containsKey(input.name())) {
                continue;
            }
            String inner = optional ? type.substring(OPTIONAL.length(), type.length() - 1) : type;
            inputs.add(Seen.Tensor.parse(input.name(), inner)
                    .orElseThrow(() -> new ModelException(model + ": input '" + input.name()
                            + "' must be a tensor of known shape with one of the element types " + OnnxTypes.supported()
                            + ", got: " + type)));
        }
        if (inputs.isEmpty()) {
            throw new ModelException(model + " must have at least one input that is fed, got none");
        }
        return inputs;
    }

    private void requireCarried(String subject, ValueInfo declared) throws ModelException {
        if (declared instanceof TensorInfo info && OnnxTypes.elementType(info).isEmpty()) {
            throw new ModelException(model + ": " + subject + " must have one of the element types "
                    + OnnxTypes.supported() + ", got: " + OnnxTypes.name(info));
        }
    }

    private RowLayout openLayout(List<Tensor> tensors) throws OrtException, ModelException {
        List<RowTensor> inputs = tensors.stream()
                .map(tensor -> {
                    int axis = batchAxis(tensor);
                    return RowTensor.open(tensor.name(), tensor.type(), settled(tensor, axis), axis)
                            .withSample(sampleText(tensor));
                })
                .toList();
        List<Seen> two = run(inputs, 2);
        List<Seen> three = run(inputs, 3);
        List<RowTensor> outputs = new ArrayList<>();
        for (int i = 0; i < two.size(); i++) {
            Seen seen = two.get(i);
            Seen more = three.get(i);
            outputs.add(seen.openRows(more)
                    .orElseThrow(() -> new ModelException(model + ": the batch axis of output '" + seen.name()
                            + "' cannot be found; two rows give " + seen.describe() + ", three rows "
                            + more.describe())));
        }
        return new RowLayout(inputs, outputs, RowLayout.OPEN, asDeclared(outputs, 2));
    }

    private boolean asDeclared(List<RowTensor> outputs, int rows) throws OrtException {
        Map<String, NodeInfo> declared = session.getOutputInfo();
        for (RowTensor output : outputs) {
            NodeInfo node = declared.get(output.spec().name());
            if (node != null
                    && node.getInfo() instanceof TensorInfo info
                    && !output.agreesWith(info.getShape(), rows)) {
                return false;
            }
        }
        return true;
    }

    /** The shape with what the caller gives in place of open dimensions, as far as that tells them. */
    private long[] settled(Tensor tensor, int axis) {
        List<Long> given = rowShapes.getOrDefault(tensor.name(), List.of());
        long[] shape = tensor.shape().clone();
        int[] places = IntStream.range(0, shape.length).filter(i -> i != axis).toArray();
        int[] open = Arrays.stream(places).filter(i -> shape[i] < 0).toArray();
        if (given.size() == places.length) {
            Arrays.stream(open).forEach(i -> shape[i] = given.get(i - (axis >= 0 && axis < i ? 1 : 0)));
        } else if (open.length == 1 && !given.isEmpty()) {
            long known =
                    Arrays.stream(places).mapToLong(i -> Math.max(1, shape[i])).reduce(1, Math::multiplyExact);
            long all = given.stream().reduce(1L, Math::multiplyExact);
            shape[open[0]] = all % known == 0 ? all / known : shape[open[0]];
        }
        return shape;
    }

    private static int batchAxis(Tensor tensor) {
        int[] open = IntStream.range(0, tensor.shape().length)
                .filter(i -> tensor.shape()[i] < 0)
                .toArray();
        return IntStream.concat(
                        Arrays.stream(open)
                                .filter(i -> BATCH.matcher(tensor.dimensions().get(i))
                                        .matches()),
                        Arrays.stream(open))
                .findFirst()
                .orElse(RowTensor.NONE);
    }

    private RowLayout fixedLayout(List<Tensor> inputs) throws OrtException, ModelException {
        List<Seen> outputs = run(fixed(inputs, 1), 1);
        long[] first = inputs.get(0).shape();
        boolean batch = first.length > 0
                && inputs.stream().anyMatch(input -> input.shape().length > 1)
                && inputs.stream().allMatch(input -> input.begins(first[0]))
                && outputs.stream().allMatch(output -> output.begins(first[0]));
        int rows = batch ? Math.toIntExact(first[0]) : 1;
        List<RowTensor> results = new ArrayList<>();
        for (Seen output : outputs) {
            results.add(output.fixedRows(rows)
                    .orElseThrow(() -> new ModelException(model + ": output '" + output.name()
                            + "' must give one value for each of " + rows + " rows, got: " + output.describe())));
        }
        return new RowLayout(fixed(inputs, rows), results, rows, asDeclared(results, rows));
    }

    private List<RowTensor> fixed(List<Tensor> tensors, int rows) {
        return tensors.stream()
                .map(tensor -> RowTensor.fixed(tensor.name(), tensor.type(), tensor.shape(), rows)
                        .withSample(sampleText(tensor)))
                .toList();
    }

    private RowLayout checked(RowLayout layout) throws ModelException {
        for (RowTensor tensor : layout.inputs()) {
            requireElements("input", tensor);
        }
        for (RowTensor tensor : layout.outputs()) {
            requireElements("output", tensor);
        }
        return layout;
    }

    private void requireElements(String kind, RowTensor tensor) throws ModelException {
        if (tensor.spec().rowSize() < 1) {
            throw new ModelException(model + ": a row of " + kind + " '"
                    + tensor.spec().name() + "' must have at least one element, got: "
                    + tensor.spec().typeAndShape());
        }
    }

    /** Runs the model on zeros and sample texts, and tells what its outputs look like. */
    private List<Seen> run(List<RowTensor> inputs, int rows) throws OrtException, ModelException {
        Map<String, OnnxTensor> feeds = new LinkedHashMap<>();
        try {
            for (RowTensor input : inputs) {
                feeds.put(input.spec().name(), sample(input, rows));
            }
            try (OrtSession.Result result = session.run(feeds)) {
                List<Seen> outputs = new ArrayList<>();
                for (Map.Entry<String, OnnxValue> output : result) {
                    outputs.add(Seen.of(output.getKey(), output.getValue())
                            .orElseThrow(() -> new ModelException(model + ": output '" + output.getKey()
                                    + "' must be a tensor, or a sequence or map of one kind, got: "
                                    + OnnxTypes.describe(output.getValue().getInfo()))));
                }
                return outputs;
            }
        } finally {
            feeds.values().forEach(OnnxTensor::close);
        }
    }

    private OnnxTensor sample(RowTensor input, int rows) throws OrtException {
        long[] shape = input.shape(rows);
        int elements = Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
        ElementType type = input.spec().type();
        if (type.isText()) {
            String[] values = new String[elements];
            Arrays.fill(values, input.sample());
            return OnnxTensor.createTensor(environment, values, shape);
        }
        NativeTensor zeros = NativeTensor.allocate(type, Math.max(1, elements), 1);
        return OnnxTensor.createTensor(environment, zeros.bytes, shape, OnnxTypes.of(type));
    }

    /** The first text that the model is known to know, or none. */
    private String sampleText(Tensor input) {
        return info.texts().getOrDefault(input.name(), List.of()).stream()
                .findFirst()
                .orElse("");
    }
}
