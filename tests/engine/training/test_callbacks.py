"""The callbacks of a document in a run of the app: what they watch, and what they keep."""

from pathlib import Path
from typing import Any

import keras
import pytest

from engine.catalogue import load, palette
from engine.check import check
from engine.check.callbacks import watched
from engine.data.built_in import BUILT_IN
from engine.document import Document
from engine.graph.names import layer_names
from engine.protocol import ArtefactEvent, EpochEvent, RunEvent, Train
from engine.training.callbacks import IMPLICIT
from engine.training.commands import Commands
from engine.training.run import train
from tests.engine.runs import document

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def trained(folder: Path, *callbacks: dict[str, Any], **more: Any) -> list[RunEvent]:
    events: list[RunEvent] = []
    settings = {"callbacks": callbacks, "epochs": 4, **more}
    command = Train(document=document("iris", **settings), output=str(folder))
    ended = train(command, BUILT_IN, events.append, Commands())
    assert ended.outcome == "finished", ended.problem
    return events


def test_each_callback_of_keras_is_held_or_refused_with_a_reason() -> None:
    classes = {name for name, value in vars(keras.callbacks).items() if isinstance(value, type)}
    assert classes == {*palette.CALLBACKS, *palette.REFUSED_CALLBACKS}
    for name in classes:
        entry = load().object("callback", name)
        assert entry
        assert bool(entry.refused) == (name in palette.REFUSED_CALLBACKS)
        assert not {"filepath", "filename", "log_dir", "backup_dir"} & {
            param.name for param in entry.params
        }
    assert set(palette.CALLBACKS) >= IMPLICIT


def test_the_best_model_is_kept_and_offered(tmp_path: Path) -> None:
    # With steps of this size, the loss of the training rows rises after the first epochs.
    rising = {
        "class": "SGD",
        "params": {
            "learning_rate": {
                "class": "PiecewiseConstantDecay",
                "params": {"boundaries": [8], "values": [0.05, 9.0]},
            }
        },
    }
    events = trained(
        tmp_path,
        {"class": "ModelCheckpoint", "params": {"monitor": "loss", "save_best_only": True}},
        {"class": "ModelCheckpoint", "params": {"save_weights_only": True}},
        {"class": "CSVLogger", "params": {}},
        optimizer=rising,
    )  # fmt: skip
    files = [event.name for event in events if isinstance(event, ArtefactEvent)]
    assert {"model_best.keras", "model_latest.weights.h5", "model.keras"} <= set(files)
    assert "model.csv" not in files
    losses = [event.metrics["loss"] for event in events if isinstance(event, EpochEvent)]
    assert losses[-1] > min(losses)
    best, last = (keras.models.load_model(tmp_path / f"model{end}.keras") for end in ("_best", ""))
    assert best.optimizer.iterations < last.optimizer.iterations
    again = keras.models.clone_model(last)
    again.load_weights(tmp_path / "model_latest.weights.h5")
    for one, other in zip(again.get_weights(), last.get_weights(), strict=True):
        assert (one == other).all()


METRICS = (
    ("iris", {"metrics": [{"class": "SparseCategoricalAccuracy", "params": {"name": "a"}}] * 2}),
    ("digits_two_outputs", {}),
)


@pytest.mark.parametrize(("name", "settings"), METRICS, ids=[name for name, _ in METRICS])
def test_the_check_knows_the_names_of_the_values(
    name: str, settings: dict[str, Any], tmp_path: Path
) -> None:
    case = document(name, epochs=1, **settings)
    events: list[RunEvent] = []
    train(Train(document=case, output=str(tmp_path)), BUILT_IN, events.append, Commands())
    (epoch,) = (event for event in events if isinstance(event, EpochEvent))
    told = {name.removeprefix("val_") for name in epoch.metrics}
    assert told == _watched(case)


def _watched(case: Document) -> set[str]:
    """The values that the check lets callbacks watch."""
    verdict, labels = check(case), layer_names(case.main)
    return set(watched([(labels[node], verdict.chosen[node]) for node in verdict.outputs]))
