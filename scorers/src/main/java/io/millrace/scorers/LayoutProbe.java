package io.millrace.scorers;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.ValueInfo;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Finds out how a model takes rows.
 *
 * <p>Inputs are declared. What a model declares of its outputs is often incomplete, so they are measured: a
 * model with an open batch axis is run on two and on three rows, and the axis that goes along is the outputs'.
 * A model with fixed shapes has a fixed batch of n rows if all its inputs and outputs begin with the same n
 * and one input has more dimensions than that one; otherwise all of its input is one row.
 */
final class LayoutProbe {
    private final OrtEnvironment environment;
    private final OrtSession session;
    private final String model;

    private record Tensor(String name, TensorInfo info) {
        long[] shape() {
            return info.getShape();
        }

        ElementType type() {
            return OnnxTypes.elementType(info).orElseThrow();
        }

        /** {@code float[2, ?]}. */
        String typeAndShape() {
            return OnnxTypes.name(info) + Arrays.toString(shape()).replace("-1", "?");
        }
    }

    LayoutProbe(OrtEnvironment environment, OrtSession session, String model) {
        this.environment = environment;
        this.session = session;
        this.model = model;
    }

    RowLayout layout() throws OrtException, ModelException {
        List<Tensor> inputs = tensors("input", session.getInputInfo());
        tensors("output", session.getOutputInfo());
        if (inputs.isEmpty()) {
            throw new ModelException(model + " must have at least one input, got none");
        }
        boolean open =
                inputs.stream().anyMatch(input -> Arrays.stream(input.shape()).anyMatch(d -> d < 0));
        return open ? openLayout(inputs) : fixedLayout(inputs);
    }

    private RowLayout openLayout(List<Tensor> tensors) throws OrtException, ModelException {
        List<RowTensor> inputs = new ArrayList<>();
        for (Tensor tensor : tensors) {
            int axis = RowTensor.openAxis(tensor.shape());
            if (axis == RowTensor.NONE) {
                throw new ModelException(model + ": the batch axis of input '" + tensor.name()
                        + "' must be open and come first, or after dimensions of 1, got: "
                        + tensor.typeAndShape());
            }
            inputs.add(RowTensor.open(tensor.name(), tensor.type(), tensor.shape(), axis));
        }
        List<Tensor> two = outputShapes(inputs, 2);
        List<Tensor> three = outputShapes(inputs, 3);
        List<RowTensor> outputs = new ArrayList<>();
        for (int i = 0; i < two.size(); i++) {
            Tensor tensor = two.get(i);
            int axis = axisThatFollows(tensor.shape(), three.get(i).shape());
            if (axis == RowTensor.NONE) {
                throw new ModelException(model + ": the batch axis of output '" + tensor.name()
                        + "' cannot be found; two rows give " + tensor.typeAndShape() + ", three rows "
                        + three.get(i).typeAndShape());
            }
            outputs.add(RowTensor.open(tensor.name(), tensor.type(), tensor.shape(), axis));
        }
        return checked(new RowLayout(inputs, outputs, RowLayout.OPEN));
    }

    private RowLayout fixedLayout(List<Tensor> inputs) throws OrtException, ModelException {
        List<Tensor> outputs = outputShapes(fixed(inputs, 1), 1);
        long[] first = inputs.get(0).shape();
        boolean batch = first.length > 0
                && inputs.stream().anyMatch(input -> input.shape().length > 1)
                && Stream.concat(inputs.stream(), outputs.stream())
                        .allMatch(tensor -> tensor.shape().length > 0 && tensor.shape()[0] == first[0]);
        int rows = batch ? Math.toIntExact(first[0]) : 1;
        return checked(new RowLayout(fixed(inputs, rows), fixed(outputs, rows), rows));
    }

    private static List<RowTensor> fixed(List<Tensor> tensors, int rows) {
        return tensors.stream()
                .map(tensor -> RowTensor.fixed(tensor.name(), tensor.type(), tensor.shape(), rows))
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

    /** Runs the model on zeros and tells what its outputs look like. */
    private List<Tensor> outputShapes(List<RowTensor> inputs, int rows) throws OrtException, ModelException {
        Map<String, OnnxTensor> feeds = new LinkedHashMap<>();
        try {
            for (RowTensor input : inputs) {
                long[] shape = input.shape(rows);
                int elements = Math.toIntExact(Arrays.stream(shape).reduce(1, Math::multiplyExact));
                NativeTensor zeros = NativeTensor.allocate(input.spec().type(), Math.max(1, elements), 1);
                feeds.put(
                        input.spec().name(),
                        OnnxTensor.createTensor(
                                environment,
                                zeros.bytes,
                                shape,
                                OnnxTypes.of(input.spec().type())));
            }
            try (OrtSession.Result result = session.run(feeds)) {
                Map<String, ValueInfo> infos = new LinkedHashMap<>();
                for (Map.Entry<String, OnnxValue> output : result) {
                    infos.put(output.getKey(), output.getValue().getInfo());
                }
                return requireTensors("output", infos);
            }
        } finally {
            feeds.values().forEach(OnnxTensor::close);
        }
    }

    private static int axisThatFollows(long[] two, long[] three) {
        long[] open = two.clone();
        for (int i = 0; i < two.length && two.length == three.length; i++) {
            if (two[i] == 2 && three[i] == 3) {
                open[i] = TensorSpec.DYNAMIC;
            }
        }
        int axis = RowTensor.openAxis(open);
        if (axis == RowTensor.NONE) {
            return RowTensor.NONE;
        }
        open[axis] = 3;
        return Arrays.equals(open, three) ? axis : RowTensor.NONE;
    }

    private List<Tensor> tensors(String kind, Map<String, NodeInfo> nodes) throws ModelException {
        Map<String, ValueInfo> infos = new LinkedHashMap<>();
        nodes.forEach((name, node) -> infos.put(name, node.getInfo()));
        return requireTensors(kind, infos);
    }

    private List<Tensor> requireTensors(String kind, Map<String, ValueInfo> infos) throws ModelException {
        List<Tensor> tensors = new ArrayList<>();
        for (Map.Entry<String, ValueInfo> entry : infos.entrySet()) {
            String subject = model + ": " + kind + " '" + entry.getKey() + "' ";
            if (!(entry.getValue() instanceof TensorInfo info)) {
                throw new ModelException(subject + "must be a tensor, got: a " + OnnxTypes.describe(entry.getValue()));
            }
            if (OnnxTypes.elementType(info).isEmpty()) {
                throw new ModelException(subject + "must have one of the element types " + OnnxTypes.supported()
                        + ", got: " + OnnxTypes.name(info));
            }
            tensors.add(new Tensor(entry.getKey(), info));
        }
        return tensors;
    }
}
