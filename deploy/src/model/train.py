"""Trains the demonstration's autoencoder and exports it with its golden samples and figures.

Usage: train.py ROWS OUT
  ROWS  the folder that TrainingRows wrote: training.csv, evaluation.csv, faults.csv
  OUT   where to put pump-autoencoder.onnx, golden.json and training.json

The autoencoder sees one row at a time, so it can only learn how the signals hang together, across many pumps.
In training a share of its inputs is replaced by values of other rows and the sound ones are its target: it learns
to mend a signal from the others, which makes a wrong one stand out.
"""

import os

os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"  # sums in one order: same weights each time

import csv
import hashlib
import json
import pathlib
import statistics
import sys
import warnings
from collections import deque

import numpy as np
import onnx
import onnxruntime
import sklearn
from onnx import TensorProto, helper, numpy_helper
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPRegressor

SEED = 7
LAYERS = (48, 7, 48)
REPLACED_SHARE = 0.15
EPOCHS_AT_RATE = ((40, 2e-3), (15, 3e-4))
# Of the errors of fault-free rows this share lies below the score 0.5, and twice that error scores 0.9.
SOUND_SHARE = 0.997
STEEPNESS = np.log(9) / np.log(2)
CLIP = 100.0  # standard deviations; keeps absurd readings finite
RAISE, RAISE_COUNT, OF, CLEAR = 0.9, 3, 5, 0.6
GRACE_MS = 5_000


def read_rows(path):
    with open(path, newline="") as file:
        header = next(csv.reader(file))
    features = header[2:]
    devices = np.loadtxt(path, delimiter=",", skiprows=1, usecols=0, dtype=str)
    values = np.genfromtxt(path, delimiter=",", skip_header=1, usecols=range(1, len(header)))
    return features, devices, values[:, 0].astype(np.int64), values[:, 1:].astype(np.float32)


def fit(rows):
    """Weights, biases, the scaling, and what a sound row's residual is per feature."""
    mean, deviation = rows.mean(axis=0), rows.std(axis=0)
    scaled = ((rows - mean) / deviation).astype(np.float64)
    random = np.random.default_rng(SEED)
    disturbed = scaled.copy()
    for column in range(rows.shape[1]):
        replaced = random.random(len(rows)) < REPLACED_SHARE
        disturbed[replaced, column] = random.uniform(-4, 4, replaced.sum())
    network = MLPRegressor(
        hidden_layer_sizes=LAYERS, activation="tanh", batch_size=256, alpha=1e-6, random_state=SEED, warm_start=True
    )
    with warnings.catch_warnings(action="ignore", category=ConvergenceWarning):  # the epochs are counted on purpose
        for epochs, rate in EPOCHS_AT_RATE:
            network.set_params(max_iter=epochs, n_iter_no_change=epochs, learning_rate_init=rate)
            network.fit(disturbed, scaled)
    residual = np.sqrt(np.mean((network.predict(scaled) - scaled) ** 2, axis=0))
    return network, mean, deviation, residual


