"""Activations as functions of PyTorch."""

from engine.code.modules.building import call as make
from engine.code.modules.resolved import axis_of
from engine.code.modules.tensors import LayerCall, Lines, Tensor, Writer, one, refusal
from engine.code.modules.torch.layout import axis_in
from engine.values import Json

F = "torch.nn.functional."

FUNCTIONS = {
    "relu": f"{F}relu",
    "relu6": f"{F}relu6",
    "elu": f"{F}elu",
    "selu": f"{F}selu",
    "celu": f"{F}celu",
    "gelu": f"{F}gelu",
    "silu": f"{F}silu",
    "swish": f"{F}silu",
    "mish": f"{F}mish",
    "sigmoid": "torch.sigmoid",
    "tanh": "torch.tanh",
    "softplus": f"{F}softplus",
    "softsign": f"{F}softsign",
    "exponential": "torch.exp",
    "hard_sigmoid": f"{F}hardsigmoid",
    "hard_silu": f"{F}hardswish",
    "hard_swish": f"{F}hardswish",
    "hard_tanh": f"{F}hardtanh",
    "hard_shrink": f"{F}hardshrink",
    "soft_shrink": f"{F}softshrink",
    "tanh_shrink": f"{F}tanhshrink",
    "log_sigmoid": f"{F}logsigmoid",
}
"""Those with Keras's defaults, by Keras's name."""

ALONG_AN_AXIS = {"softmax": f"{F}softmax", "log_softmax": f"{F}log_softmax"}

_RECTIFIERS = {"None": "relu", "6": "relu6", "6.0": "relu6"}
"""By the highest value."""


def activated(tensor: Tensor, activation: Json) -> Tensor:
    """A tensor after an activation, in the same layout."""
    if isinstance(activation, dict) and not activation.get("params"):
        activation = activation.get("class")
    if activation in (None, "linear"):
        return tensor
    if activation == "leaky_relu":
        return tensor.with_value(make(f"{F}leaky_relu", tensor.value, 0.2))
    if activation in ALONG_AN_AXIS:
        return along_axis(tensor, str(activation), -1)
    if activation not in FUNCTIONS:
        shown = activation.get("class") if isinstance(activation, dict) else activation
        raise refusal("activation", str(shown))
    return tensor.with_value(make(FUNCTIONS[str(activation)], tensor.value))


def along_axis(tensor: Tensor, name: str, axis: Json) -> Tensor:
    """A tensor after an activation along an axis."""
    place = axis_in(tensor, axis_of(axis, tensor.rank))
    shown = -1 if place == tensor.rank - 1 else place
    return tensor.with_value(make(ALONG_AN_AXIS[name], tensor.value, dim=shown))


def _activation(call: LayerCall) -> Lines:
    return one(activated(call.tensor, call["activation"]))


def _relu(call: LayerCall) -> Lines:
    tensor, slope, highest = call.tensor, call["negative_slope"], call["max_value"]
    if call["threshold"]:
        raise refusal("threshold", str(call["threshold"]))
    if slope and highest is not None:
        raise refusal("max_value", str(highest))
    if slope:
        return one(tensor.with_value(make(f"{F}leaky_relu", tensor.value, slope)))
    if name := _RECTIFIERS.get(str(highest)):
        return one(tensor.with_value(make(F + name, tensor.value)))
    return one(tensor.with_value(make("torch.clamp", tensor.value, min=0, max=highest)))


def _leaky_relu(call: LayerCall) -> Lines:
    value = make(f"{F}leaky_relu", call.tensor.value, call["negative_slope"])
    return one(call.tensor.with_value(value))


def _elu(call: LayerCall) -> Lines:
    return one(call.tensor.with_value(make(f"{F}elu", call.tensor.value, alpha=call["alpha"])))


def _softmax(call: LayerCall) -> Lines:
    return one(along_axis(call.tensor, "softmax", call["axis"]))


WRITERS: dict[str, Writer] = {
    "Activation": _activation,
    "ReLU": _relu,
    "LeakyReLU": _leaky_relu,
    "ELU": _elu,
    "Softmax": _softmax,
}
