"""Interpret calls of Keras: layers, ops, models, other objects, compile and fit."""

import ast
from collections.abc import Mapping
from typing import Any, cast

from engine.catalogue import Entry, Kind, load, snake_case
from engine.catalogue.refusals import refusal
from engine.document import ObjectSpec
from engine.graph.kinds import INPUT, MODEL
from engine.imports import tensorflow_functions
from engine.imports.graph_builder import GraphBuilder
from engine.imports.keras_config import is_default
from engine.imports.python import ops
from engine.imports.python.constants import weight
from engine.imports.python.expressions import Expressions
from engine.imports.python.values import (
    Call,
    Function,
    KerasObject,
    Layer,
    Method,
    Model,
    Path,
    ReadError,
    Rows,
    Tensor,
    Unknown,
)
from engine.problems import Phrase, phrase, words_of
from engine.values import Json, plain

MAX_VALUE = 20_000  # entries of one argument, such as a vocabulary
Args = list[Any]
Kwargs = dict[str, Any]

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
_COMPILE = ("optimizer", "loss", "loss_weights", "metrics")
_FIT = ("x", "y", "batch_size", "epochs", "verbose", "callbacks", "validation_split")
# Layer arguments that no node stores: the input shapes of Keras 2, and arguments without effect.
_INPUT_SHAPES = ("input_shape", "batch_input_shape", "input_dim", "batch_shape")
_IGNORED = ("input_length", "weights", "autocast")


def call(reader: Expressions, called: Any, args: Args, kwargs: Kwargs, line: int) -> Any:
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
            return _method(reader, Method(model, name), args, kwargs, line)
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


# --- by path ------------------------------------------------------------------------------------


def _path(reader: Expressions, dotted: str, args: Args, kwargs: Kwargs, line: int) -> Any:
    package, _, name = dotted.rpartition(".")
    if dotted in ("keras.Input", "keras.layers.Input"):
        return apply(reader, _input(args, kwargs, line), [], {}, line)
    if dotted == "keras.layers.InputLayer":
        return _input(args, kwargs, line)
    if name in ("Model", "Functional") and package in ("keras", "keras.models", "keras.layers"):
        return _model(reader, args, kwargs, line)
    if name == "Sequential" and package in ("keras", "keras.models"):
        return _sequential(reader, args, kwargs, line)
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


def _function(reader: Expressions, dotted: str, args: Args, kwargs: Kwargs, line: int) -> Any:
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


def _data(reader: Expressions, id: str, line: int) -> Rows:
    if reader.data.find(id) is not None:
        reader.settings.setdefault("data", id)
    return Rows(line, "its value comes from data", id)


def _own_function(reader: Expressions, function: Function, args: Args, kwargs: Kwargs) -> Any:
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


# --- layers -------------------------------------------------------------------------------------


def _call_op(reader: Expressions, entry: Entry, args: Args, kwargs: Kwargs, line: int) -> Any:
    """Call an op: constants among its arguments become parameters."""
    tensors, constants = ops.bind(entry, args, kwargs, line)
    if not tensors:
        return ops.unknown(entry, line)
    op = Layer(entry.name, parameters(entry, [], constants, line), "", line)
    result = apply(reader, op, [], tensors, line)
    several = any(port.count for port in entry.outputs)
    return [result] if several and isinstance(result, Tensor) else result


def _activation(reader: Expressions, name: str, args: Args, kwargs: Kwargs, line: int) -> Any:
    """Call a function of keras.activations on a tensor."""
    equivalent = ops.activation(name, kwargs, line)
    if isinstance(equivalent, Layer):
        return apply(reader, equivalent, args[:1], {}, line)
    entry, kwargs = equivalent
    return _call_op(reader, entry, args, kwargs, line)


def _layer_or_merge(reader: Expressions, name: str, args: Args, kwargs: Kwargs, line: int) -> Any:
    if name in _MERGES:  # the functions for merging layers: layers.add([a, b])
        tensors = kwargs.pop("inputs", None) or args.pop(0)
        layer = make_layer(name.capitalize(), args, kwargs, line)
        return apply(reader, layer, [tensors], {}, line)
    return make_layer(name, args, kwargs, line)


