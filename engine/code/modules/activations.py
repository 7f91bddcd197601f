"""Activations, as layers and as arguments of layers."""

from engine.code.modules.layout import axis_in
from engine.code.modules.resolved import axis_of
from engine.code.modules.tensors import LayerCall, Lines, Tensor, Writer, refusal, single
from engine.values import Json

ALONG_AN_AXIS = ("softmax", "log_softmax")
SLOPE = 0.2
"""Keras's slope of the activation leaky_relu."""
_RECTIFIERS = {"None": "relu", "6": "relu6", "6.0": "relu6"}
"""By the highest value."""


def activated(call: LayerCall, tensor: Tensor, activation: Json) -> Tensor:
    """A tensor after an activation, in the same layout."""
    if isinstance(activation, dict) and not activation.get("params"):
        activation = activation.get("class")
    if activation in (None, "linear"):
        return tensor
    name = str(activation.get("class") if isinstance(activation, dict) else activation)
    if isinstance(activation, dict) or not call.dialect.has(name):
        raise refusal("activation", name)
    if name == "leaky_relu":
        return tensor.with_value(call.dialect.call(name, tensor.value, SLOPE))
    if name in ALONG_AN_AXIS:
        return along_axis(call, tensor, name, -1)
    return tensor.with_value(call.dialect.call(name, tensor.value))


def along_axis(call: LayerCall, tensor: Tensor, name: str, axis: Json) -> Tensor:
    """A tensor after an activation along an axis."""
    place = axis_in(tensor, axis_of(axis, tensor.rank))
    shown = -1 if place == tensor.rank - 1 else place
    return tensor.with_value(call.dialect.call(name, tensor.value, **call.dialect.along(shown)))


def _activation(call: LayerCall) -> Lines:
    return single(activated(call, call.tensor, call["activation"]))


def _relu(call: LayerCall) -> Lines:
    tensor, slope, highest = call.tensor, call["negative_slope"], call["max_value"]
    if call["threshold"]:
        raise refusal("threshold", call["threshold"])
    if slope and highest is not None:
        raise refusal("max_value", highest)
    if slope:
        return single(tensor.with_value(call.dialect.call("leaky_relu", tensor.value, slope)))
    if name := _RECTIFIERS.get(str(highest)):
        return single(tensor.with_value(call.dialect.call(name, tensor.value)))
    return single(tensor.with_value(call.dialect.call("ops.clip", tensor.value, 0, highest)))


def _leaky_relu(call: LayerCall) -> Lines:
    value = call.dialect.call("leaky_relu", call.tensor.value, call["negative_slope"])
    return single(call.tensor.with_value(value))


def _elu(call: LayerCall) -> Lines:
    return single(
        call.tensor.with_value(call.dialect.call("elu", call.tensor.value, call["alpha"]))
    )


def _softmax(call: LayerCall) -> Lines:
    return single(along_axis(call, call.tensor, "softmax", call["axis"]))


WRITERS: dict[str, Writer] = {
    "Activation": _activation,
    "ReLU": _relu,
    "LeakyReLU": _leaky_relu,
    "ELU": _elu,
    "Softmax": _softmax,
}
