"""Loads the weights of a Keras model into the classes of the same model; copied into their code.

`COPIERS` has the functions for the layers of the model. PyTorch keeps their weights with other
axes than Keras.
"""

import torch
import torch.nn.functional as F
from torch import nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

COPIERS = {}


class MultiHeadAttention(nn.Module):
    """Attention with heads of any size, as in Keras."""

    def __init__(
        self,
        features,
        heads,
        size,
        *,
        key_features=None,
        value_features=None,
        outputs=None,
        bias=True,
        dropout=0.0,
    ):
        super().__init__()
        self.heads = heads
        self.dropout = dropout
        self.query = nn.Linear(features, heads * size, bias)
        self.key = nn.Linear(key_features or features, heads * size, bias)
        self.value = nn.Linear(value_features or features, heads * size, bias)
        self.output = nn.Linear(heads * size, outputs or features, bias)

    def forward(self, query, value, key=None):
        key = value if key is None else key
        query, key, value = (
            layer(tensor).unflatten(-1, (self.heads, -1)).transpose(1, 2)
            for layer, tensor in ((self.query, query), (self.key, key), (self.value, value))
        )
        dropout = self.dropout if self.training else 0.0
        x = F.scaled_dot_product_attention(query, key, value, dropout_p=dropout)
        return self.output(x.transpose(1, 2).flatten(2))


class EinsumDense(nn.Module):
    """Multiply by a kernel along the axes that an equation names, as in Keras."""

    def __init__(self, equation, kernel_shape, bias_shape=None):
        super().__init__()
        self.equation = equation
        self.kernel = nn.Parameter(0.05 * torch.randn(kernel_shape))
        self.bias = None if bias_shape is None else nn.Parameter(torch.zeros(bias_shape))

    def forward(self, x):
        x = torch.einsum(self.equation, x, self.kernel)
        return x if self.bias is None else x + self.bias


class Normalization(nn.Module):
    """Subtract the mean of each feature, and divide by its standard deviation."""

    def __init__(self, *features, mean=0.0, variance=1.0):
        super().__init__()
        self.register_buffer("mean", torch.tensor(mean) + torch.zeros(features))
        self.register_buffer("variance", torch.tensor(variance) + torch.zeros(features))

    def forward(self, x):
        return (x - self.mean) / self.variance.sqrt().clamp(min=1e-7)


def run_masked(layer, x, mask):
    """Run a recurrent layer without the steps where `mask` is false, as in Keras.

    They have the output of the step before them, in both directions 0.
    """
    index = mask.cumsum(1) - 1
    lengths = index[:, -1] + 1
    known = (lengths > 0)[:, None]
    # The steps that count come first; a row without any has one, and its result is set to 0.
    order = mask.int().argsort(dim=1, descending=True, stable=True)
    x = x.take_along_dim(order[..., None], 1)
    lengths = lengths.clamp(min=1).cpu()
    packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    packed, states = layer(packed)
    steps, _ = pad_packed_sequence(packed, batch_first=True, total_length=x.shape[1])
    steps = steps.take_along_dim(index.clamp(min=0)[..., None], 1)
    counted = mask if layer.bidirectional else index >= 0
    if isinstance(states, tuple):
        return steps * counted[..., None], tuple(state * known for state in states)
    return steps * counted[..., None], states * known


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


def copy_in_order(module, weights):
    learned = [parameter for parameter in module.parameters() if parameter.requires_grad]
    for parameter, weight in zip(learned, weights, strict=True):
        parameter.data.copy_(weight)


def copy_linear(module, weights):
    kernel, *bias = weights
    copy_in_order(module, [kernel.T, *bias])


def copy_attention(module, weights):
    parts = len(weights) // 4
    for index, linear in enumerate((module.query, module.key, module.value, module.output)):
        kernel, *bias = weights[index * parts : (index + 1) * parts]
        kernel = kernel.reshape(linear.in_features, linear.out_features)
        copy_linear(linear, [kernel, *(values.flatten() for values in bias)])


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


def copy_normalization(module, weights):
    if weights:  # none if the mean is a setting of the layer
        module.mean.copy_(weights[0])
        module.variance.copy_(weights[1])


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
