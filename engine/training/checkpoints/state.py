"""The state of a model that is being fitted, taken and put back.

On JAX the loop of `fit` holds the values of the variables (`keras.src.backend.jax.trainer`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import keras
import numpy as np

from engine.keras.network import Network
from engine.problems import problem
from engine.training.checkpoints.file import Arrays
from engine.training.generators import generators
from engine.training.measuring.states import operations
from engine.training.refusal import RefusedError

WEIGHTS = ("trainable_variables", "non_trainable_variables")
MODEL = (*WEIGHTS, "optimizer_variables")
METRICS = ("metrics_variables",)
_GENERATOR, _TORCH, _STEP = "random/numpy", "random/torch", "random/torch/step"


def taken(model: keras.Model) -> dict[str, np.ndarray]:
    """Copy the values of a compiled model: weights, states of layers, optimizer and metrics."""
    held = getattr(model, "_jax_state", None) if keras.backend.backend() == "jax" else None
    found: dict[str, np.ndarray] = {}
    for group in (*MODEL, *METRICS):
        values = held[group] if held else [each.value for each in _variables(model, group)]
        found |= {f"{group}/{at}": _copy(value) for at, value in enumerate(values)}
    return found


def put(model: keras.Model, arrays: Arrays, groups: Iterable[str]) -> None:
    """Give the variables of these groups their values. Raises RefusedError if they don't fit."""
    for group in groups:
        variables = _variables(model, group)
        names = [f"{group}/{at}" for at in range(len(variables))]
        shapes = [arrays[name].shape if name in arrays else None for name in names]
        more = f"{group}/{len(variables)}" in arrays
        if more or shapes != [tuple(each.shape) for each in variables]:
            raise RefusedError(problem("checkpoint_differs"))
        for name, variable in zip(names, variables, strict=True):
            variable.assign(arrays[name])


def weights_of_nodes(network: Network) -> Iterator[tuple[Sequence[str], Sequence[str]]]:
    """Yield the path of each node whose layer has weights, and the names of their arrays."""
    names = {
        id(variable): f"{group}/{at}"
        for group in WEIGHTS
        for at, variable in enumerate(_variables(network.model, group))
    }
    for path, layer in layers_with_weights(network):
        yield path, [names[id(each)] for each in layer.weights]


def layers_with_weights(network: Network) -> Iterator[tuple[Sequence[str], Any]]:
    """Yield the path of each node whose layer has weights, and the layer.

    A layer that several nodes call belongs to the first of them.
    """
    done = set[int]()
    for path, operation in operations(network):
        if id(operation) not in done and getattr(operation, "weights", None):
            done.add(id(operation))
            yield path, operation


def random_state() -> tuple[list[Any], dict[str, np.ndarray]]:
    """The states with which NumPy draws the order of rows on JAX, and PyTorch its own.

    TensorFlow needs none: its data sets draw the same order in each epoch, from the seed.
    """
    name, numbers, *rest = np.random.get_state(legacy=True)
    return [name, *rest], {_GENERATOR: np.asarray(numbers), **_drawn_from(_TORCH)}


def put_random_state(plain: Sequence[Any], arrays: Mapping[str, np.ndarray]) -> None:
    """Continue to draw as from this state on."""
    name, *rest = plain
    np.random.set_state((name, arrays[_GENERATOR], *rest))
    _draw_from(_TORCH, arrays)


def step_state() -> dict[str, np.ndarray]:
    """The state from which layers of PyTorch draw in the next step."""
    return _drawn_from(_STEP)


def put_step_state(arrays: Mapping[str, np.ndarray]) -> None:
    """Continue a step with this state."""
    _draw_from(_STEP, arrays)


def _drawn_from(name: str) -> dict[str, np.ndarray]:
    return {f"{name}/{at}": _copy(each.value) for at, each in enumerate(generators())}


def _draw_from(name: str, arrays: Mapping[str, np.ndarray]) -> None:
    for at, generator in enumerate(generators()):
        if (state := arrays.get(f"{name}/{at}")) is not None:
            generator.assign(state)


def _variables(model: keras.Model, group: str) -> list[Any]:
    if group == "optimizer_variables":
        return list(model.optimizer.variables)
    return list(getattr(model, group))


def _copy(value: Any) -> np.ndarray:
    """A copy: the next step may write where the value is.

    With TensorFlow on several devices, the value is a variable that each of them has.
    """
    if hasattr(value, "read_value"):
        value = value.read_value()
    return np.array(keras.ops.convert_to_numpy(value))
