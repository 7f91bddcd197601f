"""What Keras 2.3.1 can't express: a layer, an object, or a parameter with its value."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from engine.catalogue import Entry, Kind, Param, load
from engine.catalogue.keras2.engines import limits
from engine.catalogue.keras2.names import UNLIKE, counterpart
from engine.problems import Phrase
from engine.values import Json

KINDS: Mapping[str, tuple[Kind, ...]] = {
    "activation": ("activation", "layer"),
    "initializer": ("initializer",),
    "regularizer": ("regularizer",),
    "constraint": ("constraint",),
    "schedule": ("schedule",),
    "layer": ("layer", "cell"),
    "layers": ("layer", "cell"),
}
"""The kinds of objects that are values of parameters, by the type of the parameter."""


@dataclass(frozen=True)
class Lack:
    """Something that Keras 2 lacks: an object of a kind, or the value of a parameter of `owner`.

    `param` is the parameter of the outermost owner that it is in, or of the lack itself. What is
    `unlike` has the same name in Keras 2, and computes something else. With `why` it is only the
    engine that can't compute it.
    """

    owner: str
    kind: Kind | None = None
    param: str = ""
    value: Json = None
    unlike: bool = False
    why: Phrase | None = None


def of_object(kind: Kind, name: str, params: Mapping[str, Json], engine: str) -> Iterator[Lack]:
    """Yield what Keras 2 on an engine lacks for an object; nothing for an unknown one."""
    entry = _find((kind,), name)
    if entry is None:
        return
    if counterpart(entry) is None:
        yield Lack(entry.name, kind, unlike=entry.path in UNLIKE)
    else:
        yield from of_params(entry, params, engine)


def of_params(entry: Entry, params: Mapping[str, Json], engine: str) -> Iterator[Lack]:
    """Yield what Keras 2 on an engine lacks for something that it has, and for its parameters."""
    old = counterpart(entry)
    if old is None:
        return
    yield from _limited(entry, params, engine)
    for param in entry.params:
        value = params.get(param.name, param.default)
        if old.name(param.name) is None and not param.at_call:
            if value != param.default or not old.neutral(param):
                yield Lack(entry.name, None, param.name, value)
            continue
        try:
            old.value(param.name, value)
        except KeyError:
            yield Lack(entry.name, None, param.name, value)
        yield from _inside(param, value, engine)


def _inside(param: Param, value: Json, engine: str) -> Iterator[Lack]:
    """What is lacking in a value: a nested object, a list of them, or the name of one."""
    kinds = KINDS.get(param.type)
    if kinds is None:
        return
    for item in value if isinstance(value, list) else [value]:
        name = item.get("class") if isinstance(item, dict) else item
        given = item.get("params") if isinstance(item, dict) else None
        entry = _find(kinds, name) if isinstance(name, str) else None
        if entry is not None:
            inner = given if isinstance(given, dict) else {}
            found = of_object(entry.kind, entry.name, inner, engine)
            yield from (replace(lack, param=param.name) for lack in found)


def _limited(entry: Entry, params: Mapping[str, Json], engine: str) -> Iterator[Lack]:
    """What only the engine can't compute."""
    values = {param.name: params.get(param.name, param.default) for param in entry.params}
    for limit in limits(engine, entry, values):
        kind = None if limit.param else entry.kind
        yield Lack(entry.name, kind, limit.param, values.get(limit.param), why=limit.why)


def _find(kinds: tuple[Kind, ...], name: str) -> Entry | None:
    """The entry of a name, in any of the forms in which Keras knows it."""
    catalogue = load()
    for kind in kinds:
        entry = catalogue.layer(name) if kind == "layer" else catalogue.object(kind, name)
        if entry is not None:
            return entry
    return None
