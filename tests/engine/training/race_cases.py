"""Train documents as in a race, for two epochs on the active backend.

    python -m tests.engine.training.race_cases FOLDER

prints JSON: for each case the layers with noise, and all losses in order.
"""

import json
import sys
from pathlib import Path
from typing import Any

from engine.data.built_in import BUILT_IN
from engine.document import Document
from engine.protocol import EpochEvent, RunEvent, StartedEvent, Train
from engine.training import progress
from engine.training.commands import Commands
from engine.training.run import train
from tests.engine.documents import chain, node
from tests.engine.runs import document, weighed
from tests.engine.training.batch_cases import shortened


def documents() -> dict[str, Document]:
    """Documents whose weights come from all kinds of draws."""
    drawn = chain(
        node("x", "Input", shape=[4]),
        node("u", "Dense", units=8, kernel_initializer="random_uniform", activation="relu"),
        node("t", "Dense", units=8, kernel_initializer="truncated_normal", activation="relu"),
        node("h", "Dense", units=8, kernel_initializer="he_normal", activation="relu"),
        node("n", "Dropout", rate=0.1),
        node("y", "Dense", units=3, activation="softmax"),
    ).to_json()
    noise = document("iris").to_json() | {"graphs": drawn["graphs"]}
    still = document("digits_convolution")
    for layer in still.main.nodes:
        if layer.layer == "Dropout":
            layer.params["rate"] = 0.0
    cases = {
        "iris, class weights": weighed("iris", [1.0, 2.0, 3.0]),
        "convolution": still,
        "LSTM": document("waves_lstm"),
        "noise": Document.model_validate(noise),
    }
    return {name: shortened(case, epochs=2) for name, case in cases.items()}


def raced(case: Document, folder: Path) -> dict[str, Any]:
    """The noisy layers of a run, and its losses: at each step as far as it is told, and epoch."""
    folder.mkdir()
    events: list[RunEvent] = []
    command = Train(document=case, output=str(folder), race=True)
    end = train(command, BUILT_IN, events.append, Commands())
    assert end.outcome == "finished", end.problem
    epochs = [event for event in events if isinstance(event, EpochEvent)]
    steps = [(read.step, read.metrics["loss"]) for read in epochs[0].readings]
    noisy = next(event.noisy for event in events if isinstance(event, StartedEvent))
    return {"noisy": noisy, "steps": steps, "epochs": [epoch.metrics["loss"] for epoch in epochs]}


if __name__ == "__main__":
    progress.INTERVAL = 0
    found = {name: raced(case, Path(sys.argv[1]) / name) for name, case in documents().items()}
    json.dump(found, sys.stdout)
