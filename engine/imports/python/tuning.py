"""KerasTuner: the hyperparameters of a model with their defaults, and the tuners that build it.

A tuner builds the model with the defaults first; the values that it tries afterwards are named.
"""

import ast
from dataclasses import dataclass
from typing import Any

from engine.imports.python.inheritance import find
from engine.imports.python.state import State
from engine.imports.python.unknown import Unknown, find_unknown
from engine.imports.python.values import Function, Instance, LeftOut, Method, Model
from engine.imports.python.walking import descendants
from engine.problems import phrase

Args = list[Any]
Kwargs = dict[str, Any]

_PACKAGES = ("keras_tuner", "kerastuner")
_TUNERS = ("RandomSearch", "Hyperband", "BayesianOptimization", "GridSearch")
_COMPILE = ("optimizer", "loss", "metrics")
"""Arguments of a tuner that take the place of those of compile(…)."""
_KINDS = {
    "Int": ("name", "min_value", "max_value", "step", "sampling", "default"),
    "Float": ("name", "min_value", "max_value", "step", "sampling", "default"),
    "Choice": ("name", "values", "ordered", "default"),
    "Boolean": ("name", "default"),
    "Fixed": ("name", "value"),
}
"""The methods that define a hyperparameter, with their arguments."""


class HyperParameters(dict[str, Any]):
    """The values of `keras_tuner.HyperParameters` by name; `line` is that of the first."""

    line = 0


@dataclass(frozen=True, eq=False)
class Tuner(Unknown):
    """A tuner: what builds its model from hyperparameters, and the model that it builds first."""

    hypermodel: Any = None
    values: Any = None
    model: Any = None


def call(state: State, dotted: str, args: Args, kwargs: Kwargs, line: int) -> Any:
    """The value of a call of KerasTuner; None for another call."""
    package, name = dotted.partition(".")[0], dotted.rpartition(".")[2]
    if package not in _PACKAGES:
        return None
    if name == "HyperParameters":
        return new(state)
    hypermodel = args[0] if args else kwargs.get("hypermodel")
    if name not in _TUNERS or not isinstance(hypermodel, Function | Instance):
        return None
    values = kwargs.get("hyperparameters")
    if not isinstance(values, HyperParameters):
        values = new(state)
    model = _built(state, hypermodel, [values], {}, line)
    compiled = {name: kwargs[name] for name in _COMPILE if kwargs.get(name) is not None}
    if compiled and isinstance(model, Model):
        before = {name: value for name, value in model.compiled.items() if name in _COMPILE}
        state.call(Method(model, "compile"), [], {**before, **compiled}, line)
    return Tuner(line, phrase("what KerasTuner finds"), "", hypermodel, values, model)


def new(state: State) -> HyperParameters:
    """Hyperparameters without values."""
    values = HyperParameters()
    state.journal.new(values)
    return values


def are_taken(function: Function, name: str) -> bool:
    """Whether a function takes hyperparameters by this name, and defines some of them."""
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr in _KINDS
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == name
        for node in descendants(function.node)
    )


def noted(result: Any, args: Args) -> Any:
    """The result of a function; a model says which hyperparameters have their defaults."""
    values = next((value for value in args if isinstance(value, HyperParameters)), None)
    if values and isinstance(result, Model):
        named = [f"{name}={value!r}" for name, value in values.items() if not find_unknown(value)]
        what = phrase(
            "the values that KerasTuner tries; the first model is taken, with {values:list}",
            values=named,
        )
        others = [item for item in result.left_out if item.line != values.line]
        result.left_out[:] = [*others, LeftOut(values.line, what, "training")]
    return result


def method(
    state: State, owner: HyperParameters | Tuner, name: str, args: Args, kwargs: Kwargs, line: int
) -> Any:
    """Call a method of hyperparameters or of a tuner."""
    if isinstance(owner, HyperParameters):
        return _value(state, owner, name, args, kwargs, line)
    match name:
        case "search" if isinstance(owner.model, Model) and not _trains(owner.hypermodel):
            return state.call(Method(owner.model, "fit"), args, kwargs, line)
        case "get_best_models":
            return state.journal.new([owner.model])
        case "get_best_hyperparameters":
            return state.journal.new([owner.values])
        case "build":
            return _built(state, owner.hypermodel, args, kwargs, line)
    return Unknown(line, owner.why)


def attribute(tuner: Tuner, name: str) -> Any:
    """The value of `tuner.name`."""
    return tuner if name == "hypermodel" else Method(tuner, name)


def _built(state: State, hypermodel: Any, args: Args, kwargs: Kwargs, line: int) -> Any:
    """The model of a function, or of the method `build` of a keras_tuner.HyperModel."""
    if isinstance(hypermodel, Instance):
        hypermodel = state.attribute(hypermodel, "build", line)
    return state.call(hypermodel, args, kwargs, line)


def _trains(hypermodel: Any) -> bool:
    """Whether a HyperModel trains its model in a method of its own."""
    return isinstance(hypermodel, Instance) and find(hypermodel.cls, "fit") is not None


def _value(
    state: State, values: HyperParameters, kind: str, args: Args, kwargs: Kwargs, line: int
) -> Any:
    """The value of a hyperparameter: the one that it has already, else its default."""
    unknown = Unknown(line, phrase("the result of {name}(…) is not known", name=kind))
    arguments = dict(zip(_KINDS.get(kind, ("name",)), args, strict=False)) | kwargs
    name = arguments.get("name")
    if not isinstance(name, str):
        return find_unknown(name) or unknown
    if name not in values:
        if kind not in _KINDS:
            return unknown
        values.line = values.line or line
        state.journal.put(values, name, _default(kind, arguments, unknown))
    return values[name]


def _default(kind: str, arguments: Kwargs, unknown: Unknown) -> Any:
    if kind == "Fixed":
        return arguments.get("value", unknown)
    if kind == "Boolean":
        return arguments.get("default", False)
    if arguments.get("default") is not None:
        return arguments["default"]
    if kind != "Choice":
        return arguments.get("min_value", unknown)
    choices = arguments.get("values")
    if not isinstance(choices, list | tuple) or not choices:
        return find_unknown(choices) or unknown
    return None if None in choices else choices[0]
