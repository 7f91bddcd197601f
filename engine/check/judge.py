"""Keras's judgement of one call of one layer, remembered.

A layer is made, built and called symbolically inside a stateless scope, so that no weight takes
memory. The result depends on nothing but the class, its parameters and what comes in; a repeated
block costs one check, and an edit costs what it touches.
"""

import logging
import re
import warnings
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from math import prod
from typing import Any, NamedTuple

import keras
from keras.src.backend.common import global_state
from keras.src.utils.module_utils import tensorflow

from engine.catalogue import load
from engine.check import making
from engine.check.clock import Clock, TooSlowError, in_time
from engine.check.costs import multiply_adds
from engine.check.making import give_back, take
from engine.check.verdict import NodeVerdict, Tensor
from engine.document import Node
from engine.graph.ports import Ports, constructor_params
from engine.keras.build import Op, by_port, construct, construct_op
from engine.keras.lean import without_tensorflow
from engine.keras.signatures import cached_signatures
from engine.values import Json, strip_escapes

REMEMBERED = 20_000
"""How many calls are remembered: at about 3 kB each, 60 MB at most."""

Shape = tuple[int | None, ...]


class Spec(NamedTuple):
    """What is known of a tensor: with `mask`, the shape of the mask that Keras carries along."""

    shape: Shape
    dtype: str
    mask: Shape | None = None


class Said(NamedTuple):
    """What a call is told beside its tensors."""

    value: Json


Given = tuple[tuple[str, "Spec | tuple[Spec, ...] | Said"], ...]
"""What comes in by port and what the call is told, as a value that can be a key."""


class Call(NamedTuple):
    """What comes in at a call, and what came in at the first call of the same layer."""

    given: Given
    first: Given


class Sizes(NamedTuple):
    """What a layer's weights are: parameters, and bytes."""

    trainable: int = 0
    non_trainable: int = 0
    weight_bytes: int = 0


class Judgement:
    """What leaves the layer by port, how large its weights are, and what one call costs."""

    def __init__(
        self, outputs: Mapping[str, Spec], sizes: Sizes, multiply_adds: int | None = 0
    ) -> None:
        self.outputs, self.sizes, self.multiply_adds = outputs, sizes, multiply_adds
        self.within = False
        """Whether this was found to be no larger than a model may be."""
        self._told: tuple[object, NodeVerdict] | None = None

    def verdict(self, batch: int, *, owned: bool = True) -> NodeVerdict:
        """What is said of a node with this call; the same object as long as one asks the same."""
        if self._told is None or self._told[0] != (batch, owned):
            self._told = ((batch, owned), self._tell(batch, owned))
        return self._told[1]

    def _tell(self, batch: int, owned: bool) -> NodeVerdict:
        return NodeVerdict(
            outputs=tensors(self.outputs),
            **(self.sizes if owned else Sizes())._asdict(),
            activation_bytes=_bytes(self.outputs.values(), batch),
            multiply_adds=self.multiply_adds,
        )


def tensors(outputs: Mapping[str, Spec]) -> tuple[Tensor, ...]:
    """The verdict's form of what leaves a node."""
    return tuple(
        Tensor(port=port, shape=spec.shape, dtype=spec.dtype) for port, spec in outputs.items()
    )


class Failure(NamedTuple):
    """Why Keras refused: the exception's class and text, and whether the layer could be made."""

    error: str
    text: str
    made: bool


TOO_SLOW = Failure("TooSlowError", "", made=False)
NOT_ASKED = Failure("NotAsked", "", made=False)
"""The clock is over; the only answer that is not remembered."""

_remembered: OrderedDict[Any, Judgement | Failure] = OrderedDict()


def judge(node: Node, text: str, ports: Ports, call: Call, clock: Clock) -> Judgement | Failure:
    """What Keras says of calling the layer of `node`, whose parameters must be valid.

    `text` are its parameters as text.
    """
    key = (node.layer, text, call)
    if key in _remembered:
        _remembered.move_to_end(key)
        return _remembered[key]
    if clock.over:
        return NOT_ASKED
    result = _judge(node, text, ports, call)
    if isinstance(result, Failure) and _needs_tensorflow(result):
        return result  # it may be there another time
    _remembered[key] = result
    if len(_remembered) > REMEMBERED:
        _remembered.popitem(last=False)
    return result


def _judge(node: Node, text: str, ports: Ports, call: Call) -> Judgement | Failure:
    """Ask Keras without TensorFlow first: importing it takes seconds, and few layers need it."""
    with without_tensorflow():
        result = _in_time(node, text, ports, call)
    if isinstance(result, Failure) and _needs_tensorflow(result) and tensorflow.available:
        # Asking whether it is there has imported it, which is no fault of the layer's.
        return _in_time(node, text, ports, call)
    return result


def _in_time(node: Node, text: str, ports: Ports, call: Call) -> Judgement | Failure:
    try:
        return in_time(lambda: _ask(node, text, ports, call))
    except TooSlowError:
        return TOO_SLOW


