"""Writes the small ONNX models that the tests of `scorers` load, and golden rows for those that can be scored.

    python -m venv .venv && .venv/bin/pip install -r requirements.txt && .venv/bin/python make_models.py

The goldens come from onnx's reference evaluator (numpy), not from ONNX Runtime, so that the tests compare two
implementations. A golden file holds, for each tensor, `input|output NAME ROWS ROW_SIZE [text]` and then one line per row, texts with
tabs between them.
Everything is seeded: a second run writes the same bytes.
"""

from pathlib import Path

import ml_dtypes
import numpy as np
import onnx
from onnx import TensorProto as T
from onnx import checker, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

MODELS = Path(__file__).parent.parent / "resources" / "models"
RANDOM = np.random.default_rng(20260101)
ROWS = 7
ML = [helper.make_opsetid("ai.onnx.ml", 3)]
NUMPY = {
    T.FLOAT: np.float32, T.DOUBLE: np.float64, T.INT8: np.int8, T.UINT8: np.uint8,
    T.INT16: np.int16, T.INT32: np.int32, T.INT64: np.int64, T.BOOL: np.bool_, T.FLOAT16: np.float16,
    T.BFLOAT16: ml_dtypes.bfloat16,
}


def weights(name, *shape, dtype=np.float32):
    scale = 1.0 / np.sqrt(shape[0])
    return numpy_helper.from_array((RANDOM.standard_normal(shape) * scale).astype(dtype), name)


def constant(name, values, dtype=np.int64):
    return numpy_helper.from_array(np.array(values, dtype=dtype), name)


def tensor(name, kind, *shape):
    return helper.make_tensor_value_info(name, kind, list(shape))


def node(op, inputs, outputs, **attributes):
    return helper.make_node(op, inputs.split(), outputs.split(), **attributes)


def save(name, nodes, inputs, outputs, initializers=(), extra_opsets=(), check=True, opset=17, ir_version=8,
         metadata=None):
    graph = helper.make_graph(nodes, name, inputs, outputs, list(initializers), doc_string="a model for tests")
    opsets = [helper.make_opsetid("", opset), *extra_opsets]
    model = helper.make_model(
        graph, opset_imports=opsets, ir_version=ir_version, producer_name="millrace-tests", producer_version="1", model_version=3)
    helper.set_model_props(model, {"author": "millrace", "threshold": "0.25"} | (metadata or {}))
    if check:
        checker.check_model(model, full_check=True)
    (MODELS / f"{name}.onnx").write_bytes(model.SerializeToString())
    return model


def sample(value_info, rows, batch_axis, low, high):
    tensor_type = value_info.type.tensor_type
    shape = [d.dim_value for d in tensor_type.shape.dim]
    if batch_axis is not None:
        shape[batch_axis] = rows
    dtype = NUMPY[tensor_type.elem_type]
    if np.issubdtype(dtype, np.floating):
        return RANDOM.uniform(-2, 2, shape).astype(dtype)
    return RANDOM.integers(low, high, shape).astype(dtype)


def golden(model, rows=ROWS, low=0, high=2, axes=None):
    """Scores `rows` rows at once; axes maps a tensor's name to its batch axis where that is not 0."""
    axes = axes or {}
    feeds = {v.name: sample(v, rows, axes.get(v.name, 0), low, high) for v in model.graph.input}
    results = ReferenceEvaluator(model).run(None, feeds)
    results = dict(zip([v.name for v in model.graph.output], results))
    write_golden(model.graph.name, rows, feeds, results)


def golden_per_row(model, rows=ROWS):
    """For models that score one row a call: calls them once per row."""
    feeds = {v.name: [] for v in model.graph.input}
    results = {v.name: [] for v in model.graph.output}
    for _ in range(rows):
        feed = {v.name: sample(v, 1, None, 0, 2) for v in model.graph.input}
        outputs = ReferenceEvaluator(model).run(None, feed)
        for name, value in feed.items():
            feeds[name].append(value)
        for value_info, value in zip(model.graph.output, outputs):
            results[value_info.name].append(value)
    write_golden(model.graph.name, rows, feeds, results)


