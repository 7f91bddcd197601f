"""A file of each kind that people bring, and what is to be proposed for it."""

import gzip
import io
import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from engine.data.catalogue import Task
from engine.data.description import Description, Options
from engine.data.files.reading import read_file
from engine.machine.backends import BackendId
from engine.templates.proposing import Proposal, propose
from tests.engine.data.files.archives import (
    cells,
    npy,
    npz,
    open_cells,
    open_document,
    picture,
    tarred,
    workbook,
    zipped,
)
from tests.engine.data.files.test_masks import png

ROWS = 40
"""One whole batch of training rows is left by the division, so that steps are compiled once."""


@dataclass(frozen=True)
class Kind:
    """A file of one kind: its name, its content, how it is read, and what is proposed for it.

    `head` are the last layer of the model, its units and its activation.
    """

    task: Task
    head: tuple[str, int | None, str | None]
    metric: str
    name: str
    content: Callable[[], bytes | str]
    options: dict[str, Any] = field(default_factory=dict)


def rows(last: str, value: Callable[[int], object]) -> list[list[Any]]:
    """A table of a number, classes and a date, and a last column."""
    draw = random.Random(0)
    header: list[Any] = ["age", "soil", "day", last]
    return [header] + [
        [round(draw.gauss(5, 2), 2), "ab"[row % 2], f"2026-01-{row % 28 + 1:02}", value(row)]
        for row in range(ROWS)
    ]


def in_text(table: list[list[Any]]) -> str:
    """The table with decimal commas."""
    return "\n".join(";".join(str(cell).replace(".", ",") for cell in row) for row in table)


def frame(table: list[list[Any]]) -> pl.DataFrame:
    """The table with named columns."""
    return pl.DataFrame(dict(zip(table[0], map(list, zip(*table[1:], strict=True)), strict=True)))


def in_parquet(table: list[list[Any]]) -> bytes:
    """The table in Parquet."""
    file = io.BytesIO()
    frame(table).write_parquet(file)
    return file.getvalue()


def pictures(name: Callable[[int], str]) -> dict[str, bytes]:
    """Images of different shades."""
    return {name(row): picture(8, 8, 7 * row) for row in range(24)}


def labelled(last: str, value: Callable[[int], object]) -> bytes:
    """Images with a table of one more column."""
    table = "".join(f"{row}.png;{value(row)}\n" for row in range(24))
    images = pictures(lambda row: f"images/{row}.png")
    return zipped({"labels.csv": f"file;{last}\n{table}", **images})


def masked() -> bytes:
    """Images with masks."""
    members: dict[str, bytes] = {}
    for row in range(12):
        mask = np.zeros((8, 8), "uint8")
        mask[row % 4 : row % 4 + 4, 2:6] = 255
        members |= {f"images/{row}.png": picture(8, 8, 9 * row), f"masks/{row}.png": png(mask)}
    return zipped(members)


def reviews(last: str, value: Callable[[int], object]) -> list[dict[str, Any]]:
    """Texts, and a last column."""
    return [{"text": f"{WORDS[row % 4]} {row}", last: value(row)} for row in range(ROWS)]


def sequences(y: np.ndarray | None = None) -> bytes:
    """Sequences of two numbers, and what belongs to each."""
    x = np.random.default_rng(0).normal(size=(ROWS, 5, 2)).astype("float32")
    return npy(x) if y is None else npz(x=x, y=y)


def letters(length: int) -> bytes:
    """Sequences of class numbers, and others of some length."""
    x = np.random.default_rng(0).integers(0, 5, (ROWS, 6))
    return npz(x=x, y=x[:, ::-1][:, :length])


def waves() -> list[list[Any]]:
    """A series of two columns."""
    return [["sales", "warmth"], *([row % 7 * 3, row / 9] for row in range(60))]


NUMBER = np.arange(ROWS, dtype="float32")
CLASS = np.arange(ROWS) % 3
WORDS = ("good and bright", "a dull story", "bright, but late", "dull and long")
LINES = "".join(random.Random(0).choices("abcdefghij ", k=300))
LETTERS = {"columns": {"x": {"type": "category"}, "y": {"type": "category", "role": "target"}}}
AS_INPUTS = {"columns": {name: {"role": "input"} for name in ("age", "soil", "size")}}


def tree(row: int) -> str:
    """Two classes."""
    return ("elm", "oak")[row % 2]


def letter(row: int) -> str:
    """Three classes."""
    return "abc"[row % 3]


def tags(row: int) -> str:
    """Several labels of three."""
    return ("x|y", "y", "z|x")[row % 3]


def price(row: int) -> float:
    """A number."""
    return row * 1.5


