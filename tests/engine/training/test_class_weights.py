"""Class weights: what training gives to Keras, and that a script gives the same."""

import json
import re
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from engine.code import Form, generate
from engine.data.built_in import BUILT_IN
from engine.data.defaults import choose
from engine.data.weighting import balanced_weights, row_weights
from engine.document import Document
from engine.protocol import EpochEvent, RunEvent, Train
from engine.training.commands import Commands
from engine.training.compiling import build
from engine.training.rows import fitted, gather
from engine.training.run import train
from engine.training.weighting import fit_weights
from tests.engine.runs import weighed
from tests.engine.scripts import run

SPECIES = [0, 0, 0, 1, 1, 2]


def test_balanced_classes_have_the_same_share_of_the_loss() -> None:
    weights = balanced_weights(np.array(SPECIES))
    assert weights == pytest.approx({0: 2 / 3, 1: 1, 2: 2})
    assert row_weights(np.array(SPECIES), weights).mean() == pytest.approx(1)


def test_a_class_without_a_weight_counts_one() -> None:
    assert row_weights(np.array([[2], [0]]), {0: 5.0}).tolist() == [1, 5]


def arguments(weighed: Document) -> dict[str, Any]:
    """What `fit` gets for a document."""
    data = gather(weighed, BUILT_IN)
    model = build(weighed)
    chosen = [
        choose(weighed.training, node, column, None)
        for node, column in zip(data.outputs, data.columns, strict=True)
    ]
    return fit_weights(fitted(data, model), chosen)


def classes_of(weighed: Document) -> np.ndarray:
    """The class numbers of the training rows, in order."""
    rows = gather(weighed, BUILT_IN).training
    return rows.targets[0].read(rows.index)


@pytest.mark.parametrize("encoding", ["", "one_hot"])
def test_one_output_has_class_weights(encoding: str) -> None:
    own = weighed("iris", [1, 4], encoding)
    assert arguments(own) == {"class_weight": {0: 1.0, 1: 4.0}}
    balanced = weighed("iris", "balanced", encoding)
    counts = np.bincount(classes_of(balanced))
    assert arguments(balanced)["class_weight"] == pytest.approx(
        dict(enumerate(counts.sum() / (3 * counts)))
    )


def test_several_outputs_have_weights_of_rows() -> None:
    own = weighed("digits_two_outputs", [9])
    digits, pixels = arguments(own)["sample_weight"]
    classes = classes_of(own)
    assert digits.tolist() == [9 if number == 0 else 1 for number in classes]
    assert pixels.shape == (len(classes), 1, 1)
    assert np.all(pixels == 1)


@pytest.mark.parametrize("weights", ["balanced", [1.0]])
def test_a_column_without_classes_is_not_weighed(weights: Any) -> None:
    assert arguments(weighed("diabetes", weights)) == {}


def losses(trained: Document, folder: Path) -> list[float]:
    """The training loss of each epoch."""
    folder.mkdir()
    events: list[RunEvent] = []
    command = Train(document=trained, output=str(folder))
    end = train(command, BUILT_IN, events.append, Commands())
    assert end.outcome == "finished", end.problem
    return [event.metrics["loss"] for event in events if isinstance(event, EpochEvent)]


def script_losses(trained: Document, folder: Path, form: Form = "script") -> list[float]:
    """The training loss of each epoch of the generated script, printed by one more line."""
    source = generate(trained, form).source
    source = source.replace(
        "    scores =", '    print("LOSSES", history.history["loss"])\n    scores ='
    )
    output = run(source, folder)
    match = re.search(r"LOSSES (\[.*\])", output)
    assert match
    return list(json.loads(match[1]))


# Keras hands its own copy of the targets to NumPy in an old way.
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.parametrize(
    ("template", "weights"), [("iris", "balanced"), ("digits_two_outputs", [1.0, 4.0])]
)
def test_a_script_weighs_like_a_run(template: str, weights: Any, tmp_path: Path) -> None:
    own = weighed(template, weights, epochs=1)
    by_run = losses(own, tmp_path / "run")
    assert script_losses(own, tmp_path) == pytest.approx(by_run, rel=1e-4)
    plain = weighed(template, None, epochs=1)
    assert losses(plain, tmp_path / "plain") != pytest.approx(by_run, rel=1e-3)
    keras.utils.clear_session(free_memory=False)
