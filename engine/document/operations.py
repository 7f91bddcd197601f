"""Operations: the only way in which a document changes, and their inverses.

Four verbs work on paths, so that every property is written by one rule and the last writer
wins per property. A path names a collection's member by its id, never by its index:

    add     ["graphs", "main", "nodes"]                             item: a node with its id
    remove  ["graphs", "main", "nodes", "n1"]
    set     ["graphs", "main", "nodes", "n1", "params", "units"]    value: 64
    unset   ["graphs", "main", "nodes", "n1", "params", "units"]
    set     ["training", "epochs"]                                  value: 20
    replace                                                         document: all of it

Removing a node leaves its wires where they are: whoever removes a node removes the wires they
see in the same batch, and a wire that somebody else has just made is kept and shown as a
problem. The same rules stand in frontend/src/document/operations.ts; both pass the cases in
tests/operations.json.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, TypeAdapter

from engine.document import Document
from engine.document.draft import ABSENT, Draft, RefusedError, at, default, plain
from engine.problems import Problem
from engine.values import Name, Tagged

# Values are judged where they are put (engine.document.draft), not here: one bad value must come
# back as the refusal of one operation, not break the message that carries it.
Path = Annotated[tuple[Name, ...], Field(min_length=1, max_length=8)]


class Add(Tagged):
    """Put a new member, with an id nobody has yet, into the collection at `path`."""

    type: Literal["add"] = "add"
    path: Path
    item: Any


class Remove(Tagged):
    """Take the member at `path` out of its collection."""

    type: Literal["remove"] = "remove"
    path: Path


class Set(Tagged):
    """Give the property at `path` a value."""

    type: Literal["set"] = "set"
    path: Path
    value: Any


class Unset(Tagged):
    """Give the property at `path` its default again; of a parameter: forget it."""

    type: Literal["unset"] = "unset"
    path: Path


class Replace(Tagged):
    """Put another document in the place of this one: an import, or code that was edited."""

    type: Literal["replace"] = "replace"
    document: Any


Operation: TypeAlias = Annotated[Add | Remove | Set | Unset | Replace, Field(discriminator="type")]
OPERATION: TypeAdapter[Operation] = TypeAdapter(Operation)


def apply(document: Document, operation: Operation) -> tuple[Document, Operation] | Problem:
    """Return the changed document and the operation as it was understood, or why it can't be.

    The operation comes back with every default filled in, so that whoever receives it needs no
    knowledge of defaults. Nothing is ever half applied.
    """
    changed, applied, refused = apply_all(document, [operation])
    return refused[0][1] if refused else (changed, applied[0])


def apply_all(
    document: Document, operations: Sequence[Operation]
) -> tuple[Document, list[Operation], list[tuple[int, Problem]]]:
    """Apply in order; return the document, what was applied, and what was refused with its index.

    One refusal does not stop the rest: when two people remove overlapping selections, the
    second loses only what is already gone.
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
    """Apply one operation; return it as it was understood. Raises RefusedError."""
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
            # A property that got its default again is announced with that default spelled out.
            value = draft.write(operation.path, default)
            if value is ABSENT:
                return operation
            return Set(path=operation.path, value=value)


def invert(document: Document, operation: Operation) -> Operation:
    """Return the operation that undoes `operation`, which must apply to `document`.

    Applying both leaves a document with the same members and properties (the order of members
    carries no meaning). Raises KeyError when `operation` does not apply.
    """
    match operation:
        case Replace():
            return Replace(document=plain(document))
        case Add():
            return Remove(path=(*operation.path, str(operation.item["id"])))
        case Remove():
            return Add(path=operation.path[:-1], item=plain(at(document, operation.path)))
        case Set() | Unset():
            try:
                return Set(path=operation.path, value=plain(at(document, operation.path)))
            except KeyError:
                return Unset(path=operation.path)
