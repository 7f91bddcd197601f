"""The parameters of layers that code for other libraries expresses; all others are refused."""

from collections.abc import Iterator
from dataclasses import replace

from engine.catalogue import Entry, load
from engine.code.lines.flow import Written
from engine.code.modules.tensors import LayerCall, RefusedError, refusal
from engine.code.syntax.tree import Literal
from engine.code.syntax.words import prose
from engine.problems import phrase
from engine.values import Json

_CONVOLUTION = "kernel_size strides padding dilation_rate activation use_bias"
_POOLING = "pool_size strides padding"
_RECURRENT = "units use_bias return_sequences return_state go_backwards activation"
_NORMALIZATION = "axis epsilon center scale"

PARAMS: dict[str, str] = {
    "Dense": "units activation use_bias",
    **{f"Conv{rank}D": f"filters groups {_CONVOLUTION}" for rank in (1, 2, 3)},
    **{f"Conv{rank}DTranspose": f"filters {_CONVOLUTION}" for rank in (1, 2, 3)},
    **{f"DepthwiseConv{rank}D": f"depth_multiplier {_CONVOLUTION}" for rank in (1, 2)},
    **{f"SeparableConv{rank}D": f"filters depth_multiplier {_CONVOLUTION}" for rank in (1, 2)},
    **{f"MaxPooling{rank}D": _POOLING for rank in (1, 2, 3)},
    **{f"AveragePooling{rank}D": _POOLING for rank in (1, 2, 3)},
    **{f"GlobalAveragePooling{rank}D": "keepdims" for rank in (1, 2, 3)},
    **{f"GlobalMaxPooling{rank}D": "keepdims" for rank in (1, 2, 3)},
    **{f"SpatialDropout{rank}D": "rate" for rank in (1, 2, 3)},
    **{f"UpSampling{rank}D": "size" for rank in (1, 2, 3)},
    **{f"ZeroPadding{rank}D": "padding" for rank in (1, 2, 3)},
    **{f"Cropping{rank}D": "cropping" for rank in (1, 2, 3)},
    "BatchNormalization": f"momentum {_NORMALIZATION}",
    "LayerNormalization": _NORMALIZATION,
    "GroupNormalization": f"groups {_NORMALIZATION}",
    "RMSNormalization": "axis epsilon",
    "UnitNormalization": "axis",
    "Dropout": "rate noise_shape",
    "Embedding": "input_dim output_dim mask_zero",
    "Masking": "mask_value",
    "LSTM": f"recurrent_activation {_RECURRENT}",
    "GRU": f"recurrent_activation reset_after {_RECURRENT}",
    "SimpleRNN": _RECURRENT,
    "Bidirectional": "layer merge_mode",
    "MultiHeadAttention": "num_heads key_dim value_dim dropout use_bias output_shape",
    "TimeDistributed": "layer",
    "Activation": "activation",
    "ReLU": "max_value negative_slope threshold",
    "LeakyReLU": "negative_slope",
    "ELU": "alpha",
    "Softmax": "axis",
    "Concatenate": "axis",
    "Reshape": "target_shape",
    "Permute": "dims",
    "RepeatVector": "n",
    "Rescaling": "scale offset",
    "Normalization": "axis mean variance",
    "EinsumDense": "equation output_shape bias_axes activation",
}
"""By layer. Of ops, all parameters are supported."""

_ONLY_TRAINING = ("initializer", "regularizer", "constraint")
_DROPPED = ("dropout", "recurrent_dropout")
"""What recurrent layers drop at each step of training; no library here has it."""
_WITHOUT_EFFECT = {"seed", "unit_forget_bias", "unroll", "trainable", "name", "synchronized"}
_DEFAULTS = {"data_format": ("channels_last",), "dtype": ("float32",), "trainable": (True,)}


def check(call: LayerCall) -> None:
    """Raise RefusedError if a call has a parameter that code for other libraries can't express."""
    written = call.written
    if written.call_arguments:
        name, value = written.call_arguments[0]
        shown = value.value if isinstance(value, Literal) else None
        raise RefusedError(
            phrase("its call has {param} = {value}", param=name, value=_short(shown))
        )
    if written.entry and written.entry.kind == "layer":
        _check(written.entry, written.owner.params, PARAMS.get(call.layer, ""))


def _check(entry: Entry, params: dict[str, Json], supported: str) -> None:
    names = supported.split()
    for param in entry.params:
        value = params.get(param.name, param.default)
        if param.name in names or value == param.default or _trains(entry, param.name):
            continue
        if value not in _DEFAULTS.get(param.name, ()):
            raise refusal(param.name, _short(value))


def dense_inside(call: LayerCall) -> LayerCall:
    """The call of the Dense in a TimeDistributed."""
    inner = call["layer"]
    kind = inner.get("class") if isinstance(inner, dict) else inner
    params = inner.get("params") if isinstance(inner, dict) else None
    entry = load().layer("Dense")
    if kind != "Dense" or entry is None:
        raise refusal("layer", kind)
    params = params if isinstance(params, dict) else {}
    check_inner(entry, params)
    owner = call.written.owner.model_copy(update={"layer": "Dense", "params": params})
    return replace(call, written=replace(call.written, owner=owner))


def check_inner(entry: Entry, params: dict[str, Json]) -> None:
    """Check the parameters of a layer inside another."""
    _check(entry, params, PARAMS.get(entry.name, ""))


def _trains(entry: Entry, name: str) -> bool:
    """Whether a parameter has no influence on what a trained layer computes."""
    dropped = entry.recurrent and name in _DROPPED
    return name.endswith(_ONLY_TRAINING) or name in _WITHOUT_EFFECT or dropped


def left_out(written: Written) -> list[str]:
    """The parameters of a node that influence only training, and are not in the code."""
    names = dict.fromkeys(name for name, _ in _only_training(written))
    return [*names, *(["trainable"] if written.owner.frozen else [])]


def changes_training(written: Written) -> list[str]:
    """Those of the parameters that change more than the first weights."""
    names = dict.fromkeys(name for name, value in _only_training(written) if value)
    return [name for name in names if not name.endswith("initializer")]


def _only_training(written: Written) -> Iterator[tuple[str, Json]]:
    """The parameters that influence only training, and their values, of layers inside as well."""
    if written.entry is None or written.entry.kind != "layer":
        return
    inner = written.owner.params.get("layer")
    layers = [(written.entry, written.owner.params)]
    if isinstance(inner, dict) and (entry := load().layer(str(inner.get("class")))):
        params = inner.get("params")
        layers.append((entry, params if isinstance(params, dict) else {}))
    for entry, values in layers:
        for param in entry.params:
            value = values.get(param.name, param.default)
            trains = _trains(entry, param.name) and param.name not in _WITHOUT_EFFECT
            if trains and value != param.default:
                yield param.name, value


def _short(value: Json) -> str:
    if isinstance(value, dict) and "class" in value:
        value = value["class"]
    return prose(str(value), 40)
