"""The commands to a worker, before and while it trains: a union tagged by `type`.

A new command needs a class in this union, and a handler that the worker or training registers
(engine.training.commands).
"""

import json
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Self, TypeAlias

from pydantic import AfterValidator, BeforeValidator, Field, TypeAdapter, model_validator

from engine.data.catalogue import DataSets
from engine.data.stores import Origin
from engine.document import Document
from engine.document.migrations import migrate
from engine.document.stored import to_text
from engine.problems import Problem
from engine.protocol.frames import Look
from engine.values import Frozen

PROTOCOL: Literal[2] = 2

When = Literal["now", "epoch"]


def _migrated(value: Any) -> Any:
    """Return a document of any version in the present one."""
    if isinstance(value, Document):
        return value
    migrated = migrate(value)
    if isinstance(migrated, Problem):
        raise ValueError(migrated.message)
    return migrated


def _without_files(data: DataSets) -> DataSets:
    """Refuse paths: they mean nothing on another machine."""
    if data.files:
        raise ValueError("data sets are named by their hash, not by a file")
    return data


How = Literal["resume", "continue", "weights"]


class Start(Frozen):
    """What a training starts from: the checkpoint in the file `file`, of the run `run`.

    "resume" goes on with the same run after its process has ended, "continue" with an earlier run
    of the same model, whose epochs are told again. "weights" takes only the weights of the layers
    that both models have.
    """

    how: How
    file: str
    run: int


class Train(Frozen):
    """Train `document` and write artefacts to the folder `output`, which exists and is empty.

    Without an `output`, they are sent to the `origin` (engine.data.delivering). `data` are data
    sets that the document may name besides those that come with Layerloom; the worker finds their
    rows by hash, in its own folder or at the `origin` (engine.data.stores). A `race` begins with
    the same weights and takes the rows in the same order on every backend.
    """

    type: Literal["train"] = "train"
    protocol: Literal[2] = PROTOCOL
    document: Annotated[Document, BeforeValidator(_migrated)]
    output: str = ""
    data: Annotated[DataSets, AfterValidator(_without_files)] = DataSets()
    origin: Origin | None = None
    start: Start | None = None
    race: bool = False

    @model_validator(mode="after")
    def _has_a_place(self) -> Self:
        """Refuse a run whose results would go nowhere."""
        if not self.output and self.origin is None:
            raise ValueError("without an output there must be an origin")
        return self

    def as_text(self) -> "TrainText":
        """Return this command as it is given to an executor."""
        target = self.document.target
        document, data = to_text(self.document), self.data.model_dump_json(by_alias=True)
        origin = self.origin.model_dump_json() if self.origin else "null"
        start = self.start.model_dump_json() if self.start else "null"
        place = target.backend, target.device, self.output
        return TrainText(document, *place, data, origin, start, self.race)


@dataclass(frozen=True)
class TrainText:
    """A `Train` with its document, of any version, its data sets and their origin as JSON.

    The web process passes a stored document on without parsing it, which takes long if it is large.
    """

    document: str
    backend: str
    device: str
    output: str
    data: str = "{}"
    origin: str = "null"
    start: str = "null"
    race: bool = False

    def line(self) -> bytes:
        """Return the command as one JSON line."""
        fields = {"type": "train", "protocol": PROTOCOL, "output": self.output, "race": self.race}
        head = json.dumps(fields)
        document = self.document.replace("\n", " ")  # of JSON, only between its values
        rows = f'"data":{self.data},"origin":{self.origin},"start":{self.start}'
        return f'{head[:-1]},{rows},"document":{document}}}\n'.encode()


class Stop(Frozen):
    """Stop at the next step (`now`), or when the current epoch has ended; then evaluate."""

    type: Literal["stop"] = "stop"
    when: When = "now"


class Pause(Frozen):
    """Wait after the next step, with a checkpoint, until a Resume or a Stop."""

    type: Literal["pause"] = "pause"


class Resume(Frozen):
    """Go on after a Pause."""

    type: Literal["resume"] = "resume"


class Probe(Frozen):
    """Look into the model while it trains: answered by frames, until the next Probe."""

    type: Literal["probe"] = "probe"
    look: Look


Command: TypeAlias = Annotated[Train | Stop | Pause | Resume | Probe, Field(discriminator="type")]
COMMAND: TypeAdapter[Command] = TypeAdapter(Command)