TWO, THREE = ("Dense", 1, "sigmoid"), ("Dense", 3, "softmax")
LABELS, NUMBERS = ("Dense", 3, "sigmoid"), ("Rescaling", None, None)
KINDS: dict[str, Kind] = {
    "two classes, CSV": Kind(
        "binary", TWO, "accuracy", "t.csv", lambda: in_text(rows("kind", tree))
    ),
    "many classes, Parquet": Kind(
        "classification", THREE, "accuracy", "t.parquet", lambda: in_parquet(rows("kind", letter))
    ),
    "several labels, JSON lines": Kind(
        "labels", LABELS, "auc", "t.jsonl", lambda: frame(rows("tags", tags)).write_ndjson()
    ),
    "regression, Excel": Kind(
        "regression", NUMBERS, "mae", "t.xlsx", lambda: workbook({"S": cells(rows("price", price))})
    ),
    "reconstruction, OpenDocument": Kind(
        "reconstruction",
        NUMBERS,
        "mae",
        "t.ods",
        lambda: open_document({"S": open_cells(rows("size", price))}),
        AS_INPUTS,
    ),
    "forecast, compressed CSV": Kind(
        "forecast",
        ("Dense", 2, None),
        "mae",
        "t.csv.gz",
        lambda: gzip.compress(in_text(waves()).encode()),
        {"windows": {"past": 6, "future": 2}},
    ),
    "forecast, a table in an archive": Kind(
        "forecast",
        ("Dense", 1, None),
        "mae",
        "t.zip",
        lambda: zipped({"t.tsv": in_text(waves()).replace(";", "\t")}),
        {"windows": {"past": 4}},
    ),
    "two classes, images in folders": Kind(
        "binary",
        TWO,
        "accuracy",
        "t.zip",
        lambda: zipped(pictures(lambda row: f"{tree(row)}/{row}.png")),
    ),
    "many classes, images in a TAR": Kind(
        "classification",
        THREE,
        "accuracy",
        "t.tgz",
        lambda: tarred(pictures(lambda row: f"{letter(row)}/{row}.png")),
    ),
    "several labels, images with a table": Kind(
        "labels", LABELS, "auc", "t.zip", lambda: labelled("tags", tags)
    ),
    "regression, images with a table": Kind(
        "regression", NUMBERS, "mae", "t.zip", lambda: labelled("age", price)
    ),
    "reconstruction, images": Kind(
        "reconstruction",
        NUMBERS,
        "mae",
        "t.zip",
        lambda: zipped(pictures(lambda row: f"{row}.png")),
    ),
    "segmentation, images with masks": Kind(
        "segmentation", ("Dense", 2, "softmax"), "accuracy", "t.zip", masked
    ),
    "two classes, texts in folders": Kind(
        "binary",
        TWO,
        "accuracy",
        "t.zip",
        lambda: zipped(
            {f"{tree(row)}/{row}.txt": f"{WORDS[row % 4]} {row}" for row in range(ROWS)}
        ),
    ),
    "many classes, texts in JSON": Kind(
        "classification", THREE, "accuracy", "t.json", lambda: json.dumps(reviews("kind", letter))
    ),
    "several labels, texts": Kind(
        "labels", LABELS, "auc", "t.json", lambda: json.dumps(reviews("tags", tags))
    ),
    "regression, texts": Kind(
        "regression", NUMBERS, "mae", "t.json", lambda: json.dumps(reviews("price", price))
    ),
    "language model": Kind(
        "forecast",
        ("Dense", 11, "softmax"),
        "accuracy",
        "t.txt",
        lambda: LINES,
        {"windows": {"past": 10}},
    ),
    "two classes, sequences": Kind(
        "binary", TWO, "accuracy", "t.npz", lambda: sequences(CLASS % 2)
    ),
    "many classes, sequences": Kind(
        "classification", THREE, "accuracy", "t.npz", lambda: sequences(CLASS)
    ),
    "regression, sequences": Kind("regression", NUMBERS, "mae", "t.npz", lambda: sequences(NUMBER)),
    "reconstruction, sequences": Kind(
        "reconstruction", ("Dense", 2, None), "mae", "t.npy", sequences
    ),
    "sequence to sequence": Kind(
        "sequence", ("Dense", 5, "softmax"), "accuracy", "t.npz", lambda: letters(4), LETTERS
    ),
    "a class for each step": Kind(
        "sequence", ("Dense", 5, "softmax"), "accuracy", "t.npz", lambda: letters(6), LETTERS
    ),
    "regression, arrays": Kind(
        "regression",
        NUMBERS,
        "mae",
        "t.npz",
        lambda: npz(x=np.stack([NUMBER % 5, NUMBER % 7], -1), y=NUMBER),
    ),
    "many classes, arrays of pixels": Kind(
        "classification",
        THREE,
        "accuracy",
        "t.npz",
        lambda: npz(x=(NUMBER[:, None, None] * np.ones((8, 8))).astype("uint8"), y=CLASS),
    ),
}
ON_JAX = (
    "several labels, JSON lines",
    "regression, Excel",
    "reconstruction, OpenDocument",
    "sequence to sequence",
)
"""Kinds of small models that train on JAX, which compiles each of them for seconds."""
BUNDLED = {"binary", "classification", "forecast", "segmentation"}
"""The tasks that tests/builder/datasets/test_bundle_kinds.py trains on JAX."""


def described(kind: Kind, folder: Path) -> Description:
    """Write a file and read it."""
    folder.mkdir()
    content, source = kind.content(), folder / kind.name
    source.write_bytes(content.encode() if isinstance(content, str) else content)
    answer = read_file(source, folder, Options.model_validate(kind.options))
    assert isinstance(answer, Description), answer
    return answer


def proposed(description: Description, backend: BackendId) -> Proposal | None:
    """What is proposed for a file, with one epoch; None if it needs another backend."""
    data = description.data
    proposal = propose(data, data.hash or "", description.columns)
    assert isinstance(proposal, Proposal), proposal
    if proposal.backend not in (None, backend):
        return None
    document = proposal.document
    training = document.training.model_copy(update={"epochs": 1})
    target = document.target.model_copy(update={"backend": backend})
    document = document.model_copy(update={"training": training, "target": target})
    return proposal.model_copy(update={"document": document})