def make_layer(name: str, args: Args, kwargs: Kwargs, line: int) -> Layer:
    """Create a layer of class `name`. Raises ReadError for one that a document can't hold."""
    entry = load().layer(name)
    if entry is not None and entry.refused and (other := _other_name(entry)):
        entry = load().layer(other)
    if entry is None or (entry.refused and load().object("cell", name) is None):
        missing = phrase("Keras has no such layer.")
        why = refusal(entry.refused) if entry and entry.refused else missing
        raise ReadError(line, phrase("layers.{name} can't be used: {why}", name=name, why=why))
    shape = _input_shape(kwargs)
    kwargs = {key: value for key, value in kwargs.items() if key not in (*_INPUT_SHAPES, *_IGNORED)}
    if name == "Embedding" and shape is not None and len(shape) == 1:
        kwargs["input_dim"], shape = shape[0], None
    layer_name = kwargs.pop("name", None)
    inner = load().object("cell", name) or entry
    return Layer(
        entry.name,
        parameters(inner, args, kwargs, line),
        layer_name if isinstance(layer_name, str) else "",
        line,
        input_shape=shape,
    )


def _other_name(entry: Entry) -> str | None:
    """The layer that is meant by an alias: Conv2D for Convolution2D."""
    words = (entry.refused or "").removeprefix("It is another name of ")
    return words.partition(":")[0] if words != entry.refused else None


def _input_shape(kwargs: dict[str, Any]) -> tuple[Any, ...] | None:
    """The input shape without the batch axis, from the arguments that layers had in Keras 2."""
    if isinstance(shape := kwargs.get("input_shape"), tuple | list):
        return tuple(shape)
    for key in ("batch_input_shape", "batch_shape"):
        if isinstance(shape := kwargs.get(key), tuple | list):
            return tuple(shape[1:])
    if isinstance(size := kwargs.get("input_dim"), int):
        return (size,)
    return None


def _input(args: Args, kwargs: Kwargs, line: int) -> Layer:
    kwargs = dict(zip(("shape", "batch_size", "dtype"), args, strict=False)) | kwargs
    shape = kwargs.get("shape", kwargs.get("input_shape"))
    if isinstance(whole := kwargs.get("batch_shape"), tuple | list):
        kwargs["batch_size"], shape = whole[0], whole[1:]
    if isinstance(shape, int):
        shape = (shape,)
    if not isinstance(shape, tuple | list):
        why = shape.why if isinstance(shape, Unknown) else phrase("it is missing")
        raise ReadError(line, phrase("the input's shape is not a constant: {why}", why=why))
    params: dict[str, Json] = {"shape": _json(list(shape), line)}
    for key in ("batch_size", "dtype"):
        if kwargs.get(key) not in (None, "float32"):
            params[key] = _json(kwargs[key], line)
    name = kwargs.get("name")
    return Layer(INPUT, params, name if isinstance(name, str) else "", line)


def parameters(entry: Entry, args: Args, kwargs: Kwargs, line: int) -> dict[str, Json]:
    """The arguments of a constructor or op as a document's parameters, without defaults."""
    if len(args) > len(entry.params):
        raise ReadError(
            line,
            phrase(
                "{name} takes at most {count} arguments", name=entry.name, count=len(entry.params)
            ),
        )
    arguments = dict(zip([param.name for param in entry.params], args, strict=False)) | kwargs
    params: dict[str, Json] = {}
    for name, value in arguments.items():
        param = entry.param(name)
        if weight(value, MAX_VALUE) > MAX_VALUE:
            raise ReadError(
                line, phrase("{name} of {layer} is too large", name=name, layer=entry.name)
            )
        stored = _json(value, line, phrase("{param} of {layer}", param=name, layer=entry.name))
        if name == "name" and param is None:
            continue
        if param is None or not is_default(stored, param):
            params[name] = stored
    return params


_VALUE = phrase("the value")


def _json(value: Any, line: int, what: Phrase = _VALUE) -> Json:
    """A value as a document stores it."""
    match value:
        case Unknown():
            raise ReadError(
                line, phrase("{what} is not a constant: {why}", what=what, why=value.why)
            )
        case Layer():
            return {"class": value.layer, "params": value.params}
        case KerasObject(kind=kind, spec=spec):
            if not spec.params and kind in ("initializer", "activation"):
                return snake_case(spec.class_)
            return {"class": spec.class_, "params": spec.params}
        case Path(dotted=dotted):
            return dotted.rpartition(".")[2]
        case list() | tuple():
            return [_json(item, line, what) for item in value]
        case dict():
            return {str(key): _json(item, line, what) for key, item in value.items()}
        case None | bool() | int() | float() | str():
            try:
                return cast("Json", plain(value))
            except ValueError as error:
                raise ReadError(
                    line, phrase("{what}: {error}", what=what, error=words_of(error))
                ) from None
        case _:
            raise ReadError(line, phrase("{what} can't be stored in a document", what=what))


