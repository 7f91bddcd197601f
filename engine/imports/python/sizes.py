"""Sizes of tensors as values: `ops.shape(x)[1]`, and what is made from them.

A size that is fixed is a number. What is made from one that is not (the batch size, mostly) is read
where layers or ops of a document compute the same.
"""

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

from engine.imports.python.axes import Positions, Size
from engine.imports.python.causal import CausalMask
from engine.imports.python.layers import apply, make_layer
from engine.imports.python.state import State
from engine.imports.python.unknown import (
    Path,
    Unknown,
)
from engine.imports.python.values import (
    Array,
    Tensor,
)
from engine.problems import phrase
from engine.values.named import is_integer

Args = list[Any]
Kwargs = dict[str, Any]


def shape(state: State, args: Args, kwargs: Kwargs, line: int) -> Any:
    """`ops.shape(x)`: numbers, and a `Size` for each open axis."""
    value = args[0] if args else next(iter(kwargs.values()), None)
    if isinstance(value, Array):
        return state.attribute(value, "shape", line)
    if not isinstance(value, Tensor):
        return Unknown(line, phrase("the shape of a value"))
    known = state.shape_of(value, line)
    if not isinstance(known, tuple):
        return known
    return tuple(
        Size(value, axis, line) if size is None else size for axis, size in enumerate(known)
    )


def arange(state: State, args: Args, kwargs: Kwargs, line: int) -> Any:
    """`ops.arange(n)` and `tf.range(start, limit, delta)`."""
    names = {"limit": "stop", "delta": "step"}
    given = {names.get(key, key): value for key, value in kwargs.items()}
    if len(args) == 1 and "stop" not in given:
        args = [0, *args]
    arguments = dict(zip(("start", "stop", "step"), args, strict=False)) | given
    start, stop, step = (arguments.get(key) for key in ("start", "stop", "step"))
    if stop is None:
        start, stop = 0, start
    start, step = start or 0, 1 if step is None else step
    if isinstance(stop, Size) and (start, step) == (0, 1):
        return Positions(stop)
    if all(map(is_integer, (start, stop, step))) and step != 0:
        return range(start, stop, step)
    return Unknown(line, phrase("a range whose bounds are not known"))


def positions(state: State, value: Any, line: int) -> Any:
    """A tensor of the numbers 0, 1, … that source makes from a size; None for another value.

    A document holds no constant tensors. The numbers are counted along an axis of this length of a
    tensor that the layer takes: the cumulative sum of ones, minus one.
    """
    size = value.size if isinstance(value, Positions) else _like(state, value)
    if size is None:
        return None
    known = state.shape_of(size.tensor, line)
    if not isinstance(known, tuple):
        return None
    key: list[Any] = [0] * len(known)
    key[size.axis] = slice(None)
    row = state.call(Path("keras.ops.get_item"), [size.tensor, tuple(key)], {}, line)
    ones = state.call(Path("keras.ops.ones_like"), [row], {"dtype": "int32"}, line)
    numbers = state.call(Path("keras.ops.cumsum"), [ones], {}, line)
    return state.call(Path("keras.ops.subtract"), [numbers, 1], {}, line)


def with_positions(
    state: State, args: Args, kwargs: Mapping[str, Any], line: int
) -> tuple[Args, Kwargs]:
    """The arguments of an op in a layer, with tensors in the place of positions and masks."""

    def tensor(value: Any) -> Any:
        if state.within is None:
            return value
        numbers: Any = None
        if isinstance(value, Positions | range):
            numbers = positions(state, value, line)
        elif isinstance(value, CausalMask) and value.has_batch:
            numbers = _mask_tensor(state, value, line)
        return value if numbers is None else numbers

    return [*map(tensor, args)], {name: tensor(value) for name, value in kwargs.items()}


def _mask_tensor(state: State, mask: CausalMask, line: int) -> Any:
    """A tensor of the mask, with one example."""
    numbers = positions(state, mask.numbers, line)
    if not isinstance(numbers, Tensor):
        return numbers

    def op(name: str, *args: Any) -> Any:
        return state.call(Path(f"keras.ops.{name}"), list(args), {}, line)

    column = op("get_item", numbers, (None, slice(None), None))
    matrix = op("greater_equal", column, numbers)
    return matrix if mask.dtype is None else op("cast", matrix, mask.dtype)


