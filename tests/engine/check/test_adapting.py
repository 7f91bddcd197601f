"""Layers that learn from the training data: the check says so, runs and scripts do it."""

from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from engine.catalogue import load as load_catalogue
from engine.check import check
from engine.code import generate
from engine.data.built_in import BUILT_IN
from engine.data.loading import load
from engine.data.splitting import split_rows
from engine.document import MAIN, Document, Graph, Training
from engine.imports.graph_builder import Imported
from engine.imports.python import from_python
from engine.protocol import LogEvent, RunEvent, Train
from engine.training.commands import Commands
from engine.training.run import train
from tests.engine.accuracy_cases import run_script
from tests.engine.documents import chain, graph, node

pytestmark = pytest.mark.filterwarnings(  # Keras on JAX
    "ignore:__array__ implementation:DeprecationWarning"
)

FEATURES = node("x", "Input", shape=[10], name="features")
SCORE = node("y", "Dense", units=1, name="score")


def trained_on_diabetes(*between: dict[str, Any]) -> Document:
    training = Training(data="diabetes", epochs=1, seed=3)
    whole = chain(FEATURES, *between, SCORE)
    target = whole.target.model_copy(update={"backend": "jax"})
    return whole.model_copy(update={"training": training, "target": target})


TWICE = trained_on_diabetes(
    node("n", "Normalization"),
    node("s", "Rescaling", scale=2.0, offset=1.0),
    node("m", "Normalization", name="again"),
)


def said(document: Document) -> list[tuple[str, str, str | None]]:
    return [(problem.severity, problem.code, problem.node) for problem in check(document).problems]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[RunEvent]]:
    folder = tmp_path_factory.mktemp("run")
    events: list[RunEvent] = []
    command = Train(document=TWICE, output=str(folder))
    ended = train(command, BUILT_IN, events.append, Commands())
    assert ended.outcome == "finished", ended
    return folder, events


def test_the_check_says_what_is_going_to_be_learned() -> None:
    assert said(TWICE) == [
        ("note", "learned_when_training", "n"),
        ("note", "learned_when_training", "m"),
    ]
    given = node("n", "Normalization", mean=[0.0] * 10, variance=[1.0] * 10)
    assert said(trained_on_diabetes(given)) == []


@pytest.mark.parametrize(
    ("layer", "params"),
    [("Discretization", {"num_bins": 4}), ("IntegerLookup", {}), ("StringLookup", {}),
     ("TextVectorization", {})],
)  # fmt: skip
def test_every_layer_that_learns_says_so(layer: str, params: dict[str, Any]) -> None:
    assert hasattr(getattr(keras.layers, layer), "adapt")
    text = {"dtype": "string"} if layer in ("StringLookup", "TextVectorization") else {}
    first = node("x", "Input", shape=[1], **text)
    codes = [problem.code for problem in check(chain(first, node("n", layer, **params))).problems]
    assert "learned_when_training" in codes


def test_no_other_layer_learns() -> None:
    learning = {name for name in dir(keras.layers) if hasattr(getattr(keras.layers, name), "adapt")}
    assert learning == {one.name for one in load_catalogue().layers if one.traits.learns}


def test_inside_a_sub_model_or_a_wrapper_it_can_not() -> None:
    inner = graph(
        [node("i", "Input", shape=[10]), node("n", "Normalization")], ["i > n"], key="part"
    )
    main = graph([FEATURES, node("p", "Model", graph="part"), SCORE], ["x > p", "p > y"])
    nested = TWICE.model_copy(update={"graphs": (main, inner)})
    assert ("error", "learned_inside", "n") in said(nested)
    wrapper = node("t", "TimeDistributed", layer={"class": "Normalization", "params": {}})
    assert ("error", "learned_inside", "t") in said(
        chain(node("x", "Input", shape=[4, 3]), wrapper)
    )
    assert isinstance(main, Graph)
    assert main.id == MAIN


def test_a_run_learns_from_the_training_rows_alone(run: tuple[Path, list[RunEvent]]) -> None:
    folder, events = run
    rows = load("diabetes", BUILT_IN)
    assert isinstance(rows, dict)
    features = rows["features"]
    training, _ = split_rows(len(features), TWICE.training.split, TWICE.training.seed)
    model = keras.models.load_model(folder / "model.keras")
    first, second = model.get_layer("normalization"), model.get_layer("again")
    np.testing.assert_allclose(first.mean[0], features[training].mean(axis=0), atol=1e-5)
    np.testing.assert_allclose(second.mean[0], 1.0, atol=1e-4)
    np.testing.assert_allclose(second.variance[0], 4.0, atol=1e-3)
    logged = [event.text for event in events if isinstance(event, LogEvent)]
    assert [text.split(" learned ")[0] for text in logged] == ["“normalization”", "“again”"]


def test_the_script_learns_the_same(run: tuple[Path, list[RunEvent]], tmp_path: Path) -> None:
    folder, _ = run
    run_script(TWICE, str(tmp_path))
    ours = keras.models.load_model(folder / "model.keras").get_weights()
    theirs = keras.models.load_model(tmp_path / "model.keras").get_weights()
    for one, other in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)


def test_the_script_reads_back_without_a_word() -> None:
    answer = from_python(generate(TWICE, "script").source)
    assert isinstance(answer, Imported)
    assert answer.problems == ()
    assert [node.layer for node in answer.document.main.nodes] == [
        node.layer for node in TWICE.main.nodes
    ]
