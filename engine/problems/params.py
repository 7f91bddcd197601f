"""Words for parameters that are missing, unknown, or have a value that does not fit."""

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from engine.catalogue import Entry, Param
from engine.problems import Fix, Problem

MAX_SAID = 60
MAX_LISTED = 12


@dataclass(frozen=True)
class Place:
    """What has the parameters: a node, or a part of the training (`path` leads to its params).

    `label` is how messages call it: “dense_1”, the optimizer Adam.
    """

    label: str
    path: tuple[str, ...] = ()
    graph: str = "main"
    node: str | None = None


def said(value: Any) -> str:
    """A value as a message quotes it: as JSON would write it, and not too long."""
    match value:
        case None:
            text = "empty"
        case bool():
            text = "true" if value else "false"
        case str():
            text = f"“{value}”"
        case list() | tuple():
            items = [said(item) for item in value[:MAX_LISTED]] + ["…"] * (len(value) > MAX_LISTED)
            text = f"({', '.join(items)})"
        case {"class": name}:
            text = str(name)
        case dict():
            text = "an object"
        case _:
            text = str(value)
    return text if len(text) <= MAX_SAID else text[: MAX_SAID - 1] + "…"


def listed(words: Sequence[str], last: str = "or") -> str:
    """“a”, “b” or “c”; at most eight of them."""
    quoted = [f"“{word}”" for word in words[:8]]
    if len(words) > len(quoted):
        return ", ".join(quoted) + " …"
    return f" {last} ".join(filter(None, [", ".join(quoted[:-1]), quoted[-1]]))


def nearest(word: str, known: Sequence[str]) -> str | None:
    """The known word that was most likely meant; upper and lower case don't matter."""
    by_lower = {name.lower(): name for name in reversed(known)}
    close = get_close_matches(word.lower()[:100], list(by_lower), n=1, cutoff=0.6)
    return by_lower[close[0]] if close else None


def _problem(place: Place, code: str, param: str, message: str, **more: Any) -> Problem:
    return Problem(
        code=code, message=message, graph=place.graph, node=place.node, param=param, **more
    )


def _set(place: Place, label: str, name: str, value: Any) -> Fix:
    path = [*place.path, name]
    return Fix(label=label, operations=({"type": "set", "path": path, "value": value},))


def unknown_param(place: Place, entry: Entry, name: str, value: Any, nested: str) -> Problem:
    """A parameter that the class does not have."""
    near = nearest(name, [param.name for param in entry.params])
    message = f"{entry.name} has no parameter “{name}”."
    fix = None
    if near and not nested and place.path:
        fix = _set(place, f"Rename to {near}", near, value)
        unset = {"type": "unset", "path": [*place.path, name]}
        fix = fix.model_copy(update={"operations": (unset, *fix.operations)})
    return _problem(
        place,
        "unknown_param",
        nested or name,
        message,
        hint=f"Did you mean “{near}”?" if near else "Remove it.",
        fix=fix,
    )


def missing_param(place: Place, entry: Entry, param: Param, nested: str) -> Problem:
    """A required parameter without a value."""
    who = f"{entry.name} in “{nested}” of {place.label}" if nested else place.label
    return _problem(
        place, "missing_param", nested or param.name, f"{who} needs “{param.name}”.",
        hint=param.help or None,
    )  # fmt: skip


def bad_param(place: Place, path: Sequence[str], expected: str, value: Any) -> Problem:
    """A value of the wrong type, or out of its range."""
    return _problem(
        place,
        "bad_param",
        path[0],
        f"{_name(path)} of {place.label} must be {expected}; it is {said(value)}.",
    )


def not_a_choice(place: Place, path: Sequence[str], choices: Sequence[str], value: str) -> Problem:
    """A word that is not one of the few that are allowed."""
    near = nearest(value, choices)
    return _problem(
        place,
        "not_a_choice",
        path[0],
        f"{_name(path)} of {place.label} must be {listed(choices)}; it is {said(value)}.",
        hint=f"Did you mean “{near}”?" if near else None,
        fix=_set(place, f"Use “{near}”", path[0], near)
        if near and place.path and len(path) == 1
        else None,
    )


@dataclass(frozen=True)
class Asked:
    """A nested object that was asked for by name, with its parameters if it has any; `why` says
    why a known one can't be had."""

    kind: str
    name: str
    known: Sequence[str]
    why: str | None = None
    params: Any = None


def unknown_object(place: Place, path: Sequence[str], asked: Asked) -> Problem:
    """A nested object (an initializer, a wrapped layer) by a name that nothing has."""
    near = None if asked.why else nearest(asked.name, asked.known)
    an = "an" if asked.kind[0] in "aeiou" else "a"
    end = "can't be used there" if asked.why else "is none that Keras has"
    return _problem(
        place,
        "unknown_object",
        path[0] if path else asked.kind,
        f"{_name(path)} of {place.label} must be {an} {asked.kind}; {said(asked.name)} {end}."
        if path
        else f"Keras has no {asked.kind} {said(asked.name)}.",
        hint=asked.why or (f"Did you mean “{near}”?" if near else None),
        fix=_instead(place, path, asked, near) if near and place.path else None,
    )


def _instead(place: Place, path: Sequence[str], asked: Asked, near: str) -> Fix | None:
    """Take the object of the nearest name, with the same parameters."""
    label = f"Use {near}"
    if not path:  # of the training: its params are at `place.path`
        of_class = [*place.path[:-1], "class"]
        return Fix(label=label, operations=({"type": "set", "path": of_class, "value": near},))
    if len(path) > 1:
        return None
    plain = not asked.params and asked.kind not in ("layer", "cell")
    return _set(place, label, path[0], near if plain else {"class": near, "params": asked.params})


def _name(path: Sequence[str]) -> str:
    return " › ".join(path)
