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

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, TypeAdapter, ValidationError

from engine.document import VERSION, Document, Edge, Graph, Node
from engine.document.migrations import migrate
from engine.document.refusals import refused_value
from engine.problems import Problem, problem
from engine.values import Frozen, Name

# Values are judged where they are put (see `apply`), not here: one bad value must come back as
# the refusal of one operation, not break the message that carries it.
Path = Annotated[tuple[Name, ...], Field(min_length=1, max_length=8)]


class Add(Frozen):
    """Put a new member, with an id nobody has yet, into the collection at `path`."""

    type: Literal["add"] = "add"
    path: Path
    item: Any


class Remove(Frozen):
    """Take the member at `path` out of its collection."""

    type: Literal["remove"] = "remove"
    path: Path


class Set(Frozen):
    """Give the property at `path` a value."""

    type: Literal["set"] = "set"
    path: Path
    value: Any


class Unset(Frozen):
    """Give the property at `path` its default again; of a parameter: forget it."""

    type: Literal["unset"] = "unset"
    path: Path


class Replace(Frozen):
    """Put another document in the place of this one: an import, or code that was edited."""

    type: Literal["replace"] = "replace"
    document: Any


Operation: TypeAlias = Annotated[Add | Remove | Set | Unset | Replace, Field(discriminator="type")]
OPERATION: TypeAdapter[Operation] = TypeAdapter(Operation)

_MEMBERS: dict[str, type[Frozen]] = {"graphs": Graph, "nodes": Node, "edges": Edge}
_FIXED = {"id", "version", *_MEMBERS}


