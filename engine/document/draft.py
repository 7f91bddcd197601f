"""A mutable view of a document, to which a batch of operations is applied.

Members are indexed by id, so the cost of an operation does not depend on the size of the
document; tuples are rebuilt once, at the end.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, NamedTuple, TypeAlias

from pydantic import TypeAdapter, ValidationError
from pydantic_core import InitErrorDetails

from engine.document.migrations import migrate
from engine.document.refusals import refused_value
from engine.document.schema import (
    MAIN,
    MAX_ANNOTATIONS,
    MAX_EDGES,
    MAX_GRAPHS,
    MAX_NODES,
    VERSION,
    Document,
    Edge,
    Frame,
    Graph,
    Node,
    Note,
)
from engine.problems import Problem, problem
from engine.values import Frozen

Path: TypeAlias = Sequence[str]
Value: TypeAlias = Callable[[Any, str], Any]
"""Computes the new value of a property from its owner and its name. Raises KeyError."""

ABSENT = object()
"""The value of a parameter that is removed."""

_MODELS: dict[str, type[Frozen]] = {
    "graphs": Graph,
    "nodes": Node,
    "edges": Edge,
    "frames": Frame,
    "notes": Note,
}
_LIMITS = {
    "graphs": MAX_GRAPHS,
    "nodes": MAX_NODES,
    "edges": MAX_EDGES,
    "frames": MAX_ANNOTATIONS,
    "notes": MAX_ANNOTATIONS,
}
_KINDS = tuple(_MODELS)[1:]
"""The collections of a graph."""
_FIXED = {"id", "version", *_MODELS}

GRAPH = len(("graphs", "id"))
MEMBER = len(("graphs", "id", "nodes", "id"))
"""Steps of a path to a graph, and to a node or edge."""


class RefusedError(Exception):
    """An operation can't be applied; `reason` is the problem to report."""

    def __init__(self, reason: Problem) -> None:
        self.reason = reason


class _Collection(NamedTuple):
    """The members of a collection by id, their model, and how many there may be."""

    model: type[Frozen]
    members: dict[str, Any]
    limit: int


@dataclass
class _OpenGraph:
    """A graph that the batch changes: `shell` is the graph without its members."""

    shell: Graph
    members: dict[str, dict[str, Any]]

    def close(self) -> Graph:
        collections = {name: tuple(members.values()) for name, members in self.members.items()}
        return self.shell.model_copy(update=collections)


class Draft:
    """Applies changes to a document; `document` returns the result.

    All changes raise RefusedError if they can't be applied, and then leave the draft unchanged.
    """

    def __init__(self, document: Document) -> None:
        self._open(document)

    def _open(self, document: Document) -> None:
        self._shell = document.model_copy(update={"graphs": (Graph(id=MAIN),)})
        self._graphs: dict[str, Graph | _OpenGraph] = {g.id: g for g in document.graphs}
        self._collections: dict[Path, _Collection] = {}  # forgotten when the graphs change

    def document(self) -> Document:
        """Return the changed document."""
        graphs = (g.close() if isinstance(g, _OpenGraph) else g for g in self._graphs.values())
        return self._shell.model_copy(update={"graphs": tuple(graphs)})

    # --- changes ------------------------------------------------------------------------------

    def replace(self, value: Any) -> Document:
        """Replace the whole document with one of any version; return the new one."""
        value = {"version": VERSION} | value if isinstance(value, dict) else value
        migrated = migrate(value)
        if isinstance(migrated, Problem):
            raise RefusedError(migrated)
        document: Document = _validated(Document, migrated, ("document",))
        self._open(document)
        return document

    def add(self, path: Path, item: Any) -> Any:
        """Add a member to the collection at `path`; return it."""
        model, members, limit = self._collection(path)
        member: Any = item if type(item) is model else _validated(model, item, path)
        if member.id in members:
            raise RefusedError(problem("id_taken", id=member.id, path=path))
        if len(members) >= limit:
            raise _too_many(path)
        members[member.id] = member
        if members is self._graphs:
            self._collections.clear()
        return member

    def remove(self, path: Path) -> None:
        """Remove the member at `path`."""
        collection, id = path[:-1], path[-1]
        members = self._collection(collection).members
        if id not in members:
            raise _not_found(path)
        if members is self._graphs and id == MAIN:
            _validated(Document, {"graphs": ({"id": "rest"},)}, path)  # raises the model's error
        del members[id]
        if members is self._graphs:
            self._collections.clear()

    def write(self, path: Path, value: Value) -> Any:
        """Set the property at `path`; return its value, ABSENT if it was removed."""
        if len(path) > MEMBER and path[0] == "graphs" and path[2] in _KINDS:
            members = self._opened(path[1], path).members[path[2]]
            member = members.get(path[3])
            if member is None:
                raise _not_found(path)
            members[path[3]], written = _write(member, path[MEMBER:], path, value)
        elif len(path) > GRAPH and path[0] == "graphs":
            opened = self._opened(path[1], path)
            opened.shell, written = _write(opened.shell, path[GRAPH:], path, value)
        else:
            self._shell, written = _write(self._shell, path, path, value)
        return written

    # --- lookup -------------------------------------------------------------------------------

    def _collection(self, path: Path) -> _Collection:
        """Return the collection at `path`, which is looked up once in a batch."""
        path = tuple(path)
        collection = self._collections.get(path)
        if collection is None:
            collection = self._collections[path] = self._find_collection(path)
        return collection

    def _find_collection(self, path: Path) -> _Collection:
        model = _model(path)
        members = self._graphs if len(path) == 1 else self._opened(path[1], path).members[path[2]]
        return _Collection(model, members, _LIMITS[path[-1]])

    def _opened(self, id: str, path: Path) -> _OpenGraph:
        graph = self._graphs.get(id)
        if graph is None:
            raise _not_found(path)
        if isinstance(graph, _OpenGraph):
            return graph
        collections: dict[str, tuple[Any, ...]] = {kind: getattr(graph, kind) for kind in _KINDS}
        opened = self._graphs[id] = _OpenGraph(
            shell=graph.model_copy(update=dict.fromkeys(collections, ())),
            members={
                name: {member.id: member for member in members}
                for name, members in collections.items()
            },
        )
        return opened


