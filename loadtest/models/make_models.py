"""Writes the models of the load tests into src/main/resources/models, with their sha256.

The weights are random: speed depends on shapes, not on values. Run from this folder:
    pip install -r requirements.txt && python make_models.py
"""

import hashlib
import pathlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

FOLDER = pathlib.Path(__file__).resolve().parent.parent / "src/main/resources/models"
OPSET = 17


class Graph:
    """Collects nodes and weights; every layer takes the last one's output."""

    def __init__(self, seed):
        self.random = np.random.default_rng(seed)
        self.nodes, self.weights, self.last = [], [], "features"

    def weight(self, *shape):
        name = f"w{len(self.weights)}"
        fan_in = int(np.prod(shape[1:])) if len(shape) > 1 else shape[0]
        values = self.random.normal(0, 1 / np.sqrt(fan_in), shape).astype(np.float32)
        self.weights.append(numpy_helper.from_array(values, name))
        return name

    def constant(self, values):
        name = f"w{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.array(values, np.int64), name))
        return name

    def add(self, op, *extra, output=None, **attributes):
        output = output or f"t{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, [self.last, *extra], [output], **attributes))
        self.last = output

    def dense(self, inputs, outputs, then, output=None):
        self.add("Gemm", self.weight(outputs, inputs), self.weight(outputs), transB=1)
        self.add(then, output=output)

    def save(self, name, features, scores, hidden=0):
        """features and scores: what a row has, a number or a list; hidden: numbers of recurrent state."""
        shape = features if isinstance(features, list) else [features]
        state = [("hidden_in", "hidden_out")] if hidden else []
        graph = helper.make_graph(
            self.nodes,
            name,
            [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["rows", *shape])]
            + [helper.make_tensor_value_info(i, TensorProto.FLOAT, ["rows", hidden]) for i, _ in state],
            [helper.make_tensor_value_info("score", TensorProto.FLOAT, ["rows", scores])]
            + [helper.make_tensor_value_info(o, TensorProto.FLOAT, ["rows", hidden]) for _, o in state],
            self.weights,
        )
        model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=8, producer_name="millrace-loadtest"
        )
        onnx.checker.check_model(model, full_check=True)
        data = model.SerializeToString(deterministic=True)
        (FOLDER / f"{name}.onnx").write_bytes(data)
        digest = hashlib.sha256(data).hexdigest()
        (FOLDER / f"{name}.onnx.sha256").write_text(f"{digest}  {name}.onnx\n")
        print(f"{name}: {len(data)} bytes, sha256 {digest}")


def mlp16():
    """16 features -> 32 -> 32 -> one score."""
    graph = Graph(seed=1)
    graph.dense(16, 32, "Relu")
    graph.dense(32, 32, "Relu")
    graph.dense(32, 1, "Sigmoid", output="score")
    graph.save("mlp16", 16, 1)


def convolutions(graph):
    """Rows of [64, 8] -> two convolutions -> one score."""
    graph.add("Transpose", perm=[0, 2, 1])
    for inputs, outputs in ((8, 16), (16, 16)):
        graph.add(
            "Conv",
            graph.weight(outputs, inputs, 5),
            graph.weight(outputs),
            kernel_shape=[5],
            strides=[2],
            pads=[2, 2],
        )
        graph.add("Relu")
    graph.add("Flatten")
    graph.dense(16 * 16, 1, "Sigmoid", output="score")


def window64x8():
    """A window of 64 rows of 8 channels, flattened row by row."""
    graph = Graph(seed=2)
    graph.add("Reshape", graph.constant([-1, 64, 8]))
    convolutions(graph)
    graph.save("window64x8", 512, 1)


def past64x8():
    """The same window, not flattened: for one that is made of a device's past."""
    graph = Graph(seed=2)
    convolutions(graph)
    graph.save("past64x8", [64, 8], 1)


def recurrent16():
    """h' = tanh(W x + U h + b), 16 features and 32 numbers of state -> one score of h'."""
    graph = Graph(seed=4)
    graph.add("Concat", "hidden_in", axis=1)
    graph.dense(16 + 32, 32, "Tanh", output="hidden_out")
    graph.dense(32, 1, "Sigmoid", output="score")
    graph.save("recurrent16", 16, 1, hidden=32)


def image28x28():
    """784 features -> 32 -> 32 -> 10 classes."""
    graph = Graph(seed=3)
    graph.dense(784, 32, "Relu")
    graph.dense(32, 32, "Relu")
    graph.dense(32, 10, "Softmax", output="score")
    graph.save("image28x28", 784, 10)


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    mlp16()
    window64x8()
    image28x28()
    past64x8()
    recurrent16()
