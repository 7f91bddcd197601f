"""Rows that are reshaped, encoded or joined train as in a script by hand, on TensorFlow and JAX."""

import json
import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from engine.code import generate
from engine.document import Document
from engine.protocol import EvaluationEvent, Train
from tests.engine.documents import chain, node
from tests.engine.engines import INSTALLED
from tests.engine.runs import final_event
from tests.engine.scripts import events, run

BY_HAND = """
import json
import os

os.environ["KERAS_BACKEND"] = "{backend}"

import keras
import numpy as np
from sklearn.datasets import load_digits, load_iris

keras.utils.set_random_seed(0)
digits, iris = load_digits(), load_iris()
x = {source}
y = {target}
order = np.random.default_rng(0).permutation(len(x))
count = round(len(x) * 0.2)
validation, training = order[:count], order[count:]
model = keras.Sequential([
    keras.Input(x.shape[1:]),
    keras.layers.Dense(32, activation="relu"),
    keras.layers.Dense({units}, activation="{activation}"),
])
model.compile(optimizer="adam", loss="{loss}", metrics={metrics})
held_out = x[validation], y[validation]  # PyTorch draws a number each time that rows are read
model.fit(x[training], y[training], epochs=5, validation_data=held_out, verbose=0)
print(json.dumps(model.evaluate(x[validation], y[validation], return_dict=True, verbose=0)))
"""

PIXELS = 'digits.images.astype("float32").reshape(-1, 64) / 16'
PETALS = 'iris.data[:, 2:].astype("float32"), keras.utils.to_categorical(iris.target, 3)'
CASES: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "one-hot rows": (
        {"units": 10, "activation": "softmax"},
        {"source": PIXELS, "target": "keras.utils.to_categorical(digits.target, 10)",
         "loss": "categorical_crossentropy", "metrics": ["accuracy"]},
    ),
    "a picture to reconstruct": (
        {"units": 64, "activation": "sigmoid"},
        {"source": PIXELS, "target": "x", "loss": "mean_squared_error", "metrics": ["mae"]},
    ),
    "columns side by side": (
        {"units": 3, "activation": "linear"},
        {"source": f"np.column_stack([{PETALS}])",
         "target": 'np.column_stack([iris.data[:, :2].astype("float32"), iris.target])',
         "loss": "mean_squared_error", "metrics": ["mae"]},
    ),
}  # fmt: skip
BINDINGS = {
    "one-hot rows": [{"node": "out", "column": "digit", "encoding": "one_hot"}],
    "a picture to reconstruct": [{"node": "out", "column": "image"}],
    "columns side by side": [
        {"node": "in", "column": "petal"},
        {"node": "in", "column": "species", "encoding": "one_hot"},
        {"node": "out", "column": "sepal"},
        {"node": "out", "column": "species"},
    ],
}


def mlp(case: str, backend: str) -> Document:
    layer, iris = CASES[case][0], case == "columns side by side"
    training = {
        "data": "iris" if iris else "digits",
        "epochs": 5,
        "bindings": BINDINGS[case],
    }
    return chain(
        node("in", "Input", shape=[5 if iris else 64]),
        node("hidden", "Dense", units=32, activation="relu"),
        node("out", "Dense", **layer),
        training=training,
        target={"backend": backend},
    )


@cache
def metrics_by_hand(backend: str, case: str) -> dict[str, float]:
    source = BY_HAND.format(backend=backend, **CASES[case][0], **CASES[case][1])
    with TemporaryDirectory() as folder:
        output = run(source, Path(folder))
    metrics: dict[str, float] = json.loads(output.splitlines()[-1])
    return metrics


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("backend", INSTALLED)
def test_a_run_reaches_the_metrics_of_the_same_network_by_hand(
    case: str, backend: str, tmp_path: Path
) -> None:
    reported = events(Train(document=mlp(case, backend), output=str(tmp_path)))
    assert final_event(reported).outcome == "finished"
    (evaluation,) = [event for event in reported if isinstance(event, EvaluationEvent)]
    expected = metrics_by_hand(backend, case)
    metrics = {name: evaluation.metrics[name] for name in expected}
    assert metrics == pytest.approx(expected, rel=1e-4)
    sums = [sum(map(sum, confusion.matrix)) for confusion in evaluation.confusions]
    assert sums == [evaluation.samples] * (CASES[case][0]["units"] == 10)


@pytest.mark.parametrize("case", ["one-hot rows", "columns side by side"])
def test_the_generated_script_reaches_the_metrics_of_the_same_network_by_hand(
    case: str,
    tmp_path: Path,
) -> None:
    output = run(generate(mlp(case, "jax"), "script").source, tmp_path)
    (evaluation,) = [line for line in output.splitlines() if line.startswith("Evaluation")]
    scores = re.findall(r"'(\w+)': ([\d.e-]+)", evaluation)
    metrics = {name: float(value) for name, value in scores}
    expected = metrics_by_hand("jax", case)
    assert metrics == pytest.approx(expected, abs=1e-4)
