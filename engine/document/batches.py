"""Batches of operations: how they arrive, and what they make of a document, as JSON."""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import Field, TypeAdapter, ValidationError
from pydantic_core import to_json

from engine.document.operations import Operation, apply_fields, validate_members
from engine.document.reading import read_bounded
from engine.document.refusals import refused_batch
from engine.document.schema import Document
from engine.document.stored import count_layers, read_stored, to_text
from engine.problems import Problem
from engine.values import Frozen

MAX_OPERATIONS = 20_000


class Batch(Frozen):
    """A batch of operations made on revision `base`; because of its `id`, retries are safe."""

    id: str = Field(pattern=r"^[A-Za-z0-9_-]{8,64}$")
    base: int = Field(ge=0)
    operations: tuple[Operation, ...] = Field(min_length=1, max_length=MAX_OPERATIONS)


class Refusal(Frozen):
    """An operation that could not be applied, by its index in the batch, and why."""

    index: int
    problem: Problem


OPERATIONS: TypeAdapter[tuple[Operation, ...]] = TypeAdapter(tuple[Operation, ...])
REFUSALS: TypeAdapter[tuple[Refusal, ...]] = TypeAdapter(tuple[Refusal, ...])


@dataclass(frozen=True)
class Applied:
    """What a batch made of a document, whose text, name and number of layers these are.

    `operations` and `refused` are JSON lists: the normalised operations that were applied, and
    the refusals. `document` is null if it was not made in this process.
    """

    batch: str
    name: str
    layers: int
    text: str
    operations: str
    refused: str
    document: Document | None = None

    @property
    def changed(self) -> bool:
        """Whether any operation was applied."""
        return self.operations != "[]"


def read_batch(content: str | bytes) -> Batch | list[Problem]:
    """Parse and validate a batch; a message may hold its type as well. Never raises."""
    value = read_bounded(content)
    if isinstance(value, Problem):
        return [value]
    if isinstance(value, dict):
        if value.get("type") == "edit":
            del value["type"]
        operations = value.get("operations")
        if isinstance(operations, list) and len(operations) <= MAX_OPERATIONS:
            validate_members(operations)
    try:
        return Batch.model_validate(value)
    except ValidationError as error:
        return refused_batch(error)


def replay(document: str, batches: Sequence[str | bytes]) -> Document:
    """Apply batches of operations from a project's log to the stored document before them."""
    result = read_stored(document)
    for batch in batches:
        result, _, _ = apply_fields(result, OPERATIONS.validate_json(batch))
    return result


def apply_batch(document: Document, batch: Batch) -> Applied:
    """Apply the operations of a batch in order."""
    changed, operations, refused = apply_fields(document, batch.operations)
    refusals = tuple(Refusal(index=index, problem=reason) for index, reason in refused)
    return Applied(
        batch=batch.id,
        name=changed.name,
        layers=count_layers(changed),
        text=to_text(changed) if operations else "",
        # A TypeAdapter gives the same text, but takes twice as long: of a union, pydantic converts
        # each value to Python's own types first.
        operations=to_json(operations).decode(),
        refused=REFUSALS.dump_json(refusals).decode(),
        document=changed,
    )
