"""Convolutions and pooling of PyTorch, padded as Keras pads."""

from dataclasses import replace

from engine.code.modules.activations import activated
from engine.code.modules.building import call as make
from engine.code.modules.building import infix, invoke, item, method, sizes
from engine.code.modules.geometry import Pads, Window, is_symmetric
from engine.code.modules.layout import PLAIN, channels_first
from engine.code.modules.masking import averaged
from engine.code.modules.reshaped import upsampled, zero_padded
from engine.code.modules.resolved import Convolution, convolution, number, window
from engine.code.modules.tensors import LayerCall, Lines, Tensor, Writer, single
from engine.code.modules.torch.dialect import F
from engine.code.syntax.tree import Expression, Literal, Variable
from engine.problems import problem
from engine.values import Json


def padded(call: LayerCall, tensor: Tensor, pads: Pads, value: float = 0) -> Tensor:
    """A tensor with more on one side of its axes than on the other."""
    call.notes.append(problem("module_layout.pads"))
    flat = [size for pair in reversed(pads) for size in pair]
    fill = {"value": _number(value)} if value else {}
    return tensor.with_value(make(f"{F}pad", tensor.value, flat, **fill))


def _number(value: float) -> Expression | float:
    return invoke(Variable("float"), Literal("-inf")) if value == float("-inf") else value


def _options(spec: Convolution, padding: Json) -> dict[str, Json]:
    """The arguments of a convolution that are not PyTorch's defaults."""
    window = spec.window
    options: dict[str, Json] = {}
    if set(window.strides) != {1}:
        options["stride"] = sizes(window.strides)
    if padding:
        options["padding"] = padding
    if set(window.dilation) != {1}:
        options["dilation"] = sizes(window.dilation)
    if spec.groups != 1:
        options["groups"] = spec.groups
    return options


def _convolution(call: LayerCall) -> Lines:
    spec = convolution(call)
    tensor, padding = _prepared(call, spec)
    options = _options(spec, padding)
    kind = f"{spec.window.rank}d"
    size = sizes(spec.window.size)
    separable = call.layer.startswith("Separable")
    bias: dict[str, Json] = {} if spec.bias and not separable else {"bias": False}
    layer = make(
        f"torch.nn.Conv{kind}", spec.channels, spec.features, kernel_size=size, **options, **bias
    )
    shape = spec.shape
    if separable:
        filters = number(call["filters"])
        bias = {} if spec.bias else {"bias": False}
        point = make(f"torch.nn.Conv{kind}", spec.features, filters, kernel_size=1, **bias)
        layer = make("torch.nn.Sequential", layer, point)
        shape = (*shape[:-1], filters)
    value = invoke(call.attribute, tensor.value)
    return single(activated(call, Tensor(value, shape, first=True), call["activation"]), layer)


def _prepared(call: LayerCall, spec: Convolution) -> tuple[Tensor, Json]:
    """The tensor of a convolution, and its argument `padding`."""
    tensor, window = channels_first(call), spec.window
    if window.padding == "same" and not window.in_steps:
        return tensor, "same" if set(window.spans) != {1} else 0
    pads = window.pads(tensor.shape[:-1])
    if is_symmetric(pads):
        return tensor, sizes(tuple(before for before, _ in pads))
    return padded(call, tensor, pads), 0


