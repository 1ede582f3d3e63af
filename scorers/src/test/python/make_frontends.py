"""Trains one small model per front end, exports each to ONNX and writes what the framework itself says of some rows.

    python3.11 -m venv .venv && .venv/bin/pip install -r requirements-frontends.txt
    .venv/bin/python make_frontends.py [PREFIX]      # only the models whose name begins so

It writes to src/test/resources/frontends: NAME.onnx, NAME.golden.txt and models.tsv. A golden file holds, for each
tensor, `input|output NAME ROWS ROW_SIZE [text]` and one line per row: numbers with spaces, texts with tabs between
them. The outputs are the framework's own predictions, never ONNX Runtime's. Everything is seeded; frameworks promise
no more than nearly the same weights on another machine, so models and goldens are committed together.
"""

import os

os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import importlib.metadata
import io
import sys
import warnings
from pathlib import Path

import numpy as np

warnings.filterwarnings("ignore")
FOLDER = Path(__file__).parent.parent / "resources" / "frontends"
ROWS = 64
TREES = 1e-5
FLOAT = 1e-5
HALF = 5e-3
ONLY = sys.argv[1] if len(sys.argv) > 1 else ""
MADE = {}


def version(package):
    return importlib.metadata.version(package)


def write(name, front_end, packages, model, blob, inputs, outputs, bound):
    """inputs and outputs: name to array of [rows, …]; maps as [rows, keys], in the order of their keys."""
    lines = []
    for kind, tensors in (("input", inputs), ("output", outputs)):
        for tensor, values in tensors.items():
            values = np.asarray(values)
            table = values.reshape(len(values), -1)
            text = table.dtype.kind in "UO"
            lines.append(f"{kind} {tensor} {len(table)} {table.shape[1]}" + (" text" if text else ""))
            lines += ["\t".join(row) if text else " ".join(number(v) for v in row) for row in table]
    (FOLDER / f"{name}.onnx").write_bytes(blob)
    (FOLDER / f"{name}.golden.txt").write_text("\n".join(lines) + "\n")
    versions = " + ".join(f"{package} {version(package)}" for package in packages)
    MADE[name] = f"{name}\t{front_end}\t{versions}\t{model}\t{bound}"
    print(f"{name}: {len(blob)} bytes")


def number(value):
    return str(value) if value.dtype == np.float32 else repr(float(value))


def telemetry(rows, seed=1):
    """Temperature, pressure, vibration, current, flow, speed of pumps, and whether each is worn."""
    random = np.random.default_rng(seed)
    worn = random.random(rows) < 0.3
    load = random.uniform(0.3, 1.0, rows)
    columns = [45 + 25 * load + 8 * worn, 3 + 2 * load - 0.6 * worn, 1.2 + load + 1.5 * worn, 8 + 6 * load + worn,
               20 * load - 3 * worn, 1400 + 90 * load]
    features = np.stack(columns, axis=1) + random.normal(0, [2, 0.2, 0.4, 0.5, 1, 8], (rows, 6))
    return features.astype(np.float32), worn.astype(np.int64)


TRAIN, LABELS = telemetry(600)
TEST, _ = telemetry(ROWS, seed=2)
CENTRE, SPREAD = TRAIN.mean(axis=0), TRAIN.std(axis=0)
SITES = np.array(["harbour", "north", "quarry"])
SCALED_TRAIN, SCALED_TEST = (TRAIN - CENTRE) / SPREAD, (TEST - CENTRE) / SPREAD


