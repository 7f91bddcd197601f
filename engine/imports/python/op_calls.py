"""Ops in Python source: keras.ops, operators, activations, keras.backend and TensorFlow."""

import ast
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from engine.catalogue import Entry, load, slicing
from engine.graph.kinds import OPS
from engine.imports import tensorflow_functions
from engine.imports.keras_2 import changed_meaning
from engine.imports.python import backend, looked_up, own_weights, sizes
from engine.imports.python.layers import apply
from engine.imports.python.old_defaults import may_be_old
from engine.imports.python.parameters import parameters
from engine.imports.python.state import State
from engine.imports.python.unknown import (
    Path,
    ReadError,
    Unknown,
    find_unknown,
)
from engine.imports.python.values import (
    Layer,
    Tensor,
    find_tensors,
)
from engine.problems import phrase

_OPERATORS: Mapping[type[ast.AST], str] = MappingProxyType(
    {
        ast.Add: "add",
        ast.Sub: "subtract",
        ast.Mult: "multiply",
        ast.Div: "true_divide",
        ast.FloorDiv: "floor_divide",
        ast.Mod: "mod",
        ast.Pow: "power",
        ast.MatMult: "matmul",
        ast.Gt: "greater",
        ast.GtE: "greater_equal",
        ast.Lt: "less",
        ast.LtE: "less_equal",
        ast.USub: "negative",
        ast.Invert: "logical_not",
    }
)
_ALIASES = {"absolute": "abs", "swish": "silu", "hard_swish": "hard_silu"}


def operator(op: ast.AST, line: int) -> Entry:
    """The op for a Python operator on tensors. Raises ReadError when there is none."""
    entry = find(_OPERATORS.get(type(op), ""))
    if entry is None:
        name = type(op).__name__
        raise ReadError(
            line, phrase("the operator {operator} on tensors is not read", operator=name)
        )
    return entry


def find(name: str) -> Entry | None:
    """The op with this name or alias."""
    entry = load().layer(OPS + _ALIASES.get(name, name))
    return entry if entry and entry.kind == "op" else None


def is_op(dotted: str) -> bool:
    """Whether there is an op at a dotted path."""
    if dotted.startswith("tensorflow."):
        return tensorflow_functions.find(dotted.removeprefix("tensorflow.")) is not None
    return dotted.startswith("keras.ops.") and find(dotted.rpartition(".")[2]) is not None


def call_path(state: State, dotted: str, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    """Call the op at a dotted path on tensors; None when there is no op at this path."""
    module, _, name = dotted.rpartition(".")
    if dotted.startswith("keras.ops."):
        entry = find(name)
        return None if entry is None else call(state, entry, args, kwargs, line)
    if dotted.startswith("keras.backend."):
        return backend.call(state, name, args, kwargs, line)
    if dotted.startswith("tensorflow."):
        entry = tensorflow_functions.find(dotted.removeprefix("tensorflow."))
        if entry is None:
            return None
        args, kwargs = tensorflow_functions.adapted(entry, args, kwargs)
        if entry.name == "ops.matmul":
            args, kwargs = _transposed(state, args, kwargs, line)
        return call(state, entry, args, kwargs, line)
    if module == "keras.activations" and args and isinstance(args[0], Tensor):
        return activation(state, name, args, kwargs, line)
    return None


def call(state: State, entry: Entry, args: list[Any], kwargs: Mapping[str, Any], line: int) -> Any:
    """Call an op: constants among its arguments become parameters."""
    if own_weights.uses_one(args, dict(kwargs)):
        return own_weights.call(state, entry.name, args, dict(kwargs), line)
    args, kwargs = sizes.with_positions(state, args, kwargs, line)
    args, kwargs = looked_up.with_lookups(state, args, kwargs, line)
    tensors, constants = _bind(entry, args, kwargs, line)
    if not tensors:
        why = phrase("{path} of constants is computed by Keras", path=entry.path)
        return Unknown(line, why)
    if entry.name == "ops.reshape" and isinstance(tensor := tensors.get("x"), Tensor):
        reshaped = sizes.reshaped(state, tensor, constants.get("newshape"), line)
        if reshaped is not None:
            return reshaped
    params, holes = parameters(entry, [], constants, line)
    if holes:
        return next(iter(holes.values()))
    result = apply(state, Layer(entry.name, params, "", line), [], tensors, line)
    several = any(port.count for port in entry.outputs)
    return [result] if several and isinstance(result, Tensor) else result


def _transposed(
    state: State, args: list[Any], kwargs: Mapping[str, Any], line: int
) -> tuple[list[Any], dict[str, Any]]:
    """The arguments of `tf.matmul(a, b, transpose_a, transpose_b)`, with transposed tensors."""
    names = ("a", "b", "transpose_a", "transpose_b")
    arguments = dict(zip(names, args, strict=False)) | dict(kwargs)
    operands = []
    for name in names[:2]:
        operand = arguments.pop(name, None)
        if arguments.pop(f"transpose_{name}", False) is True:
            operand = state.call(Path("keras.ops.swapaxes"), [operand, -1, -2], {}, line)
        operands.append(operand)
    return operands, arguments


def activation(state: State, name: str, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    """Call a function of keras.activations on a tensor: an op with arguments, or a layer."""
    entry = find(name)
    if name == "relu" and (kwargs or len(args) > 1):
        options = dict(zip(_OF_RELU, args[1:], strict=False)) | kwargs
        options = {"negative_slope" if key == "alpha" else key: options[key] for key in options}
        if unknown := find_unknown(options):
            return unknown
        return apply(state, Layer("ReLU", options, "", line), args[:1], {}, line)
    for change in changed_meaning(name) if may_be_old(state) else ():
        state.leave_out(line, change)
    if name == "gelu":
        kwargs = {"approximate": False, **kwargs}
    if entry is not None:
        return call(state, entry, args, kwargs, line)
    if kwargs:
        why = phrase("keras.activations.{name} with arguments is not read", name=name)
        raise ReadError(line, why)
    if load().object("activation", name) is None:
        raise ReadError(line, phrase("Keras has no activation “{name}”", name=name))
    layer = Layer("Activation", {"activation": name}, "", line)
    return apply(state, layer, args[:1], {}, line)


_OF_RELU = ("negative_slope", "max_value", "threshold")


def _bind(
    entry: Entry, args: list[Any], kwargs: Mapping[str, Any], line: int
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The tensors and the constants of a call, by argument name."""
    names = list(entry.signature)
    if any(port.spread for port in entry.inputs):
        first = len(names) - 1
        args = [*args[:first], args[first:]]
    if len(args) > len(names):
        why = phrase("{name} takes at most {count} arguments", name=entry.name, count=len(names))
        raise ReadError(line, why)
    arguments = dict(zip(names, args, strict=False))
    for name, value in kwargs.items():
        if name == "name":
            continue
        arguments[tensorflow_functions.argument(entry, name)] = value
    tensors = {name: value for name, value in arguments.items() if find_tensors(value)}
    constants = {name: value for name, value in arguments.items() if name not in tensors}
    return tensors, {name: _constant(name, value, line) for name, value in constants.items()}


def _constant(name: str, value: Any, line: int) -> Any:
    if name != "key":
        return value
    text = slicing.write(value)
    if text is None:
        raise ReadError(line, phrase("the index of the tensor is not a constant"))
    return text