def at(value: Any, path: Path) -> Any:
    """Return the value at `path` in a document or a part of one. Raises KeyError."""
    for step in path:
        value = _child(value, step)
    return value


def plain(value: Any) -> Any:
    """Convert a value of a document to JSON."""
    if isinstance(value, Frozen):
        return value.model_dump(mode="json", by_alias=True)
    if isinstance(value, tuple):
        return [plain(item) for item in value]
    return value


def default(owner: Any, field: str) -> Any:
    """Return the default of a property, ABSENT for a parameter. Raises KeyError if it has none."""
    if isinstance(owner, dict):
        return ABSENT
    info = type(owner).model_fields[field]
    if info.is_required():
        raise KeyError(field)
    return info.get_default(call_default_factory=True)


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
    """Return the attribute with the JSON name `step` (they differ for "class")."""
    return _fields(type(value)).get(step)


@cache
def _fields(model: type[Frozen]) -> dict[str, str]:
    """Return the attributes of a model by their JSON names."""
    return {info.alias or name: name for name, info in model.model_fields.items()}


def _model(path: Path) -> type[Frozen]:
    """Return the model of the members of a collection."""
    match path:
        case ["graphs"]:
            return Graph
        case ["graphs", _, kind] if kind in _KINDS:
            return _MODELS[kind]
    raise _not_found(path)


def _too_many(path: Path) -> RefusedError:
    """Return the error that pydantic raises for a collection with one member too many."""
    limit = _LIMITS[path[-1]]
    lengths = {"field_type": "Tuple", "max_length": limit, "actual_length": limit + 1}
    details: InitErrorDetails = {"type": "too_long", "loc": (), "input": None, "ctx": lengths}
    error = ValidationError.from_exception_data(path[-1], [details])
    return RefusedError(refused_value(path, error))


def _not_found(path: Path) -> RefusedError:
    return RefusedError(problem("nothing_there", path=path))


def _validated(model: type[Any], value: Any, path: Path) -> Any:
    try:
        return model.__pydantic_validator__.validate_python(value)
    except ValidationError as error:
        raise RefusedError(refused_value(path, error)) from None


def _put(owner: Frozen, field: str, value: Any, path: Path) -> Frozen:
    """Return `owner` with one property replaced and validated; other values are shared."""
    model = type(owner)
    if model.__pydantic_decorators__.model_validators:  # rules about several properties
        return _validated(model, vars(owner) | {field: value}, path)  # type: ignore[no-any-return]
    try:
        valid = _property_of(model, field).validate_python(value)
    except ValidationError:
        _validated(model, vars(owner) | {field: value}, path)  # raises the error with its location
        raise
    return owner.model_copy(update={field: valid})


@cache
def _property_of(model: type[Frozen], field: str) -> TypeAdapter[Any]:
    """Return what validates one property of a model; the whole model takes several times longer."""
    info = model.model_fields[field]
    type: Any = info.annotation
    return TypeAdapter(Annotated[(type, *info.metadata)] if info.metadata else type)


def _write(owner: Any, rest: Path, path: Path, value: Value) -> tuple[Any, Any]:
    """Return `owner` with the property at `rest` written, and its value; `path` is for errors."""
    if len(rest) == 1:
        return _write_property(owner, rest[0], path, value)
    if len(rest) == len(("params", "name")) and rest[0] == "params":
        return _write_param(owner, rest[1], path, value)
    field = _field(owner, rest[0]) if isinstance(owner, Frozen) else None
    if field is None:
        raise _not_found(path)
    part, written = _write(getattr(owner, field), rest[1:], path, value)
    return owner.model_copy(update={field: part}), written


def _write_property(owner: Any, step: str, path: Path, value: Value) -> tuple[Any, Any]:
    field = _field(owner, step) if isinstance(owner, Frozen) else None
    if field is None or step in _FIXED:
        raise _not_found(path)
    try:
        changed = _put(owner, field, value(owner, field), path)
    except KeyError:
        raise _not_found(path) from None
    return changed, getattr(changed, field)


def _write_param(owner: Any, name: str, path: Path, value: Value) -> tuple[Any, Any]:
    """Write one key of `params`; the model that owns them validates it."""
    params = getattr(owner, "params", None)
    if not isinstance(params, dict):
        raise _not_found(path)
    new = value(params, name)
    rest = {key: param for key, param in params.items() if key != name}
    changed: Any = _put(owner, "params", rest if new is ABSENT else rest | {name: new}, path)
    return changed, changed.params.get(name, ABSENT)
