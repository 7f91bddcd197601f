"""Train the model that is proposed for each kind of file, for one epoch.

    python -m tests.engine.training.proposal_cases FOLDER

prints JSON: by kind, the task, the head of the model, its loss and metrics, how the run ended, and
what it measured. On the active backend; all kinds in one process, because importing it takes long.
"""

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keras
import numpy as np

from engine.data.description import Description, Options
from engine.data.files.reading import as_data_sets, read_file
from engine.document import Document
from engine.protocol import EndedEvent, EvaluationEvent, RunEvent, Train
from engine.templates.proposing import Proposal, propose
from engine.training.commands import Commands
from engine.training.run import train
from tests.engine.data.files.archives import npz, picture, zipped
from tests.engine.data.files.test_masks import png

ROWS = 48


@dataclass(frozen=True)
class Kind:
    """A file of one kind: its name, its content, and how it is read."""

    name: str
    content: Callable[[], bytes | str]
    options: dict[str, Any] = field(default_factory=dict)


def table(last: str, value: Callable[[int], object]) -> str:
    """A table of two features and a last column."""
    rows = [f"{row % 7 + 0.5},{row * 13 % 90},{value(row)}" for row in range(ROWS)]
    return "\n".join([f"age,area,{last}", *rows])


def images(folders: int) -> dict[str, bytes]:
    """Images in class folders."""
    return {f"{row % folders}/{row}.png": picture(16, 12, 5 * row) for row in range(24)}


def masked() -> dict[str, bytes]:
    """Images with masks."""
    members = {}
    for row in range(12):
        mask = np.zeros((16, 12), "uint8")
        mask[row : row + 4, 2:9] = 255
        members |= {f"images/{row}.png": picture(16, 12, 9 * row), f"masks/{row}.png": png(mask)}
    return members


def letters() -> bytes:
    """Sequences of class numbers, and the same ones backwards."""
    x = np.random.default_rng(0).integers(0, 5, (ROWS, 6))
    return npz(x=x, y=x[:, ::-1])


TAGS = ("x;y", "y", "z;x")
WORDS = ("good and bright", "a dull story", "bright", "dull and long")
REVIEWS = "\n".join(["text,stars", *(f"{WORDS[row % 4]} {row},{row % 2}" for row in range(ROWS))])
DAYS = "\n".join(["sales,warmth", *(f"{row % 7 * 3},{row / 9}" for row in range(80))])
SENTENCES = "The quick brown fox jumps over the lazy dog. " * 12

KINDS: dict[str, Kind] = {
    "two classes": Kind("t.csv", lambda: table("kind", lambda row: ["elm", "oak"][row % 2])),
    "many classes": Kind("t.csv", lambda: table("kind", lambda row: "abc"[row % 3])),
    "several labels": Kind(
        "t.csv", lambda: table("tags", lambda row: ["x;y", "y", "z;x"][row % 3])
    ),
    "regression": Kind("t.csv", lambda: table("price", lambda row: row * 1.5)),
    "forecast": Kind("t.csv", lambda: DAYS, {"windows": {"past": 6, "future": 2}}),
    "reconstruction": Kind(
        "t.csv",
        lambda: table("size", lambda row: row * 1.5),
        {"columns": {name: {"role": "input"} for name in ("age", "area", "size")}},
    ),
    "segmentation": Kind("t.zip", lambda: zipped(masked())),
    "sequence to sequence": Kind(
        "t.npz",
        letters,
        {"columns": {"x": {"type": "category"}, "y": {"type": "category", "role": "target"}}},
    ),
    "text": Kind("t.csv", lambda: REVIEWS),
    "language model": Kind("t.txt", lambda: SENTENCES, {"windows": {"past": 10}}),
    "images": Kind("t.zip", lambda: zipped(images(3))),
}


def described(kind: Kind, folder: Path) -> Description:
    """Write a file and read it."""
    folder.mkdir()
    content, source = kind.content(), folder / kind.name
    source.write_bytes(content.encode() if isinstance(content, str) else content)
    answer = read_file(source, folder, Options.model_validate(kind.options))
    assert isinstance(answer, Description), answer
    return answer


def trained(kind: Kind, folder: Path) -> dict[str, Any]:
    """Train what is proposed for a file; return what there is to say about it."""
    description = described(kind, folder)
    data = description.data
    proposal = propose(data, data.hash or "", description.columns)
    assert isinstance(proposal, Proposal), proposal
    document = shortened(proposal.document)
    events: list[RunEvent] = []
    (folder / "run").mkdir()
    command = Train(document=document, output=str(folder / "run"))
    sets = as_data_sets(description, folder)
    ended: EndedEvent = train(command, sets, events.append, Commands())
    head = document.main.nodes[-1]
    measured = [event.metrics for event in events if isinstance(event, EvaluationEvent)]
    return {
        "task": data.task,
        "head": [head.layer, head.params.get("units"), head.params.get("activation")],
        "outcome": ended.outcome,
        "problem": ended.problem.message if ended.problem else None,
        "measured": measured[0] if measured else {},
    }


def shortened(document: Document) -> Document:
    """The document with one epoch, on the backend of this process."""
    training = document.training.model_copy(update={"epochs": 1})
    target = document.target.model_copy(update={"backend": keras.backend.backend()})
    return document.model_copy(update={"training": training, "target": target})


if __name__ == "__main__":
    place = Path(sys.argv[1])
    print(json.dumps({name: trained(kind, place / name) for name, kind in KINDS.items()}))