def write_golden(name, rows, feeds, results):
    lines = []
    for kind, tensors in (("input", feeds), ("output", results)):
        for tensor_name, values in tensors.items():
            values = np.asarray(values)
            text = values.dtype.kind in "UO"
            table = values.astype(object if text else np.float64).reshape(rows, -1)
            lines.append(f"{kind} {tensor_name} {rows} {table.shape[1]}" + (" text" if text else ""))
            lines += ["\t".join(row) if text else " ".join(repr(float(v)) for v in row) for row in table]
    (MODELS / f"{name}.golden.txt").write_text("\n".join(lines) + "\n")


def dense(source, target, index, activation="Relu"):
    hidden = f"{target}_linear" if activation else target
    nodes = [node("Gemm", f"{source} w{index} b{index}", hidden)]
    if activation:
        nodes.append(node(activation, hidden, target))
    return nodes


def mlp():
    nodes = dense("features", "h1", 1) + dense("h1", "h2", 2) + dense("h2", "score", 3, "Sigmoid")
    parameters = [weights("w1", 16, 32), weights("b1", 32), weights("w2", 32, 32), weights("b2", 32),
                  weights("w3", 32, 1), weights("b3", 1)]
    golden(save("mlp", nodes, [tensor("features", T.FLOAT, "rows", 16)],
                [tensor("score", T.FLOAT, "rows", 1)], parameters))


def autoencoder():
    nodes = dense("features", "code", 1) + dense("code", "reconstruction", 2, None) + [
        node("Sub", "features reconstruction", "error"),
        node("Mul", "error error", "squared"),
        node("ReduceMean", "squared", "anomaly", axes=[1], keepdims=1),
    ]
    parameters = [weights("w1", 12, 4), weights("b1", 4), weights("w2", 4, 12), weights("b2", 12)]
    golden(save("autoencoder", nodes, [tensor("features", T.FLOAT, "rows", 12)],
                [tensor("reconstruction", T.FLOAT, "rows", 12), tensor("anomaly", T.FLOAT, "rows", 1)], parameters))


def several_inputs():
    nodes = [node("Gather", "table kind", "embedded"), node("Add", "features embedded", "sum"),
             node("ReduceSum", "sum axis", "score", keepdims=0)]
    golden(save("several-inputs", nodes,
                [tensor("features", T.FLOAT, "rows", 4), tensor("kind", T.INT64, "rows")],
                [tensor("score", T.FLOAT, "rows"), tensor("sum", T.FLOAT, "rows", 4)],
                [weights("table", 3, 4), constant("axis", [1])]), high=3)


def fixed_batch():
    golden(save("fixed-batch-4", dense("features", "score", 1), [tensor("features", T.FLOAT, 4, 3)],
                [tensor("score", T.FLOAT, 4, 2)], [weights("w1", 3, 2), weights("b1", 2)]), rows=4)


def one_row_a_call():
    golden_per_row(save("batch-1", dense("features", "score", 1), [tensor("features", T.FLOAT, 1, 5)],
                        [tensor("score", T.FLOAT, 1, 1)], [weights("w1", 5, 1), weights("b1", 1)]))
    golden_per_row(save("no-batch-axis", [node("MatMul", "features w", "linear"), node("Tanh", "linear", "score")],
                        [tensor("features", T.FLOAT, 6)], [tensor("score", T.FLOAT, 2)], [weights("w", 6, 2)]))


def window():
    nodes = [node("Transpose", "window", "channels", perm=[0, 2, 1]),
             node("Conv", "channels w b", "filtered", kernel_shape=[5], pads=[2, 2]),
             node("Relu", "filtered", "positive"), node("GlobalAveragePool", "positive", "pooled"),
             node("Flatten", "pooled", "flat"), *dense("flat", "score", 1, None)]
    golden(save("window", nodes, [tensor("window", T.FLOAT, "rows", 64, 8)], [tensor("score", T.FLOAT, "rows", 1)],
                [weights("w", 4, 8, 5), weights("b", 4), weights("w1", 4, 1), weights("b1", 1)]), rows=3)


def recurrent():
    """As PyTorch exports a one-layer GRU: the state is [layers, rows, hidden]."""
    nodes = [node("Unsqueeze", "features axis", "sequence"),
             helper.make_node("GRU", ["sequence", "w", "r", "b", "", "hidden_in"], ["steps", "hidden_out"], hidden_size=4),
             node("Squeeze", "hidden_out axis", "state"), *dense("state", "score", 1, None)]
    golden(save("recurrent", nodes,
                [tensor("features", T.FLOAT, "rows", 3), tensor("hidden_in", T.FLOAT, 1, "rows", 4)],
                [tensor("score", T.FLOAT, "rows", 1), tensor("hidden_out", T.FLOAT, 1, "rows", 4)],
                [weights("w", 1, 12, 3), weights("r", 1, 12, 4), weights("b", 1, 24), constant("axis", [0]),
                 weights("w1", 4, 1), weights("b1", 1)]), axes={"hidden_in": 1})


