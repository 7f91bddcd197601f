"""The commands to a worker, before and while it trains: a union tagged by `type`.

A new command needs a class in this union, and a handler that the worker or training registers
(engine.training.commands).
"""

import json
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BeforeValidator, Field, TypeAdapter

from engine.data.catalogue import DataSets
from engine.document import Document
from engine.document.migrations import migrate
from engine.document.stored import to_text
from engine.problems import Problem
from engine.values import Frozen

PROTOCOL: Literal[1] = 1

When = Literal["now", "epoch"]


def _migrated(value: Any) -> Any:
    """Return a document of any version in the present one."""
    if isinstance(value, Document):
        return value
    migrated = migrate(value)
    if isinstance(migrated, Problem):
        raise ValueError(migrated.message)
    return migrated


class Train(Frozen):
    """Train `document` and write artefacts to the folder `output`, which exists and is empty.

    `data` are data sets that the document may name besides those that come with Layerloom.
    """

    type: Literal["train"] = "train"
    protocol: Literal[1] = PROTOCOL
    document: Annotated[Document, BeforeValidator(_migrated)]
    output: str
    data: DataSets = DataSets()

    def as_text(self) -> "TrainText":
        """Return this command as it is given to an executor."""
        target = self.document.target
        document, data = to_text(self.document), self.data.model_dump_json(by_alias=True)
        return TrainText(document, target.backend, target.device, self.output, data)


@dataclass(frozen=True)
class TrainText:
    """A `Train` with its document, of any version, and its data sets as JSON.

    The web process passes a stored document on without parsing it, which takes long if it is large.
    """

    document: str
    backend: str
    device: str
    output: str
    data: str = "{}"

    def line(self) -> bytes:
        """Return the command as one JSON line."""
        head = json.dumps({"type": "train", "protocol": PROTOCOL, "output": self.output})
        document = self.document.replace("\n", " ")  # of JSON, only between its values
        return f'{head[:-1]},"data":{self.data},"document":{document}}}\n'.encode()


class Stop(Frozen):
    """Stop at the next step (`now`), or when the current epoch has ended; then evaluate."""

    type: Literal["stop"] = "stop"
    when: When = "now"


Command: TypeAlias = Annotated[Train | Stop, Field(discriminator="type")]
COMMAND: TypeAdapter[Command] = TypeAdapter(Command)
