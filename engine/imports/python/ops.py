"""Ops in Python source: keras.ops, operators, activations, and functions of TensorFlow."""

import ast
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from engine.catalogue import Entry, load, slicing
from engine.graph.kinds import OPS
from engine.imports import tensorflow_functions
from engine.imports.python.values import Layer, ReadError, Tensor, Unknown
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
        raise ReadError(
            line,
            phrase("the operator {operator} on tensors is not read", operator=type(op).__name__),
        )
    return entry


def find(name: str) -> Entry | None:
    """The op with this name or alias."""
    entry = load().layer(OPS + _ALIASES.get(name, name))
    return entry if entry and entry.kind == "op" else None


def of_path(dotted: str) -> Entry | None:
    """The op at a dotted path: keras.ops.add, keras.ops.nn.relu, tensorflow.nn.relu."""
    if dotted.startswith("keras.ops."):
        return find(dotted.rpartition(".")[2])
    if dotted.startswith("tensorflow."):
        return tensorflow_functions.find(dotted.removeprefix("tensorflow."))
    return None


def holds_tensor(value: Any) -> bool:
    """Whether a value is a tensor, or a list with one."""
    if isinstance(value, list | tuple):
        return any(holds_tensor(item) for item in value)
    return isinstance(value, Tensor)


def bind(
    entry: Entry, args: list[Any], kwargs: Mapping[str, Any], line: int
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The tensors and the constants of a call, by argument name."""
    names = list(entry.signature)
    if any(port.spread for port in entry.inputs):
        first = len(names) - 1
        args = [*args[:first], args[first:]]
    if len(args) > len(names):
        raise ReadError(
            line,
            phrase("{name} takes at most {count} arguments", name=entry.name, count=len(names)),
        )
    arguments = dict(zip(names, args, strict=False))
    for name, value in kwargs.items():
        arguments[tensorflow_functions.argument(entry, name)] = value
    tensors = {name: value for name, value in arguments.items() if holds_tensor(value)}
    constants = {name: value for name, value in arguments.items() if name not in tensors}
    return tensors, {name: _constant(name, value, line) for name, value in constants.items()}


def _constant(name: str, value: Any, line: int) -> Any:
    if name != "key":
        return value
    text = slicing.write(value)
    if text is None:
        raise ReadError(line, phrase("the index of the tensor is not a constant"))
    return text


def activation(name: str, kwargs: Mapping[str, Any], line: int) -> Layer | tuple[Entry, Any]:
    """The equivalent of keras.activations.name(tensor): an op with arguments, or a layer."""
    entry = find(name)
    if name == "relu" and kwargs:
        return Layer("ReLU", dict(kwargs), "", line)
    if name == "gelu":
        kwargs = {"approximate": False, **kwargs}
    if entry is None:
        if kwargs:
            raise ReadError(
                line, phrase("keras.activations.{name} with arguments is not read", name=name)
            )
        return Layer("Activation", {"activation": name}, "", line)
    return entry, kwargs


def unknown(entry: Entry, line: int) -> Unknown:
    """The value of an op that is called without tensors."""
    return Unknown(line, phrase("{path} of constants is computed by Keras", path=entry.path))
