"""A data set that does not come with Layerloom: points in the plane, in an .npz file."""

import hashlib
from pathlib import Path

import numpy as np

from engine.data.catalogue import TEXT, Column, DataSet, DataSets
from engine.document import Document, Training
from tests.engine.documents import chain, node

ROWS = 60

POINTS = DataSet(
    id="points",
    title="Points",
    summary="Points inside and outside of a disc.",
    task="classification",
    rows=ROWS,
    columns=(
        Column(name="point", shape=(2,), dtype="float32", role="input"),
        Column(name="side", shape=(), dtype="int64", role="target", classes=("inside", "outside")),
        Column(name="label", shape=(), dtype=TEXT),
    ),
    source="Computed with a fixed seed.",
)


def write_points(folder: Path) -> DataSets:
    """Write the rows to points.npz and return the data set with the file's hash."""
    points = np.random.default_rng(0).uniform(-1, 1, (ROWS, 2)).astype("float32")
    sides = (np.hypot(*points.T) > 0.7).astype("int64")
    labels = np.array(POINTS.columns[1].classes)[sides]
    path = folder / "points.npz"
    np.savez(path, point=points, side=sides, label=labels)
    described = POINTS.model_copy(update={"hash": hashlib.sha256(path.read_bytes()).hexdigest()})
    return DataSets(sets=(described,), files={"points": str(path)})


def on_points(data: str = "points", units: int = 2) -> Document:
    """A classifier that is trained on the points, named by their id or their hash."""
    layers = (
        node("x", "Input", shape=[2], name="point"),
        node("h", "Dense", units=8, activation="relu", name="hidden"),
        node("y", "Dense", units=units, activation="softmax", name="side"),
    )
    document = chain(*layers)
    target = document.target.model_copy(update={"backend": "jax"})
    training = Training(data=data, epochs=2, seed=1)
    return document.model_copy(update={"name": "Points", "training": training, "target": target})
