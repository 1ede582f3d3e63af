"""Writes the models of the crash proof: their outputs are their inputs, so that a prediction shows the row it was made of.

    python -m venv .venv && .venv/bin/pip install -r requirements.txt && .venv/bin/python make_crash_models.py

A second run writes the same bytes.
"""

from pathlib import Path

from onnx import TensorProto, checker, helper, numpy_helper
import numpy as np

TARGET = Path(__file__).parent.parent / "main" / "resources" / "crash"


def tensor(name, *shape):
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, ["rows", *shape])


def save(name, nodes, inputs, outputs, initializers=()):
    graph = helper.make_graph(nodes, name, inputs, outputs, list(initializers))
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="millrace-crash-proof")
    checker.check_model(model, full_check=True)
    (TARGET / f"{name}.onnx").write_bytes(model.SerializeToString())


def echo(name, **inputs):
    """Each input comes back as the output echo_NAME."""
    save(name,
         [helper.make_node("Identity", [source], [f"echo_{source}"]) for source in inputs],
         [tensor(source, *shape) for source, shape in inputs.items()],
         [tensor(f"echo_{source}", *shape) for source, shape in inputs.items()])


def recurrent():
    """hidden_out = 0.5 * hidden_in + features, and the score is hidden_out."""
    save("recurrent",
         [helper.make_node("Mul", ["hidden_in", "half"], ["faded"]),
          helper.make_node("Add", ["faded", "features"], ["hidden_out"]),
          helper.make_node("Identity", ["hidden_out"], ["score"])],
         [tensor("features", 2), tensor("hidden_in", 2)],
         [tensor("score", 2), tensor("hidden_out", 2)],
         [numpy_helper.from_array(np.array(0.5, dtype=np.float32), "half")])


if __name__ == "__main__":
    TARGET.mkdir(parents=True, exist_ok=True)
    echo("stateless", features=(2,))
    echo("stateful", features=(11,), window=(4, 2))
    recurrent()
