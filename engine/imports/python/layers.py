"""Create layers and call them: each call is appended to the tape."""

from collections.abc import Mapping
from typing import Any

from engine.catalogue import Entry, load
from engine.catalogue.refusals import refusal
from engine.graph.kinds import INPUT
from engine.imports.graph_builder import GraphBuilder
from engine.imports.python.interpretation import Interpretation
from engine.imports.python.parameters import parameters, to_json
from engine.imports.python.values import Call, Layer, ReadError, Tensor, Unknown
from engine.problems import phrase
from engine.values import Json

Args = list[Any]
Kwargs = dict[str, Any]

# Layer arguments that no node stores: the input shapes of Keras 2, and arguments without effect.
_INPUT_SHAPES = ("input_shape", "batch_input_shape", "input_dim", "batch_shape")
_IGNORED = ("input_length", "weights", "autocast")


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


def make_input(args: Args, kwargs: Kwargs, line: int) -> Layer:
    """Create an Input. Raises ReadError without a shape that can be read."""
    kwargs = dict(zip(("shape", "batch_size", "dtype"), args, strict=False)) | kwargs
    shape = kwargs.get("shape", kwargs.get("input_shape"))
    if isinstance(whole := kwargs.get("batch_shape"), tuple | list):
        kwargs["batch_size"], shape = whole[0], whole[1:]
    if isinstance(shape, int):
        shape = (shape,)
    if not isinstance(shape, tuple | list):
        why = shape.why if isinstance(shape, Unknown) else phrase("it is missing")
        raise ReadError(line, phrase("the input's shape is not a constant: {why}", why=why))
    params: dict[str, Json] = {"shape": to_json(list(shape), line)}
    for key in ("batch_size", "dtype"):
        if kwargs.get(key) not in (None, "float32"):
            params[key] = to_json(kwargs[key], line)
    name = kwargs.get("name")
    return Layer(INPUT, params, name if isinstance(name, str) else "", line)


def apply(reader: Interpretation, layer: Layer, args: Args, kwargs: Kwargs, line: int) -> Any:
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
