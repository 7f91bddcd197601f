"""Create layers and call them: the tape of layer calls."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from engine.catalogue import Entry, load
from engine.catalogue.refusals import refusal
from engine.graph.kinds import INPUT, MODEL
from engine.graph.ports import layer_ports
from engine.imports import keras_1
from engine.imports.python import looked_up, old_defaults, own_objects, reads
from engine.imports.python.parameters import Holes, parameters, to_json
from engine.imports.python.state import ReadAgain, State
from engine.imports.python.unknown import (
    Derived,
    ReadError,
    TrainingFlag,
    Unknown,
    find_unknown,
)
from engine.imports.python.values import (
    Array,
    Call,
    Function,
    Layer,
    Model,
    Tensor,
    find_tensors,
    snapshot,
)
from engine.problems import phrase
from engine.values import Json

Args = list[Any]
Kwargs = dict[str, Any]
# Layer arguments that no node stores: the input shapes of Keras 2, and arguments without effect.
_INPUT_SHAPES = ("input_shape", "batch_input_shape", "batch_shape")
_IGNORED = ("input_length", "autocast", "weights", "dynamic", "implementation", "batch_size")
_SHAPED = phrase("the input's shape")


def make_layer(state: State, name: str, args: Args, kwargs: Kwargs, line: int) -> Layer:
    """Create a layer of class `name`. Raises ReadError for one that a document can't hold."""
    modern = keras_1.layer_name(name)
    if modern == "Lambda":
        return _lambda(args, kwargs, line)
    given = args[0] if args else kwargs.get("activation")
    if modern == "Activation" and (activation := _as_layer(given)) is not None:
        return activation
    entry = _entry(modern, name, line)
    inner = load().object("cell", modern) or entry
    known = {param.name for param in inner.params} | {"name", "dtype", "trainable"}
    args, kwargs = keras_1.with_sizes(modern, args, kwargs)
    written = dict(kwargs)
    args, kwargs = keras_1.modern(name, known, args, dict(kwargs))
    shape, shape_hole = _input_shape(kwargs, known)
    if shape == (kwargs.get("input_dim"),) and modern in keras_1.RECURRENT:
        shape = (None, *shape)
    weights, batch_size = kwargs.get("weights"), _batch_size(kwargs)
    for key in (*_INPUT_SHAPES, *_IGNORED, *(("input_dim",) if "input_dim" not in known else ())):
        kwargs.pop(key, None)
    layer_name, frozen = kwargs.pop("name", None), kwargs.pop("trainable", True)
    ends = modern.startswith(_ENDS) and not modern.startswith("ConvLSTM")
    activation = _activation_layer(kwargs) if ends else None
    has_data = own_objects.drop_data(kwargs)
    own_objects.leave_out(state, inner, kwargs, line, is_frozen=frozen is not True)
    if modern == "RNN":
        args, kwargs = _stacked_cells(args, kwargs, line)
    params, holes = parameters(inner, args, kwargs, line)
    channels = state.settings.get("image_data_format")
    if channels == "channels_first" and "data_format" in known:
        params.setdefault("data_format", channels)
    layer = Layer(
        entry.name,
        params,
        layer_name if isinstance(layer_name, str) else "",
        line,
        unknown=holes | shape_hole | _frozen_hole(frozen),
        activation=activation,
        input_shape=shape,
        batch_size=batch_size,
        frozen=frozen is False,
    )
    old_defaults.use(state, layer, name, written)
    layer.weights = tuple(find_layers([*args, *kwargs.values()]))
    if weights is not None or has_data:
        what = phrase("the weights given to {layer}", layer=entry.name)
        state.leave_out(line, what, "weights")
    state.journal.new(vars(layer))
    state.journal.new(layer.calls)
    return layer


