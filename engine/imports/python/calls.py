"""Interpret calls of Keras: layers, ops, models, other objects, compile and fit."""

import ast
from typing import Any

from engine.catalogue import Entry, Kind, load
from engine.document import ObjectSpec
from engine.imports import tensorflow_functions
from engine.imports.python import ops
from engine.imports.python.interpretation import Interpretation
from engine.imports.python.layers import Args, Kwargs, apply, make_input, make_layer
from engine.imports.python.models import as_layer, call_method, make_model, make_sequential
from engine.imports.python.parameters import parameters
from engine.imports.python.values import (
    Function,
    KerasObject,
    Layer,
    Method,
    Model,
    Path,
    Rows,
    Tensor,
    Unknown,
)
from engine.problems import phrase

# Keras modules of objects, and their kind in the catalogue.
OBJECTS: dict[str, Kind] = {
    "initializers": "initializer",
    "regularizers": "regularizer",
    "constraints": "constraint",
    "activations": "activation",
    "optimizers": "optimizer",
    "schedules": "schedule",
    "losses": "loss",
    "metrics": "metric",
    "callbacks": "callback",
}
_MERGES = ("add", "subtract", "multiply", "average", "maximum", "minimum", "concatenate", "dot")


def call(reader: Interpretation, called: Any, args: Args, kwargs: Kwargs, line: int) -> Any:
    """The value of a call. Raises ReadError for one that the model needs but that can't be read."""
    match called:
        case ast.operator() | ast.unaryop() | ast.cmpop():
            return _call_op(reader, ops.operator(called, line), args, {}, line)
        case Path(dotted=dotted):
            return _path(reader, dotted, args, kwargs, line)
        case Layer():
            return apply(reader, called, args, kwargs, line)
        case Model():
            return apply(reader, as_layer(called), args, kwargs, line)
        case Method(owner=Model() as model, name=name):
            return call_method(reader, Method(model, name), args, kwargs, line)
        case Function():
            return _own_function(reader, called, args, kwargs)
        case _:
            return Unknown(line, phrase("this call can't be read"))


def attribute(owner: Any, name: str, line: int) -> Any:
    """The value of an attribute of a model, a layer or a tensor."""
    if isinstance(owner, Model):
        match name:
            case "inputs" | "outputs":
                return list(getattr(owner, name))
            case "input" | "output":
                tensors = getattr(owner, f"{name}s")
                return tensors[0] if len(tensors) == 1 else list(tensors)
            case "name":
                return owner.name
        return Method(owner, name)
    if isinstance(owner, Tensor) and name in ("shape", "dtype"):
        return Unknown(line, phrase("the {name} of a tensor is computed by Keras", name=name))
    return Unknown(line, phrase("“.{name}” is not read", name=name))


def _path(reader: Interpretation, dotted: str, args: Args, kwargs: Kwargs, line: int) -> Any:
    package, _, name = dotted.rpartition(".")
    if dotted in ("keras.Input", "keras.layers.Input"):
        return apply(reader, make_input(args, kwargs, line), [], {}, line)
    if dotted == "keras.layers.InputLayer":
        return make_input(args, kwargs, line)
    if name in ("Model", "Functional") and package in ("keras", "keras.models", "keras.layers"):
        return make_model(reader, args, kwargs, line)
    if name == "Sequential" and package in ("keras", "keras.models"):
        return make_sequential(reader, args, kwargs, line)
    if package == "keras.layers":
        return _layer_or_merge(reader, name, args, kwargs, line)
    if dotted in ("keras.utils.set_random_seed", "tensorflow.random.set_seed"):
        reader.settings["seed"] = args[0] if args else kwargs.get("seed")
        return None
    if package.startswith("keras.datasets") and name == "load_data":
        return _data(reader, package.rpartition(".")[2], line)
    if package in ("sklearn.datasets", "datasets") and name.startswith("load_"):
        return _data(reader, name.removeprefix("load_"), line)
    return _function(reader, dotted, args, kwargs, line)


def _function(reader: Interpretation, dotted: str, args: Args, kwargs: Kwargs, line: int) -> Any:
    """The value of a call of an op, an activation or another Keras object."""
    package, _, name = dotted.rpartition(".")
    if (entry := ops.of_path(dotted)) is not None:
        if dotted.startswith("tensorflow."):
            kwargs = tensorflow_functions.completed(entry, kwargs)
        return _call_op(reader, entry, args, kwargs, line)
    if package == "keras.activations" and args and isinstance(args[0], Tensor):
        return _activation(reader, name, args, kwargs, line)
    if dotted.startswith("keras."):
        return _keras_object(dotted, args, kwargs, line)
    return Unknown(line, phrase("{dotted}(…) is not part of Keras", dotted=dotted))


def _keras_object(dotted: str, args: Args, kwargs: Kwargs, line: int) -> Any:
    module, _, name = dotted.rpartition(".")
    kind = OBJECTS.get(module.rpartition(".")[2])
    entry = load().object(kind, name) if kind else None
    if kind is None or entry is None:
        return Unknown(line, phrase("{dotted}(…) can't be stored in a document", dotted=dotted))
    params = parameters(entry, args, kwargs, line)
    return KerasObject(kind, ObjectSpec(class_=entry.name, params=params))


def _data(reader: Interpretation, id: str, line: int) -> Rows:
    if reader.data.find(id) is not None:
        reader.settings.setdefault("data", id)
    return Rows(line, "its value comes from data", id)


def _own_function(reader: Interpretation, function: Function, args: Args, kwargs: Kwargs) -> Any:
    """The value of a helper function of generated scripts; None to interpret the body."""
    name = function.node.name if isinstance(function.node, ast.FunctionDef) else ""
    if name.startswith("load_") and reader.data.find(name.removeprefix("load_")) is not None:
        return _data(reader, name.removeprefix("load_"), function.node.lineno)
    if name == "load_arrays" and args and isinstance(args[0], str):
        return _data(reader, args[0].removesuffix(".npz"), function.node.lineno)
    if name == "split_rows":
        arguments = dict(zip(("rows", "fraction", "seed"), args, strict=False)) | kwargs
        reader.settings["split"] = arguments.get("fraction")
        unknown = Unknown(function.node.lineno, phrase("its value comes from data"))
        return (unknown, unknown)
    return None


def _call_op(reader: Interpretation, entry: Entry, args: Args, kwargs: Kwargs, line: int) -> Any:
    """Call an op: constants among its arguments become parameters."""
    tensors, constants = ops.bind(entry, args, kwargs, line)
    if not tensors:
        return ops.unknown(entry, line)
    op = Layer(entry.name, parameters(entry, [], constants, line), "", line)
    result = apply(reader, op, [], tensors, line)
    several = any(port.count for port in entry.outputs)
    return [result] if several and isinstance(result, Tensor) else result


def _activation(reader: Interpretation, name: str, args: Args, kwargs: Kwargs, line: int) -> Any:
    """Call a function of keras.activations on a tensor."""
    equivalent = ops.activation(name, kwargs, line)
    if isinstance(equivalent, Layer):
        return apply(reader, equivalent, args[:1], {}, line)
    entry, kwargs = equivalent
    return _call_op(reader, entry, args, kwargs, line)


def _layer_or_merge(
    reader: Interpretation, name: str, args: Args, kwargs: Kwargs, line: int
) -> Any:
    if name in _MERGES:  # the functions for merging layers: layers.add([a, b])
        tensors = kwargs.pop("inputs", None) or args.pop(0)
        layer = make_layer(name.capitalize(), args, kwargs, line)
        return apply(reader, layer, [tensors], {}, line)
    return make_layer(name, args, kwargs, line)