def _transposed(call: LayerCall) -> Lines:
    """A transposed convolution; with "same", Keras cuts what is too much at the edges."""
    spec = convolution(call)
    window, tensor = spec.window, channels_first(call)
    pairs = [*zip(window.size, window.strides, strict=True)]
    more = tuple(max(stride - size, 0) for size, stride in pairs)
    cuts = tuple(max(size - stride, 0) for size, stride in pairs)
    options: dict[str, Json] = {"stride": sizes(window.strides)} if window.in_steps else {}
    same = window.padding == "same"
    if same and any(cut // 2 for cut in cuts):
        options["padding"] = sizes(tuple(cut // 2 for cut in cuts))
    if any(more):
        options["output_padding"] = sizes(more)
    if not spec.bias:
        options["bias"] = False
    layer = make(
        f"torch.nn.ConvTranspose{window.rank}d",
        spec.channels,
        spec.features,
        kernel_size=sizes(window.size),
        **options,
    )
    value: Expression = invoke(call.attribute, tensor.value)
    if same and any(cut % 2 for cut in cuts):
        call.notes.append(problem("module_layout.cuts"))
        parts = ", ".join(":-1" if cut % 2 else ":" for cut in cuts)
        value = item(value, f":, :, {parts}")
    return single(activated(call, Tensor(value, spec.shape, first=True), call["activation"]), layer)


def _pooled(call: LayerCall) -> tuple[Tensor, Window, dict[str, Json]]:
    """The tensor, the window and the first arguments of a pooling layer."""
    tensor = channels_first(call)
    moved = window(call, "pool_size", tensor.rank - PLAIN)
    return tensor, moved, {"stride": sizes(moved.strides)} if moved.strides != moved.size else {}


def _max_pooling(call: LayerCall) -> Lines:
    tensor, moved, options = _pooled(call)
    pads = moved.pads(tensor.shape[:-1])
    shape = (*moved.lengths(tensor.shape[:-1]), tensor.shape[-1])
    if not is_symmetric(pads):
        tensor = padded(call, tensor, pads, float("-inf"))
    elif any(before for before, _ in pads):
        options["padding"] = sizes(tuple(before for before, _ in pads))
    value = make(f"{F}max_pool{moved.rank}d", tensor.value, sizes(moved.size), **options)
    return single(replace(tensor, value=value, shape=shape))


def _average_pooling(call: LayerCall) -> Lines:
    """Averages of the values in the window, without those that padding adds."""
    tensor, moved, options = _pooled(call)
    pads = moved.pads(tensor.shape[:-1])
    shape = (*moved.lengths(tensor.shape[:-1]), tensor.shape[-1])
    name, size = f"{F}avg_pool{moved.rank}d", sizes(moved.size)
    if is_symmetric(pads):
        if any(before for before, _ in pads):
            options["padding"] = sizes(tuple(before for before, _ in pads))
            options["count_include_pad"] = False
        return single(replace(tensor, value=make(name, tensor.value, size, **options), shape=shape))
    ones = padded(call, tensor.with_value(make("torch.ones_like", tensor.value)), pads)
    tensor = padded(call, tensor, pads)
    call.notes.append(problem("module_layout.average"))
    above = make(name, tensor.value, size, **options)
    below = make(name, ones.value, size, **options)
    return single(replace(tensor, value=infix("/", above, below), shape=shape))


def _global_pooling(call: LayerCall) -> Lines:
    tensor, keep = call.tensor, bool(call["keepdims"])
    if tensor.mask and "Average" in call.layer:
        return averaged(call)
    start = 2 if tensor.first else 1
    axes = [*range(start, start + tensor.rank - PLAIN)]
    name = "mean" if "Average" in call.layer else "amax"
    kept = {"keepdim": True} if keep else {}
    value = method(tensor.value, name, dim=axes if len(axes) > 1 else axes[0], **kept)
    shape = (*((1,) * len(axes) if keep else ()), tensor.shape[-1])
    return single(Tensor(value, shape, first=tensor.first and keep))


def _upsampling(call: LayerCall) -> Lines:
    tensor = channels_first(call)
    times, shape = upsampled(call)
    value = make(f"{F}interpolate", tensor.value, scale_factor=sizes(times), mode="nearest")
    return single(replace(tensor, value=value, shape=shape))


def _zero_padding(call: LayerCall) -> Lines:
    pads, shape = zero_padded(call)
    flat = [size for pair in reversed(pads) for size in pair]
    flat = flat if call.tensor.first else [0, 0, *flat]
    value = make(f"{F}pad", call.tensor.value, list(flat))
    return single(replace(call.tensor, value=value, shape=shape))


_AXES = (1, 2, 3)
WRITERS: dict[str, Writer] = {
    **{f"Conv{rank}D": _convolution for rank in _AXES},
    **{f"SeparableConv{rank}D": _convolution for rank in (1, 2)},
    **{f"DepthwiseConv{rank}D": _convolution for rank in (1, 2)},
    **{f"Conv{rank}DTranspose": _transposed for rank in _AXES},
    **{f"UpSampling{rank}D": _upsampling for rank in _AXES},
    **{f"ZeroPadding{rank}D": _zero_padding for rank in _AXES},
    **{f"MaxPooling{rank}D": _max_pooling for rank in _AXES},
    **{f"AveragePooling{rank}D": _average_pooling for rank in _AXES},
    **{f"GlobalAveragePooling{rank}D": _global_pooling for rank in _AXES},
    **{f"GlobalMaxPooling{rank}D": _global_pooling for rank in _AXES},
}
