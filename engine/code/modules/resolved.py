"""What layers compute, with all numbers resolved: the same for every library."""

from dataclasses import dataclass

from engine.catalogue import load
from engine.code.modules.geometry import Window, known, per_axis, transposed_lengths
from engine.code.modules.tensors import UNKNOWN_SIZE, LayerCall, RefusedError, Shape, refusal
from engine.problems import phrase
from engine.values import Json


def number(value: Json) -> int:
    """Return a whole number. Raises RefusedError for anything else."""
    if not isinstance(value, int):
        raise RefusedError(UNKNOWN_SIZE)
    return int(value)


def numbers(value: Json) -> tuple[int, ...]:
    """Return a list of whole numbers, or one of them, as a tuple."""
    return tuple(map(number, value)) if isinstance(value, list) else (number(value),)


def axis_of(axis: Json, rank: int) -> int:
    """An axis counted from the batch, which is 0; -1 is the last."""
    value = number(axis)
    return value + rank if value < 0 else value


@dataclass(frozen=True)
class Convolution:
    """A convolution from `channels` to `features`; `groups` as libraries other than Keras count."""

    window: Window
    channels: int
    features: int
    groups: int
    bias: bool
    shape: Shape
    """The shape of the result."""


def window(call: LayerCall, size: str, rank: int) -> Window:
    """The window of a convolution or of a pooling layer."""
    sizes = per_axis(call[size], rank)
    strides = call["strides"]
    pooled = sizes if strides is None else per_axis(strides, rank)
    gaps = call["dilation_rate"] if size == "kernel_size" else 1
    return Window(sizes, pooled, per_axis(gaps, rank), str(call["padding"]))


def convolution(call: LayerCall) -> Convolution:
    """A convolution; a separable one without its second step, the pointwise convolution."""
    shape = call.tensor.shape
    *lengths, last = shape
    moved = window(call, "kernel_size", len(lengths))
    channels = known(last)
    if call.layer.endswith("Transpose"):
        if set(moved.dilation) != {1}:
            raise refusal("dilation_rate", max(moved.dilation))
        after = transposed_lengths(moved, tuple(lengths))
    else:
        after = moved.lengths(tuple(lengths))
    features, groups = _features(call, channels)
    bias = bool(call["use_bias"])
    return Convolution(moved, channels, features, groups, bias, (*after, features))


def _features(call: LayerCall, channels: int) -> tuple[int, int]:
    if "Depthwise" in call.layer or "Separable" in call.layer:
        return channels * number(call["depth_multiplier"]), channels
    groups = 1 if call.layer.endswith("Transpose") else number(call["groups"])
    return number(call["filters"]), groups


@dataclass(frozen=True)
class Recurrence:
    """A recurrent layer: its class in Keras, its sizes, and what it returns."""

    kind: str
    features: int
    units: int
    bias: bool
    activation: str
    gate: str
    sequences: bool
    states: bool
    backwards: bool
    both: bool = False
    merge: str | None = None

    @property
    def width(self) -> int:
        """The number of features of its output."""
        return self.units * (2 if self.both and self.merge == "concat" else 1)


def recurrence(call: LayerCall) -> Recurrence:
    """A recurrent layer, or one in both directions."""
    from engine.code.modules.supported import check_inner

    both = call.layer == "Bidirectional"
    kind, params = call.layer, dict(call.written.owner.params)
    merge = None
    if both:
        inner = call["layer"]
        if not isinstance(inner, dict) or not isinstance(inner.get("params") or {}, dict):
            raise refusal("layer", str(inner))
        kind, params = str(inner["class"]), dict(inner.get("params") or {})
        merge = str(call["merge_mode"]) if call["merge_mode"] else None
    if "mask" in call.inputs or (both and "initial_state" in call.inputs):
        raise RefusedError(phrase("it has more inputs than a sequence"))
    entry = load().layer(kind)
    if entry is None or kind not in {"LSTM", "GRU", "SimpleRNN"}:
        raise refusal("layer", kind)
    if both:
        check_inner(entry, params)
    values = {param.name: params.get(param.name, param.default) for param in entry.params}
    if values.get("reset_after") is False:
        raise refusal("reset_after", "False")
    return Recurrence(
        kind=kind,
        features=known(call.tensor.shape[-1]),
        units=number(values["units"]),
        bias=bool(values["use_bias"]),
        activation=_name(values["activation"]),
        gate=_name(values.get("recurrent_activation", "sigmoid")),
        sequences=bool(values["return_sequences"]),
        states=bool(values["return_state"]),
        backwards=bool(values["go_backwards"]),
        both=both,
        merge=merge,
    )


def _name(activation: Json) -> str:
    return activation if isinstance(activation, str) else str(activation or "linear")


def dropped_together(call: LayerCall) -> tuple[int, ...]:
    """The axes along which a Dropout drops all values or none, counted from the batch."""
    shape = call["noise_shape"]
    if shape is None:
        return ()
    lengths = (None, *call.tensor.shape)
    if not isinstance(shape, list) or len(shape) != len(lengths):
        raise refusal("noise_shape", str(shape))
    axes = [*enumerate(zip(shape, lengths, strict=True))]
    if any(size not in (None, 1, length) for _, (size, length) in axes):
        raise refusal("noise_shape", str(shape))
    return tuple(axis for axis, (size, length) in axes if size == 1 and length != 1)
