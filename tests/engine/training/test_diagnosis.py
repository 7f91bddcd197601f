"""What a run shows about its model: sabotaged models are named, templates are not."""

import itertools
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.check import check
from engine.data.built_in import BUILT_IN
from engine.data.catalogue import Column, DataSet, DataSets
from engine.data.loading import load
from engine.document import Document
from engine.document.operations import OPERATION, apply_all
from engine.machine.backends import environment
from engine.problems import Problem
from engine.protocol import (
    Confusion,
    DiagnosisEvent,
    EpochEvent,
    EvaluationEvent,
    RunEvent,
    Train,
)
from engine.protocol.layers import LayerState
from engine.results.description import PartResults
from engine.templates import Template
from engine.templates import load as templates
from engine.training.commands import Commands
from engine.training.diagnosis.curves import curve_findings
from engine.training.diagnosis.layers import layer_findings
from engine.training.diagnosis.predictions import prediction_findings
from engine.training.run import train
from tests.engine.runs import document

# Saving a model warns in a process that makes warnings errors; a worker does not.
pytestmark = pytest.mark.filterwarnings("ignore")

ROOT = Path(__file__).resolve().parents[3]
Json = dict[str, Any]


def findings(trained: Document, folder: Path) -> list[Problem]:
    """Train in this process; return the last findings."""
    said = [event for event in events_of(trained, folder) if isinstance(event, DiagnosisEvent)]
    return list(said[-1].problems) if said else []


def events_of(trained: Document, folder: Path) -> list[RunEvent]:
    """Train in this process; return the events."""
    events: list[RunEvent] = []
    sets = BUILT_IN.plus(_brought(folder))
    ended = train(Train(document=trained, output=str(folder)), sets, events.append, Commands())
    assert ended.outcome in ("finished", "diverged"), ended
    return events


def _brought(folder: Path) -> DataSets:
    """Data sets as people bring them: in millimetres, pictures of bytes, with a rare class."""
    sets, files = [_with_rare_class()], {"rare": str(folder.parent / f"{folder.name}-rare.npz")}
    random, rare = np.random.default_rng(5), np.arange(1000) % 20 == 0
    point = random.normal(size=(1000, 2)) + 1.3 * rare[:, None]
    np.savez(files["rare"], point=point.astype("float32"), kind=rare.astype("int64"))
    for name, column, factor in (("iris", "features", 100), ("digits", "image", 255)):
        data = BUILT_IN.find(name)
        arrays = load(name, BUILT_IN)
        assert data is not None
        assert isinstance(arrays, dict)
        id = f"raw_{name}"
        path = folder.parent / f"{folder.name}-{id}.npz"
        np.savez(path, **{**arrays, column: arrays[column] * np.float32(factor)})  # type: ignore[arg-type]
        sets.append(data.model_copy(update={"id": id}))
        files[id] = str(path)
    return DataSets(sets=tuple(sets), files=files)


def _with_rare_class() -> DataSet:
    """1,000 points, of which 50 are rare and lie among the others."""
    kind = Column(name="kind", shape=(), dtype="int64", role="target", classes=("usual", "rare"))
    point = Column(name="point", shape=(2,), dtype="float32", role="input")
    return DataSet(
        id="rare", title="Rare", summary="", task="binary", rows=1000, columns=(point, kind),
        source="",
    )  # fmt: skip


def chain(data: str, inputs: Json, *layers: Json, **training: Any) -> Document:
    """A model of layers one after the other."""
    nodes = [{"id": "in", "layer": "Input", "params": inputs}]
    nodes += [{"id": f"n{at}", **layer} for at, layer in enumerate(layers)]
    ids = [node["id"] for node in nodes]
    edges = [
        {"id": f"e{at}", "source": source, "target": target}
        for at, (source, target) in enumerate(itertools.pairwise(ids))
    ]
    base = document("iris").to_json()
    base["graphs"] = [{"id": "main", "nodes": nodes, "edges": edges}]
    defaults = {"loss": None, "metrics": [], "outputs": [], "bindings": [], "callbacks": []}
    base["training"] |= {**defaults, "data": data, "epochs": 8, "batch_size": 32, **training}
    return Document.model_validate(base)


