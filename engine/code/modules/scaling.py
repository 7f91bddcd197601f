"""Layers that multiply along features: Rescaling, Normalization, EinsumDense.

The last two are classes that are copied into the code, because their libraries have none.
"""

from dataclasses import replace
from math import isfinite

from engine.code.modules.activations import activated
from engine.code.modules.building import Operand, create, infix, invoke
from engine.code.modules.einsum import einsum
from engine.code.modules.geometry import known
from engine.code.modules.layout import channels_last
from engine.code.modules.resolved import axis_of, numbers
from engine.code.modules.tensors import LayerCall, Lines, Tensor, Writer, refusal, single
from engine.code.syntax.tree import Expression
from engine.values import Json

EINSUM, NORMALIZATION = "EinsumDense", "Normalization"
"""The classes that are copied into code."""


def _rescale(call: LayerCall) -> Lines:
    """`x * scale + offset`, with single numbers or with one for each feature."""
    several = any(isinstance(call[name], list) for name in ("scale", "offset"))
    tensor = channels_last(call) if several else call.tensor
    before = tensor.value
    scale, offset = (_factor(call, name, before) for name in ("scale", "offset"))
    value = before if scale is None else infix("*", before, scale)
    value = value if offset is None else infix("+", value, offset)
    return single(replace(tensor, value=value, whole=False))


def _factor(call: LayerCall, name: str, like: Expression) -> Json | Expression:
    """A number, an array of numbers, or None where it changes nothing."""
    value = call[name]
    if value == (1 if name == "scale" else 0):
        return None
    values = value if isinstance(value, list) else [value]
    if not all(isinstance(each, int | float) for each in values):
        raise refusal(name, str(value))
    return call.dialect.array(like, value) if isinstance(value, list) else value


def _normalize(call: LayerCall) -> Lines:
    tensor = channels_last(call)
    features: list[int] = []
    if call["axis"] is not None:
        axes = [axis_of(axis, tensor.rank) for axis in numbers(call["axis"])]
        if axes != [tensor.rank - 1]:
            raise refusal("axis", str(call["axis"]))
        features = [known(tensor.shape[-1])]
    given: dict[str, Operand] = {
        name: _statistic(call, name) for name in ("mean", "variance") if call[name] is not None
    }
    layer = create(NORMALIZATION, *features, **given)
    return single(tensor.with_value(invoke(call.attribute, tensor.value)), layer)


def _statistic(call: LayerCall, name: str) -> Json:
    """A mean or a variance that is a setting: a number, or one for each feature."""
    value = call[name]
    values = value if isinstance(value, list) else [value]
    if not all(isinstance(each, int | float) and isfinite(each) for each in values):
        raise refusal(name, str(value))
    floats: list[Json] = [float(each) for each in values if isinstance(each, int | float)]
    return floats if isinstance(value, list) else floats[0]


def _einsum(call: LayerCall) -> Lines:
    spec, tensor = einsum(call), channels_last(call)
    bias: dict[str, Operand] = {} if spec.bias is None else {"bias_shape": [*spec.bias]}
    layer = create(EINSUM, spec.equation, [*spec.kernel], **bias, **call.dialect.draws)
    result = Tensor(invoke(call.attribute, tensor.value), spec.shape)
    return single(activated(call, result, call["activation"]), layer)


WRITERS: dict[str, Writer] = {
    "Rescaling": _rescale,
    NORMALIZATION: _normalize,
    EINSUM: _einsum,
}
