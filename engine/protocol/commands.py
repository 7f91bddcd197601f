"""The commands to a worker, before and while it trains: a union tagged by `type`.

A new command needs a class in this union, and a handler that the worker or training registers
(engine.training.commands).
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, TypeAdapter

from engine.data.catalogue import DataSets
from engine.document import Document
from engine.values import Frozen

PROTOCOL: Literal[1] = 1

When = Literal["now", "epoch"]


class Train(Frozen):
    """Train `document` and write artefacts to the folder `output`, which exists and is empty.

    `data` are data sets that the document may name besides those that come with Layerloom.
    """

    type: Literal["train"] = "train"
    protocol: Literal[1] = PROTOCOL
    document: Document
    output: str
    data: DataSets = DataSets()


class Stop(Frozen):
    """Stop at the next step (`now`), or when the current epoch has ended; then evaluate."""

    type: Literal["stop"] = "stop"
    when: When = "now"


Command: TypeAlias = Annotated[Train | Stop, Field(discriminator="type")]
COMMAND: TypeAdapter[Command] = TypeAdapter(Command)
