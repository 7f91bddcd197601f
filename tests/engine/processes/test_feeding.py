"""Rows that are reshaped, encoded or joined train as in a script by hand, on TensorFlow and JAX."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from engine.code import generate
from engine.document import Document
from engine.processes.executors.local import LocalExecutor
from engine.protocol import EvaluationEvent, Train
from tests.engine.code.test_scripts import run as run_script
from tests.engine.documents import chain, node
from tests.engine.runs import all_events, final_event

BY_HAND = """
import json
import keras
import numpy as np
from sklearn.datasets import load_digits, load_iris

keras.utils.set_random_seed(0)
digits, iris = load_digits(), load_iris()
x = {source}
y = {target}
order = np.random.default_rng(0).permutation(len(x))
held_out = round(len(x) * 0.2)
validation, training = order[:held_out], order[held_out:]
model = keras.Sequential([
    keras.Input(x.shape[1:]),
    keras.layers.Dense(32, activation="relu"),
    keras.layers.Dense({units}, activation="{activation}"),
])
model.compile(optimizer="adam", loss="{loss}", metrics={metrics})
model.fit(x[training], y[training], epochs=5, verbose=0)
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


def metrics_by_hand(backend: str, **parts: Any) -> dict[str, float]:
    process = subprocess.run(
        [sys.executable, "-c", BY_HAND.format(**parts)],
        env={**os.environ, "KERAS_BACKEND": backend, "PYTHONWARNINGS": ""},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert process.returncode == 0, process.stderr[-3000:]
    metrics: dict[str, float] = json.loads(process.stdout.splitlines()[-1])
    return metrics


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("backend", ["tensorflow", "jax"])
async def test_a_run_reaches_the_metrics_of_the_same_network_by_hand(
    case: str, backend: str, tmp_path: Path
) -> None:
    layer, script = CASES[case]
    command = Train(document=mlp(case, backend), output=str(tmp_path))
    executor = LocalExecutor(spare=False)
    events = await all_events(await executor.start(command.as_text()))
    await executor.close()
    assert final_event(events).outcome == "finished"
    (evaluation,) = [event for event in events if isinstance(event, EvaluationEvent)]
    expected = metrics_by_hand(backend, **layer, **script)
    metrics = {name: evaluation.metrics[name] for name in expected}
    assert metrics == pytest.approx(expected, rel=1e-4)
    sums = [sum(map(sum, confusion.matrix)) for confusion in evaluation.confusions]
    assert sums == [evaluation.samples] * (layer["units"] == 10)


@pytest.mark.parametrize("case", ["one-hot rows", "columns side by side"])
def test_the_generated_script_reaches_the_metrics_of_the_same_network_by_hand(
    case: str,
    tmp_path: Path,
) -> None:
    layer, script = CASES[case]
    output = run_script(generate(mlp(case, "jax"), "script").source, tmp_path)
    (evaluation,) = [line for line in output.splitlines() if line.startswith("Evaluation")]
    scores = re.findall(r"'(\w+)': ([\d.e-]+)", evaluation)
    metrics = {name: float(value) for name, value in scores}
    expected = metrics_by_hand("jax", **layer, **script)
    assert metrics == pytest.approx(expected, abs=1e-4)