def _entry(modern: str, name: str, line: int) -> Entry:
    entry = load().layer(modern)
    if entry is not None and entry.refused and load().object("cell", modern) is None:
        words = entry.refused.removeprefix("It is another name of ")
        other = words.partition(":")[0] if words != entry.refused else ""
        entry = load().layer(other) or entry
    if entry is None or (entry.refused and load().object("cell", modern) is None):
        missing = phrase("Keras has no such layer")
        why = refusal(entry.refused) if entry and entry.refused else missing
        raise ReadError(line, phrase("layers.{name} can't be used: {why}", name=name, why=why))
    return entry


def _batch_size(kwargs: Kwargs) -> int | None:
    """The batch size that Keras 2 let the first layer of a model fix."""
    whole = kwargs.get("batch_input_shape", kwargs.get("batch_shape"))
    size = whole[0] if isinstance(whole, tuple | list) and whole else kwargs.get("batch_size")
    return size if isinstance(size, int) else None


def _frozen_hole(frozen: Any) -> Holes:
    return {"trainable": frozen} if isinstance(frozen, Unknown) else {}


def _lambda(args: Args, kwargs: Kwargs, line: int) -> Layer:
    """A Lambda layer, which is read as the ops that its function calls."""
    function = args[0] if args else kwargs.get("function")
    name, arguments = kwargs.get("name"), kwargs.get("arguments")
    params = {"arguments": arguments} if isinstance(arguments, dict) else {}
    shape, hole = _input_shape(kwargs, set())
    return Layer(
        "Lambda", params, name if isinstance(name, str) else "", line, unknown=hole,
        function=function, input_shape=shape,
    )  # fmt: skip


_ENDS = ("Dense", "EinsumDense", "Conv", "DepthwiseConv", "SeparableConv")
"""Beginnings of the names of layers that apply their activation last."""


def _activation_layer(kwargs: Kwargs) -> Layer | None:
    """The layer or function that was given as an activation; it is called after its layer."""
    activation = _as_layer(kwargs.get("activation"))
    if activation is not None:
        del kwargs["activation"]
    return activation


def _as_layer(activation: Any) -> Layer | None:
    """The layer that applies an activation which is a layer or a function of the source."""
    if isinstance(activation, Function):
        return Layer("Lambda", {}, "", activation.node.lineno, function=activation)
    return activation if isinstance(activation, Layer) and activation.model is None else None


def _stacked_cells(args: Args, kwargs: Kwargs, line: int) -> tuple[Args, Kwargs]:
    """The arguments of RNN with a list of cells as StackedRNNCells, which Keras makes of it."""
    arguments = {**({"cell": args[0]} if args else {}), **kwargs}
    cells = arguments.get("cell")
    if isinstance(cells, list | tuple) and all(isinstance(cell, Layer) for cell in cells):
        plain = [to_json(cell, line, phrase("a cell")) for cell in cells]
        held = tuple(cells)
        arguments["cell"] = Layer("StackedRNNCells", {"cells": plain}, "", line, weights=held)
    return args[1:], arguments


def find_layers(value: Any) -> list[Layer]:
    """The layers among the arguments of a layer, which are not shared with other layers."""
    if isinstance(value, Layer):
        return [value, *find_layers(list(value.weights))]
    if isinstance(value, list | tuple):
        return [layer for item in value for layer in find_layers(item)]
    return []


def _input_shape(kwargs: Kwargs, known: set[str]) -> tuple[tuple[Any, ...] | None, Holes]:
    """The input shape without the batch axis, from the arguments that layers had in Keras 2."""
    for key in _INPUT_SHAPES:
        shape = kwargs.get(key)
        if isinstance(shape, Unknown):
            return None, {key: shape}
        if isinstance(shape, tuple | list):
            sizes = tuple(shape) if key == "input_shape" else tuple(shape[1:])
            unknown = find_unknown(list(sizes))
            return (None, {key: unknown}) if unknown else (sizes, {})
        if isinstance(shape, int):
            return (shape,), {}
    length, size = kwargs.get("input_length"), kwargs.get("input_dim")
    if "input_dim" in known:  # Embedding: its sequences have the length input_length
        return ((length,), {}) if isinstance(length, int) else (None, {})
    if isinstance(size, Unknown):
        return None, {"input_dim": size}
    if not isinstance(size, int):
        return None, {}
    return ((length, size) if isinstance(length, int) else (size,)), {}