def types():
    golden(save("double", [node("MatMul", "features w", "score")], [tensor("features", T.DOUBLE, "rows", 3)],
                [tensor("score", T.DOUBLE, "rows", 2)], [weights("w", 3, 2, dtype=np.float64)]))
    golden(save("bool", [node("Not", "open", "closed")], [tensor("open", T.BOOL, "rows", 2)],
                [tensor("closed", T.BOOL, "rows", 2)]))
    kinds = {"i8": T.INT8, "u8": T.UINT8, "i16": T.INT16, "i32": T.INT32, "i64": T.INT64}
    golden(save("integers", [node("Identity", name, f"{name}_out") for name in kinds],
                [tensor(name, kind, "rows", 2) for name, kind in kinds.items()],
                [tensor(f"{name}_out", kind, "rows", 2) for name, kind in kinds.items()]), high=100)


def open_row_shape():
    """The second dimension is declared open but is always 5: a probe finds it."""
    golden(save("open-row-shape", dense("features", "score", 1), [tensor("features", T.FLOAT, "rows", 3)],
                [tensor("score", T.FLOAT, "rows", "classes")], [weights("w1", 3, 5), weights("b1", 5)]))


def open_sequence():
    """A sequence of any length: the caller tells it. It has 5 steps in the golden rows."""
    model = save("open-sequence", [node("ReduceMean", "window", "mean", axes=[1], keepdims=0), *dense("mean", "score", 1)],
                 [tensor("window", T.FLOAT, "rows", "time", 3)], [tensor("score", T.FLOAT, "rows", 2)],
                 [numpy_helper.from_array(np.array([[1, 0], [0, 1], [1, 1]], np.float32), "w1"), constant("b1", [0, 0], np.float32)])
    feeds = {"window": np.arange(ROWS * 5 * 3, dtype=np.float32).reshape(ROWS, 5, 3) / 10}
    write_golden("open-sequence", ROWS, feeds, {"score": ReferenceEvaluator(model).run(None, feeds)[0]})


def optional_input():
    """Adds an optional bias where it is given."""
    features, score = tensor("features", T.FLOAT, "rows", 3), tensor("score", T.FLOAT, "rows", 3)
    bias = helper.make_value_info(
        "bias", helper.make_optional_type_proto(helper.make_tensor_type_proto(T.FLOAT, ["rows", 3])))
    given = helper.make_graph([node("OptionalGetElement", "bias", "value"), node("Add", "features value", "sum")], "given", [],
                              [tensor("sum", T.FLOAT, "rows", 3)])
    left_out = helper.make_graph([node("Identity", "features", "same")], "left-out", [], [tensor("same", T.FLOAT, "rows", 3)])
    save("optional-input", [node("OptionalHasElement", "bias", "has"),
                            node("If", "has", "score", then_branch=given, else_branch=left_out)],
         [features, bias], [score], opset=18)


def halves():
    golden(save("float16-input", [node("Relu", "features", "score")], [tensor("features", T.FLOAT16, "rows", 3)],
                [tensor("score", T.FLOAT16, "rows", 3)]))
    golden(save("bfloat16", [node("Cast", "features", "wide", to=T.FLOAT), node("Neg", "wide", "negative"),
                             node("Cast", "negative", "score", to=T.BFLOAT16)],
                [tensor("features", T.BFLOAT16, "rows", 3)], [tensor("score", T.BFLOAT16, "rows", 3)]))


def texts():
    states = np.array([["open"], ["closed"], ["ajar"], ["open"]], dtype=object)
    save("string-input",
         [helper.make_node("LabelEncoder", ["state"], ["code"], domain="ai.onnx.ml",
                           keys_strings=["open", "closed"], values_int64s=[1, 0])],
         [tensor("state", T.STRING, "rows", 1)], [tensor("code", T.INT64, "rows", 1)], extra_opsets=ML)
    write_golden("string-input", 4, {"state": states}, {"code": np.array([1, 0, -1, 1])})
    save("string-output",
         [helper.make_node("LabelEncoder", ["code"], ["state"], domain="ai.onnx.ml",
                           keys_int64s=[0, 1], values_strings=["closed", "open"], default_string="?")],
         [tensor("code", T.INT64, "rows", 2)], [tensor("state", T.STRING, "rows", 2)], extra_opsets=ML)
    write_golden("string-output", 3, {"code": np.array([[0, 1], [1, 2], [0, 0]])},
                 {"state": np.array([["closed", "open"], ["open", "?"], ["closed", "closed"]], dtype=object)})


