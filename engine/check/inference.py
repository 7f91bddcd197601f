"""Shape inference for single layer calls, with a cache.

A layer is constructed, built and called symbolically inside a stateless scope, so that weights
take no memory. The result depends only on the class, its parameters and the inputs: a repeated
block is inferred once, and after an edit only the affected layers are inferred again.
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
from keras.src.utils.module_utils import tensorflow

from engine.catalogue import load
from engine.check import layer_cache
from engine.check.clock import Clock, TooSlowError, limit_time
from engine.check.costs import multiply_adds
from engine.check.layer_cache import acquire, release
from engine.check.tensor_shapes import Shape
from engine.check.verdict import NodeVerdict, Tensor
from engine.document import Node
from engine.graph.ports import Ports, constructor_params
from engine.keras.build import Op, by_port, construct, construct_op
from engine.keras.lean import without_tensorflow
from engine.keras.precision import present_policy
from engine.keras.signatures import cached_signatures
from engine.keras.weightless import without_weights
from engine.values import Json, strip_escapes

CACHE_SIZE = 20_000
"""Number of cached calls: at about 3 kB each, at most 60 MB."""


class Spec(NamedTuple):
    """The shape and dtype of a tensor, and the shape of the Keras mask attached to it."""

    shape: Shape
    dtype: str
    mask: Shape | None = None


class CallArgument(NamedTuple):
    """A call argument that is no tensor, such as `training`."""

    value: Json


ArgumentSpec = tuple[str, "Spec | tuple[Spec, ...] | CallArgument"]
ArgumentSpecs = tuple[ArgumentSpec, ...]
"""The tensors by port and the call arguments, hashable."""


class Call(NamedTuple):
    """The arguments of a call, and those of the first call of the same layer, which built it."""

    arguments: ArgumentSpecs
    first: ArgumentSpecs


class Sizes(NamedTuple):
    """The size of a layer's weights: number of parameters, and bytes."""

    trainable: int = 0
    non_trainable: int = 0
    weight_bytes: int = 0


class LayerResult:
    """The outputs of a call by port, the size of the layer's weights, and the cost of the call."""

    def __init__(
        self, outputs: Mapping[str, Spec], sizes: Sizes, multiply_adds: int | None = 0
    ) -> None:
        self.outputs, self.sizes, self.multiply_adds = outputs, sizes, multiply_adds
        self.within_limits = False
        """Whether the outputs were checked against the size limits."""
        self._verdict: tuple[object, NodeVerdict] | None = None

    def verdict(self, batch: int, *, owned: bool = True) -> NodeVerdict:
        """Return the verdict of a node with this call; the last one is cached."""
        if self._verdict is None or self._verdict[0] != (batch, owned):
            self._verdict = ((batch, owned), self._make_verdict(batch, owned))
        return self._verdict[1]

    def _make_verdict(self, batch: int, owned: bool) -> NodeVerdict:
        return NodeVerdict(
            outputs=tensors(self.outputs),
            **(self.sizes if owned else Sizes())._asdict(),
            activation_bytes=_bytes(self.outputs.values(), batch),
            multiply_adds=self.multiply_adds,
        )


def tensors(outputs: Mapping[str, Spec]) -> tuple[Tensor, ...]:
    """Convert the outputs of a node to the form of the verdict."""
    return tuple(
        Tensor(port=port, shape=spec.shape, dtype=spec.dtype) for port, spec in outputs.items()
    )


class Failure(NamedTuple):
    """Why Keras refused: the exception's class and text, and whether the layer was constructed."""

    error: str
    text: str
    constructed: bool


TOO_SLOW = Failure("TooSlowError", "", constructed=False)
NOT_CHECKED = Failure("NotChecked", "", constructed=False)
"""The time of the check was up; never cached."""

_cache: OrderedDict[Any, LayerResult | Failure] = OrderedDict()


def infer(node: Node, text: str, ports: Ports, call: Call, clock: Clock) -> LayerResult | Failure:
    """Infer the result of a call of the layer of `node`, whose parameters must be valid.

    `text` holds the parameters as text, for the cache.
    """
    key = (node.layer, text, call, present_policy())
    if key in _cache:
        _cache.move_to_end(key)
        return _cache[key]
    if clock.expired:
        return NOT_CHECKED
    result = _infer(node, text, ports, call)
    if isinstance(result, Failure) and _needs_tensorflow(result):
        return result  # TensorFlow may be installed later
    _cache[key] = result
    if len(_cache) > CACHE_SIZE:
        _cache.popitem(last=False)
    return result


