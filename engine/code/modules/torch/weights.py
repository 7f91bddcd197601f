"""Loads the weights of a Keras model into the classes of the same model; copied into their code.

`COPIERS` has the functions for the layers of the model. PyTorch keeps their weights with other
axes than Keras.
"""

import torch

COPIERS = {}


def load_keras_weights(model, keras_model):
    """Copy the weights of `keras_model`, such as `keras.saving.load_model(file)`."""
    names = getattr(model, "keras_names", {})
    for name, module in model.named_children():
        layer = keras_model.get_layer(names.get(name, name))
        if hasattr(layer, "get_layer"):
            load_keras_weights(module, layer)
            continue
        copy = COPIERS.get(type(module), copy_in_order)
        copy(module, [torch.tensor(weight) for weight in layer.get_weights()])


def copy_in_order(module, weights):
    learned = [parameter for parameter in module.parameters() if parameter.requires_grad]
    for parameter, weight in zip(learned, weights, strict=True):
        parameter.data.copy_(weight)


def copy_linear(module, weights):
    kernel, *bias = weights
    copy_in_order(module, [kernel.T, *bias])


def copy_convolution(module, weights):
    kernel, *bias = weights
    outputs, inputs = module.weight.shape[:2]  # inputs of a group
    kernel = kernel.reshape(*kernel.shape[:-2], inputs, outputs)
    copy_in_order(module, [kernel.movedim((-1, -2), (0, 1)), *bias])


def copy_separable(module, weights):
    depthwise, *pointwise = weights
    copy_convolution(module[0], [depthwise])
    copy_convolution(module[1], pointwise)


def copy_transposed(module, weights):
    kernel, *bias = weights
    copy_in_order(module, [kernel.movedim((-1, -2), (0, 1)), *bias])


def copy_batch_norm(module, weights):
    *learned, mean, variance = weights
    copy_in_order(module, learned)
    module.running_mean.copy_(mean)
    module.running_var.copy_(variance)


def copy_recurrent(module, weights):
    parts = 3 if module.bias else 2
    directions = [weights[:parts], weights[parts:]] if module.bidirectional else [weights]
    for names, direction in zip(module.all_weights, directions, strict=True):
        kernel, recurrent, *bias = direction
        biases = [bias[0], torch.zeros_like(bias[0])] if bias else []
        for parameter, weight in zip(names, [kernel.T, recurrent.T, *biases], strict=True):
            parameter.data.copy_(weight)


def copy_gru(module, weights):
    parts = 3 if module.bias else 2
    directions = [weights[:parts], weights[parts:]] if module.bidirectional else [weights]
    for names, direction in zip(module.all_weights, directions, strict=True):
        kernel, recurrent, *bias = direction
        biases = list(bias[0]) if bias else []
        for parameter, weight in zip(names, [kernel.T, recurrent.T, *biases], strict=True):
            update, reset, new = weight.chunk(3)
            parameter.data.copy_(torch.cat((reset, update, new)))