def sklearn_models():
    from skl2onnx import to_onnx
    from skl2onnx.common.data_types import BooleanTensorType, DoubleTensorType, FloatTensorType, StringTensorType
    from sklearn.compose import ColumnTransformer
    from sklearn.ensemble import IsolationForest, RandomForestClassifier, RandomForestRegressor
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.multioutput import MultiOutputClassifier
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    packages = ["scikit-learn", "skl2onnx"]
    floats = [("features", FloatTensorType([None, 6]))]

    def export(name, model, estimator, outputs, types=floats, feeds=None, zipmap=False, bound=FLOAT, opset=None,
               options=None):
        options = options or ({"zipmap": zipmap} if zipmap is not None else None)
        blob = to_onnx(estimator, initial_types=types, options=options, target_opset=opset).SerializeToString()
        write(name, "scikit-learn", packages, model, blob, feeds or {"features": TEST}, outputs, bound)

    pipeline = make_pipeline(StandardScaler(), LogisticRegression()).fit(TRAIN, LABELS)
    export("sklearn-pipeline", "scaler and logistic regression, ZipMap off", pipeline,
           {"label": pipeline.predict(TEST), "probabilities": pipeline.predict_proba(TEST)})
    export("sklearn-pipeline-double", "the same in double precision", pipeline,
           {"label": pipeline.predict(TEST.astype(np.float64)),
            "probabilities": pipeline.predict_proba(TEST.astype(np.float64))},
           types=[("features", DoubleTensorType([None, 6]))],
           feeds={"features": TEST.astype(np.float64)})
    export("sklearn-opset-9", "the pipeline for operator set 9 of 2019", pipeline,
           {"label": pipeline.predict(TEST), "probabilities": pipeline.predict_proba(TEST)},
           opset={"": 9, "ai.onnx.ml": 1})

    names = np.array(["ok", "worn"])
    forest = RandomForestClassifier(20, max_depth=6, random_state=1).fit(TRAIN, names[LABELS])
    export("sklearn-forest-zipmap", "random forest, text labels, ZipMap on", forest,
           {"output_label": forest.predict(TEST), "output_probability": forest.predict_proba(TEST)},
           zipmap=True, bound=TREES)
    regressor = RandomForestRegressor(20, max_depth=6, random_state=1).fit(TRAIN, TRAIN[:, 2] * 3)
    export("sklearn-forest-regressor", "random forest regressor", regressor,
           {"variable": regressor.predict(TEST)}, zipmap=None, bound=TREES)
    isolation = IsolationForest(n_estimators=30, max_samples=64, random_state=1).fit(TRAIN)
    export("sklearn-isolation-forest", "isolation forest", isolation,
           {"label": isolation.predict(TEST), "scores": isolation.decision_function(TEST)}, zipmap=None,
           bound=TREES, opset={"": 17, "ai.onnx.ml": 3})
    many = MultiOutputClassifier(LogisticRegression()).fit(SCALED_TRAIN, np.stack([LABELS, 1 - LABELS], axis=1))
    export("sklearn-multi-output", "two logistic regressions, a sequence of tensors", many,
           {"label": many.predict(SCALED_TEST), "probabilities": np.stack(many.predict_proba(SCALED_TEST), axis=1)},
           feeds={"features": SCALED_TEST})

    import pandas
    def frame(features, seed):
        random = np.random.default_rng(seed)
        return pandas.DataFrame({
            "temperature": features[:, 0], "pressure": features[:, 1],
            "site": pandas.Series(SITES[random.integers(0, 3, len(features))], dtype=object),
            "running": random.random(len(features)) < 0.8})
    train, test = frame(TRAIN, 3), frame(TEST, 4)
    mixed = make_pipeline(
        ColumnTransformer([("numbers", StandardScaler(), ["temperature", "pressure"]),
                           ("site", OneHotEncoder(), ["site"]), ("running", "passthrough", ["running"])]),
        LogisticRegression()).fit(train, LABELS)
    column = lambda kind: kind([None, 1])
    export("sklearn-mixed", "numbers, a text category and a boolean; one-hot encoder, logistic regression", mixed,
           {"label": mixed.predict(test), "probabilities": mixed.predict_proba(test)},
           types=[("temperature", column(FloatTensorType)), ("pressure", column(FloatTensorType)),
                  ("site", column(StringTensorType)), ("running", column(BooleanTensorType))],
           feeds={name: test[name].to_numpy() for name in test.columns})

    words = ["bearing", "noise", "leak", "seal", "ok", "normal", "hot", "smoke"]
    random = np.random.default_rng(5)
    notes = np.array([" ".join(random.choice(words, 4)) for _ in range(200)], dtype=object)
    bad = np.array([("leak" in note or "smoke" in note) * 1 for note in notes])
    text = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(notes, bad)
    export("sklearn-text", "TF-IDF over free text, logistic regression", text,
           {"label": text.predict(notes[:ROWS]), "probabilities": text.predict_proba(notes[:ROWS])},
           types=[("note", StringTensorType([None, 1]))], feeds={"note": notes[:ROWS]},
           options={TfidfVectorizer: {"locale": "C"}, LogisticRegression: {"zipmap": False}})  # a locale that all have


