"""The states of Keras's callbacks: numbers, texts and weights among their attributes.

Those that are named like arguments of the constructor are settings, not states.
"""

from collections.abc import Mapping, Sequence
from inspect import signature
from typing import Any

import keras
import numpy as np

_PLAIN = (bool, int, float, str, type(None))


def taken(
    callbacks: Sequence[keras.callbacks.Callback],
) -> tuple[list[dict[str, Any]], dict[str, np.ndarray]]:
    """Return the plain attributes of each callback, and the arrays of those that keep weights."""
    plain: list[dict[str, Any]] = []
    arrays: dict[str, np.ndarray] = {}
    for at, callback in enumerate(callbacks):
        settings = signature(type(callback).__init__).parameters
        values = {
            name: _number(value) for name, value in vars(callback).items() if name not in settings
        }
        plain.append({name: value for name, value in values.items() if isinstance(value, _PLAIN)})
        for name, value in values.items():
            if isinstance(value, list) and all(isinstance(each, np.ndarray) for each in value):
                arrays |= {f"callbacks/{at}/{name}/{i}": each for i, each in enumerate(value)}
    return plain, arrays


def put(
    callbacks: Sequence[keras.callbacks.Callback],
    plain: Sequence[Mapping[str, Any]],
    arrays: Mapping[str, np.ndarray],
) -> None:
    """Give callbacks what they knew. To be called after `on_train_begin`, where they forget it."""
    for at, (callback, values) in enumerate(zip(callbacks, plain, strict=False)):
        vars(callback).update(values)
        lists: dict[str, list[np.ndarray]] = {}
        for name in arrays:
            if name.startswith(f"callbacks/{at}/"):
                lists.setdefault(name.split("/")[2], []).append(arrays[name])
        vars(callback).update(lists)


def patient(plain: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Let callbacks that have ended a training wait anew, when it is continued nonetheless."""
    return [
        {**values, "wait": 0, "stopped_epoch": 0} if values.get("stopped_epoch") else dict(values)
        for values in plain
    ]


def _number(value: Any) -> Any:
    return value.item() if isinstance(value, np.generic) else value