def apply(reader: Expressions, layer: Layer, args: Args, kwargs: Kwargs, line: int) -> Any:
    """Call a layer: append the call to the tape and return its output tensors."""
    for value in (*args, *kwargs.values()):
        if isinstance(value, Unknown):
            raise ReadError(
                line,
                phrase(
                    "an argument of {layer} is not known: {why}", layer=layer.layer, why=value.why
                ),
            )
    reader.tape.append(Call(layer, tuple(args), kwargs, line))
    count = _count_outputs(layer, call_params(layer, kwargs, line))
    tensors = [Tensor(len(reader.tape) - 1, index) for index in range(count)]
    return tensors[0] if count == 1 else tensors


def call_params(layer: Layer, kwargs: Mapping[str, Any], line: int) -> dict[str, Json]:
    """The arguments of a call that are not tensors, as parameters of its node."""
    entry = load().layer(layer.layer)
    at_call = entry.only(at_call=True) if entry else None
    names = [param.name for param in at_call.params] if at_call else []
    arguments = {name: kwargs[name] for name in names if name in kwargs}
    return parameters(at_call, [], arguments, line) if at_call and arguments else {}


def _count_outputs(layer: Layer, params: Mapping[str, Json]) -> int:
    """The number of tensors that a call of this layer returns."""
    if layer.model is not None:
        return 1 if layer.model.stack is not None else max(1, len(layer.model.outputs))
    entry = load().layer(layer.layer)
    if entry is None:
        return 1
    builder = GraphBuilder([])
    node = builder.add_node(layer=layer.layer, params={**layer.params, **params})
    return builder.count_outputs(node)


# --- models -------------------------------------------------------------------------------------


def _model(reader: Expressions, args: Args, kwargs: Kwargs, line: int) -> Model:
    arguments = dict(zip(("inputs", "outputs", "name"), args, strict=False)) | kwargs
    inputs, outputs = (_tensors(arguments.get(key), key, line) for key in ("inputs", "outputs"))
    name = arguments.get("name")
    model = Model(line, name if isinstance(name, str) else "", inputs, outputs)
    reader.models.append(model)
    return model


def _tensors(value: Any, what: str, line: int) -> list[Tensor]:
    """The tensors in nested lists and dicts, in order."""
    if isinstance(value, Tensor):
        return [value]
    if isinstance(value, list | tuple):
        return [tensor for item in value for tensor in _tensors(item, what, line)]
    if isinstance(value, dict):
        return [tensor for item in value.values() for tensor in _tensors(item, what, line)]
    why = value.why if isinstance(value, Unknown) else phrase("they are not tensors")
    raise ReadError(line, phrase("the model's {what} are not known: {why}", what=what, why=why))


def _sequential(reader: Expressions, args: Args, kwargs: Kwargs, line: int) -> Model:
    name = kwargs.get("name")
    model = Model(line, name if isinstance(name, str) else "", stack=[])
    reader.models.append(model)
    for item in (
        args[0] if args and isinstance(args[0], list | tuple) else kwargs.get("layers") or []
    ):
        _add(reader, model, item, line)
    return model


def _add(reader: Expressions, model: Model, item: Any, line: int) -> None:
    if isinstance(item, Tensor):  # keras.Input(…) inside a Sequential
        item = reader.tape[item.call].layer
    if isinstance(item, Model):
        item = as_layer(item)
    if not isinstance(item, Layer) or model.stack is None:
        why = item.why if isinstance(item, Unknown) else phrase("it is not a layer")
        raise ReadError(
            line, phrase("the layer that is added to the model is not known: {why}", why=why)
        )
    model.stack.append(item)


def as_layer(model: Model) -> Layer:
    """The layer that all calls of this model share."""
    if model.as_layer is None:
        model.as_layer = Layer(MODEL, {}, model.name, model.line, model=model)
    return model.as_layer


def _method(reader: Expressions, method: Method, args: Args, kwargs: Kwargs, line: int) -> Any:
    model = method.owner
    match method.name:
        case "add":
            _add(reader, model, args[0] if args else kwargs.get("layer"), line)
        case "build":
            shape = args[0] if args else kwargs.get("input_shape")
            model.input_shape = tuple(shape[1:]) if isinstance(shape, tuple | list) else None
        case "compile":
            model.training |= dict(zip(_COMPILE, args, strict=False)) | kwargs
        case "fit":
            model.training |= dict(zip(_FIT, args, strict=False)) | kwargs
        case _:
            pass
    return Unknown(
        line, phrase("the result of {name}(…) is known only after training", name=method.name)
    )
