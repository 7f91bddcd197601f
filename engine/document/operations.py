"""Operations, the only way to change a document, and their inverses.

Four of them work on paths, so every property is written by the same rule, and the last writer
wins per property. A path refers to a member of a collection by its id, never by its index:

    add     ["graphs", "main", "nodes"]                             item: a node with its id
    remove  ["graphs", "main", "nodes", "n1"]
    set     ["graphs", "main", "nodes", "n1", "params", "units"]    value: 64
    unset   ["graphs", "main", "nodes", "n1", "params", "units"]
    set     ["training", "epochs"]                                  value: 20
    replace                                                         document: the whole document

Removing a node does not remove its edges: the page removes the edges that it knows in the same
batch, and an edge that somebody else has just added stays and is shown as a problem.
frontend/src/document/operations.ts implements the same rules; both pass the cases in
tests/operations.json.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, TypeAdapter

from engine.document import Document
from engine.document.draft import ABSENT, Draft, RefusedError, default
from engine.problems import Problem
from engine.values import Name, Tagged

# Values are validated when they are applied (engine.document.draft), not here: one bad value must
# refuse one operation, not invalidate the whole message.
Path = Annotated[tuple[Name, ...], Field(min_length=1, max_length=8)]


class Add(Tagged):
    """Add a new member, with an unused id, to the collection at `path`."""

    type: Literal["add"] = "add"
    path: Path
    item: Any


class Remove(Tagged):
    """Remove the member at `path` from its collection."""

    type: Literal["remove"] = "remove"
    path: Path


class Set(Tagged):
    """Set the property at `path` to a value."""

    type: Literal["set"] = "set"
    path: Path
    value: Any


class Unset(Tagged):
    """Reset the property at `path` to its default; a parameter is removed."""

    type: Literal["unset"] = "unset"
    path: Path


class Replace(Tagged):
    """Replace the whole document, after an import or an edit of its code."""

    type: Literal["replace"] = "replace"
    document: Any


Operation: TypeAlias = Annotated[Add | Remove | Set | Unset | Replace, Field(discriminator="type")]
OPERATION: TypeAdapter[Operation] = TypeAdapter(Operation)


def apply(document: Document, operation: Operation) -> tuple[Document, Operation] | Problem:
    """Return the changed document and the normalised operation, or why it can't be applied.

    The normalised operation holds the validated value itself, so its JSON contains every default
    and its receivers need not know defaults. An operation is applied completely or not at all.
    """
    changed, applied, refused = apply_all(document, [operation])
    return refused[0][1] if refused else (changed, applied[0])


def apply_all(
    document: Document, operations: Sequence[Operation]
) -> tuple[Document, list[Operation], list[tuple[int, Problem]]]:
    """Apply in order; return the document, the applied operations, and refusals by index.

    A refusal does not stop the batch: if two people remove overlapping selections, only the
    operations of the second one on members that are already removed are refused.
    """
    draft = Draft(document)
    applied: list[Operation] = []
    refused: list[tuple[int, Problem]] = []
    for index, operation in enumerate(operations):
        try:
            applied.append(_apply(draft, operation))
        except RefusedError as error:
            refused.append((index, error.reason))
    return (draft.document() if applied else document), applied, refused


def _apply(draft: Draft, operation: Operation) -> Operation:
    """Apply one operation; return it normalised. Raises RefusedError."""
    match operation:
        case Replace():
            return Replace(document=draft.replace(operation.document))
        case Add():
            item = draft.add(operation.path, operation.item)
            return Add(path=operation.path, item=item)
        case Remove():
            draft.remove(operation.path)
            return operation
        case Set():
            value = draft.write(operation.path, lambda *_: operation.value)
            return Set(path=operation.path, value=value)
        case Unset():
            # A property that was reset is announced with its default as the value.
            value = draft.write(operation.path, default)
            if value is ABSENT:
                return operation
            return Set(path=operation.path, value=value)
