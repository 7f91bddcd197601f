"""What the calls of Keras mean: layers, models, objects, compile and fit."""

import ast
from collections.abc import Mapping
from typing import Any, cast

from engine.catalogue import Entry, Kind, load, snake_case
from engine.document import ObjectSpec
from engine.graph.kinds import INPUT, MODEL
from engine.imports import tensorflow_functions
from engine.imports.keras_config import is_default
from engine.imports.python import operations
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
from engine.values import Json, plain

MAX_VALUE = 20_000  # entries of one argument, such as a vocabulary
Args = list[Any]
Kwargs = dict[str, Any]

# Modules of objects in Keras, and what kind the catalogue gives them.
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
# Arguments of layers that no node stores: Keras 2's ways to give the input, and names.
_INPUT_SHAPES = ("input_shape", "batch_input_shape", "input_dim", "batch_shape")
_IGNORED = ("input_length", "weights", "autocast")


def call(reader: Expressions, called: Any, args: Args, kwargs: Kwargs, line: int) -> Any:
    """What a call stands for. Raises ReadError for one that the model needs and can't be read."""
    match called:
        case ast.operator() | ast.unaryop() | ast.cmpop():
            return _operation(reader, operations.operator(called, line), args, {}, line)
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
            return Unknown(line, "this is called, but is no function that can be followed")


def attribute(owner: Any, name: str, line: int) -> Any:
    """What an attribute of a model, a layer or a tensor stands for."""
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
        return Unknown(line, f"the {name} of a tensor is worked out by Keras")
    return Unknown(line, f"“.{name}” is not followed")


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
    """A function on tensors; else an object of Keras."""
    package, _, name = dotted.rpartition(".")
    if (entry := operations.of_path(dotted)) is not None:
        if dotted.startswith("tensorflow."):
            kwargs = tensorflow_functions.completed(entry, kwargs)
        return _operation(reader, entry, args, kwargs, line)
    if package == "keras.activations" and args and isinstance(args[0], Tensor):
        return _activation(reader, name, args, kwargs, line)
    if dotted.startswith("keras."):
        return _keras_object(dotted, args, kwargs, line)
    return Unknown(line, f"{dotted}(…) is not part of Keras")


def _keras_object(dotted: str, args: Args, kwargs: Kwargs, line: int) -> Any:
    module, _, name = dotted.rpartition(".")
    kind = OBJECTS.get(module.rpartition(".")[2])
    entry = load().object(kind, name) if kind else None
    if kind is None or entry is None:
        return Unknown(line, f"{dotted}(…) has no place in a document")
    params = arguments(entry, args, kwargs, line)
    return KerasObject(kind, ObjectSpec(class_=entry.name, params=params))


def _data(reader: Expressions, id: str, line: int) -> Rows:
    if reader.data.find(id) is not None:
        reader.settings.setdefault("data", id)
    return Rows(line, "its value comes from data", id)


def _own_function(reader: Expressions, function: Function, args: Args, kwargs: Kwargs) -> Any:
    """The functions that generated scripts bring along; None lets the body be followed."""
    name = function.node.name if isinstance(function.node, ast.FunctionDef) else ""
    if name.startswith("load_") and reader.data.find(name.removeprefix("load_")) is not None:
        return _data(reader, name.removeprefix("load_"), function.node.lineno)
    if name == "load_arrays" and args and isinstance(args[0], str):
        return _data(reader, args[0].removesuffix(".npz"), function.node.lineno)
    if name == "split_rows":
        given = dict(zip(("rows", "fraction", "seed"), args, strict=False)) | kwargs
        reader.settings["split"] = given.get("fraction")
        unknown = Unknown(function.node.lineno, "its value comes from data")
        return (unknown, unknown)
    return None


# --- layers -------------------------------------------------------------------------------------


def _operation(reader: Expressions, entry: Entry, args: Args, kwargs: Kwargs, line: int) -> Any:
    """Call a function of keras.ops: constants among its arguments become parameters."""
    tensors, constants = operations.bind(entry, args, kwargs, line)
    if not tensors:
        return operations.unknown(entry, line)
    made = Layer(entry.name, arguments(entry, [], constants, line), "", line)
    result = apply(reader, made, [], tensors, line)
    several = any(port.count for port in entry.outputs)
    return [result] if several and isinstance(result, Tensor) else result


def _activation(reader: Expressions, name: str, args: Args, kwargs: Kwargs, line: int) -> Any:
    """Call one of keras.activations on a tensor."""
    found = operations.activation(name, kwargs, line)
    if isinstance(found, Layer):
        return apply(reader, found, args[:1], {}, line)
    entry, given = found
    return _operation(reader, entry, args, given, line)


def _layer_or_merge(reader: Expressions, name: str, args: Args, kwargs: Kwargs, line: int) -> Any:
    if name in _MERGES:  # the old functional forms: layers.add([a, b])
        tensors = kwargs.pop("inputs", None) or args.pop(0)
        made = layer(name.capitalize(), args, kwargs, line)
        return apply(reader, made, [tensors], {}, line)
    return layer(name, args, kwargs, line)


