"""Dense layers, embeddings, normalization and dropout of PyTorch."""

from collections.abc import Sequence
from dataclasses import replace

from engine.code.modules.activations import activated
from engine.code.modules.building import Operand, infix, invoke, item, method
from engine.code.modules.building import call as make
from engine.code.modules.geometry import known
from engine.code.modules.layout import axis_in, channels_first, channels_last
from engine.code.modules.masking import embedded
from engine.code.modules.resolved import axis_of, dropped_together, number, numbers
from engine.code.modules.supported import dense_inside
from engine.code.modules.tensors import LayerCall, Lines, Tensor, Writer, refusal, single
from engine.code.syntax.tree import Attribute, Do, Literal, Statement
from engine.code.syntax.tree import Call as CallOf

RANKS = {2: "1d", 3: "1d", 4: "2d", 5: "3d"}
"""The suffix of PyTorch's classes, by the rank of their tensors."""


def _dense(call: LayerCall) -> Lines:
    tensor = channels_last(call)
    features, units = known(tensor.shape[-1]), number(call["units"])
    bias = {} if call["use_bias"] else {"bias": False}
    layer = make("torch.nn.Linear", features, units, **bias)
    shape = (*tensor.shape[:-1], units)
    result = Tensor(invoke(call.attribute, tensor.value), shape)
    return single(activated(call, result, call["activation"]), layer)


def _time_distributed(call: LayerCall) -> Lines:
    """A Dense at each step is a Dense, because that works on the last axis."""
    return _dense(dense_inside(call))


def _embedding(call: LayerCall) -> Lines:
    tensor = call.tensor
    units = number(call["output_dim"])
    layer = make("torch.nn.Embedding", number(call["input_dim"]), units)
    whole = tensor.value if tensor.whole else method(tensor.value, "long")
    value = invoke(call.attribute, whole)
    result = replace(tensor, value=value, shape=(*tensor.shape, units), whole=False)
    return embedded(call, single(result, layer))


def _batch_normalization(call: LayerCall) -> Lines:
    tensor = channels_first(call)
    if axis_of(call["axis"], tensor.rank) != tensor.rank - 1 or tensor.rank not in RANKS:
        raise refusal("axis", str(call["axis"]))
    momentum = call["momentum"]
    assert isinstance(momentum, int | float)
    center, scale = bool(call["center"]), bool(call["scale"])
    affine = {} if center or scale else {"affine": False}
    layer = make(
        f"torch.nn.BatchNorm{RANKS[tensor.rank]}",
        known(tensor.shape[-1]),
        eps=call["epsilon"],
        momentum=round(1 - momentum, 12),
        **affine,
    )
    value = tensor.with_value(invoke(call.attribute, tensor.value))
    return single(value, layer, *_fixed(call, center, scale))


def _fixed(call: LayerCall, center: bool, scale: bool) -> list[Statement]:
    """Keep the scale at 1, or the center at 0, if only one of them is learned."""
    if center == scale:
        return []
    kept = Attribute(call.attribute, "weight" if center else "bias")
    return [Do(CallOf(Attribute(kept, "requires_grad_"), (Literal(False),)))]


def _layer_normalization(call: LayerCall) -> Lines:
    tensor = channels_last(call)
    axes = sorted(axis_of(axis, tensor.rank) for axis in numbers(call["axis"]))
    if axes != [*range(axes[0], tensor.rank)] or axes[0] == 0:
        raise refusal("axis", str(call["axis"]))
    lengths = [known(tensor.shape[axis - 1]) for axis in axes]
    center, scale = bool(call["center"]), bool(call["scale"])
    affine = {} if center or scale else {"elementwise_affine": False}
    size = lengths[0] if len(lengths) == 1 else lengths
    layer = make("torch.nn.LayerNorm", size, eps=call["epsilon"], **affine)
    value = tensor.with_value(invoke(call.attribute, tensor.value))
    return single(value, layer, *_fixed(call, center, scale))


def _group_normalization(call: LayerCall) -> Lines:
    tensor = channels_first(call)
    if axis_of(call["axis"], tensor.rank) != tensor.rank - 1:
        raise refusal("axis", str(call["axis"]))
    channels, groups = known(tensor.shape[-1]), number(call["groups"])
    center, scale = bool(call["center"]), bool(call["scale"])
    affine = {} if center or scale else {"affine": False}
    groups = channels if groups == -1 else groups
    layer = make("torch.nn.GroupNorm", groups, channels, eps=call["epsilon"], **affine)
    value = tensor.with_value(invoke(call.attribute, tensor.value))
    return single(value, layer, *_fixed(call, center, scale))


def _rms_normalization(call: LayerCall) -> Lines:
    tensor = channels_last(call)
    if axis_of(call["axis"], tensor.rank) != tensor.rank - 1:
        raise refusal("axis", str(call["axis"]))
    layer = make("torch.nn.RMSNorm", known(tensor.shape[-1]), eps=call["epsilon"])
    return single(tensor.with_value(invoke(call.attribute, tensor.value)), layer)


def _dropout(call: LayerCall) -> Lines:
    layer = make("torch.nn.Dropout", call["rate"])
    if together := dropped_together(call):
        return single(_dropped(call, together), layer)
    return single(call.tensor.with_value(invoke(call.attribute, call.tensor.value)), layer)


def _dropped(call: LayerCall, together: Sequence[int]) -> Tensor:
    """A tensor times ones of which some are dropped, which are 1 long along axes that share one."""
    tensor = call.tensor
    axes = [axis_in(tensor, axis) for axis in together]
    sizes: list[Operand] = [
        1 if axis in axes else item(Attribute(tensor.value, "shape"), axis)
        for axis in range(tensor.rank)
    ]
    ones = method(tensor.value, "new_ones", *sizes)
    return replace(tensor, value=infix("*", tensor.value, invoke(call.attribute, ones)))


def _spatial_dropout(call: LayerCall) -> Lines:
    tensor = channels_first(call)
    layer = make(f"torch.nn.Dropout{RANKS[tensor.rank]}", call["rate"])
    return single(tensor.with_value(invoke(call.attribute, tensor.value)), layer)


WRITERS: dict[str, Writer] = {
    "Dense": _dense,
    "TimeDistributed": _time_distributed,
    "Embedding": _embedding,
    "BatchNormalization": _batch_normalization,
    "LayerNormalization": _layer_normalization,
    "GroupNormalization": _group_normalization,
    "RMSNormalization": _rms_normalization,
    "Dropout": _dropout,
    **{f"SpatialDropout{rank}D": _spatial_dropout for rank in (1, 2, 3)},
}
