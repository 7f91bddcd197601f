"""What is wrong with a parameter, as a problem with a fix where one is mechanical."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.catalogue.entries import Entry, Param
from engine.problems import At, Fix, Phrase, Problem, escaped, make_fix, phrase, problem, shown
from engine.values import nearest

KINDS: Mapping[str, tuple[Phrase, Phrase]] = {
    "activation": (phrase("activation"), phrase("an activation")),
    "callback": (phrase("callback"), phrase("a callback")),
    "cell": (phrase("cell"), phrase("a cell")),
    "constraint": (phrase("constraint"), phrase("a constraint")),
    "initializer": (phrase("initializer"), phrase("an initializer")),
    "layer": (phrase("layer"), phrase("a layer")),
    "loss": (phrase("loss"), phrase("a loss")),
    "metric": (phrase("metric"), phrase("a metric")),
    "optimizer": (phrase("optimizer"), phrase("an optimizer")),
    "regularizer": (phrase("regularizer"), phrase("a regularizer")),
    "schedule": (phrase("schedule"), phrase("a schedule")),
}
"""The noun for each kind of object in messages, without and with an article."""


@dataclass(frozen=True)
class Place:
    """What has the parameters: a node, or a part of the training (`path` leads to its params).

    `label` is its name in messages: “dense_1”, the optimizer Adam.
    """

    label: Phrase
    path: tuple[str, ...] = ()
    graph: str = "main"
    node: str | None = None

    def at(self, param: str) -> At:
        """The place of one of its parameters."""
        return At(graph=self.graph, node=self.node, param=param)


@dataclass(frozen=True)
class Argument:
    """A parameter and its value: of which class, and inside which parameter of the place."""

    owner: Phrase | str
    name: str
    value: Any
    nested: str = ""


@dataclass(frozen=True)
class Asked:
    """A nested object that a document refers to by name, with its parameters if it has any.

    `why` is the reason why a known object can't be used.
    """

    kind: str
    name: str
    known: Sequence[str]
    why: str | None = None
    params: Any = None


def object_label(kind: str, name: str) -> Phrase:
    """Return the name of an object of the training in messages: “the optimizer Adam”."""
    word = KINDS[kind][0]
    if not name:
        return phrase("the {kind}", kind=word)
    return phrase("the {kind} {name}", kind=word, name=name)


def _set(place: Place, label: Phrase, name: str, value: Any) -> Fix:
    return make_fix(label, {"type": "set", "path": [*place.path, name], "value": value})


def unknown_param(place: Place, argument: Argument, known: Sequence[str]) -> Problem:
    """A parameter that the class does not have."""
    near, name = nearest(argument.name, known), argument.name
    fix = None
    if near and not argument.nested and place.path:
        fix = make_fix(
            phrase("Rename to {near}", near=near),
            {"type": "unset", "path": [*place.path, name]},
            {"type": "set", "path": [*place.path, near], "value": argument.value},
        )
    return problem(
        "unknown_param.near" if near else "unknown_param",
        place.at(argument.nested or name),
        owner=argument.owner,
        name=name,
        near=near,
        fix=fix,
    )


def missing_param(place: Place, entry: Entry, param: Param, nested: str) -> Problem:
    """A required parameter without a value; the hint is Keras's own description."""
    owner = place.label
    if nested:
        layer = entry.name
        owner = phrase("{layer} in “{param}” of {owner}", layer=layer, param=nested, owner=owner)
    return problem(
        "missing_param.help" if param.help else "missing_param",
        place.at(nested or param.name),
        owner=owner,
        name=param.name,
        help=Phrase(text=escaped(param.help)),
    )


def bad_param(place: Place, path: Sequence[str], expected: Phrase, value: Any) -> Problem:
    """A value of the wrong type, or out of its range."""
    return problem(
        "bad_param",
        place.at(path[0]),
        path=path,
        owner=place.label,
        expected=expected,
        value=shown(value),
    )


def not_a_choice(place: Place, path: Sequence[str], choices: Sequence[str], value: str) -> Problem:
    """A word that is not one of the few that are allowed."""
    near = nearest(value, choices)
    direct = near and place.path and len(path) == 1
    return problem(
        "not_a_choice.near" if near else "not_a_choice",
        place.at(path[0]),
        path=path,
        owner=place.label,
        choices=choices,
        value=shown(value),
        near=near,
        fix=_set(place, phrase("Use “{near}”", near=near), path[0], near) if direct else None,
    )


def unknown_object(place: Place, path: Sequence[str], asked: Asked) -> Problem:
    """A nested object (an initializer, a wrapped layer) by a name that nothing has."""
    near = None if asked.why else nearest(asked.name, asked.known)
    kind, a_kind = KINDS[asked.kind]
    fix = _instead(place, path, asked, near) if near and place.path else None
    at, name = place.at(path[0] if path else asked.kind), shown(asked.name)
    if not path:
        return problem(
            "unknown_object.not_held"
            if asked.why
            else "unknown_object.near"
            if near
            else "unknown_object",
            at,
            kind=kind,
            name=name,
            near=near,
            why=refusal(asked.why) if asked.why else None,
            fix=fix,
        )
    return problem(
        "unknown_object.refused"
        if asked.why
        else "unknown_object.nested.near"
        if near
        else "unknown_object.nested",
        at,
        path=path,
        owner=place.label,
        a_kind=a_kind,
        name=name,
        near=near,
        why=refusal(asked.why) if asked.why else None,
        fix=fix,
    )


def refusal(why: str) -> Phrase:
    """Why a layer can't be used: words of the palette, which are collected there."""
    return Phrase(text=why)


def _instead(place: Place, path: Sequence[str], asked: Asked, near: str) -> Fix | None:
    """Use the object of the nearest name, with the same parameters."""
    label = phrase("Use {near}", near=near)
    if not path:  # of the training: its params are at `place.path`
        of_class = [*place.path[:-1], "class"]
        return make_fix(label, {"type": "set", "path": of_class, "value": near})
    if len(path) > 1:
        return None
    plain = not asked.params and asked.kind not in ("layer", "cell")
    return _set(place, label, path[0], near if plain else {"class": near, "params": asked.params})
