"""Layers that are adapted to the training data: notes of the check, runs and scripts."""

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
from engine.document import MAIN, Document, Training
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


def problems_of(document: Document) -> list[tuple[str, str, str | None]]:
    return [(problem.severity, problem.code, problem.node) for problem in check(document).problems]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[RunEvent]]:
    folder = tmp_path_factory.mktemp("run")
    events: list[RunEvent] = []
    command = Train(document=TWICE, output=str(folder))
    ended = train(command, BUILT_IN, events.append, Commands())
    assert ended.outcome == "finished", ended
    return folder, events


def test_the_check_notes_layers_to_adapt() -> None:
    assert problems_of(TWICE) == [
        ("note", "learned_when_training", "n"),
        ("note", "learned_when_training", "m"),
    ]
    with_values = node("n", "Normalization", mean=[0.0] * 10, variance=[1.0] * 10)
    assert problems_of(trained_on_diabetes(with_values)) == []


@pytest.mark.parametrize(
    ("layer", "params"),
    [("Discretization", {"num_bins": 4}), ("IntegerLookup", {}), ("StringLookup", {}),
     ("TextVectorization", {})],
)  # fmt: skip
def test_every_layer_to_adapt_has_a_note(layer: str, params: dict[str, Any]) -> None:
    assert hasattr(getattr(keras.layers, layer), "adapt")
    text = {"dtype": "string"} if layer in ("StringLookup", "TextVectorization") else {}
    first = node("x", "Input", shape=[1], **text)
    codes = [problem.code for problem in check(chain(first, node("n", layer, **params))).problems]
    assert "learned_when_training" in codes


def test_no_other_layer_can_be_adapted() -> None:
    learning = {name for name in dir(keras.layers) if hasattr(getattr(keras.layers, name), "adapt")}
    assert learning == {layer.name for layer in load_catalogue().layers if layer.traits.learns}


def nested(layer: str) -> Document:
    """A document whose sub-model holds a layer."""
    inner = graph([node("i", "Input", shape=[10]), node("n", layer)], ["i > n"], key="part")
    main = graph([FEATURES, node("p", "Model", graph="part"), SCORE], ["x > p", "p > y"])
    assert main.id == MAIN
    return TWICE.model_copy(update={"graphs": (main, inner)})


def test_layers_inside_sub_models_can_not_be_adapted() -> None:
    assert ("error", "learned_inside", "n") in problems_of(nested("Discretization"))


def test_normalization_inside_sub_models_and_wrappers_passes_its_values_on() -> None:
    assert ("warning", "learned_inside", "n") in problems_of(nested("Normalization"))
    wrapper = node("t", "TimeDistributed", layer={"class": "Normalization", "params": {}})
    assert ("warning", "learned_inside", "t") in problems_of(
        chain(node("x", "Input", shape=[4, 3]), wrapper)
    )
    model = keras.Sequential([keras.Input((3,)), keras.layers.Normalization()])
    rows = np.array([[1.0, -2.0, 30.0]])
    np.testing.assert_array_equal(model.predict(rows, verbose=0), rows)


def test_a_run_adapts_layers_to_the_training_rows_only(run: tuple[Path, list[RunEvent]]) -> None:
    folder, events = run
    arrays = load("diabetes", BUILT_IN)
    assert isinstance(arrays, dict)
    features = arrays["features"]
    training, _ = split_rows(len(features), TWICE.training.split, TWICE.training.seed)
    model = keras.models.load_model(folder / "model.keras")
    first, second = model.get_layer("normalization"), model.get_layer("again")
    np.testing.assert_allclose(first.mean[0], features[training].mean(axis=0), atol=1e-5)
    np.testing.assert_allclose(second.mean[0], 1.0, atol=1e-4)
    np.testing.assert_allclose(second.variance[0], 4.0, atol=1e-3)
    logged = [event.text for event in events if isinstance(event, LogEvent)]
    learned = "learned mean and variance from 354 training rows."
    assert logged == [f"“Normalization” {learned}", f"“again” {learned}"]


def test_the_script_adapts_layers_like_a_run(
    run: tuple[Path, list[RunEvent]], tmp_path: Path
) -> None:
    folder, _ = run
    run_script(TWICE, str(tmp_path))
    weights = keras.models.load_model(folder / "model.keras").get_weights()
    script_weights = keras.models.load_model(tmp_path / "model.keras").get_weights()
    for array, expected in zip(script_weights, weights, strict=True):
        np.testing.assert_allclose(array, expected, atol=1e-6)


def test_the_script_is_imported_without_problems() -> None:
    answer = from_python(generate(TWICE, "script").source)
    assert isinstance(answer, Imported)
    assert answer.problems == ()
    assert [node.layer for node in answer.document.main.nodes] == [
        node.layer for node in TWICE.main.nodes
    ]