def xgboost_models():
    import xgboost
    from onnxmltools import convert_xgboost
    from onnxmltools.convert.common.data_types import FloatTensorType

    types = [("features", FloatTensorType([None, 6]))]
    for name, model, estimator, target in (
            ("xgboost-classifier", "40 trees, binary", xgboost.XGBClassifier(n_estimators=40, max_depth=4), LABELS),
            ("xgboost-regressor", "40 trees, regression", xgboost.XGBRegressor(n_estimators=40, max_depth=4), TRAIN[:, 2])):
        estimator.fit(TRAIN, target)
        blob = convert_xgboost(estimator, initial_types=types, target_opset=15).SerializeToString()
        outputs = {"label": estimator.predict(TEST), "probabilities": estimator.predict_proba(TEST)} \
            if name.endswith("classifier") else {"variable": estimator.predict(TEST)}
        write(name, "XGBoost", ["xgboost-cpu", "onnxmltools"], model, blob, {"features": TEST}, outputs, TREES)


def lightgbm_models():
    import lightgbm
    from onnxmltools import convert_lightgbm
    from onnxmltools.convert.common.data_types import FloatTensorType

    types = [("features", FloatTensorType([None, 6]))]
    settings = dict(n_estimators=30, num_leaves=15, verbose=-1, n_jobs=1)
    classifier = lightgbm.LGBMClassifier(**settings).fit(TRAIN, LABELS)
    for zipmap in (True, False):
        blob = convert_lightgbm(classifier, initial_types=types, zipmap=zipmap, target_opset=15).SerializeToString()
        write("lightgbm-classifier" + ("-zipmap" if zipmap else ""), "LightGBM", ["lightgbm", "onnxmltools"],
              f"30 trees, binary, ZipMap {'on' if zipmap else 'off'}", blob, {"features": TEST},
              {"label": classifier.predict(TEST), "probabilities": classifier.predict_proba(TEST)}, TREES)
    regressor = lightgbm.LGBMRegressor(**settings).fit(TRAIN, TRAIN[:, 2])
    write("lightgbm-regressor", "LightGBM", ["lightgbm", "onnxmltools"], "30 trees, regression",
          convert_lightgbm(regressor, initial_types=types, target_opset=15).SerializeToString(),
          {"features": TEST}, {"variable": regressor.predict(TEST)}, TREES)


def catboost_models():
    import catboost

    settings = dict(iterations=40, depth=4, random_seed=1, verbose=False, allow_writing_files=False, thread_count=1)
    for name, model, estimator, target in (
            ("catboost-classifier", "40 trees, binary, ZipMap", catboost.CatBoostClassifier(**settings), LABELS),
            ("catboost-regressor", "40 trees, regression", catboost.CatBoostRegressor(**settings), TRAIN[:, 2])):
        estimator.fit(TRAIN, target)
        file = Path("/tmp") / f"{name}-{os.getpid()}.onnx"
        estimator.save_model(str(file), format="onnx")
        outputs = {"label": estimator.predict(TEST), "probabilities": estimator.predict_proba(TEST)} \
            if name.endswith("classifier") else {"predictions": estimator.predict(TEST)}
        write(name, "CatBoost", ["catboost"], model, file.read_bytes(), {"features": TEST}, outputs, TREES)
        file.unlink()


