"""Dense layers, embeddings, normalization and dropout of Flax."""

from engine.code.modules.activations import activated
from engine.code.modules.building import Operand, call, invoke, method
from engine.code.modules.geometry import known
from engine.code.modules.masking import embedded
from engine.code.modules.nnx.dialect import RNGS
from engine.code.modules.resolved import axis_of, dropped_together, number
from engine.code.modules.supported import dense_inside
from engine.code.modules.tensors import LayerCall, Lines, Tensor, Writer, refusal, single
from engine.code.syntax.tree import Call, Expression, Path


def make(path: str, *arguments: Operand, **keywords: Operand) -> Call:
    """Create a layer, which draws its first weights from `rngs`."""
    return call(f"flax.nnx.{path}", *arguments, **keywords, rngs=RNGS)


def whole(value: Expression) -> Expression:
    """Whole numbers, as the indices of an embedding."""
    return method(value, "astype", Path("jax.numpy.int32"))


def _dense(layer_call: LayerCall) -> Lines:
    tensor, units = layer_call.tensor, number(layer_call["units"])
    bias: dict[str, Operand] = {} if layer_call["use_bias"] else {"use_bias": False}
    layer = make("Linear", known(tensor.shape[-1]), units, **bias)
    result = Tensor(invoke(layer_call.attribute, tensor.value), (*tensor.shape[:-1], units))
    return single(activated(layer_call, result, layer_call["activation"]), layer)


def _time_distributed(layer_call: LayerCall) -> Lines:
    """A Dense at each step is a Dense, because that works on the last axis."""
    return _dense(dense_inside(layer_call))


def _embedding(layer_call: LayerCall) -> Lines:
    tensor, units = layer_call.tensor, number(layer_call["output_dim"])
    layer = make("Embed", number(layer_call["input_dim"]), units)
    indices = tensor.value if tensor.whole else whole(tensor.value)
    result = Tensor(invoke(layer_call.attribute, indices), (*tensor.shape, units))
    return embedded(layer_call, single(result, layer))


def _normalized(layer_call: LayerCall, path: str, *arguments: Operand, **more: Operand) -> Lines:
    """Normalize along the last axis, which Keras's layers can do along others."""
    tensor = layer_call.tensor
    axis = layer_call["axis"]
    axis = axis[0] if isinstance(axis, list) and len(axis) == 1 else axis
    if not isinstance(axis, int) or axis_of(axis, tensor.rank) != tensor.rank - 1:
        raise refusal("axis", axis)
    options: dict[str, Operand] = {**more, "epsilon": layer_call["epsilon"]}
    if layer_call["center"] is False:
        options["use_bias"] = False
    if layer_call["scale"] is False:
        options["use_scale"] = False
    layer = make(path, known(tensor.shape[-1]), *arguments, **options)
    return single(tensor.with_value(invoke(layer_call.attribute, tensor.value)), layer)


def _batch_normalization(layer_call: LayerCall) -> Lines:
    return _normalized(layer_call, "BatchNorm", momentum=layer_call["momentum"])


def _layer_normalization(layer_call: LayerCall) -> Lines:
    return _normalized(layer_call, "LayerNorm")


def _group_normalization(layer_call: LayerCall) -> Lines:
    groups = number(layer_call["groups"])
    groups = known(layer_call.tensor.shape[-1]) if groups == -1 else groups
    return _normalized(layer_call, "GroupNorm", groups)


def _rms_normalization(layer_call: LayerCall) -> Lines:
    return _normalized(layer_call, "RMSNorm")


def _dropout(layer_call: LayerCall) -> Lines:
    """Dropout; a spatial one drops the same values at all positions."""
    tensor = layer_call.tensor
    spatial: dict[str, Operand] = {}
    if layer_call.layer != "Dropout":
        spatial["broadcast_dims"] = [*range(1, tensor.rank - 1)]
    elif together := dropped_together(layer_call):
        spatial["broadcast_dims"] = [*together]
    layer = make("Dropout", layer_call["rate"], **spatial)
    return single(tensor.with_value(invoke(layer_call.attribute, tensor.value)), layer)


WRITERS: dict[str, Writer] = {
    "Dense": _dense,
    "TimeDistributed": _time_distributed,
    "Embedding": _embedding,
    "BatchNormalization": _batch_normalization,
    "LayerNormalization": _layer_normalization,
    "GroupNormalization": _group_normalization,
    "RMSNormalization": _rms_normalization,
    "Dropout": _dropout,
    **{f"SpatialDropout{rank}D": _dropout for rank in (1, 2, 3)},
}
