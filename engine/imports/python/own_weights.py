"""Weights that a layer of the source creates for itself, as layers of Keras that have such weights.

`x @ w`, or `tensordot(x, w, axes=1)`, is Dense without a bias, `x @ w + b` with one; `x * w` is
EinsumDense, and `take(w, x)` is Embedding. Weights in any other computation are refused.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from engine.imports.python.layers import apply, make_layer, record
from engine.imports.python.state import State
from engine.imports.python.unknown import (
    Opaque,
    Path,
    Unknown,
    find_unknown,
)
from engine.imports.python.values import (
    Instance,
    Layer,
    Method,
    Tensor,
)
from engine.problems import phrase
from engine.values.named import is_integer

Args = list[Any]
Kwargs = dict[str, Any]
_OPTIONS = ("initializer", "regularizer", "constraint")
_KERAS_2 = ("name", "shape", "dtype", "initializer", "regularizer", "trainable", "constraint")
_KERAS_3 = ("shape", "initializer", "dtype", "trainable", "autocast", "regularizer", "constraint")


@dataclass(eq=False)
class OwnWeight(Opaque):
    """A weight of an instance; `shape` is None where Keras can't have it in a layer.

    `layers` are the layers that hold it, by the other weight in them; `cause` is the part of its
    shape that is asked for.
    """

    instance: Instance
    line: int
    shape: tuple[int, ...] | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    cause: Unknown | None = None
    layers: dict[Any, Layer] = field(default_factory=dict)

    @property
    def unknown(self) -> Unknown:
        """The unknown value that everything else computes from it."""
        if self.cause is not None:
            return self.cause
        why = phrase(
            "“{name}” creates a weight of its own, which no layer of Keras has in this form",
            name=self.instance.cls.name,
        )
        return Unknown(self.line, why)

    def prefixed(self, name: str) -> Kwargs:
        """The options as those of the weight `name` of a layer of Keras.

        `add_weight` has another default than most weights of layers: glorot_uniform.
        """
        own = {"initializer": "glorot_uniform", **self.options}
        return {f"{name}_{option}": value for option, value in own.items()}


def create(instance: Instance, args: Args, kwargs: Kwargs, line: int) -> OwnWeight:
    """`self.add_weight(…)`."""
    names = _KERAS_2 if args and isinstance(args[0], str) else _KERAS_3
    arguments = dict(zip(names, args, strict=False)) | kwargs
    shape, dtype = arguments.get("shape"), arguments.get("dtype")
    plain = dtype in (None, "float32") or isinstance(dtype, Method | Unknown)
    if isinstance(dtype, Path):
        plain = dtype.dotted.endswith(".float32")
    known = isinstance(shape, tuple | list) and all(map(is_integer, shape))
    usable = known and plain and arguments.get("trainable", True) is True
    options = {name: arguments[name] for name in _OPTIONS if arguments.get(name) is not None}
    cause = find_unknown(shape)
    if cause is not None and cause.question in ("", "?"):
        cause = None
    weight = OwnWeight(instance, line, tuple(shape or ()) if usable else None, options, cause)
    instance.weights.append(weight)
    return weight


def variable(state: State, args: Args, kwargs: Kwargs, line: int) -> Any:
    """`keras.Variable(…)` and `tf.Variable(…)` in a layer."""
    instance = state.frame.instance
    if not isinstance(instance, Instance) or not instance.cls.kind:
        return Unknown(line, phrase("a variable"))
    return create(instance, [], {}, line)


def uses_one(args: Args, kwargs: Kwargs) -> bool:
    """Whether one of the arguments is a weight of an instance."""
    return any(isinstance(value, OwnWeight) for value in (*args, *kwargs.values()))


def call(state: State, op: str, args: Args, kwargs: Kwargs, line: int) -> Any:
    """The result of an op on a tensor and a weight; unknown where no layer of Keras computes it."""
    options = ("axis", "axes", "name")
    operands = [*args, *(value for name, value in kwargs.items() if name not in options)]
    third = args[2] if len(args) > len(("x", "indices")) else None
    axis = kwargs.get("axes", kwargs.get("axis", third))
    handler = _OPS.get(op)
    result = None
    if handler is not None and axis == _AXES.get(op):
        result = handler(state, operands[:2], line)
    return find_unknown(operands) if result is None else result


def _product(state: State, operands: Args, line: int) -> Any:
    """`x @ w` as Dense."""
    match operands:
        case [Tensor() as tensor, OwnWeight(shape=(_, units)) as weight]:
            options = {"use_bias": False, **weight.prefixed("kernel")}
            layer = _layer(state, [weight], "Dense", [units], options, line)
            return apply(state, layer, [tensor], {}, line)
    return None


def _sum(state: State, operands: Args, line: int) -> Any:
    """`x @ w + b` as Dense with a bias."""
    match operands:
        case [OwnWeight() as bias, Tensor() as tensor]:
            return _sum(state, [tensor, bias], line)
        case [Tensor() as tensor, OwnWeight(shape=(units,)) as bias]:
            product = state.tape[tensor.call]
            layer = product.layer
            if (
                layer.layer == "Dense"
                and len(layer.weights) == 1
                and layer.params["units"] == units
            ):
                kernel = layer.weights[0]
                options = {**kernel.prefixed("kernel"), **bias.prefixed("bias")}
                dense = _layer(state, [kernel, bias], "Dense", [units], options, line)
                return record(state, dense, list(product.args), {}, line)
    return None


def _kernel(layer: Layer) -> Any:
    """The weight of a layer that stands for a product with it."""
    return layer.weights[0] if layer.layer == "Dense" and len(layer.weights) == 1 else None


def _scaled(state: State, operands: Args, line: int) -> Any:
    """`x * w` as EinsumDense, where `w` has a number for each feature."""
    match operands:
        case [OwnWeight() as weight, Tensor() as tensor]:
            return _scaled(state, [tensor, weight], line)
        case [Tensor() as tensor, OwnWeight(shape=(size,)) as weight]:
            spec = state.spec_of(tensor)
            if (
                spec is None
                or len(spec.shape) < len(("batch", "feature"))
                or spec.shape[-1] != size
            ):
                return None
            args = ["...c,c->...c", [size]]
            layer = _layer(state, [weight], "EinsumDense", args, weight.prefixed("kernel"), line)
            return apply(state, layer, [tensor], {}, line)
    return None


def _looked_up(state: State, operands: Args, line: int) -> Any:
    """`take(w, x, axis=0)` as Embedding."""
    match operands:
        case [OwnWeight(shape=(words, size)) as weight, Tensor() as tensor]:
            options = weight.prefixed("embeddings")
            layer = _layer(state, [weight], "Embedding", [words, size], options, line)
            return apply(state, layer, [tensor], {}, line)
    return None


_OPS: Mapping[str, Callable[[State, Args, int], Any]] = MappingProxyType(
    {
        "ops.matmul": _product,
        "ops.add": _sum,
        "ops.multiply": _scaled,
        "ops.take": _looked_up,
        "ops.tensordot": _product,
    }
)
_AXES: Mapping[str, int] = MappingProxyType({"ops.take": 0, "ops.tensordot": 1})
"""The axis with which an op is that of a layer of Keras."""


def _layer(
    state: State, weights: list[OwnWeight], name: str, args: Args, kwargs: Kwargs, line: int
) -> Layer:  # fmt: skip
    """The layer that holds these weights; the same one at each call."""
    first, other = weights[0], weights[-1]
    if other not in first.layers:
        layer = make_layer(state, name, list(args), dict(kwargs), line)
        layer.weights = tuple(weights)
        first.layers[other] = layer
    return first.layers[other]
