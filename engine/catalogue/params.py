"""Validates parameters against the catalogue: names, types, ranges, choices, nested objects.

What passes here is safe to hand to Keras by name: every nested object is one that the catalogue
lists. Keras itself checks whether values fit together, and the input tensors.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from engine.catalogue import Entry, Kind, Param, load, slicing
from engine.catalogue.refusals import (
    KINDS,
    Argument,
    Asked,
    Place,
    bad_param,
    missing_param,
    not_a_choice,
    unknown_object,
    unknown_param,
)
from engine.document import ObjectSpec
from engine.problems import Phrase, Problem, marked, phrase
from engine.values import Json

OPEN_AXES = frozenset({"shape", "noise_shape", "output_shape"})
"""Parameters in whose list of axes null means: any length."""

OBJECTS: Mapping[str, Kind] = {
    "activation": "activation",
    "initializer": "initializer",
    "regularizer": "regularizer",
    "constraint": "constraint",
    "schedule": "schedule",
}


def validate(entry: Entry, params: Mapping[str, Json], place: Place) -> list[Problem]:
    """Return what is wrong with the parameters of `entry`, in the order of its form."""
    return list(_entry(entry, params, place, ()))


def validate_object(kind: Kind, spec: ObjectSpec, place: Place) -> list[Problem]:
    """Return what is wrong with an optimizer, a loss, a metric or a callback."""
    entry = load().object(kind, spec.class_)
    if entry is None:
        return [unknown_object(place, (), Asked(kind, spec.class_, _names(kind)))]
    if entry.refused:
        return [unknown_object(place, (), Asked(kind, spec.class_, (), entry.refused))]
    return validate(entry, spec.params, place)


def _entry(
    entry: Entry, params: Mapping[str, Json], place: Place, path: tuple[str, ...]
) -> Iterator[Problem]:
    nested = path[0] if path else ""
    # Nothing calls a nested layer by itself.
    known = {param.name: param for param in entry.params if not (path and param.at_call)}
    for param in entry.params:
        if param.required and params.get(param.name) is None:
            yield missing_param(place, entry, param, nested)
    for name, value in params.items():
        if name not in known:
            names = [param.name for param in entry.params]
            yield unknown_param(place, Argument(entry.name, name, value, nested), names)
        elif not (value is None and known[name].required):  # reported above
            yield from _value(known[name], value, place, (*path, name))


def _value(param: Param, value: Json, place: Place, path: tuple[str, ...]) -> Iterator[Problem]:
    if value is None:
        if not param.nullable:
            yield bad_param(
                place, path, phrase("{expected}, not empty", expected=_expected(param)), value
            )
    elif param.type in ("layer", "layers"):
        yield from _layers(param, value, place, path)
    elif param.type in OBJECTS:
        yield from _object(param, value, place, path)
    elif param.type in ("choice", "dtype"):
        if not isinstance(value, str):
            yield bad_param(place, path, phrase("one word"), value)
        elif value not in param.choices:
            yield not_a_choice(place, path, param.choices, value)
    elif not _FITS[param.type](param, value):
        yield bad_param(place, path, _expected(param), value)


def _object(param: Param, value: Json, place: Place, path: tuple[str, ...]) -> Iterator[Problem]:
    kind = OBJECTS[param.type]
    if param.type == "schedule" and not isinstance(value, dict):
        if not _number(param, value):
            expected = phrase("{expected}, or a schedule", expected=_expected(param))
            yield bad_param(place, path, expected, value)
        return
    spec = {"class": value} if isinstance(value, str) else value
    yield from _nested(kind, spec, place, path, lambda name: load().object(kind, name))


def _layers(param: Param, value: Json, place: Place, path: tuple[str, ...]) -> Iterator[Problem]:
    if param.type == "layers" and not (isinstance(value, list) and value):
        yield bad_param(place, path, phrase("a list of at least one layer"), value)
        return
    kind: Kind = "cell" if param.name in ("cell", "cells") else "layer"
    alone = param.type != "layers"
    within = place if alone else replace(place, path=())  # no path leads to a list's member
    for spec in [value] if alone else value:
        yield from _nested(kind, spec, within, path, lambda name: _wrappable(kind, name))


def _wrappable(kind: Kind, name: str) -> Entry | None:
    entry = load().object("cell", name) if kind == "cell" else load().layer(name)
    if entry and entry.kind == "op":
        return entry.model_copy(update={"refused": marked("It is a function, not a layer.")})
    if entry and entry.name == "Input":
        return entry.model_copy(update={"refused": marked("An Input is where data comes in.")})
    return entry


def _nested(
    kind: Kind,
    spec: Json,
    place: Place,
    path: tuple[str, ...],
    find: Callable[[str], Entry | None],
) -> Iterator[Problem]:
    """Validate {"class": name, "params": {…}} and everything inside it."""
    name = spec.get("class") if isinstance(spec, dict) else None
    params = spec.get("params", {}) if isinstance(spec, dict) else None
    if not isinstance(name, str) or not isinstance(params, dict) or set(spec) - {"class", "params"}:
        expected = phrase("the name of {a_kind}, or its class and params", a_kind=KINDS[kind][1])
        yield bad_param(place, path, expected, spec)
        return
    entry = find(name)
    if entry is None or entry.refused:
        why = entry.refused if entry else None
        yield unknown_object(place, path, Asked(kind, name, _names(kind), why, params))
    else:
        yield from _entry(entry, params, place, path)


def _names(kind: Kind) -> Sequence[str]:
    catalogue = load()
    if kind == "layer":
        return [
            entry.name for entry in catalogue.layers if not entry.refused and entry.kind == "layer"
        ]
    return [entry.name for entry in catalogue.objects if entry.kind == kind and not entry.refused]


def _within(param: Param, value: float) -> bool:
    low, high = param.minimum, param.maximum
    return (low is None or value >= low) and (high is None or value <= high)


def _integer(param: Param, value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and _within(param, value)


def _number(param: Param, value: Json) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and _within(param, value)


def _integers(param: Param, value: Json) -> bool:
    return _list(param, value) and all(
        _integer(param, item) or (item is None and param.name in OPEN_AXES) for item in value
    )


def _numbers(param: Param, value: Json) -> bool:
    return _list(param, value) and all(_number(param, item) for item in value)


def _list(param: Param, value: Json) -> bool:
    return isinstance(value, list | tuple) and param.length in (None, len(value))


_FITS: Mapping[str, Callable[[Param, Json], bool]] = {
    "integer": _integer,
    "number": _number,
    "boolean": lambda _, value: isinstance(value, bool),
    "string": lambda _, value: isinstance(value, str),
    "integers": _integers,
    "integer_or_integers": lambda p, value: _integer(p, value) or _integers(p, value),
    "strings": lambda p, value: _list(p, value) and all(isinstance(item, str) for item in value),
    "numbers": _numbers,
    "number_or_numbers": lambda p, value: _number(p, value) or _numbers(p, value),
    "json": lambda _p, _v: True,
    "slices": lambda _, value: isinstance(value, str) and slicing.read(value) is not None,
}

_TYPES: Mapping[str, Phrase] = {
    "boolean": phrase("true or false"),
    "string": phrase("text"),
    "strings": phrase("a list of texts"),
    "json": phrase("a value"),
    "slices": phrase("a key such as “:, 0” or “..., 1:3”"),
    "layer": phrase("a layer"),
    "layers": phrase("a list of layers"),
}


_BOUNDED: Mapping[str, str] = {
    "integer": marked("a whole number{bound}"),
    "number": marked("a number{bound}"),
    "schedule": marked("a number{bound}"),
    "integers": marked("whole numbers{bound}"),
    "numbers": marked("numbers{bound}"),
    "integer_or_integers": marked("a whole number{bound}, or a list of them"),
    "number_or_numbers": marked("a number{bound}, or a list of them"),
}

_COUNTED: Mapping[str, str] = {
    "integers": marked("{count} whole numbers{bound}"),
    "numbers": marked("{count} numbers{bound}"),
    "integer_or_integers": marked("a whole number{bound}, or {count} of them"),
    "number_or_numbers": marked("a number{bound}, or {count} of them"),
}
"""The same for a list of a certain length."""


def _expected(param: Param) -> Phrase:
    """Describe valid values: "a whole number of at least 1, or 2 of them"."""
    if param.length and param.type in _COUNTED:
        return phrase(_COUNTED[param.type], count=param.length, bound=_bound(param))
    if param.type in _BOUNDED:
        return phrase(_BOUNDED[param.type], bound=_bound(param))
    return _TYPES[param.type] if param.type in _TYPES else KINDS[param.type][1]


def _bound(param: Param) -> Phrase | str:
    low, high = param.minimum, param.maximum
    if low is not None and high is not None:
        return phrase(" from {low:g} to {high:g}", low=low, high=high)
    if low is not None:
        return phrase(" of at least {low:g}", low=low)
    return phrase(" of at most {high:g}", high=high) if high is not None else ""