def dense(units: int, activation: str = "linear", **params: Any) -> Json:
    return {"layer": "Dense", "params": {"units": units, "activation": activation, **params}}


def optimizer(name: str, **params: Any) -> Json:
    return {"class": name, "params": params}


def scaled(factor: float) -> Json:
    return {"layer": "Rescaling", "params": {"scale": factor}}


def start(value: float) -> Json:
    return {"class": "Constant", "params": {"value": value}}


def normal(spread: float) -> Json:
    return {"class": "RandomNormal", "params": {"stddev": spread}}


FLAT = {"layer": "Flatten"}
DIGIT, IRIS = {"shape": [8, 8, 1]}, {"shape": [4]}
ADAM, SGD = "Adam", "SGD"

SABOTAGED: dict[str, tuple[str, Callable[[], Document]]] = {
    "rate much too high": (
        "rate_too_high",
        lambda: chain(
            "diabetes", {"shape": [10]}, dense(16, "relu"), dense(1),
            optimizer=optimizer(SGD, learning_rate=50.0),
        ),
    ),
    "rate so high that the loss is stuck": (
        "rate_too_high",
        lambda: chain(
            "digits", DIGIT, FLAT, dense(64, "relu"), dense(10, "softmax"), epochs=6,
            optimizer=optimizer(ADAM, learning_rate=0.3),
        ),
    ),
    "rate too low": (
        "rate_too_low",
        lambda: chain(
            "digits", DIGIT, FLAT, dense(32, "relu"), dense(10, "softmax"),
            optimizer=optimizer(ADAM, learning_rate=1e-6),
        ),
    ),
    "rate too low for numbers": (
        "rate_too_low",
        lambda: chain(
            "diabetes", {"shape": [10]}, dense(16, "relu"), dense(1),
            optimizer=optimizer(SGD, learning_rate=1e-6),
        ),
    ),
    "nothing learned": (
        "loss_not_falling",
        lambda: chain(
            "digits", DIGIT, FLAT, scaled(0.0), dense(16, "relu"), dense(10, "softmax"),
            optimizer=optimizer(ADAM, learning_rate=1e-3),
        ),
    ),
    "too few rows for a large model": (
        "overfitting",
        lambda: chain(
            "diabetes", {"shape": [10]}, dense(256, "relu"), dense(256, "relu"), dense(1),
            epochs=60, split=0.5, optimizer=optimizer(ADAM, learning_rate=3e-3),
        ),
    ),
    "dead units": (
        "dead_units",
        lambda: chain(
            "digits", DIGIT, FLAT, dense(32, "relu", bias_initializer=start(-50)),
            dense(10, "softmax"),
        ),
    ),
    "saturated sigmoids": (
        "saturated_units",
        lambda: chain(
            "digits", DIGIT, FLAT, dense(32, "sigmoid", kernel_initializer=normal(30)),
            dense(10, "softmax"),
        ),
    ),
    "saturated tanh": (
        "saturated_units",
        lambda: chain(
            "iris", IRIS, dense(32, "tanh", kernel_initializer=normal(30)), dense(3, "softmax"),
        ),
    ),
    "deep sigmoids": (
        "vanishing_gradients",
        lambda: chain(
            "digits", DIGIT, FLAT, *[dense(16, "sigmoid") for _ in range(10)],
            dense(10, "softmax"), epochs=4,
        ),
    ),
    "large first weights": (
        "exploding_gradients",
        lambda: chain(
            "diabetes", {"shape": [10]}, *[dense(32, kernel_initializer=normal(4))] * 3,
            dense(1), epochs=4, optimizer=optimizer(SGD, learning_rate=1e-12),
        ),
    ),
    "inputs not scaled": (
        "unscaled_input",
        lambda: chain("raw_iris", IRIS, dense(16, "relu"), dense(3, "softmax")),
    ),
    "pictures not scaled": (
        "unscaled_input",
        lambda: chain(
            "raw_digits", DIGIT, FLAT, dense(16, "relu"), dense(10, "softmax"), epochs=4
        ),
    ),
    "classes never predicted": (
        "never_predicted",
        lambda: chain(
            "digits", DIGIT, FLAT,
            dense(10, "softmax", bias_initializer=start(0), kernel_initializer=start(0)),
            optimizer=optimizer(SGD, learning_rate=1e-9),
        ),
    ),
    "a rare class": (
        "imbalanced",
        lambda: chain("rare", {"shape": [2]}, dense(8, "relu"), dense(2, "softmax")),
    ),
    "the mean for every row": (
        "constant_predictions",
        lambda: chain("diabetes", {"shape": [10]}, scaled(0.0), dense(1)),
    ),
    "a last layer that can't give the amounts": (
        "unreachable_target",
        lambda: chain("diabetes", {"shape": [10]}, dense(16, "relu"), dense(1, "sigmoid")),
    ),
    "a loss of probabilities for amounts": (
        "target_beyond_loss",
        lambda: chain(
            "diabetes", {"shape": [10]}, dense(16, "relu"), dense(1),
            loss={"class": "BinaryCrossentropy", "params": {"from_logits": True}},
        ),
    ),
    "loss that is no number": (
        "rate_too_high.diverged",
        lambda: chain(
            "diabetes", {"shape": [10]}, dense(16, "relu"), dense(1),
            optimizer=optimizer(SGD, learning_rate=1e30),
        ),
    ),
}  # fmt: skip