def to_onnx(network, mean, deviation, residual, middle, features):
    """features [n, F] -> errors [n, F], squared residuals as multiples of a sound row's; anomaly [n, 1] in 0..1."""
    constants, nodes = [], []

    def constant(name, value):
        constants.append(numpy_helper.from_array(np.asarray(value, dtype=np.float32), name))
        return name

    def node(operator, inputs, output, **attributes):
        nodes.append(helper.make_node(operator, inputs, [output], name=output, **attributes))
        return output

    scaled = node("Sub", ["features", constant("mean", mean)], "centred")
    scaled = node("Div", [scaled, constant("deviation", deviation)], "scaled")
    scaled = node("Clip", [scaled, constant("lowest", -CLIP), constant("highest", CLIP)], "clipped")
    layer = scaled
    for i, (weight, bias) in enumerate(zip(network.coefs_, network.intercepts_)):
        layer = node("Gemm", [layer, constant(f"weight{i}", weight), constant(f"bias{i}", bias)], f"layer{i}")
        if i < len(network.coefs_) - 1:
            layer = node("Tanh", [layer], f"tanh{i}")
    difference = node("Sub", [scaled, layer], "difference")
    relative = node("Div", [difference, constant("residual", residual)], "relative")
    node("Mul", [relative, relative], "errors")
    # The root of the mean fourth power: one signal far off counts for more than all a little off.
    squares = node("Mul", ["errors", "errors"], "fourths")
    constants.append(numpy_helper.from_array(np.array([1], dtype=np.int64), "rowwise"))
    mean_error = node("ReduceMean", [squares, "rowwise"], "mean-fourth", keepdims=1)
    error = node("Sqrt", [mean_error], "error")
    share = node("Div", [error, constant("middle", middle)], "share")
    logarithm = node("Log", [share], "logarithm")
    steep = node("Mul", [logarithm, constant("steepness", STEEPNESS)], "steep")
    node("Sigmoid", [steep], "anomaly")

    count = len(features)
    graph = helper.make_graph(
        nodes,
        "pump-autoencoder",
        [helper.make_tensor_value_info("features", TensorProto.FLOAT, ["rows", count])],
        [
            helper.make_tensor_value_info("anomaly", TensorProto.FLOAT, ["rows", 1]),
            helper.make_tensor_value_info("errors", TensorProto.FLOAT, ["rows", count]),
        ],
        constants,
    )
    model = helper.make_model(
        graph,
        producer_name="millrace-demo",
        producer_version="1",
        opset_imports=[helper.make_opsetid("", 18)],
        ir_version=9,
    )
    model.doc_string = "Autoencoder of a simulated pump's signals. For demonstration only."
    helper.set_model_props(
        model,
        {
            "millrace.features": ",".join(features),
            "millrace.trained-on": "fault-free rows of the demonstration's simulated pumps",
        },
    )
    onnx.checker.check_model(model, full_check=True)
    return model.SerializeToString(deterministic=True)


def run(model, rows):
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    return session.run(["anomaly", "errors"], {"features": rows})


def mean_errors(errors):
    return np.sqrt(np.mean(errors.astype(np.float64) ** 2, axis=1))


def alerts(times, scores):
    """(time raised, time cleared or None) of one device by the pipeline's rule; NaN scores are skipped."""
    found, raised = [], None
    high, low = deque(maxlen=OF), deque(maxlen=OF)
    for time, score in zip(times, scores):
        if np.isnan(score):
            continue
        high.append(score > RAISE)
        low.append(score < CLEAR)
        if raised is None and sum(high) >= RAISE_COUNT:
            raised = time
            low.clear()
        elif raised is not None and sum(low) >= RAISE_COUNT:
            found.append((raised, time))
            raised = None
            high.clear()
    return found + ([(raised, None)] if raised is not None else [])