def torch_models():
    import torch
    from torch import nn

    torch.manual_seed(1)
    torch.set_num_threads(1)

    def fit(module, loss, steps=200):
        optimiser = torch.optim.Adam(module.parameters(), 1e-2)
        for _ in range(steps):
            optimiser.zero_grad()
            loss(module).backward()
            optimiser.step()
        return module.eval()

    def export(name, model, module, feeds, output_names, axes, bound=FLOAT):
        """feeds: name to array; axes: name to the batch axis of an input or output, where that is not 0."""
        tensors = tuple(torch.from_numpy(np.ascontiguousarray(v)) for v in feeds.values())
        with torch.no_grad():
            results = module(*tensors)
        results = results if isinstance(results, tuple) else (results,)
        batch = torch.export.Dim("batch", min=1, max=4096)
        program = torch.onnx.export(
            module, tensors, dynamo=True, input_names=list(feeds), output_names=output_names, verbose=False,
            dynamic_shapes=tuple({axes.get(n, 0): batch} for n in feeds), external_data=False)
        buffer = io.BytesIO()
        program.save(buffer)
        rows = lambda n, v: np.moveaxis(v, axes.get(n, 0), 0)
        write(name, "PyTorch", ["torch", "onnxscript"], model, buffer.getvalue(),
              {n: rows(n, v.astype(np.float32)) for n, v in feeds.items()},
              {n: rows(n, v.float().numpy()) for n, v in zip(output_names, results)}, bound)

    x, y = torch.from_numpy(SCALED_TRAIN), torch.from_numpy(LABELS).float()[:, None]
    mlp = fit(nn.Sequential(nn.Linear(6, 32), nn.ReLU(), nn.Linear(32, 16), nn.ReLU(), nn.Linear(16, 1), nn.Sigmoid()),
              lambda m: nn.functional.binary_cross_entropy(m(x), y))
    export("torch-mlp", "perceptron 6-32-16-1", mlp, {"features": SCALED_TEST}, ["score"], {})
    auto = fit(nn.Sequential(nn.Linear(6, 3), nn.Tanh(), nn.Linear(3, 6)), lambda m: nn.functional.mse_loss(m(x), x))
    export("torch-autoencoder", "autoencoder 6-3-6", auto, {"features": SCALED_TEST}, ["reconstruction"], {})

    random = np.random.default_rng(6)
    windows = random.standard_normal((ROWS, 32, 4)).astype(np.float32)

    class Conv(nn.Module):
        def __init__(self):
            super().__init__()
            self.body = nn.Sequential(nn.Conv1d(4, 8, 5, padding=2), nn.ReLU(), nn.AdaptiveAvgPool1d(1), nn.Flatten(),
                                      nn.Linear(8, 1))

        def forward(self, window):
            return self.body(window.transpose(1, 2))
    export("torch-conv1d", "1-D convolution over a window 32×4", Conv().eval(), {"window": windows}, ["score"], {})

    class Lstm(nn.Module):
        def __init__(self):
            super().__init__()
            self.lstm, self.head = nn.LSTM(4, 8, num_layers=2, batch_first=True), nn.Linear(8, 1)

        def forward(self, features, hidden_in, cell_in):
            steps, (hidden, cell) = self.lstm(features.unsqueeze(1), (hidden_in, cell_in))
            return self.head(steps[:, -1]), hidden, cell
    state = lambda: random.standard_normal((2, ROWS, 8)).astype(np.float32)
    export("torch-lstm", "two-layer LSTM, its state in and out", Lstm().eval(),
           {"features": windows[:, 0], "hidden_in": state(), "cell_in": state()}, ["score", "hidden_out", "cell_out"],
           {n: 1 for n in ("hidden_in", "cell_in", "hidden_out", "cell_out")})

    half = nn.Sequential(nn.Linear(6, 32), nn.ReLU(), nn.Linear(32, 1)).half().eval()
    export("torch-float16", "perceptron in half precision", half, {"features": SCALED_TEST.astype(np.float16)},
           ["score"], {}, bound=HALF)


