"""Train without a break, and with breaks between epochs and inside of them.

    python -m tests.engine.training.resuming_cases FOLDER

prints JSON: for each case how far the weights and the metrics are apart from those of the training
without a break. On the active backend.
"""

import json
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np

from engine.data.built_in import BUILT_IN
from engine.document import Document
from engine.protocol import (
    BatchEvent,
    Command,
    EpochEvent,
    How,
    Pause,
    PhaseEvent,
    Report,
    Resume,
    Start,
    Stop,
    Train,
)
from engine.training import progress, rows
from engine.training.checkpoints.keeping import FILE
from engine.training.commands import Commands
from engine.training.run import train
from tests.engine.documents import chain, node
from tests.engine.runs import document

EPOCHS, BREAK = 5, 2
MONITORED = {"monitor": "loss", "patience": 1}
CALLBACKS = [
    {"class": "ReduceLROnPlateau", "params": {**MONITORED, "min_delta": 0.5}},
    {"class": "EarlyStopping", "params": {"patience": 9, "restore_best_weights": True}},
]
Reaction = Callable[[Report, Commands], Command | None]


def learning() -> Document:
    """A model with dropout and moving averages, with Adam and callbacks that remember."""
    layers = (
        node("x", "Input", shape=[8, 8, 1]),
        node("f", "Flatten"),
        node("d", "Dense", units=8, activation="relu"),
        node("n", "BatchNormalization"),
        node("o", "Dropout", rate=0.3),
        node("y", "Dense", units=10, activation="softmax"),
    )
    backend = keras.backend.backend()
    values = document(
        "digits_dense", backend, epochs=EPOCHS, batch_size=100, callbacks=CALLBACKS, bindings=[]
    ).to_json()
    return Document.model_validate(values | {"graphs": chain(*layers).to_json()["graphs"]})


def run(
    folder: Path, case: Document, start: Start | None = None, react: Reaction | None = None
) -> tuple[list[np.ndarray], list[EpochEvent]]:
    """Train into a folder; return the weights and the epochs. `react` may answer its events."""
    folder.mkdir(parents=True, exist_ok=True)
    commands = Commands()
    events: list[Report] = []

    def emit(event: Report) -> None:
        events.append(event)
        if react and (command := react(event, commands)):
            commands.dispatch(command)

    command = Train(document=case, output=str(folder), start=start)
    ended = train(command, BUILT_IN, emit, commands)
    assert ended.problem is None, ended
    weights = keras.models.load_model(folder / "model.keras").get_weights()
    return weights, [event for event in events if isinstance(event, EpochEvent)]


def after_epoch(event: Report, _: Commands) -> Command | None:
    """Stop after an epoch."""
    return Stop(when="epoch") if isinstance(event, EpochEvent) and event.epoch == BREAK else None


def inside(event: Report, _: Commands) -> Command | None:
    """Stop inside of the next epoch."""
    within = isinstance(event, BatchEvent) and (event.epoch, event.step) > (BREAK + 1, 3)
    return Stop(when="now") if within else None


def compared(folder: Path) -> dict[str, tuple[float, float]]:
    """The largest differences of weights and of metrics by case."""
    progress.INTERVAL = 0
    case = learning()
    whole = run(folder / "whole", case)
    assert len(whole[1]) == EPOCHS
    result: dict[str, tuple[float, float]] = {}

    def compare(name: str, how: How, at: Path, other: Path) -> None:
        start = Start(how=how, file=str(at / FILE), run=1)
        weights, epochs = run(other, case, start)
        assert {event.epoch for event in epochs} == set(range(1, EPOCHS + 1)), "all are told"
        told = {event.epoch: event for event in epochs if event.complete}
        result[name] = (apart(weights, whole[0]), metrics_apart(told, whole[1]))

    for name, react in {"after an epoch": after_epoch, "inside of an epoch": inside}.items():
        run(folder / name, case, react=react)
        compare(name, "continue", folder / name, folder / f"{name}, on")
    held, rows.HELD_BYTES = rows.HELD_BYTES, 0
    compare("with rows in batches", "continue", folder / "inside of an epoch", folder / "batches")
    rows.HELD_BYTES = held

    lost = folder / "lost"

    def pause(event: Report, _: Commands) -> Command | None:
        if inside(event, _) and not lost.exists():
            return Pause()
        if event == PhaseEvent(phase="paused"):
            shutil.copytree(folder / "paused", lost)  # as if the process ended here
            return Resume()
        return None

    paused = run(folder / "paused", case, react=pause)
    result["paused"] = (apart(paused[0], whole[0]), 0.0)
    compare("lost while it was paused", "resume", lost, lost)
    return result


def apart(one: list[np.ndarray], other: list[np.ndarray]) -> float:
    """The largest difference between weights."""
    return max(float(np.abs(a - b).max()) for a, b in zip(one, other, strict=True))


def metrics_apart(told: dict[int, EpochEvent], whole: list[EpochEvent]) -> float:
    """The largest difference between metrics, of the epochs that were told."""
    assert max(told) == EPOCHS
    pairs: list[tuple[Any, Any]] = [
        (told[event.epoch], event) for event in whole if event.epoch in told
    ]
    return max(abs(a.metrics[name] - b.metrics[name]) for a, b in pairs for name in b.metrics)


if __name__ == "__main__":
    json.dump(compared(Path(sys.argv[1])), sys.stdout)
