"""Objects of Keras that are not layers: losses, metrics, optimizers, regularizers and others."""

from typing import Any

from engine.catalogue import Entry, Kind, load
from engine.document import ObjectSpec
from engine.imports import keras_1
from engine.imports.python import callbacks
from engine.imports.python.parameters import parameters
from engine.imports.python.state import State
from engine.imports.python.unknown import Unknown, find_unknown
from engine.imports.python.values import KerasObject, find_tensors
from engine.problems import phrase

Args = list[Any]
Kwargs = dict[str, Any]

OBJECTS: dict[str, Kind] = {
    "initializers": "initializer",
    "regularizers": "regularizer",
    "constraints": "constraint",
    "activations": "activation",
    "optimizers": "optimizer",
    "schedules": "schedule",
    "losses": "loss",
    "metrics": "metric",
    "callbacks": "callback",
}
"""Keras modules of objects, and their kind in the catalogue."""


def _op_without_node(dotted: str, values: Args, line: int) -> Unknown:
    """Why an op of Keras that is not in the catalogue can't be read."""
    unknown = [value for value in values if isinstance(value, Unknown)]
    if unknown:
        return unknown[0]
    if find_tensors(values):
        return Unknown(line, phrase("{dotted}(…) of a tensor has no node here", dotted=dotted))
    why = phrase("{dotted}(…) is a constant tensor, which a document can't hold", dotted=dotted)
    return Unknown(line, why)


def _given(kind: str | None, name: str, args: Args) -> Args:
    """The result of `get(…)`, or of an activation of a tensor that is not known; else nothing."""
    if kind and name == "get":
        return args[:1]
    unknown = find_unknown(args[:1]) if kind == "activation" else None
    return [unknown] if unknown else []


def _held(kind: Kind | None, name: str) -> Entry | None:
    """The object of this kind and name, if a document holds it."""
    if kind == "regularizer":
        name = keras_1.REGULARIZERS.get(name, name)
    entry = load().object(kind, name) if kind else None
    return None if entry is None or entry.refused else entry


def make_object(state: State, dotted: str, args: Args, kwargs: Kwargs, line: int) -> Any:
    """An object of Keras that is not a layer: keras.optimizers.Adam(1e-3)."""
    module, _, name = dotted.rpartition(".")
    kind = OBJECTS.get(module.rpartition(".")[2])
    if given := _given(kind, name, args):
        return given[0]
    entry = _held(kind, name)
    if kind is None or entry is None:
        if module == "keras.ops":
            return _op_without_node(dotted, [*args, *kwargs.values()], line)
        why = phrase("{dotted}(…) can't be stored in a document", dotted=dotted)
        return Unknown(line, why, "" if kind else "?")
    old, gone, left = kwargs, list[str](), dict[str, Unknown]()
    if kind == "optimizer":
        kwargs, gone = keras_1.optimizer(kwargs)
    elif kind == "regularizer":
        kwargs = keras_1.regularizer(entry.name, kwargs)
    elif kind == "callback":
        args, kwargs, left = callbacks.arguments(entry, args, kwargs, line)
    params, holes = parameters(entry, args, kwargs, line)
    holes |= left
    if "decay" in gone:
        rate = entry.param("learning_rate")
        schedule = keras_1.decayed(params.get("learning_rate", rate and rate.default), old["decay"])
        if schedule is not None:
            params["learning_rate"] = {"class": "InverseTimeDecay", "params": schedule}
            gone.remove("decay")
    for argument in gone:
        holes[argument] = Unknown(line, phrase("Keras 3 has no such argument"))
    has_rate = kind == "optimizer" and bool(args or "learning_rate" in kwargs)
    return KerasObject(kind, ObjectSpec(class_=entry.name, params=params), holes, has_rate)
