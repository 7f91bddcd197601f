"""Ops: functions of keras.ops as functions of other libraries."""

from dataclasses import replace

from engine.catalogue import load, slicing
from engine.code.modules.activations import ALONG_AN_AXIS, along_axis
from engine.code.modules.building import infix, item
from engine.code.modules.layout import PLAIN, alike, channels_last
from engine.code.modules.merging import joined, reshape
from engine.code.modules.reshaped import broadcast
from engine.code.modules.resolved import axis_of, number, numbers
from engine.code.modules.tensors import (
    LayerCall,
    Lines,
    RefusedError,
    Shape,
    Tensor,
    Writer,
    refusal,
    single,
)
from engine.code.syntax.tree import Expression, Literal
from engine.problems import phrase

_SIGNS = {
    "add": "+",
    "subtract": "-",
    "multiply": "*",
    "divide": "/",
    "true_divide": "/",
    "power": "**",
    "equal": "==",
    "not_equal": "!=",
    "greater": ">",
    "greater_equal": ">=",
    "less": "<",
    "less_equal": "<=",
}
_UNARY = (
    "negative abs sign square sqrt rsqrt reciprocal exp expm1 log log1p sin cos tan sinh cosh "
    "arctan erf floor ceil round"
)
_ACTIVATIONS = "relu relu6 elu selu gelu silu sigmoid log_sigmoid hard_sigmoid hard_silu tanh "
_ACTIVATIONS += "softplus softsign"
_REDUCTIONS = ("mean", "sum", "max", "min")
FREE: Shape = (None,)


def _operands(call: LayerCall) -> tuple[list[Expression], Shape, bool]:
    """The two operands, tensors or a number, with the shape and layout of the result."""
    tensors = alike(call)
    rest = iter(tensors)
    entry = load().layer(call.layer)
    assert entry is not None
    values = [
        next(rest).value if port.name in call.inputs else Literal(call[port.name])
        for port in entry.inputs
    ]
    return values, broadcast([tensor.shape for tensor in tensors]), tensors[0].first


def _reduced(shape: Shape, axes: tuple[int, ...], keep: bool) -> Shape:
    """The shape after a reduction along axes that count from the batch."""
    if 0 in axes:
        raise refusal("axis", 0)
    pairs = enumerate(shape, 1)
    return tuple(
        1 if axis in axes else length for axis, length in pairs if keep or axis not in axes
    )


def _sliced(shape: Shape, parts: tuple[object, ...]) -> Shape:
    """The shape after slicing: the first part is that of the batch, which is kept whole."""
    if ... in parts:
        place = parts.index(...)
        missing = len(shape) + 1 - sum(part is not None for part in parts) + 1
        parts = (*parts[:place], *[slice(None)] * missing, *parts[place + 1 :])
    if not parts or parts[0] != slice(None):
        raise refusal("key", "the batch")
    result: list[int | None] = []
    axes = iter(shape)
    for part in parts[1:]:
        if part is None:
            result.append(1)
            continue
        length = next(axes)
        if isinstance(part, slice):
            result.append(None if length is None else len(range(*part.indices(length))))
            if part.step is not None and part.step < 0:
                raise refusal("key", "a slice backwards")
    return (*result, *axes)


def _binary(call: LayerCall) -> Lines:
    values, shape, first = _operands(call)
    return single(Tensor(infix(_SIGNS[call.layer.removeprefix("ops.")], *values), shape, first))


def _either(call: LayerCall) -> Lines:
    values, shape, first = _operands(call)
    numbers_ = [value for value in values if isinstance(value, Literal)]
    if numbers_:  # PyTorch takes two tensors only
        (tensor,) = [value for value in values if not isinstance(value, Literal)]
        bound = {call.dialect.bounds["ops.minimum" not in call.layer]: numbers_[0]}
        return single(Tensor(call.dialect.call("ops.clip", tensor, **bound), shape, first))
    return single(Tensor(call.dialect.call(call.layer, *values), shape, first))


def _unary(call: LayerCall) -> Lines:
    return single(call.tensor.with_value(call.dialect.call(call.layer, call.tensor.value)))


def _filled(call: LayerCall) -> Lines:
    if call["dtype"] is not None:
        raise refusal("dtype", call["dtype"])
    return _unary(call)


