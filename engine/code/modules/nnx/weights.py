"""Loads the weights of a Keras model into the classes of the same model; copied into their code.

`COPIERS` has the functions for the layers of the model; Flax keeps their weights as Keras does,
except those of convolutions by groups and of recurrent layers.
"""

import jax
import jax.numpy as jnp
from flax import nnx

COPIERS = {}


class GRUCell(nnx.GRUCell):
    """A GRU cell with a bias for its recurrent kernel as well, as in Keras."""

    def __init__(self, in_features, hidden_features, *, rngs, **options):
        super().__init__(in_features, hidden_features, rngs=rngs, **options)
        self.dense_h = nnx.Linear(hidden_features, 3 * hidden_features, rngs=rngs)


class EinsumDense(nnx.Module):
    """Multiply by a kernel along the axes that an equation names, as in Keras."""

    def __init__(self, equation, kernel_shape, bias_shape=None, *, rngs):
        self.equation = equation
        self.kernel = nnx.Param(0.05 * rngs.params.normal(kernel_shape))
        self.bias = None if bias_shape is None else nnx.Param(jnp.zeros(bias_shape))

    def __call__(self, x):
        x = jnp.einsum(self.equation, x, self.kernel[...])
        return x if self.bias is None else x + self.bias


class Normalization(nnx.Module):
    """Subtract the mean of each feature, and divide by its standard deviation."""

    def __init__(self, *features, mean=0.0, variance=1.0):
        self.mean = nnx.BatchStat(jnp.asarray(mean) + jnp.zeros(features))
        self.variance = nnx.BatchStat(jnp.asarray(variance) + jnp.zeros(features))

    def __call__(self, x):
        return (x - self.mean) / jnp.maximum(jnp.sqrt(self.variance[...]), 1e-7)


def run_masked(layer, x, mask):
    """Run a recurrent layer without the steps where `mask` is false, as in Keras.

    They have the output of the step before them.
    """
    index = jnp.cumsum(mask, axis=1) - 1
    lengths = index[:, -1] + 1
    known = lengths[:, None] > 0
    # The steps that count come first, in their order.
    order = jnp.argsort(~mask, axis=1, stable=True)
    x = jnp.take_along_axis(x, order[..., None], axis=1)
    carry, steps = layer(x, seq_lengths=lengths, return_carry=True)
    steps = jnp.take_along_axis(steps, jnp.maximum(index, 0)[..., None], axis=1)
    counted = known if isinstance(layer, nnx.Bidirectional) else index >= 0
    carry = jax.tree.map(lambda state: jnp.where(known, state, 0), carry)
    return carry, jnp.where(counted[..., None], steps, 0)


def load_keras_weights(model, keras_model, fields=()):
    """Copy the weights of `keras_model`, such as `keras.saving.load_model(file)`."""
    names = getattr(model, "keras_layers", getattr(model, "keras_names", {}))
    for name, module in vars(model).items():
        if not isinstance(module, nnx.Module):
            continue
        keras_name = names.get(name, name).format(*fields)
        if hasattr(module, "keras_layers"):
            # A part of the model: in Keras its layers are those of the model.
            load_keras_weights(module, keras_model, keras_name.split())
            continue
        layer = keras_model.get_layer(keras_name)
        if hasattr(layer, "get_layer"):
            load_keras_weights(module, layer)
            continue
        copy = COPIERS.get(type(module), copy_learned)
        copy(module, [jnp.asarray(weight) for weight in layer.get_weights()])


def copy_learned(module, weights):
    names = ("embedding", "kernel", "scale", "bias")
    variables = [getattr(module, name, None) for name in names]
    variables = [variable for variable in variables if variable is not None]
    for variable, weight in zip(variables, weights, strict=True):
        variable[...] = weight.reshape(variable.shape)


def copy_separable(module, weights):
    depthwise, *pointwise = weights
    copy_learned(module.layers[0], [depthwise])
    copy_learned(module.layers[1], pointwise)


def copy_batch_norm(module, weights):
    *learned, mean, variance = weights
    copy_learned(module, learned)
    module.mean[...] = mean
    module.var[...] = variance


def copy_normalization(module, weights):
    if weights:  # none if the mean is a setting of the layer
        module.mean[...] = weights[0]
        module.variance[...] = weights[1]


def copy_recurrent(module, weights):
    copy_cell(module.cell, *weights)


def copy_bidirectional(module, weights):
    copy_cell(module.forward_rnn.cell, *weights[:3])
    copy_cell(module.backward_rnn.cell, *weights[3:])


def copy_attention(module, weights):
    parts = len(weights) // 4
    for index, linear in enumerate((module.query, module.key, module.value, module.out)):
        copy_learned(linear, weights[index * parts : (index + 1) * parts])


def copy_cell(cell, kernel, recurrent, bias):
    inputs, states = [kernel], [recurrent, bias]
    if isinstance(cell, nnx.SimpleCell):
        inputs, states = [kernel, bias], [recurrent]
    if isinstance(cell, nnx.GRUCell):
        inputs = [reset_first(kernel), reset_first(bias[0])]
        states = [reset_first(recurrent), reset_first(bias[1])]
    copy_learned(cell.dense_i, inputs)
    copy_learned(cell.dense_h, states)


def reset_first(weight):
    # Keras has the update gate first, Flax the reset gate.
    update, reset, new = jnp.split(weight, 3, axis=-1)
    return jnp.concatenate((reset, update, new), axis=-1)
