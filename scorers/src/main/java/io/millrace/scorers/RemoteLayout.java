package io.millrace.scorers;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** How a server's model takes rows, from what the server says of it. */
final class RemoteLayout {
    private RemoteLayout() {}

    /** The layout of a model that is only there. */
    static RowLayout of(InferenceProtocol.Metadata metadata) throws DeviceUnavailable {
        if (metadata.inputs().isEmpty() || metadata.outputs().isEmpty()) {
            throw new DeviceUnavailable(
                    "the server must describe the model's inputs and outputs, or uri must name the model's file");
        }
        List<InferenceProtocol.Tensor> all = Stream.concat(metadata.inputs().stream(), metadata.outputs().stream())
                .toList();
        boolean open = all.stream().anyMatch(tensor -> tensor.shape().contains(TensorSpec.DYNAMIC));
        long first = all.get(0).shape().isEmpty() ? 1 : all.get(0).shape().get(0);
        boolean batch =
                all.stream().allMatch(t -> !t.shape().isEmpty() && t.shape().get(0) == first);
        int rows = open ? RowLayout.OPEN : batch ? Math.toIntExact(first) : 1;
        return new RowLayout(tensors(metadata.inputs(), rows), tensors(metadata.outputs(), rows), rows, true);
    }

    private static List<RowTensor> tensors(List<InferenceProtocol.Tensor> described, int rows)
            throws DeviceUnavailable {
        List<RowTensor> tensors = new ArrayList<>();
        for (InferenceProtocol.Tensor tensor : described) {
            long[] shape = tensor.shape().stream().mapToLong(Long::longValue).toArray();
            if (rows != RowLayout.OPEN) {
                tensors.add(RowTensor.fixed(tensor.name(), type(tensor), shape, rows));
                continue;
            }
            int axis = RowTensor.openAxis(shape);
            if (axis == RowTensor.NONE) {
                throw new DeviceUnavailable("the batch axis of '" + tensor.name()
                        + "' must be open and come first, or after dimensions of 1, got: " + tensor.shape());
            }
            tensors.add(RowTensor.open(tensor.name(), type(tensor), shape, axis));
        }
        return tensors;
    }

    private static ElementType type(InferenceProtocol.Tensor tensor) throws DeviceUnavailable {
        return Arrays.stream(ElementType.values())
                .filter(type ->
                        !type.isText() && InferenceProtocol.datatype(type).equals(tensor.datatype()))
                .findFirst()
                .orElseThrow(() -> new DeviceUnavailable(
                        "'" + tensor.name() + "' must be a tensor of numbers, got: " + tensor.datatype()));
    }

    /** Holds what the server says of the model's tensors, if it does, against the model's file. */
    static void check(InferenceProtocol.Metadata metadata, RowLayout layout) throws DeviceUnavailable {
        check("input", metadata.inputs(), layout.inputs());
        check("output", metadata.outputs(), layout.outputs());
    }

    private static void check(String kind, List<InferenceProtocol.Tensor> described, List<RowTensor> expected)
            throws DeviceUnavailable {
        for (RowTensor tensor : described.isEmpty() ? List.<RowTensor>of() : expected) {
            InferenceProtocol.Tensor there = described.stream()
                    .filter(d -> d.name().equals(tensor.spec().name()))
                    .findFirst()
                    .orElseThrow(() -> new DeviceUnavailable("the server's model must have " + kind + " "
                            + tensor.spec() + ", it has: "
                            + described.stream()
                                    .map(InferenceProtocol.Tensor::name)
                                    .toList()));
            long[] shape = tensor.shape(tensor.axis() == RowTensor.NONE ? 1 : -1);
            try {
                requireSame(kind, tensor, shape, there);
            } catch (IOException e) {
                throw new DeviceUnavailable("the server's model differs: " + OneLine.of(e), e);
            }
        }
    }

    /** Dimensions of 1 do not matter, and an open one is as good as any. */
    static void requireSame(String kind, RowTensor expected, long[] shape, InferenceProtocol.Tensor there)
            throws IOException {
        long[] wanted = Arrays.stream(shape).filter(d -> d != 1).toArray();
        long[] got =
                there.shape().stream().mapToLong(d -> d).filter(d -> d != 1).toArray();
        boolean same = wanted.length == got.length;
        for (int i = 0; same && i < got.length; i++) {
            same = wanted[i] == got[i] || wanted[i] == TensorSpec.DYNAMIC || got[i] == TensorSpec.DYNAMIC;
        }
        String datatype = InferenceProtocol.datatype(expected.spec().type());
        if (!same || !datatype.equals(there.datatype())) {
            throw new IOException(kind + " '" + expected.spec().name() + "' must be " + datatype
                    + Arrays.toString(shape) + ", got: " + there.datatype() + there.shape());
        }
    }
}