class _RefusedError(Exception):
    """Carries the reason out of the recursion to `apply`; never leaves this module."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem


def apply(document: Document, operation: Operation) -> tuple[Document, Operation] | Problem:
    """Return the changed document and the operation as it was understood, or why it can't be.

    The operation comes back with every default filled in, so that whoever receives it needs no
    knowledge of defaults. Nothing is ever half applied.
    """
    try:
        match operation:
            case Replace():
                new = _replacement(operation.document)
                return new, Replace(document=_plain(new))
            case Add():
                changed, item = _add(document, operation.path, operation.item)
                return changed, Add(path=operation.path, item=item)
            case Remove():
                return _remove(document, operation.path), operation
            case Set():
                changed = _write(document, operation.path, lambda *_: operation.value)
                return changed, Set(path=operation.path, value=_plain(at(changed, operation.path)))
            case Unset():
                changed = _write(document, operation.path, _default)
                return changed, _as_set(changed, operation)
    except _RefusedError as refused:
        return refused.problem


def apply_all(
    document: Document, operations: Sequence[Operation]
) -> tuple[Document, list[Operation], list[tuple[int, Problem]]]:
    """Apply in order; return the document, what was applied, and what was refused with its index.

    One refusal does not stop the rest: when two people remove overlapping selections, the
    second loses only what is already gone.
    """
    applied: list[Operation] = []
    refused: list[tuple[int, Problem]] = []
    for index, operation in enumerate(operations):
        match apply(document, operation):
            case Problem() as reason:
                refused.append((index, reason))
            case (changed, understood):
                document = changed
                applied.append(understood)
    return document, applied, refused


def invert(document: Document, operation: Operation) -> Operation:
    """Return the operation that undoes `operation`, which must apply to `document`.

    Applying both leaves a document with the same members and properties (the order of members
    carries no meaning). Raises KeyError when `operation` does not apply.
    """
    match operation:
        case Replace():
            return Replace(document=_plain(document))
        case Add():
            return Remove(path=(*operation.path, str(operation.item["id"])))
        case Remove():
            return Add(path=operation.path[:-1], item=_plain(at(document, operation.path)))
        case Set() | Unset():
            try:
                return Set(path=operation.path, value=_plain(at(document, operation.path)))
            except KeyError:
                return Unset(path=operation.path)


def at(document: Document, path: Sequence[str]) -> Any:
    """Return what stands at `path`. Raises KeyError when nothing does."""
    value: Any = document
    for step in path:
        value = _child(value, step)
    return value


def _child(value: Any, step: str) -> Any:
    if isinstance(value, tuple):
        for member in value:
            if getattr(member, "id", None) == step:
                return member
        raise KeyError(step)
    if isinstance(value, dict):
        return value[step]
    if isinstance(value, Frozen) and (field := _field(value, step)):
        return getattr(value, field)
    raise KeyError(step)


def _field(value: Frozen, step: str) -> str | None:
    """The attribute that JSON calls `step` (they differ for "class")."""
    for name, info in type(value).model_fields.items():
        if step == (info.alias or name):
            return name
    return None


def _plain(value: Any) -> Any:
    if isinstance(value, Frozen):
        return value.model_dump(mode="json", by_alias=True)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def _nothing_there(path: Sequence[str]) -> _RefusedError:
    return _RefusedError(problem("nothing_there", path=path))


def _validated(model: type[Any], value: Any, path: Sequence[str]) -> Any:
    try:
        return model.model_validate(value)
    except ValidationError as error:
        raise _RefusedError(refused_value(path, error)) from None


def _replacement(value: Any) -> Document:
    """Validate a document of any version: one from a file, or from a log as old as itself."""
    migrated = migrate({"version": VERSION} | value if isinstance(value, dict) else value)
    if isinstance(migrated, Problem):
        raise _RefusedError(migrated)
    document: Document = _validated(Document, migrated, ("document",))
    return document


def _as_set(changed: Document, operation: Unset) -> Set | Unset:
    """A property that got its default again is announced with that default spelled out."""
    try:
        return Set(path=operation.path, value=_plain(at(changed, operation.path)))
    except KeyError:
        return operation


def _put(owner: Frozen, field: str, value: Any, path: Sequence[str]) -> Frozen:
    """Return `owner` with one property replaced and validated; its other values are not copied."""
    values = {name: getattr(owner, name) for name in type(owner).model_fields}
    return _validated(type(owner), values | {field: value}, path)  # type: ignore[no-any-return]


def _into(
    owner: Any, path: Sequence[str], whole: Sequence[str], change: Callable[[Any], Any]
) -> Any:
    """Rebuild the spine from `owner` down `path`, with `change` applied to what stands there."""
    if not path:
        return change(owner)
    step, rest = path[0], path[1:]
    try:
        child = _child(owner, step)
    except KeyError:
        raise _nothing_there(whole) from None
    changed = _into(child, rest, whole, change)
    if isinstance(owner, tuple):
        return tuple(changed if member is child else member for member in owner)
    if isinstance(owner, dict):
        raise _nothing_there(whole)
    field = _field(owner, step)
    assert field is not None
    return owner.model_copy(update={field: changed})


def _collection(path: Sequence[str]) -> type[Frozen]:
    if path and path[-1] in _MEMBERS and len(path) in (1, 3):
        return _MEMBERS[path[-1]]
    raise _nothing_there(path)


def _add(document: Document, path: Sequence[str], item: Any) -> tuple[Document, Any]:
    member = _validated(_collection(path), item, path)

    def put(owner: Any) -> Any:
        members = getattr(owner, path[-1], None)
        if not isinstance(members, tuple):
            raise _nothing_there(path)
        if any(other.id == member.id for other in members):
            raise _RefusedError(problem("id_taken", path=path, id=member.id))
        return _put(owner, path[-1], (*members, member), path)

    return _into(document, path[:-1], path, put), _plain(member)


def _remove(document: Document, path: Sequence[str]) -> Document:
    _collection(path[:-1])

    def drop(owner: Any) -> Any:
        members = getattr(owner, path[-2], None)
        if not isinstance(members, tuple) or all(member.id != path[-1] for member in members):
            raise _nothing_there(path)
        kept = tuple(member for member in members if member.id != path[-1])
        return _put(owner, path[-2], kept, path)

    changed: Document = _into(document, path[:-2], path, drop)
    return changed


_ABSENT = object()


def _default(owner: Any, field: str) -> Any:
    if isinstance(owner, dict):
        return _ABSENT
    info = type(owner).model_fields[field]
    if info.is_required():
        raise KeyError(field)
    return info.get_default(call_default_factory=True)


def _write(document: Document, path: Sequence[str], value: Callable[[Any, str], Any]) -> Document:
    """Write one property: of a model, or one key of a `params`, which its model then validates."""
    *place, last = path
    changed: Document
    if place and place[-1] == "params":

        def write_param(owner: Any) -> Any:
            params = getattr(owner, "params", None)
            if not isinstance(params, dict):
                raise _nothing_there(path)
            new = value(params, last)
            rest = {key: kept for key, kept in params.items() if key != last}
            return _put(owner, "params", rest if new is _ABSENT else rest | {last: new}, path)

        changed = _into(document, place[:-1], path, write_param)
        return changed

    def write(owner: Any) -> Any:
        field = _field(owner, last) if isinstance(owner, Frozen) else None
        if field is None or last in _FIXED:
            raise _nothing_there(path)
        try:
            return _put(owner, field, value(owner, field), path)
        except KeyError:
            raise _nothing_there(path) from None

    changed = _into(document, place, path, write)
    return changed
