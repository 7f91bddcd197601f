"""Digits, written for PyTorch."""

import torch
import torch.nn.functional as F
from torch import nn


class Digits(nn.Module):
    """Digits: convolutional network from (28, 28, 1) to (10,)."""

    def __init__(self):
        super().__init__()
        self.conv2d = nn.Conv2d(1, 32, kernel_size=3)
        self.dropout = nn.Dropout(0.5)
        self.dense = nn.Linear(5408, 10)

    def forward(self, inputs):
        # Data have the channels last, as in Keras; PyTorch's layers take them first.
        x = F.relu(self.conv2d(inputs.movedim(-1, 1)))
        x = F.max_pool2d(x, 2)
        # The channels are last again, so that all values are in the order of Keras.
        x = x.movedim(1, -1).flatten(1)
        x = self.dropout(x)
        return F.softmax(self.dense(x), dim=-1)


def copy_convolution(module, weights):
    kernel, *bias = weights
    outputs, inputs = module.weight.shape[:2]  # inputs of a group
    kernel = kernel.reshape(*kernel.shape[:-2], inputs, outputs)
    copy_in_order(module, [kernel.movedim((-1, -2), (0, 1)), *bias])


def copy_linear(module, weights):
    kernel, *bias = weights
    copy_in_order(module, [kernel.T, *bias])


def copy_in_order(module, weights):
    learned = [
        parameter for parameter in module.parameters() if parameter.requires_grad
    ]
    for parameter, weight in zip(learned, weights, strict=True):
        parameter.data.copy_(weight)


def load_keras_weights(model, keras_model, fields=()):
    """Copy the weights of `keras_model`, such as `keras.saving.load_model(file)`."""
    names = getattr(model, "keras_layers", getattr(model, "keras_names", {}))
    for name, module in model.named_children():
        keras_name = names.get(name, name).format(*fields)
        if hasattr(module, "keras_layers"):
            # A part of the model: in Keras its layers are those of the model.
            load_keras_weights(module, keras_model, keras_name.split())
            continue
        layer = keras_model.get_layer(keras_name)
        if hasattr(layer, "get_layer"):
            load_keras_weights(module, layer)
            continue
        copy = COPIERS.get(type(module), copy_in_order)
        copy(module, [torch.tensor(weight) for weight in layer.get_weights()])


COPIERS = {nn.Conv2d: copy_convolution, nn.Linear: copy_linear}

model = Digits()