FIXED = {
    "rate_too_high", "rate_too_high.stuck", "rate_too_high.diverged", "rate_too_low",
    "overfitting", "dead_units", "saturated_units", "unscaled_input", "imbalanced",
    "unreachable_target", "target_beyond_loss",
}  # fmt: skip
"""Findings that a click can mend; of the others, only people know what they want."""


@pytest.mark.parametrize(("code", "model"), SABOTAGED.values(), ids=SABOTAGED)
def test_sabotage_is_named(code: str, model: Callable[[], Document], tmp_path: Path) -> None:
    named = [found for found in findings(model(), tmp_path) if code in (found.code, found.key)]
    assert named
    for found in named:
        assert found.severity == "warning"
        assert any(character.isdigit() for character in found.message), found.message
        assert found.hint
        assert (found.fix is not None) == (found.key in FIXED), found.key
        for operation in found.fix.operations if found.fix else ():
            assert operation["path"]


def recalls(trained: Document, folder: Path) -> tuple[list[float], list[Problem]]:
    """Train; the recall of each class on the validation rows, and the findings."""
    folder.mkdir()
    events = events_of(trained, folder)
    (evaluated,) = [event for event in events if isinstance(event, EvaluationEvent)]
    (confusion,) = evaluated.confusions
    said = [event.problems for event in events if isinstance(event, DiagnosisEvent)]
    recall = [row[at] / sum(row) for at, row in enumerate(confusion.matrix)]
    return recall, [*said[-1]] if said else []


def test_the_fix_of_imbalanced_classes_helps(tmp_path: Path) -> None:
    _, model = SABOTAGED["a rare class"]
    before, found = recalls(model(), tmp_path / "before")
    (imbalanced,) = [problem for problem in found if problem.code == "imbalanced"]
    assert imbalanced.fix is not None
    operations = [OPERATION.validate_python(one) for one in imbalanced.fix.operations]
    mended, _, refused = apply_all(model(), operations)
    assert not refused
    after, left = recalls(mended, tmp_path / "after")
    assert before[1] < 0.5 < after[1]
    assert "imbalanced" not in [problem.code for problem in left]


BEFORE: dict[str, tuple[str, Callable[[], Document]]] = {
    "metric of amounts for classes": (
        "metric_unlike_target",
        lambda: chain(
            "iris", IRIS, dense(3, "softmax"), metrics=[{"class": "MeanAbsoluteError"}]
        ),
    ),
    "accuracy for amounts": (
        "metric_unlike_target",
        lambda: chain(
            "diabetes", {"shape": [10]}, dense(1), metrics=[{"class": "Accuracy"}]
        ),
    ),
    "raw scores for a loss of probabilities": (
        "logits_unlike_loss",
        lambda: chain(
            "iris", IRIS, dense(3), loss={"class": "SparseCategoricalCrossentropy"}
        ),
    ),
    "softmax of one unit": (
        "softmax_of_one", lambda: chain("diabetes", {"shape": [10]}, dense(1, "softmax"))
    ),
    "too few units for the classes": (
        "too_few_classes", lambda: chain("iris", IRIS, dense(2, "softmax"))
    ),
}  # fmt: skip