def layer(name: str, args: Args, kwargs: Kwargs, line: int) -> Layer:
    """Make a layer of class `name`. Raises ReadError for one that can't be placed."""
    entry = load().layer(name)
    if entry is not None and entry.refused and (other := _other_name(entry)):
        entry = load().layer(other)
    if entry is None or (entry.refused and load().object("cell", name) is None):
        why = entry.refused if entry and entry.refused else "Keras has no such layer."
        raise ReadError(line, f"layers.{name} can't be placed: {why}")
    shape = _given_shape(kwargs)
    kwargs = {key: value for key, value in kwargs.items() if key not in (*_INPUT_SHAPES, *_IGNORED)}
    if name == "Embedding" and shape is not None and len(shape) == 1:
        kwargs["input_dim"], shape = shape[0], None
    label = kwargs.pop("name", None)
    inner = load().object("cell", name) or entry
    params = arguments(inner, args, kwargs, line)
    return Layer(
        entry.name, params, label if isinstance(label, str) else "", line, input_shape=shape
    )


def _other_name(entry: Entry) -> str | None:
    """The layer that an alias of Keras stands for: Convolution2D is Conv2D."""
    words = (entry.refused or "").removeprefix("It is another name of ")
    return words.partition(":")[0] if words != entry.refused else None


def _given_shape(kwargs: dict[str, Any]) -> tuple[Any, ...] | None:
    """Keras 2's input_shape=, batch_input_shape= and input_dim=, without the batch axis."""
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
        why = shape.why if isinstance(shape, Unknown) else "it is missing"
        raise ReadError(line, f"the input's shape is not a constant: {why}")
    params: dict[str, Json] = {"shape": _json(list(shape), line)}
    for key in ("batch_size", "dtype"):
        if kwargs.get(key) not in (None, "float32"):
            params[key] = _json(kwargs[key], line)
    name = kwargs.get("name")
    return Layer(INPUT, params, name if isinstance(name, str) else "", line)


def arguments(entry: Entry, args: Args, kwargs: Kwargs, line: int) -> dict[str, Json]:
    """A constructor's arguments by name, in the document's words, without what is default."""
    if len(args) > len(entry.params):
        raise ReadError(line, f"{entry.name} takes at most {len(entry.params)} arguments")
    given = dict(zip([param.name for param in entry.params], args, strict=False)) | kwargs
    params: dict[str, Json] = {}
    for name, value in given.items():
        param = entry.param(name)
        if weight(value, MAX_VALUE) > MAX_VALUE:
            raise ReadError(line, f"{name} of {entry.name} holds too much")
        told = _json(value, line, f"{name} of {entry.name}")
        if name == "name" and param is None:
            continue
        if param is None or not is_default(told, param):
            params[name] = told
    return params


def _json(value: Any, line: int, what: str = "the value") -> Json:
    """A value as a document stores it."""
    match value:
        case Unknown():
            raise ReadError(line, f"{what} is not a constant: {value.why}")
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
                raise ReadError(line, f"{what}: {error}") from None
        case _:
            raise ReadError(line, f"{what} can't be stored in a document")


def apply(reader: Expressions, made: Layer, args: Args, kwargs: Kwargs, line: int) -> Any:
    """Call a layer: one more entry on the tape, and the tensors that leave it."""
    for value in (*args, *kwargs.values()):
        if isinstance(value, Unknown):
            raise ReadError(line, f"what {made.layer} is called on is not known: {value.why}")
    reader.tape.append(Call(made, tuple(args), kwargs, line))
    count = _outputs(made, told(made, kwargs, line))
    tensors = [Tensor(len(reader.tape) - 1, index) for index in range(count)]
    return tensors[0] if count == 1 else tensors


def told(made: Layer, kwargs: Mapping[str, Any], line: int) -> dict[str, Json]:
    """What a call says beside its tensors, as parameters of its node."""
    entry = load().layer(made.layer)
    said = entry.only(at_call=True) if entry else None
    names = [param.name for param in said.params] if said else []
    given = {name: kwargs[name] for name in names if name in kwargs}
    return arguments(said, [], given, line) if said and given else {}


def _outputs(made: Layer, said: Mapping[str, Json]) -> int:
    """How many tensors a call of this layer returns."""
    if made.model is not None:
        return 1 if made.model.stack is not None else max(1, len(made.model.outputs))
    entry = load().layer(made.layer)
    if entry is None:
        return 1
    from engine.imports.drawing import Drawing

    drawing = Drawing([])
    return drawing.outputs_of(drawing.node(layer=made.layer, params={**made.params, **said}))


# --- models -------------------------------------------------------------------------------------


def _model(reader: Expressions, args: Args, kwargs: Kwargs, line: int) -> Model:
    given = dict(zip(("inputs", "outputs", "name"), args, strict=False)) | kwargs
    inputs, outputs = (_tensors(given.get(key), key, line) for key in ("inputs", "outputs"))
    name = given.get("name")
    model = Model(line, name if isinstance(name, str) else "", inputs, outputs)
    reader.models.append(model)
    return model


def _tensors(value: Any, what: str, line: int) -> list[Tensor]:
    """Tensors in any nest of lists and dicts, in order."""
    if isinstance(value, Tensor):
        return [value]
    if isinstance(value, list | tuple):
        return [tensor for item in value for tensor in _tensors(item, what, line)]
    if isinstance(value, dict):
        return [tensor for item in value.values() for tensor in _tensors(item, what, line)]
    why = value.why if isinstance(value, Unknown) else "they are no tensors"
    raise ReadError(line, f"the model's {what} are not known: {why}")


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
        why = item.why if isinstance(item, Unknown) else "it is no layer"
        raise ReadError(line, f"what is added to the model is not known: {why}")
    model.stack.append(item)


def as_layer(model: Model) -> Layer:
    """The one layer that every call of this model shares."""
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
    return Unknown(line, f"the result of {method.name}(…) is known after training only")