def maps_and_sequences():
    features = tensor("features", T.FLOAT, "rows", 3)
    floats = helper.make_tensor_type_proto(T.FLOAT, None)
    rows = RANDOM.uniform(-2, 2, (ROWS, 3)).astype(np.float32)
    softmax = np.exp(rows) / np.exp(rows).sum(axis=1, keepdims=True)

    def zipmap(name, features, key, labels, order=(0, 1, 2)):
        probabilities = helper.make_value_info(
            "probabilities", helper.make_sequence_type_proto(helper.make_map_type_proto(key, floats)))
        save(name, [node("Softmax", "features", "raw"),
                    helper.make_node("ZipMap", ["raw"], ["probabilities"], domain="ai.onnx.ml", **labels)],
             [features], [probabilities], extra_opsets=ML, check=False)
        write_golden(name, ROWS, {"features": rows}, {"probabilities": softmax[:, list(order)]})

    zipmap("zipmap-output", features, T.INT64, {"classlabels_int64s": [0, 1, 2]})
    zipmap("zipmap-strings", features, T.STRING, {"classlabels_strings": ["worn", "ok", "idle"]}, order=(2, 1, 0))
    zipmap("fixed-zipmap", tensor("features", T.FLOAT, 1, 3), T.INT64, {"classlabels_int64s": [0, 1, 2]})
    parts = helper.make_value_info("parts", helper.make_sequence_type_proto(floats))
    save("tensor-per-row", [node("Neg", "features", "negative"),
                            node("SplitToSequence", "negative", "parts", axis=0)], [features], [parts], check=False)
    write_golden("tensor-per-row", ROWS, {"features": rows}, {"parts": -rows})
    save("sequence-of-tensors", [node("Neg", "features", "negative"),
                                 node("SequenceConstruct", "features negative", "parts")], [features], [parts],
         check=False)
    write_golden("sequence-of-tensors", ROWS, {"features": rows}, {"parts": np.stack([rows, -rows], axis=1)})


def inputs_without_rows():
    features = RANDOM.uniform(-2, 2, (ROWS, 3)).astype(np.float32)
    threshold = np.linspace(-1, 1, ROWS, dtype=np.float32)
    save("scalar-input", [node("Greater", "features threshold", "above")],
         [tensor("features", T.FLOAT, "rows", 3), tensor("threshold", T.FLOAT)], [tensor("above", T.BOOL, "rows", 3)])
    write_golden("scalar-input", ROWS, {"features": features, "threshold": threshold},
                 {"above": features > threshold[:, None]})
    centre = RANDOM.uniform(-2, 2, (ROWS, 1, 3)).astype(np.float32)
    save("shared-row", [node("Sub", "features centre", "score")],
         [tensor("features", T.FLOAT, "rows", 3), tensor("centre", T.FLOAT, 1, 3)], [tensor("score", T.FLOAT, "rows", 3)])
    write_golden("shared-row", ROWS, {"features": features, "centre": centre}, {"score": features - centre[:, 0]})


def other_axes():
    state = RANDOM.uniform(-2, 2, (ROWS, 2, 4)).astype(np.float32)
    save("two-layer-state", [node("Mul", "state state", "next")],
         [tensor("state", T.FLOAT, 2, "rows", 4)], [tensor("next", T.FLOAT, 2, "rows", 4)])
    write_golden("two-layer-state", ROWS, {"state": state}, {"next": state * state})
    window = RANDOM.uniform(-2, 2, (ROWS, 4, 2)).astype(np.float32)
    save("batch-second", [node("Gather", "window last_step", "last", axis=0)],
         [tensor("window", T.FLOAT, 4, "batch_size", 2)], [tensor("last", T.FLOAT, "batch_size", 2)],
         [constant("last_step", 3)])
    write_golden("batch-second", ROWS, {"window": window}, {"last": window[:, 3]})


