"""Train on two devices, on one with the same rows, and by the exported script on two.

    python -m tests.engine.training.parallel_cases FOLDER

prints JSON: how many devices trained, how far the weights of the others are apart from those of the
two devices, and what was told of the rows; how far what the inside view says of a layer while two
devices train is from what its weights give, and whether a run goes on from there. On the active
backend, with a processor in two parts.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import keras
import numpy as np

from engine.code import generate
from engine.data.built_in import BUILT_IN
from engine.document import Document
from engine.protocol import (
    EpochEvent,
    LogEvent,
    Probe,
    Report,
    Start,
    Stop,
    Train,
)
from engine.protocol.frames import Frame, Look, OwnSample
from engine.training import parallel
from engine.training.checkpoints.keeping import FILE
from engine.training.commands import Commands
from engine.training.run import train
from tests.engine.documents import node
from tests.engine.runs import document
from tests.engine.training.inside.test_details import numbers

TWO, ROWS_LEFT_OUT = "cpu:0,1", 0.22
Weights = list[np.ndarray]


def learning(device: str) -> Document:
    """Iris with 117 rows to train on, 33 to validate; on JAX with a layer that needs whole batches.

    TensorFlow normalizes each part of a batch by itself.
    """
    # Adam would make whole steps of the rounding errors in gradients that are 0, as of this bias.
    slow = {"class": "SGD", "params": {"learning_rate": 0.1}}
    values = document(
        "iris",
        keras.backend.backend(),
        device,
        epochs=3,
        batch_size=16,
        split=ROWS_LEFT_OUT,
        optimizer=slow,
    ).to_json()
    (graph,) = values["graphs"]
    if keras.backend.backend() == "jax":
        edge = next(each for each in graph["edges"] if each["target"] == "species")
        graph["nodes"].append(node("n", "BatchNormalization"))
        graph["edges"].append({"id": "more", "source": "n", "target": "species"})
        edge["target"] = "n"
    return Document.model_validate(values)


def run(folder: Path, made: Document) -> tuple[Weights, list[Report]]:
    """Train, and return the weights and what was told."""
    folder.mkdir()
    events: list[Report] = []
    command = Train(document=made, output=str(folder))
    ended = train(command, BUILT_IN, events.append, Commands())
    assert ended.outcome == "finished", ended.problem
    return weights(folder / "model.keras"), events


def weights(file: Path) -> Weights:
    """The weights of a saved model."""
    model = keras.models.load_model(file)
    return [np.asarray(array) for array in model.get_weights()]


def by_script(folder: Path) -> Weights:
    """Run the exported script, and return the weights."""
    folder.mkdir()
    source = generate(learning(TWO), "script").source
    (folder / "train.py").write_text(source, encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if name != "XLA_FLAGS"}
    subprocess.run([sys.executable, "train.py"], cwd=folder, env=kept, check=True, stdout=2)
    (file,) = folder.glob("*.keras")
    return weights(file)


def devices() -> int:
    """How many devices train, as the backend says."""
    if keras.backend.backend() == "jax":
        chosen = keras.distribution.distribution()
        return int(chosen.device_mesh.devices.size) if chosen else 1
    import tensorflow as tf

    return int(tf.distribute.get_strategy().num_replicas_in_sync)


def one_device() -> None:
    """Let the backend train on one device again."""
    if keras.backend.backend() == "jax":
        keras.distribution.set_distribution(None)
        return
    import tensorflow as tf

    tf.distribute.experimental_set_strategy(None)


ROW = (5.0, 3.0, 1.0, 0.2)


def looked_into(folder: Path) -> tuple[float, bool]:
    """Look into a dense layer while two devices train, stop, and continue."""
    case = document("iris", keras.backend.backend(), TWO, epochs=20_000, batch_size=16)
    nodes = tuple((each.id,) for each in case.main.nodes)
    own = OwnSample(values={nodes[0][0]: ROW})
    commands, frames, done = Commands(), list[Frame](), 0

    def emit(event: Report) -> None:
        nonlocal done
        if isinstance(event, EpochEvent) and event.complete:
            done = event.epoch
            if done == 1:
                commands.dispatch(Probe(look=Look(sample=own, nodes=nodes, detail=nodes[1])))
        if isinstance(event, Frame):
            frames.append(event)
            commands.dispatch(Stop(when="epoch"))

    folder.mkdir()
    ended = train(Train(document=case, output=str(folder)), BUILT_IN, emit, commands)
    assert ended.outcome == "stopped", ended.problem
    frame = frames[0]
    assert frame.problem is None, frame.problem
    assert [picture.node for picture in frame.pictures] == [*nodes]
    assert frame.detail is not None
    kernel, bias = map(numbers, frame.detail.weights)
    expected = np.maximum(np.array(ROW, "float32") @ kernel + bias, 0)
    return apart([numbers(frame.detail.output)], [expected]), continued(folder, done)


def continued(folder: Path, done: int) -> bool:
    """Whether a run for two more epochs says that it goes on after these."""
    case = document("iris", keras.backend.backend(), TWO, epochs=done + 2, batch_size=16)
    start, said = Start(how="continue", file=str(folder / FILE), run=1), list[str]()

    def emit(event: Report) -> None:
        if isinstance(event, LogEvent):
            said.append(event.text)

    command = Train(document=case, output=str(folder), start=start)
    ended = train(command, BUILT_IN, emit, Commands())
    assert ended.outcome == "finished", ended.problem
    return f"Continues run 1 after its epoch {done}." in said


def compared(folder: Path) -> dict[str, Any]:
    """What is printed."""
    two, events = run(folder / "two", learning(TWO))
    used = devices()
    looked, on = looked_into(folder / "looked")
    one_device()
    evenly = parallel.evenly
    parallel.evenly = lambda data, _: evenly(data, TWO)
    one, _ = run(folder / "one", learning("cpu"))
    return {
        "devices": used,
        "then": devices(),
        "one": apart(one, two),
        "looked": looked,
        "continued": on,
        "script": apart(by_script(folder / "script"), two),
        "told": [event.text for event in events if isinstance(event, LogEvent)],
    }


def apart(one: Weights, other: Weights) -> float:
    """The largest difference between weights."""
    return max(float(np.abs(a - b).max()) for a, b in zip(one, other, strict=True))


if __name__ == "__main__":
    json.dump(compared(Path(sys.argv[1])), sys.stdout)