def _activation(call: LayerCall) -> Lines:
    name = call.layer.removeprefix("ops.")
    changed = {
        key: value for key, value in call.written.owner.params.items() if key != "approximate"
    }
    if changed:
        raise refusal(*next(iter(changed.items())))
    if name == "gelu" and call["approximate"]:
        name = "approximate_gelu"
    return single(call.tensor.with_value(call.dialect.call(name, call.tensor.value)))


def _softmax(call: LayerCall) -> Lines:
    return single(along_axis(call, call.tensor, call.layer.removeprefix("ops."), call["axis"]))


def _clip(call: LayerCall) -> Lines:
    value = call.dialect.call(call.layer, call.tensor.value, call["x_min"], call["x_max"])
    return single(call.tensor.with_value(value))


def _reduce(call: LayerCall) -> Lines:
    tensor, keep = channels_last(call), bool(call["keepdims"])
    if call["axis"] is None:
        raise refusal("axis", None)
    axes = tuple(sorted(axis_of(axis, tensor.rank) for axis in numbers(call["axis"])))
    along = call.dialect.along(axes[0] if len(axes) == 1 else list(axes), keep)
    value = call.dialect.call(call.layer, tensor.value, **along)
    return single(Tensor(value, _reduced(tensor.shape, axes, keep)))


def _concatenate(call: LayerCall) -> Lines:
    return single(joined(call, call["axis"]))


def _reshape_op(call: LayerCall) -> Lines:
    batch, *target = numbers(call["newshape"])
    if batch != -1 or -1 in target:
        raise refusal("newshape", call["newshape"])
    return single(reshape(call, tuple(target)))


def _transpose(call: LayerCall) -> Lines:
    tensor = channels_last(call)
    axes = numbers(call["axes"]) if call["axes"] is not None else ()
    if not axes or axes[0] != 0:
        raise refusal("axes", call["axes"])
    value = call.dialect.call(call.layer, tensor.value, list(axes))
    return single(replace(tensor, value=value, shape=tuple(tensor.shape[a - 1] for a in axes[1:])))


def _expand_dims(call: LayerCall) -> Lines:
    tensor = channels_last(call)
    axis = axis_of(call["axis"], tensor.rank + 1)
    if axis == 0:
        raise refusal("axis", 0)
    value = call.dialect.call(call.layer, tensor.value, number(call["axis"]))
    shape = (*tensor.shape[: axis - 1], 1, *tensor.shape[axis - 1 :])
    return single(replace(tensor, value=value, shape=shape))


def _squeeze(call: LayerCall) -> Lines:
    tensor = channels_last(call)
    axis = axis_of(call["axis"], tensor.rank)
    if axis == 0 or tensor.shape[axis - 1] != 1:
        raise refusal("axis", call["axis"])
    value = call.dialect.call(call.layer, tensor.value, number(call["axis"]))
    shape = (*tensor.shape[: axis - 1], *tensor.shape[axis:])
    return single(replace(tensor, value=value, shape=shape))


def _matmul(call: LayerCall) -> Lines:
    left, right = (channels_last(call, index) for index in range(2))
    if left.rank != right.rank or left.rank == PLAIN:
        raise RefusedError(phrase("its tensors have different numbers of axes"))
    shape = (*left.shape[:-1], right.shape[-1])
    return single(Tensor(infix("@", left.value, right.value), shape))


def _get_item(call: LayerCall) -> Lines:
    tensor, key = channels_last(call), str(call["key"])
    shape = _sliced(tensor.shape, slicing.read(key) or ())
    return single(replace(tensor, value=item(tensor.value, key), shape=shape))


WRITERS: dict[str, Writer] = {
    **{f"ops.{name}": _binary for name in _SIGNS},
    "ops.maximum": _either,
    "ops.minimum": _either,
    **{f"ops.{name}": _unary for name in _UNARY.split()},
    "ops.zeros_like": _filled,
    "ops.ones_like": _filled,
    **{f"ops.{name}": _activation for name in _ACTIVATIONS.split()},
    **{f"ops.{name}": _softmax for name in ALONG_AN_AXIS},
    "ops.clip": _clip,
    **{f"ops.{name}": _reduce for name in _REDUCTIONS},
    "ops.concatenate": _concatenate,
    "ops.reshape": _reshape_op,
    "ops.transpose": _transpose,
    "ops.expand_dims": _expand_dims,
    "ops.squeeze": _squeeze,
    "ops.matmul": _matmul,
    "ops.get_item": _get_item,
}