def old_files():
    """As exporters wrote them in 2018: weights among the inputs, an operator set of then."""
    rows = RANDOM.uniform(-2, 2, (ROWS, 3)).astype(np.float32)
    bias = numpy_helper.from_array(np.array([1, 2, 3], dtype=np.float32), "bias")
    model_inputs = [tensor("features", T.FLOAT, "rows", 3), tensor("bias", T.FLOAT, 3)]
    for name, opset, ir_version in (("defaulted-input", 17, 8), ("old-opset", 7, 3)):
        save(name, [node("Add", "features bias", "score")], model_inputs, [tensor("score", T.FLOAT, "rows", 3)],
             [bias], opset=opset, ir_version=ir_version)
        write_golden(name, ROWS, {"features": rows}, {"score": rows + np.array([1, 2, 3], dtype=np.float32)})


def external():
    """As large models are exported: the weights in a file beside the model."""
    model = save("external", dense("features", "score", 1), [tensor("features", T.FLOAT, "rows", 3)],
                 [tensor("score", T.FLOAT, "rows", 2)], [weights("w1", 3, 2), weights("b1", 2)])
    golden(model)
    (MODELS / "weights.bin").unlink(missing_ok=True)
    onnx.save_model(model, MODELS / "external.onnx", save_as_external_data=True, location="weights.bin",
                    size_threshold=0)


def metadata():
    """What millrace.* keys in a model do: rows are normalised, elements have labels."""
    copy = [node("Identity", "features", "score")]
    tensors = [tensor("features", T.FLOAT, "rows", 3)], [tensor("score", T.FLOAT, "rows", 3)]
    keys = {"millrace.mean": "10, 20,30", "millrace.scale.features": "2,4,5", "millrace.labels": "a, b,c",
            "millrace.threshold": "0.8"}
    save("metadata", copy, *tensors, metadata=keys)
    for name, wrong in (("metadata-count", {"millrace.mean.features": "1,2"}),
                        ("metadata-zero", {"millrace.scale": "1,0,1"}),
                        ("metadata-text", {"millrace.mean": "1,two,3"}),
                        ("metadata-nothing", {"millrace.labels": "a,b"})):
        save(name, copy, *tensors, metadata=wrong)


def refused():
    save("mixes-rows", [node("ReduceMean", "features", "mean", axes=[0]), node("Sub", "features mean", "score")],
         [tensor("features", T.FLOAT, "rows", 3)], [tensor("score", T.FLOAT, "rows", 3)])
    save("no-output-axis", [node("ReduceMean", "features", "mean", axes=[0])],
         [tensor("features", T.FLOAT, "rows", 3)], [tensor("mean", T.FLOAT, 1, 3)])
    save("large-row", [node("ReduceMean", "features", "score", axes=[1])],
         [tensor("features", T.FLOAT, "rows", 1 << 20)], [tensor("score", T.FLOAT, "rows", 1)])
    save("unsigned", [node("Identity", "count", "same")], [tensor("count", T.UINT32, "rows", 1)],
         [tensor("same", T.UINT32, "rows", 1)])
    counts = helper.make_value_info("counts", helper.make_map_type_proto(
        T.STRING, helper.make_tensor_type_proto(T.FLOAT, None)))
    save("map-input", [helper.make_node("DictVectorizer", ["counts"], ["row"], domain="ai.onnx.ml",
                                        string_vocabulary=["a", "b"])],
         [counts], [tensor("row", T.FLOAT, 1, 2)], extra_opsets=ML, check=False)
    relu = [node("Relu", "features", "score")]
    features, score = [tensor("features", T.FLOAT, "rows", 3)], [tensor("score", T.FLOAT, "rows", 3)]
    save("future-ir", relu, features, score, check=False, ir_version=99)
    save("future-opset", relu, features, score, check=False, opset=999)
    save("custom-op", [helper.make_node("Wonder", ["features"], ["score"], domain="acme.ops")], features, score,
         extra_opsets=[helper.make_opsetid("acme.ops", 1)], check=False)


if __name__ == "__main__":
    MODELS.mkdir(parents=True, exist_ok=True)
    for make in (mlp, autoencoder, several_inputs, fixed_batch, one_row_a_call, window, recurrent, types,
                 open_row_shape, open_sequence, optional_input, halves, texts, maps_and_sequences, inputs_without_rows,
                 other_axes, old_files, external, metadata, refused):
        make()
