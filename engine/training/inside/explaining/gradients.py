"""The gradient of a score with respect to one input of a model, on the active backend."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import keras
import numpy as np

from engine.training.inside.probe import AsNow, bare


class Slope(NamedTuple):
    """The units of the model's output for one sample, and the gradient of their weighted sum."""

    units: np.ndarray
    gradient: np.ndarray


Differentiated = Callable[[Sequence[Any], np.ndarray], Slope]
"""Takes the inputs of the model, and what each unit counts."""


def differentiated(model: keras.Model, at: int) -> Differentiated | None:
    """Return the gradient with respect to input number `at`; None if the backend has none.

    The model's only output has the axes batch and units. Compiles at the first call.
    """
    makers = {"jax": _on_jax, "tensorflow": _on_tensorflow, "torch": _on_torch}
    make = makers.get(keras.backend.backend())
    return make(model, at) if make else None


def _on_jax(model: keras.Model, at: int) -> Differentiated:
    import jax

    def score(x: Any, trained: Any, fixed: Any, inputs: Any, weights: Any) -> Any:
        given = [*inputs[:at], x, *inputs[at + 1 :]]
        results, _ = model.stateless_call(trained, fixed, bare(given), training=False)
        units = keras.tree.flatten(results)[0]
        return keras.ops.sum(units * weights), units

    slope = jax.jit(jax.value_and_grad(score, has_aux=True))

    def run(inputs: Sequence[Any], weights: np.ndarray) -> Slope:
        groups = model.trainable_variables, model.non_trainable_variables
        values = ([variable.value for variable in group] for group in groups)
        (_, units), gradient = slope(inputs[at], *values, list(inputs), weights)
        return Slope(np.asarray(units)[0], np.asarray(gradient))

    return run


def _on_tensorflow(model: keras.Model, at: int) -> Differentiated:
    import tensorflow as tf

    @tf.function  # type: ignore[untyped-decorator, unused-ignore]
    def slope(inputs: Any, weights: Any) -> Any:
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(inputs[at])
            units = keras.tree.flatten(model(bare(inputs), training=False))[0]
            score = tf.reduce_sum(units * tf.cast(weights, units.dtype))
        gradient = tape.gradient(score, inputs[at], unconnected_gradients="zero")
        return units, tf.convert_to_tensor(gradient)

    def run(inputs: Sequence[Any], weights: np.ndarray) -> Slope:
        units, gradient = slope([tf.constant(value) for value in inputs], tf.constant(weights))
        return Slope(units.numpy()[0], gradient.numpy())

    return run


def _on_torch(model: keras.Model, at: int) -> Differentiated:
    import torch

    as_now = AsNow(model)

    def run(inputs: Sequence[Any], weights: np.ndarray) -> Slope:
        values = [keras.ops.convert_to_tensor(value) for value in inputs]
        values[at] = values[at].detach().clone().requires_grad_()
        with as_now.again():
            units = keras.tree.flatten(model(bare(values), training=False))[0]
        score = keras.ops.sum(units * keras.ops.convert_to_tensor(weights, units.dtype))
        (gradient,) = torch.autograd.grad(score, values[at], allow_unused=True)
        found = torch.zeros_like(values[at]) if gradient is None else gradient
        return Slope(*(keras.ops.convert_to_numpy(each) for each in (units[0], found)))

    return run