def make_input(args: Args, kwargs: Kwargs, line: int) -> Layer:
    """Create an Input layer; a shape that is not known is one of its unknown arguments."""
    kwargs = dict(zip(("shape", "batch_size", "dtype"), args, strict=False)) | kwargs
    name = kwargs.get("name")
    layer = Layer(INPUT, {}, name if isinstance(name, str) else "", line)
    if kwargs.get("tensor") is not None:
        why = phrase("an Input that takes a tensor of its own")
        layer.unknown["tensor"] = Unknown(line, why)
        return layer
    shape = kwargs.get("shape", kwargs.get("input_shape"))
    for key in ("batch_shape", "batch_input_shape"):
        if isinstance(whole := kwargs.get(key), tuple | list) and whole:
            kwargs["batch_size"], shape = whole[0], whole[1:]
    _set_shape(layer, (shape,) if isinstance(shape, int) else shape)
    size, dtype = kwargs.get("batch_size"), kwargs.get("dtype")
    if isinstance(size, int):
        layer.params["batch_size"] = size
    if isinstance(dtype, Unknown):
        layer.unknown["dtype"] = dtype
    elif dtype is not None and (stored := to_json(dtype, line, _SHAPED)) != "float32":
        layer.params["dtype"] = stored
    return layer


def _set_shape(layer: Layer, shape: Any) -> None:
    unknown = find_unknown(shape)
    if unknown is not None or not isinstance(shape, tuple | list):
        why: Any = unknown.why if unknown else phrase("it is missing")
        text = phrase("the input's shape is not a constant: {why}", why=why)
        question = unknown.question if unknown else ""
        layer.unknown["shape"] = Unknown(layer.line, text, question)
        return
    sizes = [int(size) if isinstance(size, float) and size.is_integer() else size for size in shape]
    given = shape if repr(sizes) == repr([*shape]) else sizes  # which may have a name
    layer.params["shape"] = to_json(given, layer.line, _SHAPED)


# --- calls ----------------------------------------------------------------------------------------


def apply(state: State, layer: Layer, args: Args, kwargs: Kwargs, line: int) -> Any:
    """Call a layer: append the call to the tape and return its output tensors.

    The result is unknown when an argument is.
    """
    kwargs = {key: value for key, value in kwargs.items() if value is not None}
    training = kwargs.pop("training", None)
    if isinstance(training, Unknown) and not isinstance(training, TrainingFlag):
        return training
    if layer.layer == "Embedding" and (numbers := state.positions(args[:1], line)) is not None:
        args = [numbers, *args[1:]]
    args, kwargs = looked_up.with_lookups(state, args, kwargs, line)
    if unknown := find_unknown([args, kwargs]):
        return Derived(unknown.line, unknown.why, unknown.question)
    if mixes(args) or mixes(list(kwargs.values())):
        why = phrase("an operand of {layer} is a constant", layer=layer.layer)
        return Unknown(line, why)
    if layer.layer != INPUT and not find_tensors([args, kwargs]):
        return Unknown(line, phrase("{layer} is called without a tensor", layer=layer.layer))
    if layer.function is not None:
        return _call_function(state, layer, args, line)
    if (constant := _constant_argument(layer, args, kwargs, line)) is not None:
        return constant
    if layer.model is not None and layer.model.stack is not None:
        inlined = state.call_stack(layer.model, args, line)
        if inlined is not None:
            return inlined
    result = record(state, layer, args, kwargs, line, _flag(training))
    return apply(state, layer.activation, [result], {}, line) if layer.activation else result