def _like(state: State, value: Any) -> Size | None:
    """An axis, of a tensor that the enclosing layer takes, along which a range counts."""
    if not (isinstance(value, range) and value.start == 0 and value.step == 1):
        return None
    outer = state.within
    while outer is not None:
        for tensor in outer.inputs:
            spec = state.spec_of(tensor)
            if spec is not None and len(value) in spec.shape[1:]:
                return Size(tensor, spec.shape.index(len(value), 1), outer.line)
        outer = outer.outer
    return None


def same_shape(state: State, sizes: Any, line: int) -> Tensor | None:
    """A tensor of the shape that these sizes say, if it is certain."""
    if not isinstance(sizes, list | tuple):
        return None
    for size in sizes:
        if not isinstance(size, Size):
            continue
        known = shape(state, [size.tensor], {}, line)
        if isinstance(known, tuple) and len(known) == len(sizes):
            pairs = zip(known, sizes, strict=True)
            if all(_same(left, right) for left, right in pairs):
                return size.tensor
    return None


def _same(left: Any, right: Any) -> bool:
    if isinstance(left, Size) and isinstance(right, Size):
        return (left.tensor, left.axis) == (right.tensor, right.axis)
    return is_integer(left) and is_integer(right) and left == right


# --- reshape --------------------------------------------------------------------------------------


def reshaped(state: State, tensor: Tensor, target: Any, line: int) -> Any:
    """`ops.reshape` to a shape with a size that is not fixed; None for another shape."""
    if not isinstance(target, list | tuple):
        return None
    sizes = [size for size in target if isinstance(size, Size)]
    if not sizes:
        return None
    first, rest = target[0], list(target[1:])
    if isinstance(first, Size) and first.axis == 0 and _keeps_batch(state, tensor, first.tensor):
        if (open_rest := _with_one_open(rest)) is not None:
            layer = make_layer(state, "Reshape", [open_rest], {}, line)
            return apply(state, layer, [tensor], {}, line)
    elif (whole := _with_one_open(list(target))) is not None:
        return state.call(Path("keras.ops.reshape"), [tensor, whole], {}, line)
    return sizes[0].unknown


def _with_one_open(sizes: list[Any]) -> list[int] | None:
    """Sizes of which at most one is open, as -1."""
    result = [-1 if isinstance(size, Size) else size for size in sizes]
    known = all(map(is_integer, result))
    return result if known and result.count(-1) <= 1 else None


def _keeps_batch(state: State, tensor: Tensor, source: Tensor) -> bool:
    """Whether the first axis of a tensor is certainly that of the tensor it is computed from."""
    while tensor != source:
        call = state.tape[tensor.call]
        if not call.tensors:
            return False
        if call.layer.layer.startswith("ops.") and not _keeps_first_axis(state, tensor, call.layer):
            return False
        tensor = call.tensors[0]
    return True


_ELEMENTWISE = (
    "ops.add", "ops.subtract", "ops.multiply", "ops.true_divide", "ops.divide", "ops.exp",
    "ops.sqrt", "ops.square", "ops.softmax", "ops.relu", "ops.gelu", "ops.tanh", "ops.sigmoid",
    "ops.cast", "ops.matmul", "ops.zeros_like", "ops.ones_like",
)  # fmt: skip


def _keeps_first_axis(state: State, tensor: Tensor, layer: Any) -> bool:
    source = state.tape[tensor.call].tensors[0]
    specs = state.spec_of(tensor), state.spec_of(source)
    if layer.layer in _ELEMENTWISE:
        return specs[0] is not None and specs[1] is not None and (
            len(specs[0].shape) == len(specs[1].shape)
        )  # fmt: skip
    axes = layer.params.get("axes")
    if layer.layer == "ops.transpose":
        return isinstance(axes, list) and axes[:1] == [0]
    if layer.layer == "ops.reshape" and specs[0] and specs[1]:
        rests: Sequence[Any] = [spec.shape[1:] for spec in specs if spec is not None]
        return all(None not in rest for rest in rests) and prod(rests[0]) == prod(rests[1])
    return False
