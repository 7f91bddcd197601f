"""Create models, add layers to them, and call their methods."""

from typing import Any

from engine.graph.kinds import MODEL
from engine.imports.python.interpretation import Interpretation
from engine.imports.python.layers import Args, Kwargs
from engine.imports.python.values import Layer, Method, Model, ReadError, Tensor, Unknown
from engine.problems import phrase

_COMPILE = ("optimizer", "loss", "loss_weights", "metrics")
_FIT = ("x", "y", "batch_size", "epochs", "verbose", "callbacks", "validation_split")


def make_model(reader: Interpretation, args: Args, kwargs: Kwargs, line: int) -> Model:
    """Create a functional model. Raises ReadError unless its ends are tensors."""
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


def make_sequential(reader: Interpretation, args: Args, kwargs: Kwargs, line: int) -> Model:
    """Create a Sequential model with the layers of its constructor call."""
    name = kwargs.get("name")
    model = Model(line, name if isinstance(name, str) else "", stack=[])
    reader.models.append(model)
    for item in (
        args[0] if args and isinstance(args[0], list | tuple) else kwargs.get("layers") or []
    ):
        _add(reader, model, item, line)
    return model


def _add(reader: Interpretation, model: Model, item: Any, line: int) -> None:
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


def call_method(
    reader: Interpretation, method: Method, args: Args, kwargs: Kwargs, line: int
) -> Any:
    """Call a method of a model: add, build, compile and fit change it."""
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