def _constant_argument(layer: Layer, args: Args, kwargs: Kwargs, line: int) -> Unknown | None:
    """Why a call can't be read that gives a layer constants in the place of tensors."""
    if any(value is not None and not find_tensors(value) for value in args):
        return Unknown(line, phrase("an operand of {layer} is a constant", layer=layer.layer))
    entry = load().layer(layer.layer)
    at_call = [param.name for param in entry.params if param.at_call] if entry else []
    for name, value in kwargs.items():
        if name not in (*at_call, "name") and not find_tensors(value):
            why = phrase("{name} of {layer} is a constant, which a document can't hold",
                         name=name, layer=layer.layer)  # fmt: skip
            return Unknown(line, why)
    return None


def mixes(values: list[Any]) -> bool:
    """Whether one of the values is a list that holds tensors beside constants."""
    return any(
        isinstance(value, list | tuple)
        and bool(find_tensors(value))
        and not all(find_tensors(item) for item in value)
        for value in values
    )


def _flag(training: Any) -> bool | None:
    return bool(training) if isinstance(training, bool | int) else None


def record(
    state: State, layer: Layer, args: Args, kwargs: Kwargs, line: int, training: bool | None = None
) -> Any:
    """Append a call to the tape and return its output tensors."""
    params, holes = call_params(layer, kwargs, line)
    if holes:
        return next(iter(holes.values()))
    frozen = {name: snapshot(value) for name, value in kwargs.items()}
    call = Call(layer, tuple(map(snapshot, args)), frozen, line, training, state.within)
    state.tape.append(call)
    index = len(state.tape) - 1
    state.journal.touch(layer.calls)
    layer.calls.append(index)
    count = _count_outputs(layer, params)
    tensors = [Tensor(index, output) for output in range(count)]
    return tensors[0] if count == 1 else state.journal.new(tensors)


def _call_function(state: State, layer: Layer, args: Args, line: int) -> Any:
    arguments = layer.params.get("arguments")
    kwargs = dict(arguments) if isinstance(arguments, dict) else {}
    note_reads(state, layer.function, line)
    result = state.call(layer.function, args, kwargs, line)
    if isinstance(result, Array) or (not find_tensors(result) and not find_unknown(result)):
        return Unknown(line, phrase("the Lambda layer does not compute a tensor"))
    if isinstance(layer.function, Function) and (unknown := find_unknown(result)):
        why = phrase("a Lambda layer can't be read: {why}", why=unknown.why)
        return replace(unknown, why=why)
    return result


def note_reads(state: State, function: Any, line: int) -> None:
    """Remember what a function reads that Keras calls again when the model runs."""
    if isinstance(function, Function):
        changed = phrase("what this Lambda layer reads changes after its call")
        take = partial(reads.snapshot, function.node, function.scope)
        state.read_again.append(ReadAgain(line, changed, take, take()))


def call_params(
    layer: Layer, kwargs: Mapping[str, Any], line: int
) -> tuple[dict[str, Json], Holes]:
    """The arguments of a call that are not tensors, as parameters of its node."""
    entry = load().layer(layer.layer)
    names = [param.name for param in entry.params if param.at_call] if entry else []
    arguments = {name: kwargs[name] for name in names if name in kwargs}
    if not entry or not arguments:
        return {}, {}
    at_call = entry.only(at_call=True)
    free = at_call.model_copy(
        update={"params": tuple(p.model_copy(update={"at_call": False}) for p in at_call.params)}
    )
    return parameters(free, [], arguments, line)


def _count_outputs(layer: Layer, params: Mapping[str, Json]) -> int:
    """The number of tensors that a call of this layer returns."""
    if layer.model is not None:
        return max(1, len(layer.model.outputs))
    ports = layer_ports(layer.layer, {**layer.params, **params})
    return max(1, len(ports.outputs)) if ports else 1


def as_layer(model: Model) -> Layer:
    """The layer that all calls of this model share."""
    if model.as_layer is None:
        layer = Layer(MODEL, {}, model.name, model.line, model=model)
        model.as_layer = layer
    return model.as_layer
