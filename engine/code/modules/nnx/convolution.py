"""Convolutions and pooling of Flax."""

from dataclasses import replace

from engine.code.modules.activations import activated
from engine.code.modules.building import Operand, call, invoke, method
from engine.code.modules.geometry import Window
from engine.code.modules.layout import PLAIN
from engine.code.modules.masking import averaged
from engine.code.modules.nnx.layers import make
from engine.code.modules.reshaped import upsampled, zero_padded
from engine.code.modules.resolved import convolution, number, window
from engine.code.modules.tensors import LayerCall, Lines, Tensor, Writer, single
from engine.code.syntax.tree import Expression
from engine.values import Json


def _moves(spec: Window) -> dict[str, Operand]:
    """The arguments for strides, padding and dilation that are not Flax's defaults."""
    options: dict[str, Operand] = {}
    if spec.in_steps:
        options["strides"] = list(spec.strides)
    if spec.padding != "same":
        options["padding"] = spec.padding.upper()
    if set(spec.dilation) != {1}:
        options["kernel_dilation"] = list(spec.dilation)
    return options


def _convolution(layer_call: LayerCall) -> Lines:
    spec = convolution(layer_call)
    options = _moves(spec.window)
    if spec.groups != 1:
        options["feature_group_count"] = spec.groups
    separable = layer_call.layer.startswith("Separable")
    bias: dict[str, Operand] = {} if spec.bias else {"use_bias": False}
    own: dict[str, Operand] = {"use_bias": False} if separable else bias
    size = list(spec.window.size)
    layer: Expression = make("Conv", spec.channels, spec.features, size, **options, **own)
    shape = spec.shape
    if separable:
        filters = number(layer_call["filters"])
        point = make("Conv", spec.features, filters, [1] * spec.window.rank, **bias)
        layer = call("flax.nnx.Sequential", layer, point)
        shape = (*shape[:-1], filters)
    value = Tensor(invoke(layer_call.attribute, layer_call.tensor.value), shape)
    return single(activated(layer_call, value, layer_call["activation"]), layer)


def _transposed(layer_call: LayerCall) -> Lines:
    """A transposed convolution, whose kernel has the axes of the convolution that it reverses."""
    spec = convolution(layer_call)
    bias: dict[str, Operand] = {} if spec.bias else {"use_bias": False}
    layer = make(
        "ConvTranspose",
        spec.channels,
        spec.features,
        list(spec.window.size),
        **_moves(spec.window),
        transpose_kernel=True,
        **bias,
    )
    value = Tensor(invoke(layer_call.attribute, layer_call.tensor.value), spec.shape)
    return single(activated(layer_call, value, layer_call["activation"]), layer)


def _pooling(layer_call: LayerCall) -> Lines:
    tensor = layer_call.tensor
    moved = window(layer_call, "pool_size", tensor.rank - PLAIN)
    options: dict[str, Operand] = {}
    if moved.in_steps:
        options["strides"] = list(moved.strides)
    if moved.padding == "same":
        options["padding"] = "SAME"
    maximum = layer_call.layer.startswith("Max")
    if not maximum and moved.padding == "same":
        options["count_include_pad"] = False
    name = "flax.nnx.max_pool" if maximum else "flax.nnx.avg_pool"
    value = call(name, tensor.value, list(moved.size), **options)
    shape = (*moved.lengths(tensor.shape[:-1]), tensor.shape[-1])
    return single(replace(tensor, value=value, shape=shape))


def _global_pooling(layer_call: LayerCall) -> Lines:
    tensor, keep = layer_call.tensor, bool(layer_call["keepdims"])
    if tensor.mask and "Average" in layer_call.layer:
        return averaged(layer_call)
    axes: list[Json] = [*range(1, tensor.rank - 1)]
    name = "mean" if "Average" in layer_call.layer else "max"
    along = layer_call.dialect.along(axes if len(axes) > 1 else axes[0], keep)
    shape = (*((1,) * len(axes) if keep else ()), tensor.shape[-1])
    return single(Tensor(method(tensor.value, name, **along), shape))


def _upsampling(layer_call: LayerCall) -> Lines:
    times, shape = upsampled(layer_call)
    value = layer_call.tensor.value
    for axis, count in enumerate(times, 1):
        value = call("jax.numpy.repeat", value, count, axis=axis)
    return single(replace(layer_call.tensor, value=value, shape=shape))


def _zero_padding(layer_call: LayerCall) -> Lines:
    pads, shape = zero_padded(layer_call)
    pairs: list[Json] = [[0, 0], *([*pair] for pair in pads), [0, 0]]
    value = call("jax.numpy.pad", layer_call.tensor.value, pairs)
    return single(replace(layer_call.tensor, value=value, shape=shape))


_AXES = (1, 2, 3)
WRITERS: dict[str, Writer] = {
    **{f"Conv{rank}D": _convolution for rank in _AXES},
    **{f"SeparableConv{rank}D": _convolution for rank in (1, 2)},
    **{f"DepthwiseConv{rank}D": _convolution for rank in (1, 2)},
    **{f"Conv{rank}DTranspose": _transposed for rank in _AXES},
    **{f"{kind}Pooling{rank}D": _pooling for kind in ("Max", "Average") for rank in _AXES},
    **{f"GlobalAveragePooling{rank}D": _global_pooling for rank in _AXES},
    **{f"GlobalMaxPooling{rank}D": _global_pooling for rank in _AXES},
    **{f"UpSampling{rank}D": _upsampling for rank in _AXES},
    **{f"ZeroPadding{rank}D": _zero_padding for rank in _AXES},
}
