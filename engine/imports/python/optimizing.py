"""What source does to an optimizer besides creating it: a document does not hold that."""

from dataclasses import dataclass
from typing import Any, get_args

from engine.catalogue import load
from engine.document import ObjectSpec
from engine.document.schema import Precision
from engine.imports import keras_1
from engine.imports.python.state import State
from engine.imports.python.unknown import (
    Opaque,
    Unknown,
)
from engine.problems import Phrase, phrase
from engine.values import Json

_STEPS = ("apply_gradients", "minimize")
"""Methods of a training loop that does without `fit`."""
_ASSIGN = ("assign", "assign_add", "assign_sub")


@dataclass(frozen=True)
class Setting(Opaque):
    """The optimizer of a model, or one of its settings, such as `model.optimizer.lr`."""

    line: int

    @property
    def unknown(self) -> Unknown:
        """The unknown value that everything else computes from it."""
        return Unknown(self.line, phrase("the value of a setting of an optimizer"))


def attribute(state: State, name: str, line: int) -> Setting:
    """An attribute of an optimizer; those by which it is changed are named."""
    if name in _STEPS:
        what = phrase("a training loop of its own with {name}(…)", name=name)
        state.leave_out(line, what, "training")
    elif name in _ASSIGN:
        changed(state, name, line)
    return Setting(line)


def set_attribute(state: State, name: str, line: int) -> None:
    """`optimizer.learning_rate = …`."""
    what = phrase("“.{name}” of the optimizer, set after it was created", name=name)
    state.leave_out(line, what, "training")


def changed(state: State, name: str, line: int) -> None:
    """Name a change of a setting by a function or method."""
    what = phrase("the setting of the optimizer that {name}(…) changes", name=name)
    state.leave_out(line, what, "training")


def set_value(state: State, args: list[Any], kwargs: Any, line: int) -> None:
    """`K.set_value(variable, value)`, of an optimizer's setting or of a weight."""
    if any(isinstance(value, Setting) for value in args):
        changed(state, "set_value", line)
    else:
        state.leave_out(line, phrase("the values that {name}(…) sets", name="set_value"), "weights")


def with_old_rate(optimizer: ObjectSpec) -> ObjectSpec:
    """The optimizer with the learning rate that it had by default in Keras 1."""
    rate = keras_1.LEARNING_RATES.get(optimizer.class_)
    written = optimizer.params.get("learning_rate")
    if rate is None or isinstance(written, int | float):
        return optimizer
    decayed: Json = rate
    if isinstance(written, dict) and isinstance(written.get("params"), dict):  # of `decay`
        decayed = {**written, "params": {**written["params"], "initial_learning_rate": rate}}
    params = {**optimizer.params, "learning_rate": decayed}
    return ObjectSpec(class_=optimizer.class_, params=params)


def old_rate(state: State, optimizer: ObjectSpec) -> Phrase | None:
    """That older versions of Keras had another default, where a source may be for any version."""
    if optimizer.class_ == "Lion" and "tensorflow" in state.settings:
        return _old_rate_of_lion(optimizer)
    old = keras_1.LEARNING_RATES.get(optimizer.class_)
    entry = load().object("optimizer", optimizer.class_)
    param = entry.param("learning_rate") if entry else None
    if old is None or param is None:
        return None
    if isinstance(optimizer.params.get("learning_rate"), int | float):
        return None
    if "any_keras" not in state.settings:
        return None
    return phrase(
        "the learning rate of {optimizer}: it is {rate} as in Keras since 2.4, and was {old} "
        "before by default",
        optimizer=optimizer.class_, rate=param.default, old=old,
    )  # fmt: skip


def _old_rate_of_lion(optimizer: ObjectSpec) -> Phrase | None:
    if "learning_rate" in optimizer.params:
        return None
    return phrase("the learning rate of Lion: it is 0.001 as in Keras 3, and was 0.0001 before")


def set_policy(state: State, args: list[Any], kwargs: dict[str, Any], line: int) -> None:
    """The policy for the numbers of all layers, which a document has for its training."""
    policy = args[0] if args else next(iter(kwargs.values()), None)
    if policy in get_args(Precision) and not state.models:
        state.journal.put(state.settings, "precision", policy)
    else:
        set_floatx(state, args, kwargs, line)


def set_floatx(state: State, args: list[Any], kwargs: dict[str, Any], line: int) -> None:
    """The type of numbers for all layers; a document's layers have their own."""
    policy = args[0] if args else next(iter(kwargs.values()), None)
    if policy != "float32":
        what = phrase("the type of numbers that is set for all layers")
        state.leave_out(line, what)