def evaluate(model, folder):
    features, devices, times, rows = read_rows(folder / "evaluation.csv")
    scores = run(model, rows)[0][:, 0]
    scores[np.isnan(rows).any(axis=1)] = np.nan
    with open(folder / "faults.csv", newline="") as file:
        faults = [{**row, "start": int(row["start"]), "end": int(row["end"])} for row in csv.DictReader(file)]
    judged = [fault for fault in faults if fault["kind"] != "SILENT_SENSOR"]
    raised = {device: alerts(times[devices == device], scores[devices == device]) for device in np.unique(devices)}

    def hits(fault):
        return [alert for alert in raised[fault["device"]] if fault["start"] <= alert[0] <= fault["end"] + GRACE_MS]

    due = {alert for fault in judged for alert in ((fault["device"], *hit) for hit in hits(fault))}
    everything = [(device, *alert) for device, of_device in raised.items() for alert in of_device]
    false = sum(alert not in due for alert in everything)
    lingering = [cleared - fault["end"] for fault in judged for _, cleared in hits(fault) if cleared is not None]
    hours = len(rows) * int(times[1] - times[0]) / 3.6e6

    def found(some):
        delays = [hits(fault)[0][0] - fault["start"] for fault in some if hits(fault)]
        median = {"medianDelayMs": int(statistics.median(delays))} if delays else {}
        return {"injected": len(some), "found": len(delays), **median}

    def grouped(some, key):
        return {value: found([f for f in some if f[key] == value]) for value in sorted({f[key] for f in some})}

    return {
        "rule": f"anomaly > {RAISE} for {RAISE_COUNT} of {OF}, clear anomaly < {CLEAR} for {RAISE_COUNT} of {OF}",
        "pumpHours": round(hours, 2),
        "readings": len(rows),
        "byKind": grouped(judged, "kind"),
        "frozenBySensor": grouped([fault for fault in judged if fault["kind"] == "FROZEN_SENSOR"], "sensor"),
        "silentSensorsThatMustNotAlert": len(faults) - len(judged),
        "alertsRaised": len(everything),
        "alertsCleared": sum(cleared is not None for _, _, cleared in everything),
        "clearedAfterFaultsEndMs": {"median": int(statistics.median(lingering)), "longest": int(max(lingering))},
        "falseAlerts": false,
        "falseAlertsPerPumpHour": round(false / hours, 3),
    }


def golden(model, folder, features):
    """Rows of sound and of faulty pumps, absurd ones too, with what ONNX Runtime makes of them."""
    _, _, _, rows = read_rows(folder / "evaluation.csv")
    rows = rows[~np.isnan(rows).any(axis=1)]
    rows = rows[:: len(rows) // 46][:46]
    rows = np.vstack([rows, np.zeros_like(rows[:1]), np.full_like(rows[:1], 1e30)])
    anomaly, errors = run(model, rows)

    def shortest(values):
        return [[float(str(value)) for value in row] for row in values]

    return {
        "features": features,
        "inputs": shortest(rows),
        "anomaly": shortest(anomaly),
        "errors": shortest(errors),
    }


def main(folder, out):
    features, _, _, rows = read_rows(folder / "training.csv")
    network, mean, deviation, residual = fit(rows)
    middle = 1.0
    errors = mean_errors(run(to_onnx(network, mean, deviation, residual, middle, features), rows)[1])
    middle = float(np.quantile(errors, SOUND_SHARE))
    model = to_onnx(network, mean, deviation, residual, middle, features)
    anomaly = run(model, rows)[0]
    figures = {
        "rows": len(rows),
        "features": features,
        "layers": [len(features), *LAYERS, len(features)],
        "epochs": sum(epochs for epochs, _ in EPOCHS_AT_RATE),
        "loss": round(network.loss_, 6),
        "residual": dict(zip(features, (float(x) for x in np.round(residual * deviation, 4)))),
        "faultFreeRows": {
            "meanAnomaly": round(float(anomaly.mean()), 4),
            "shareOver0.5": round(float((anomaly > 0.5).mean()), 6),
            "shareOver0.9": round(float((anomaly > 0.9).mean()), 6),
        },
        "evaluation": evaluate(model, folder),
        "versions": {
            "numpy": np.__version__,
            "onnx": onnx.__version__,
            "onnxruntime": onnxruntime.__version__,
            "scikit-learn": sklearn.__version__,
        },
        "bytes": len(model),
        "sha256": hashlib.sha256(model).hexdigest(),
    }
    out.mkdir(parents=True, exist_ok=True)
    (out / "pump-autoencoder.onnx").write_bytes(model)
    (out / "golden.json").write_text(json.dumps(golden(model, folder, features)) + "\n")
    (out / "training.json").write_text(json.dumps(figures, indent=2) + "\n")
    print(json.dumps(figures, indent=2))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