def spark_models():
    from onnxmltools import convert_sparkml
    from onnxmltools.convert.common.data_types import FloatTensorType
    from pyspark.ml import Pipeline
    from pyspark.ml.classification import LogisticRegression
    from pyspark.ml.feature import StandardScaler
    from pyspark.ml.linalg import Vectors
    from pyspark.sql import SparkSession

    spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
    spark.sparkContext.setLogLevel("ERROR")
    frame = lambda rows, labels: spark.createDataFrame(
        [(Vectors.dense([float(v) for v in row]), float(label)) for row, label in zip(rows, labels)], ["features", "label"])
    model = Pipeline(stages=[
        StandardScaler(inputCol="features", outputCol="scaled", withMean=True),
        LogisticRegression(featuresCol="scaled", labelCol="label")]).fit(frame(TRAIN, LABELS))
    scored = model.transform(frame(TEST, [0] * ROWS)).select("prediction", "probability").collect()
    blob = convert_sparkml(model, "sparkml", [("features", FloatTensorType([None, 6]))], spark_session=spark)
    write("sparkml-pipeline", "Spark ML", ["pyspark", "onnxmltools"], "scaler and logistic regression",
          blob.SerializeToString(), {"features": TEST},
          {"prediction": np.array([row.prediction for row in scored]),
           "probability": np.array([row.probability.toArray() for row in scored])}, FLOAT)
    spark.stop()


def keras_models():
    import keras
    import tensorflow as tf
    import tf2onnx

    keras.utils.set_random_seed(1)

    def export(name, model, network, feed):
        spec = [tf.TensorSpec((None, *feed.shape[1:]), tf.float32, name="features")]
        function = tf.function(lambda features: {"score": network(features)}, input_signature=spec)
        onnx_model, _ = tf2onnx.convert.from_function(function, input_signature=spec, opset=17)
        output = onnx_model.graph.output[0].name
        write(name, "TensorFlow/Keras", ["tensorflow-cpu", "keras", "tf2onnx"], model, onnx_model.SerializeToString(),
              {"features": feed}, {output: network(feed).numpy()}, FLOAT)

    dense = keras.Sequential([keras.Input((6,)), keras.layers.Dense(16, "relu"), keras.layers.BatchNormalization(),
                              keras.layers.Dense(1, "sigmoid")])
    dense.compile("adam", "binary_crossentropy")
    dense.fit(SCALED_TRAIN, LABELS, epochs=3, verbose=0)
    export("keras-dense", "dense 6-16-1 with batch normalisation", dense, SCALED_TEST)
    windows = np.random.default_rng(7).standard_normal((ROWS, 16, 4)).astype(np.float32)
    conv = keras.Sequential([keras.Input((16, 4)), keras.layers.Conv1D(8, 3, activation="relu"),
                             keras.layers.GlobalAveragePooling1D(), keras.layers.Dense(1)])
    export("keras-conv1d", "1-D convolution over a window 16×4", conv, windows)
    lstm = keras.Sequential([keras.Input((16, 4)), keras.layers.LSTM(8), keras.layers.Dense(1)])
    export("keras-lstm", "LSTM over a window 16×4", lstm, windows)


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    table = FOLDER / "models.tsv"
    if table.exists():
        for line in table.read_text().splitlines()[1:]:
            MADE[line.split("\t")[0]] = line
    for prefix, make in (("sklearn", sklearn_models), ("xgboost", xgboost_models), ("lightgbm", lightgbm_models),
                         ("catboost", catboost_models), ("torch", torch_models), ("keras", keras_models), ("sparkml", spark_models)):
        if prefix.startswith(ONLY):
            make()
    table.write_text("name\tfront end\tversion\tmodel\tbound\n" + "".join(MADE[n] + "\n" for n in sorted(MADE)))


main()