def _infer(node: Node, text: str, ports: Ports, call: Call) -> LayerResult | Failure:
    """Try without TensorFlow first: its import takes seconds, and few layers need it."""
    with without_tensorflow():
        result = _infer_in_time(node, text, ports, call)
    if isinstance(result, Failure) and _needs_tensorflow(result) and tensorflow.available:
        # `tensorflow.available` has imported it, so that its import does not count as layer time.
        return _infer_in_time(node, text, ports, call)
    return result


def _infer_in_time(node: Node, text: str, ports: Ports, call: Call) -> LayerResult | Failure:
    try:
        return limit_time(lambda: _call_layer(node, text, ports, call))
    except TooSlowError:
        return TOO_SLOW


def _needs_tensorflow(failure: Failure) -> bool:
    return failure.error == "ImportError" or "tensorflow" in failure.text.lower()


def _call_layer(node: Node, text: str, ports: Ports, call: Call) -> LayerResult | Failure:
    layer = None
    with _symbolic():
        try:
            kept = (node.layer, text, present_policy())
            cached = acquire(kept, lambda: _construct(node.layer, constructor_params(node)))
            layer = cached.layer
            if shared := call.arguments != call.first:
                _call(layer, _arguments(call.first))
            arguments = _arguments(call.arguments)
            outputs = _call(layer, arguments)
            specs = by_port(ports, [_spec(output) for output in outputs])
            cost = _cost(layer, arguments, outputs, shared=shared)
            result = LayerResult(specs, _weights(layer), cost)
            release(kept, cached)
            return result
        except Exception as error:  # any exception of a layer is a refusal
            return Failure(type(error).__name__, _clean(str(error)), layer is not None)


def _cost(
    layer: Any, arguments: Mapping[str, Any], outputs: Sequence[Any], *, shared: bool
) -> int | None:
    try:
        return multiply_adds(layer, arguments, outputs, shared=shared)
    except TooSlowError:  # the outputs are known; only the cost is not
        return None


def clear_cache() -> None:
    """Drop all cached results and layers."""
    _cache.clear()
    layer_cache.clear()


def _construct(name: str, params: Mapping[str, Json]) -> Any:
    entry = load().layer(name)
    assert entry is not None
    if entry.kind == "op":
        return construct_op(entry, params)
    # A fixed name keeps Keras's table of unique names from growing with every check.
    return construct(entry, params, name="layer")


def _arguments(specs: ArgumentSpecs) -> dict[str, Any]:
    return {name: _tensors(value) for name, value in specs}


def _call(layer: Any, arguments: Mapping[str, Any]) -> Sequence[Any]:
    if isinstance(layer, Op):
        outputs = keras.tree.flatten(layer(arguments))
    else:
        first, *rest = arguments
        outputs = keras.tree.flatten(
            layer(arguments[first], **{key: arguments[key] for key in rest})
        )
    input_ids = {id(tensor) for tensor in keras.tree.flatten(list(arguments.values()))}
    if any(id(output) in input_ids for output in outputs):
        raise ValueError("The layer returns its input unchanged; Keras treats that as a cycle.")
    return [output for output in outputs if output is not None]


def _tensors(value: "Spec | tuple[Spec, ...] | CallArgument") -> Any:
    if isinstance(value, CallArgument):
        return value.value
    return symbol(value) if isinstance(value, Spec) else [symbol(item) for item in value]


def symbol(spec: Spec) -> Any:
    """Create a symbolic tensor."""
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
    """Return the size of these tensors for a batch; None if an axis is unknown."""
    total = 0
    for spec in outputs:
        if None in spec.shape[1:]:
            return None
        axes = [batch if axis is None else axis for axis in spec.shape]
        total += prod(axes) * item_bytes(spec.dtype)
    return total


def _size(weight: Any) -> int:
    size = 1
    for axis in weight.shape:
        size *= int(axis)
    return size


@cache
def item_bytes(dtype: str) -> int:
    """Return the bytes of one value of a dtype; a string counts as a pointer."""
    bits = re.search(r"\d+", str(dtype))
    return max(int(bits[0]) // 8, 1) if bits else 8 if dtype == "string" else 1


@contextmanager
def _symbolic() -> Iterator[None]:
    """Allocate no weights, leave Keras's global state unchanged, and ignore warnings."""
    with without_weights(), cached_signatures(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


MAX_DETAIL = 2_000


def _clean(text: str) -> str:
    """Strip colours, object addresses and the list of arguments from a message of Keras."""
    text = strip_escapes(text).split("\n\nArguments received by")[0]
    text = re.sub(r"^Exception encountered when calling .*?\n\n", "", text, flags=re.DOTALL)
    return re.sub(r" at 0x[0-9a-f]+", "", text).strip()[:MAX_DETAIL]


logging.getLogger("absl").setLevel(logging.ERROR)