def _needs_tensorflow(failure: Failure) -> bool:
    return failure.error == "ImportError" or "tensorflow" in failure.text.lower()


def _ask(node: Node, text: str, ports: Ports, call: Call) -> Judgement | Failure:
    layer = None
    with _symbolic():
        try:
            made = take((node.layer, text), lambda: _make(node.layer, constructor_params(node)))
            layer = made.layer
            if shared := call.given != call.first:
                _call(layer, _arguments(call.first))
            arguments = _arguments(call.given)
            outputs = _call(layer, arguments)
            specs = by_port(ports, [_spec(output) for output in outputs])
            cost = _cost(layer, arguments, outputs, shared=shared)
            judgement = Judgement(specs, _weights(layer), cost)
            give_back((node.layer, text), made)
            return judgement
        except Exception as error:  # whatever a layer raises is its answer
            return Failure(type(error).__name__, _clean(str(error)), layer is not None)


def _cost(
    layer: Any, arguments: Mapping[str, Any], outputs: Sequence[Any], *, shared: bool
) -> int | None:
    try:
        return multiply_adds(layer, arguments, outputs, shared=shared)
    except TooSlowError:  # what the layer gives is known, and worth more
        return None


def forget() -> None:
    """Forget every judgement, as if the process were new."""
    _remembered.clear()
    making.forget()


def _make(name: str, params: Mapping[str, Json]) -> Any:
    entry = load().layer(name)
    assert entry is not None
    if entry.kind == "op":
        return construct_op(entry, params)
    # A name of its own keeps Keras's table of names from growing with every check.
    return construct(entry, params, name="layer")


def _arguments(given: Given) -> dict[str, Any]:
    return {name: _tensors(value) for name, value in given}


def _call(layer: Any, arguments: Mapping[str, Any]) -> Sequence[Any]:
    if isinstance(layer, Op):
        outputs = keras.tree.flatten(layer(arguments))
    else:
        first, *rest = arguments
        outputs = keras.tree.flatten(
            layer(arguments[first], **{key: arguments[key] for key in rest})
        )
    taken = {id(tensor) for tensor in keras.tree.flatten(list(arguments.values()))}
    if any(id(output) in taken for output in outputs):
        raise ValueError("The layer hands on its input, which Keras takes for a circle.")
    return [output for output in outputs if output is not None]


def _tensors(value: "Spec | tuple[Spec, ...] | Said") -> Any:
    if isinstance(value, Said):
        return value.value
    return symbol(value) if isinstance(value, Spec) else [symbol(item) for item in value]


def symbol(spec: Spec) -> Any:
    """A symbolic tensor of this description."""
    tensor = keras.KerasTensor(spec.shape, dtype=spec.dtype, name="tensor")
    if spec.mask is not None:
        tensor._keras_mask = keras.KerasTensor(spec.mask, dtype="bool", name="mask")
    return tensor


def _spec(tensor: Any) -> Spec:
    mask = getattr(tensor, "_keras_mask", None)
    shape = tuple(None if axis is None else int(axis) for axis in tensor.shape)
    return Spec(shape, str(tensor.dtype), None if mask is None else tuple(mask.shape))


def _weights(layer: Any) -> Sizes:
    trainable, non_trainable = layer.trainable_weights, layer.non_trainable_weights
    return Sizes(
        sum(_size(weight) for weight in trainable),
        sum(_size(weight) for weight in non_trainable),
        sum(_size(weight) * item_bytes(weight.dtype) for weight in [*trainable, *non_trainable]),
    )


def _bytes(outputs: Iterable[Spec], batch: int) -> int | None:
    """What these tensors take for so many examples; None when an axis is unknown."""
    found = 0
    for spec in outputs:
        if None in spec.shape[1:]:
            return None
        axes = [batch if axis is None else axis for axis in spec.shape]
        found += prod(axes) * item_bytes(spec.dtype)
    return found


def _size(weight: Any) -> int:
    size = 1
    for axis in weight.shape:
        size *= int(axis)
    return size


@cache
def item_bytes(dtype: str) -> int:
    """Bytes that one value of a dtype takes; text counts as a pointer."""
    bits = re.search(r"\d+", str(dtype))
    return max(int(bits[0]) // 8, 1) if bits else 8 if dtype == "string" else 1


@contextmanager
def _symbolic() -> Iterator[None]:
    """No memory for weights, no trace left in Keras's global state, no chatter."""
    try:
        with (
            keras.StatelessScope(initialize_variables=False),
            cached_signatures(),
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("ignore")
            yield
    finally:
        global_state.set_global_attribute("uninitialized_variables", [])


MAX_DETAIL = 2_000


def _clean(text: str) -> str:
    """Keras's own text without colours, object addresses, and the repetition of all arguments."""
    text = strip_escapes(text).split("\n\nArguments received by")[0]
    text = re.sub(r"^Exception encountered when calling .*?\n\n", "", text, flags=re.DOTALL)
    return re.sub(r" at 0x[0-9a-f]+", "", text).strip()[:MAX_DETAIL]


logging.getLogger("absl").setLevel(logging.ERROR)
