"""Train on rows that are held in memory, and on the same rows read in batches.

    python -m tests.engine.training.batch_cases weights|memory FOLDER

prints JSON: for `weights`, how far the trained weights and the metrics of each case are apart; for
`memory`, the bytes of a mapped data set and by how much it makes the process grow. On the active
backend.
"""

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np

from engine.data.built_in import BUILT_IN
from engine.data.catalogue import Column, DataSet, DataSets
from engine.data.files.packing import Packer
from engine.document import Document
from engine.protocol import EpochEvent, EvaluationEvent, RunEvent, Train
from engine.training import rows
from engine.training.commands import Commands
from engine.training.run import train
from tests.engine.documents import chain, node
from tests.engine.points import on_points, write_points
from tests.engine.runs import document, weighed

LARGE_ROWS, SIDE = 40_000, 80
ON_JAX = ("two outputs, weights of rows", "class weights", "sequences", "a layer that learns")
HELD, READ = 1 << 40, 0
"""Bytes that rows may take to be held: all, or none."""


def documents() -> dict[str, Document]:
    """Documents with the same backend as this process."""
    adapted = document("diabetes").to_json()
    adapted["graphs"] = chain(
        node("x", "Input", shape=[10]),
        node("d", "Dense", units=4),
        node("n", "Normalization"),
        node("y", "Dense", units=1),
    ).to_json()["graphs"]
    cases = {
        "two inputs": document("iris_two_inputs"),
        "two outputs, weights of rows": weighed("digits_two_outputs", [1.0, 4.0]),
        "one-hot, class weights": weighed("iris", "balanced", "one_hot", loss=None, metrics=[]),
        "class weights": weighed("iris", [1.0, 2.0, 3.0]),
        "pictures to reconstruct": document("digits_autoencoder"),
        "sequences": document("waves_lstm"),
        "a layer that learns": Document.model_validate(adapted),
        "a file": on_points(),
    }
    if keras.backend.backend() == "tensorflow":
        cases["text"] = document("reviews_text")
    return {name: shortened(case) for name, case in cases.items()}


def shortened(case: Document, **training: Any) -> Document:
    """Return a document that trains for two epochs on the backend of this process."""
    values = case.to_json()
    values["training"] |= {"epochs": 2, "batch_size": 48, "test_split": 0.1, **training}
    values["target"] = {"backend": keras.backend.backend(), "device": "cpu"}
    return Document.model_validate(values)


def trained(
    case: Document, sets: DataSets, folder: Path, held: int
) -> tuple[list[np.ndarray], list[float]]:
    """Train with the bytes that rows may take to be held.

    Returns the weights, and the metrics of all events in order.
    """
    rows.HELD_BYTES = held
    folder.mkdir(parents=True)
    events: list[RunEvent] = []
    end = train(Train(document=case, output=str(folder)), sets, events.append, Commands())
    assert end.outcome == "finished", end.problem
    measured = [
        value
        for event in events
        if isinstance(event, EpochEvent | EvaluationEvent)
        for _, value in sorted(event.metrics.items())
    ]
    model = keras.models.load_model(folder / "model.keras")
    return [weight for weight in model.get_weights() if weight.dtype.kind == "f"], measured


def weights(folder: Path) -> dict[str, tuple[float, float]]:
    """The largest differences of weights and metrics, by case."""
    sets, result = BUILT_IN.plus(write_points(folder)), {}
    for name, case in documents().items():
        if keras.backend.backend() == "jax" and name not in ON_JAX:
            continue  # rows are read in the same way; what differs is how a step takes them
        one = trained(case, sets, folder / name / "held", HELD)
        other = trained(case, sets, folder / name / "read", READ)
        assert one[0], "nothing was trained"
        result[name] = (apart(one[0], other[0]), apart(one[1], other[1]))
    return result


def apart(one: Any, other: Any) -> float:
    """Return the largest difference of two lists of arrays or numbers."""
    return max(float(np.max(np.abs(a - b))) for a, b in zip(one, other, strict=True))


def memory(folder: Path) -> dict[str, int]:
    """Train on a large data set, after a small one that compiles the same model."""
    small = chain(
        node("x", "Input", shape=[SIDE, SIDE, 1]),
        node("s", "Rescaling", scale=1 / 255),
        node("f", "Flatten"),
        node("y", "Dense", units=2),
    )
    case = shortened(small, batch_size=256, epochs=1, data="pictures")
    trained(case, _pictures(folder, 1024), folder / "small", READ)
    large = _pictures(folder, LARGE_ROWS)
    before, most = _private(), [0]
    _watch(lambda: most.append(_private()))
    trained(case, large, folder / "large", 8_000_000)
    return {"data": LARGE_ROWS * SIDE * SIDE, "growth": max(most) - before, "looks": len(most)}


def _watch(look: Callable[[], None]) -> None:
    """Call `look` whenever rows have been read."""
    read = rows.Rows._read

    def watched(self: rows.Rows, index: np.ndarray) -> Any:
        result = read(self, index)
        look()
        return result

    rows.Rows._read = watched  # type: ignore[method-assign]


def _private() -> int:
    """The bytes of this process that are no pages of a file."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    match = re.search(r"RssAnon:\s*(\d+) kB", status)
    assert match
    return int(match[1]) * 1024


def _pictures(folder: Path, count: int) -> DataSets:
    """Write pictures of two classes to a file that can be mapped."""
    scratch = folder / f"scratch-{count}"
    scratch.mkdir()
    packer, random = Packer(scratch), np.random.default_rng(0)
    image, label = packer.add("image", (SIDE, SIDE, 1), "uint8"), packer.add("class", (), "int64")
    for start in range(0, count, 1000):
        size = min(1000, count - start)
        image.append(random.integers(0, 255, (size, SIDE, SIDE, 1), "uint8"))
        label.append(random.integers(0, 2, size))
    target = folder / f"{count}.npz"
    data = DataSet(
        id="pictures", title="Pictures", summary="", task="classification", rows=count,
        columns=(
            Column(name="image", shape=(SIDE, SIDE, 1), dtype="uint8", role="input"),
            Column(name="class", shape=(), dtype="int64", role="target", classes=("a", "b")),
        ),
        source="", hash=packer.pack(target),
    )  # fmt: skip
    return DataSets(sets=(data,), files={"pictures": str(target)})


if __name__ == "__main__":
    json.dump({"weights": weights, "memory": memory}[sys.argv[1]](Path(sys.argv[2])), sys.stdout)