@pytest.mark.parametrize(("code", "model"), BEFORE.values(), ids=BEFORE)
def test_what_does_not_fit_is_named_before_training(
    code: str, model: Callable[[], Document]
) -> None:
    named = [found for found in check(model()).problems if found.code == code]
    assert named
    assert all(found.fix is not None for found in named)


ON_JAX = [template for template in templates() if template.document.training.data != "reviews"]
MOST_EPOCHS = 10
"""Of a template, so that the test takes its seconds; its own number raises no alarm either."""


@pytest.mark.parametrize("template", ON_JAX, ids=lambda template: template.id)
def test_no_template_raises_an_alarm(template: Template, tmp_path: Path) -> None:
    epochs = min(MOST_EPOCHS, template.document.training.epochs)
    said = findings(document(template.id, epochs=epochs), tmp_path)
    assert [found.message for found in said] == []


def test_the_template_for_text_raises_no_alarm(tmp_path: Path) -> None:
    """In a process of its own: JAX, which is loaded here, has no texts."""
    code = (
        "import json, sys\n"
        "from pathlib import Path\n"
        "from tests.engine.runs import document\n"
        "from tests.engine.training.test_diagnosis import findings\n"
        "said = findings(document('reviews_text', backend='tensorflow'), Path(sys.argv[1]))\n"
        "print(json.dumps([found.message for found in said]))"
    )
    process = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)],
        cwd=ROOT, env=os.environ | environment("tensorflow", "cpu", os.environ),
        capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert process.returncode == 0, process.stderr[-2000:]
    assert json.loads(process.stdout.splitlines()[-1]) == []


def _epochs(*losses: tuple[float, float]) -> list[EpochEvent]:
    return [
        EpochEvent(
            epoch=at, metrics={"loss": loss, "val_loss": val}, seconds=at, learning_rate=1e-3
        )
        for at, (loss, val) in enumerate(losses, 1)
    ]


def test_overfitting_names_the_epoch_at_which_it_began() -> None:
    epochs = _epochs((1, 1), (0.7, 0.8), (0.5, 0.6), (0.3, 0.8), (0.2, 0.9), (0.1, 1.0))
    (found,) = curve_findings(document("iris"), epochs)
    assert (found.code, found.arguments["epoch"]) == ("overfitting", 3)
    assert found.fix is not None
    assert found.fix.operations[0]["value"][-1]["class"] == "EarlyStopping"
    assert curve_findings(document("iris"), epochs[:3]) == []


@pytest.mark.parametrize(
    ("losses", "codes"), [((9e4, 8e4), ["exploding_gradients"]), ((9e4, 40), [])]
)
def test_large_gradients_explode_unless_the_loss_falls(
    losses: tuple[float, float], codes: list[str]
) -> None:
    """Those of squared errors are large where targets are in the hundreds."""
    trained = document("iris")
    weighed = [node for node in trained.main.nodes if node.layer == "Dense"]
    layers = [LayerState(node=(node.id,), counts=(1,), gradient=1166.0) for node in weighed]
    epochs = _epochs(*((loss, loss) for loss in losses))
    assert [found.code for found in layer_findings(trained, layers, epochs)] == codes


@pytest.mark.parametrize(
    ("rare", "codes"),
    [((4, 6), ["imbalanced"]), ((10, 0), []), ((0, 10), ["never_predicted", "imbalanced"])],
    ids=["half of them missed", "all recognised", "all missed"],
)
def test_a_rare_class_is_named_if_it_is_missed(rare: tuple[int, int], codes: list[str]) -> None:
    """10 rows of one class beside 190 of another."""
    trained = document("iris", backend="jax")
    node = trained.main.nodes[-1].id
    right, missed = rare
    nothing = PartResults(on="validation", rows=200, outputs=(), file="")
    confusion = Confusion(node=node, labels=("no", "yes"), matrix=((190, 0), (missed, right)))
    found = prediction_findings(trained, [confusion], nothing)
    assert [problem.code for problem in found] == codes
