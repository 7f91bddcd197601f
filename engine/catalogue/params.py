"""Validates parameters against the catalogue: names, types, ranges, choices, nested objects.

What passes here is safe to hand to Keras by name: every nested object is one that the catalogue
lists. Whether values fit together and to the tensors that come in is for Keras to judge.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from engine.catalogue import Entry, Kind, Param, load, slicing
from engine.document import ObjectSpec
from engine.problems import Problem
from engine.problems.params import (
    Asked,
    Place,
    bad_param,
    missing_param,
    not_a_choice,
    unknown_object,
    unknown_param,
)
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
            yield unknown_param(place, entry, name, value, nested)
        elif not (value is None and known[name].required):  # said above
            yield from _value(known[name], value, place, (*path, name))


def _value(param: Param, value: Json, place: Place, path: tuple[str, ...]) -> Iterator[Problem]:
    if value is None:
        if not param.nullable:
            yield bad_param(place, path, f"{_expected(param)}, not empty", value)
    elif param.type in ("layer", "layers"):
        yield from _layers(param, value, place, path)
    elif param.type in OBJECTS:
        yield from _object(param, value, place, path)
    elif param.type in ("choice", "dtype"):
        if not isinstance(value, str):
            yield bad_param(place, path, "one word", value)
        elif value not in param.choices:
            yield not_a_choice(place, path, param.choices, value)
    elif not _FITS[param.type](param, value):
        yield bad_param(place, path, _expected(param), value)


def _object(param: Param, value: Json, place: Place, path: tuple[str, ...]) -> Iterator[Problem]:
    kind = OBJECTS[param.type]
    if param.type == "schedule" and not isinstance(value, dict):
        if not _number(param, value):
            yield bad_param(place, path, f"{_expected(param)}, or a schedule", value)
        return
    spec = {"class": value} if isinstance(value, str) else value
    yield from _nested(kind, spec, place, path, lambda name: load().object(kind, name))


def _layers(param: Param, value: Json, place: Place, path: tuple[str, ...]) -> Iterator[Problem]:
    if param.type == "layers" and not (isinstance(value, list) and value):
        yield bad_param(place, path, "a list of at least one layer", value)
        return
    kind: Kind = "cell" if param.name in ("cell", "cells") else "layer"
    alone = param.type != "layers"
    within = place if alone else replace(place, path=())  # no path leads to a list's member
    for spec in [value] if alone else value:
        yield from _nested(kind, spec, within, path, lambda name: _wrappable(kind, name))


def _wrappable(kind: Kind, name: str) -> Entry | None:
    entry = load().object("cell", name) if kind == "cell" else load().layer(name)
    if entry and entry.kind == "op":
        return entry.model_copy(update={"refused": "It is a function and no layer."})
    if entry and entry.name == "Input":
        return entry.model_copy(update={"refused": "An Input is where data comes in."})
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
        yield bad_param(place, path, f"the name of {_an(kind)}, or its class and params", spec)
        return
    entry = find(name)
    if entry is None or entry.refused:
        why = entry.refused if entry else None
        yield unknown_object(place, path, Asked(kind, name, _names(kind), why, params))
    else:
        yield from _entry(entry, params, place, path)


def _an(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"


def _names(kind: Kind) -> Sequence[str]:
    catalogue = load()
    if kind == "layer":
        return [one.name for one in catalogue.layers if not one.refused and one.kind == "layer"]
    return [entry.name for entry in catalogue.objects if entry.kind == kind]


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

_TYPES: Mapping[str, str] = {
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "string": "text",
    "integers": "whole numbers",
    "integer_or_integers": "a whole number, or {} of them",
    "strings": "a list of texts",
    "numbers": "numbers",
    "number_or_numbers": "a number, or {} of them",
    "schedule": "a number",
    "json": "a value",
    "slices": "a key such as “:, 0” or “..., 1:3”",
    "layer": "a layer",
    "layers": "a list of layers",
}


def _expected(param: Param) -> str:
    """What would have fitted, in words: "a whole number of at least 1, or 2 of them"."""
    words = _TYPES.get(param.type, _an(param.type)).format(param.length or "a list")
    if param.length and words in ("whole numbers", "numbers"):
        words = f"{param.length} {words}"
    bound = _bound(param)
    first, comma, rest = words.partition(",")
    return f"{first}{bound}{comma}{rest}"


def _bound(param: Param) -> str:
    low, high = param.minimum, param.maximum
    if low is not None and high is not None:
        return f" from {low:g} to {high:g}"
    if low is not None:
        return f" of at least {low:g}"
    return f" of at most {high:g}" if high is not None else ""
