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
from contextlib import suppress
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, TypeAdapter, ValidationError

from engine.document import Document, Edge, Node
from engine.document.draft import ABSENT, Draft, RefusedError, default
from engine.problems import Problem
from engine.values import Name, Tagged

# Values are validated when they are applied (engine.document.draft), not here: one bad value must
# refuse one operation, not invalidate the whole message. Members may be valid already: see
# `validate_members`.
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

Fields: TypeAlias = dict[str, Any]
Refused: TypeAlias = tuple[int, Problem]
"""The index of an operation that could not be applied, and why."""


_MEMBERS: dict[str, TypeAdapter[list[Any]]] = {
    "nodes": TypeAdapter(list[Node]),
    "edges": TypeAdapter(list[Edge]),
}


def validate_members(operations: list[Any]) -> None:
    """Validate the members that a batch adds, which is plain JSON: put them in place of their JSON.

    One call of pydantic for all nodes, and one for all edges, is faster than one for each.
    Unless all are valid they remain JSON, and `apply_all` refuses those that are not.
    """
    adding: dict[str, list[Any]] = {kind: [] for kind in _MEMBERS}
    for operation in operations:
        if (kind := _adds(operation)) in adding:
            adding[kind].append(operation)
    for kind, adapter in _MEMBERS.items():
        with suppress(ValidationError):
            members = adapter.validate_python([operation["item"] for operation in adding[kind]])
            for operation, member in zip(adding[kind], members, strict=True):
                operation["item"] = member


def _adds(operation: Any) -> str:
    """Return the name of the collection that an operation adds to, empty for any other."""
    if not isinstance(operation, dict) or "item" not in operation:
        return ""
    path = operation.get("path")
    if not isinstance(path, list) or not path:
        return ""
    return path[-1] if isinstance(path[-1], str) else ""


def apply(document: Document, operation: Operation) -> tuple[Document, Operation] | Problem:
    """Return the changed document and the normalised operation, or why it can't be applied.

    The normalised operation holds the validated value itself, so its JSON contains every default
    and its receivers need not know defaults. An operation is applied completely or not at all.
    """
    changed, applied, refused = apply_all(document, [operation])
    return refused[0][1] if refused else (changed, applied[0])


def apply_all(
    document: Document, operations: Sequence[Operation]
) -> tuple[Document, list[Operation], list[Refused]]:
    """Apply in order; return the document, the applied operations, and refusals by index.

    A refusal does not stop the batch: if two people remove overlapping selections, only the
    operations of the second one on members that are already removed are refused.
    """
    changed, applied, refused = apply_fields(document, operations)
    return changed, [OPERATION.validate_python(fields) for fields in applied], refused


def apply_fields(
    document: Document, operations: Sequence[Operation]
) -> tuple[Document, list[Fields], list[Refused]]:
    """Like `apply_all`, but return the fields of the applied operations.

    Their JSON is the same, and making operations of them takes as long as applying them.
    """
    draft = Draft(document)
    applied: list[Fields] = []
    refused: list[Refused] = []
    for index, operation in enumerate(operations):
        try:
            applied.append(_apply(draft, operation))
        except RefusedError as error:
            refused.append((index, error.reason))
    return (draft.document() if applied else document), applied, refused


def _apply(draft: Draft, operation: Operation) -> Fields:
    """Apply one operation; return the fields of the normalised one. Raises RefusedError."""
    match operation:
        case Add(path=path, item=item):
            return {"type": "add", "path": path, "item": draft.add(path, item)}
        case Remove(path=path):
            draft.remove(path)
            return {"type": "remove", "path": path}
        case Set(path=path, value=value):
            return {"type": "set", "path": path, "value": draft.write(path, lambda *_: value)}
        case Unset(path=path):
            # A property that was reset is announced with its default as the value.
            value = draft.write(path, default)
            if value is ABSENT:
                return {"type": "unset", "path": path}
            return {"type": "set", "path": path, "value": value}
        case Replace(document=document):
            return {"type": "replace", "document": draft.replace(document)}
