"""The size of the gradients of a compiled model, on the active backend."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np

from engine.training.adapters import bare


def gradient_norms(
    model: keras.Model, inputs: Sequence[np.ndarray], targets: Sequence[Any]
) -> dict[str, float]:
    """Return the norm of the gradient of each layer's kernel, by layer, in the model's order.

    Of the mean over the rows given; empty on a backend whose gradients are not known here.
    """
    kernels = [
        (layer.name, variable)
        for layer in model.layers
        for variable in layer.trainable_variables[:1]
        if len(variable.shape) > 1
    ]
    compute = {"jax": _jax, "tensorflow": _tensorflow}.get(keras.backend.backend())
    if compute is None or not kernels:
        return {}
    arrays = compute(model, [variable for _, variable in kernels], bare(inputs), bare(targets))
    return {
        name: float(np.linalg.norm(array)) if array is not None else 0.0
        for (name, _), array in zip(kernels, arrays, strict=True)
    }


def _jax(model: keras.Model, variables: Sequence[Any], x: Any, y: Any) -> list[Any]:
    import jax

    def loss(values: Sequence[Any]) -> Any:
        # Losses update their means, which must not outlive the computation.
        with keras.StatelessScope(state_mapping=list(zip(variables, values, strict=True))):
            return model.compute_loss(x=x, y=y, y_pred=model(x, training=False))

    gradients = jax.grad(loss)([variable.value for variable in variables])
    return [np.asarray(gradient) for gradient in gradients]


def _tensorflow(model: keras.Model, variables: Sequence[Any], x: Any, y: Any) -> list[Any]:
    import tensorflow as tf

    values = [variable.value for variable in variables]
    with tf.GradientTape() as tape:
        loss = model.compute_loss(x=x, y=y, y_pred=model(x, training=False))
    return [
        None if gradient is None else np.asarray(tf.convert_to_tensor(gradient))
        for gradient in tape.gradient(loss, values)
    ]
