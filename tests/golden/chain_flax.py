"""Digits, written for Flax."""

import jax.numpy as jnp
from flax import nnx


class Digits(nnx.Module):
    """Digits: convolutional network from (28, 28, 1) to (10,)."""

    def __init__(self, *, rngs):
        self.conv2d = nnx.Conv(1, 32, (3, 3), padding="VALID", rngs=rngs)
        self.dropout = nnx.Dropout(0.5, rngs=rngs)
        self.dense = nnx.Linear(5408, 10, rngs=rngs)

    def __call__(self, inputs):
        x = nnx.relu(self.conv2d(inputs))
        x = nnx.max_pool(x, (2, 2), strides=(2, 2))
        x = x.reshape(x.shape[0], -1)
        x = self.dropout(x)
        return nnx.softmax(self.dense(x), axis=-1)


def copy_learned(module, weights):
    names = ("embedding", "kernel", "scale", "bias")
    variables = [getattr(module, name, None) for name in names]
    variables = [variable for variable in variables if variable is not None]
    for variable, weight in zip(variables, weights, strict=True):
        variable[...] = weight.reshape(variable.shape)


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


COPIERS = {}

model = Digits(rngs=nnx.Rngs(0))
