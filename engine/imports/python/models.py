"""Models: functional and Sequential ones, their attributes and methods."""

import re
from collections.abc import Iterator
from typing import Any

from engine.catalogue import snake_case
from engine.imports.python import cloning
from engine.imports.python.assumed_inputs import known_inputs
from engine.imports.python.expressions import SPREAD
from engine.imports.python.optimizing import Setting
from engine.imports.python.stacks import build, is_input
from engine.imports.python.state import State
from engine.imports.python.tape import ancestors
from engine.imports.python.unknown import (
    Path,
    Unknown,
    find_unknown,
)
from engine.imports.python.values import (
    Call,
    Instance,
    Layer,
    LayerList,
    LeftOut,
    Method,
    Model,
    Tensor,
    find_tensors,
    snapshot,
)
from engine.problems import phrase

Args = list[Any]
Kwargs = dict[str, Any]
MAX_DEPTH = 10
"""Nested lists of layers in an attribute."""
_COMPILE = ("optimizer", "loss", "metrics", "loss_weights")
_FIT = ("x", "y", "batch_size", "epochs", "verbose", "callbacks", "validation_split")
_FIT_GENERATOR = ("x", "steps_per_epoch", "epochs", "verbose", "callbacks", "validation_data")
_WEIGHTS = ("load_weights", "set_weights")
_STRUCTURE = ("add_loss", "add_metric", "_set_inputs")


def make_model(state: State, args: Args, kwargs: Kwargs, line: int) -> Model:
    """`keras.Model(inputs, outputs, name)`."""
    model = Model(line)
    state.journal.new(vars(model))
    initialize(state, model, args, kwargs, line)
    state.models.append(model)
    return model


def make_sequential(state: State, args: Args, kwargs: Kwargs, line: int) -> Model:
    """`keras.Sequential(layers, name)`."""
    model = Model(line, stack=[])
    for container in (vars(model), model.stack, model.compiled, model.fitted, model.left_out):
        state.journal.new(container)
    state.models.append(model)
    initialize(state, model, args, kwargs, line)
    return model


def initialize(state: State, model: Model, args: Args, kwargs: Kwargs, line: int) -> None:
    """What the constructor of a model does, for a model of the source as well."""
    if isinstance(spread := kwargs.get(SPREAD), Unknown):
        state.journal.set(model, unknown=spread)
    name = kwargs.get("name")
    if isinstance(name, str):
        state.journal.set(model, name=name)
    if model.stack is not None:
        _initialize_stack(state, model, args[0] if args else kwargs.get("layers"), line)
        return
    arguments = dict(zip(("inputs", "outputs", "name"), args, strict=False)) | kwargs
    ends = [
        known_inputs(state, arguments.get(key, arguments.get(key[:-1])))
        for key in ("inputs", "outputs")
    ]
    if ends == [None, None] and model.instance is not None:
        return
    if isinstance(arguments.get("name"), str):
        state.journal.set(model, name=arguments["name"])
    tensors = []
    for key, value in zip(("inputs", "outputs"), ends, strict=True):
        unknown = find_unknown(value)
        inner = find_tensors(value)
        if unknown is not None or not inner:
            why = phrase("the model's {what} are not tensors", what=key)
            state.journal.set(model, unknown=unknown or Unknown(line, why))
        tensors.append(inner)
    state.journal.set(model, inputs=tensors[0], outputs=tensors[1])


def _initialize_stack(state: State, model: Model, layers: Any, line: int) -> None:
    if isinstance(layers, list | tuple):
        for layer in layers:
            add(state, model, layer, line)
    elif layers is not None:
        add(state, model, layers, line)


def add(state: State, model: Model, layer: Any, line: int) -> None:
    """`model.add(layer)`."""
    if isinstance(layer, Tensor):  # keras.Input(…) inside a Sequential
        layer = state.tape[layer.call].layer
    if isinstance(layer, Instance) and layer.model is not None and layer.model.outputs:
        layer = layer.model
    if not isinstance(layer, Layer | Model | Instance) or model.stack is None:
        why = phrase("what is added to the model is not a layer")
        state.journal.set(model, unknown=find_unknown(layer) or Unknown(line, why))
        return
    state.journal.touch(model.stack)
    model.stack.append(layer)
    _unbuild(state, model)


def _unbuild(state: State, model: Model) -> None:
    """Let a stack that has changed be built again, with the input that it has."""
    if model.outputs:
        state.journal.set(model, outputs=[])
    if model.frozen_parts is not None:
        state.journal.set(model, frozen_parts=None)


def pop(state: State, model: Model, line: int) -> None:
    """`model.pop()`."""
    if not model.stack:
        why = phrase("pop() on a model without layers")
        state.journal.set(model, unknown=Unknown(line, why))
        return
    state.journal.touch(model.stack)
    model.stack.pop()
    _unbuild(state, model)


# --- attributes and methods -----------------------------------------------------------------------


def attribute(state: State, model: Model, name: str, line: int) -> Any:  # noqa: C901
    """The value of `model.name`."""
    if name in ("inputs", "outputs", "input", "output", "input_shape", "output_shape"):
        if model.is_wrapper:  # of which Keras gives the tensors of a call
            return Unknown(line, phrase("the tensors of a wrapper around a model"))
        build(state, model, line)
        if model.unknown is not None:
            return model.unknown
    match name:
        case "inputs" | "outputs":
            return list(getattr(model, name))
        case "input" | "output":
            tensors = getattr(model, f"{name}s")
            return tensors[0] if len(tensors) == 1 else list(tensors)
        case "input_shape" | "output_shape":
            tensors = getattr(model, name.replace("_shape", "s"))
            shapes = [state.shape_of(tensor, line) for tensor in tensors]
            return shapes[0] if len(shapes) == 1 else shapes
        case "name":
            return model.name or Unknown(line, phrase("the automatic name of a model"))
        case "layers":
            return LayerList(layers_of(state, model), model)
        case "trainable":
            return not model.frozen
        case "optimizer":
            return Setting(line)
        case "__class__" if model.instance is None:
            return class_of(model)
    return Method(model, name)


def class_of(value: Layer | Model) -> Path:
    """The class of Keras that a layer or model is of."""
    if isinstance(value, Layer):
        return Path(f"keras.layers.{value.layer}")
    return Path("keras.Model" if value.stack is None else "keras.Sequential")


def layers_of(state: State, model: Model) -> list[Any]:
    """The layers of a model, in the order of their first call."""
    if model.stack is not None:
        return [layer for layer in model.stack if not is_input(layer)]
    if model.instance is not None and not model.outputs:
        return layers_in(model.instance)
    calls = _calls(state, model)
    return list(dict.fromkeys(_owner(call) for call in calls))


def _calls(state: State, model: Model) -> list[Call]:
    starts = {tensor.call for tensor in model.inputs}
    return [state.tape[index] for index in sorted(ancestors(state.tape, model.outputs, starts))]


def _owner(call: Call) -> Layer | Model | Instance:
    """What a model calls: a layer, or the instance of a class whose call called the layer."""
    if call.within is None:
        return call.layer.model or call.layer
    within = call.within
    while within.outer is not None:
        within = within.outer
    return within.instance


def layers_in(instance: Instance) -> list[Any]:
    """The layers, models and instances that an instance has as attributes, also in lists."""
    return list(dict.fromkeys(_layers_among(list(instance.attributes.values()))))


def _layers_among(value: Any, depth: int = 0) -> Iterator[Layer | Model | Instance]:
    if isinstance(value, Layer | Model) or (isinstance(value, Instance) and value.cls.kind):
        yield value
    elif isinstance(value, list | tuple | dict) and depth < MAX_DEPTH:
        for item in value.values() if isinstance(value, dict) else value:
            yield from _layers_among(item, depth + 1)


def frozen_parts(state: State, model: Model) -> frozenset[Any]:
    """The layers, models and instances in a model that are frozen now."""
    called = (call.layer.model or call.layer for call in _calls(state, model))
    waiting: list[Any] = [model, *called]
    visited: set[Any] = set()
    while waiting:
        part = waiting.pop()
        if part not in visited:
            visited.add(part)
            waiting += _parts(state, part)
    return frozenset(filter(is_frozen, visited))


def _parts(state: State, part: Layer | Model | Instance) -> list[Any]:
    match part:
        case Instance():
            return layers_in(part)
        case Model():
            return layers_of(state, part)
        case Layer():
            return [layer for layer in part.weights if isinstance(layer, Layer)]
    return []


def is_frozen(part: Any) -> bool:
    """Whether `trainable` of a layer, model or instance is false now."""
    if isinstance(part, Instance):
        return part.attributes.get("trainable") is False
    return isinstance(part, Layer | Model) and part.frozen


def _name_of(layer: Any) -> Any:
    """The name that a layer, model or instance of a class of the source was given."""
    if isinstance(layer, Instance):
        return layer.attributes.get("name", "")
    return layer.name


def get_layer(state: State, model: Model, args: Args, kwargs: Kwargs, line: int) -> Any:
    """`model.get_layer(name, index)`."""
    arguments = dict(zip(("name", "index"), args, strict=False)) | kwargs
    name, index = arguments.get("name"), arguments.get("index")
    layers = layers_of(state, model)
    if isinstance(name, int):
        index, name = name, None
    if isinstance(name, str):
        for layer in [*layers, *_input_layers(state, model)]:
            if _name_of(layer) == name:
                return layer
        return _by_automatic_name(state, layers, name) or Unknown(
            line, phrase("the model has no layer “{name}” by that name", name=name)
        )
    if isinstance(index, int) and -len(layers) <= index < len(layers):
        return layers[index]
    return find_unknown([name, index]) or Unknown(line, phrase("there is no such layer"))


def _input_layers(state: State, model: Model) -> list[Layer]:
    return [state.tape[tensor.call].layer for tensor in model.inputs]


def _by_automatic_name(state: State, layers: list[Any], name: str) -> Any:
    """The layer without a name of its own that Keras calls `name`, if that is certain.

    Keras counts the layers of a class in the program, whichever models they are in.
    """
    match = re.fullmatch(r"(.+?)(?:_(\d+))?", name)
    same = [
        call.layer
        for call in state.tape
        if not (call.layer.name or call.layer.is_clone)
        and match
        and snake_case(call.layer.layer) == match.group(1)
    ]
    same = list(dict.fromkeys(same))
    index = int(match.group(2) or 0) if match else 0
    return same[index] if index < len(same) and same[index] in layers else None


def method(  # noqa: C901
    state: State, owner: Method, args: Args, kwargs: Kwargs, line: int
) -> Any:
    """Call a method of a model."""
    model, name = owner.owner, owner.name
    match name:
        case "add":
            add(state, model, args[0] if args else kwargs.get("layer"), line)
            return None
        case "pop":
            return pop(state, model, line)
        case "get_layer":
            return get_layer(state, model, args, kwargs, line)
        case "call" | "__call__":
            return state.call(model, args, kwargs, line)
        case "build":
            _build_with(state, model, args[0] if args else kwargs.get("input_shape"))
            return None
        case "compile":
            state.journal.set(model, frozen_parts=frozen_parts(state, model))
            _keep(state, model.compiled, dict(zip(_COMPILE, args, strict=False)) | kwargs, line)
            return None
        case "fit":
            _keep_fit(state, model, dict(zip(_FIT, args, strict=False)) | kwargs, line)
        case "fit_generator":
            names = dict(zip(_FIT_GENERATOR, args, strict=False))
            _keep_fit(state, model, names | kwargs, line)
        case "get_config" | "to_json" | "to_yaml":
            return cloning.config_of(state, model, line)
        case "train_on_batch":
            _keep(state, model.fitted, {"custom_loop": True}, line)
    _note(state, model, name, line)
    return Unknown(line, phrase("the result of {name}(…) is known only after training", name=name))


def _keep_fit(state: State, model: Model, arguments: Kwargs, line: int) -> None:
    """Keep the arguments of the last `fit`; a document has one training."""
    earlier = model.fitted.get("line")
    if isinstance(earlier, int) and "custom_loop" not in model.fitted:
        _leave_out(model, LeftOut(earlier, phrase("an earlier training with fit(…)"), "training"))
    _keep(state, model.fitted, arguments, line)


def _keep(state: State, container: dict[str, Any], arguments: Kwargs, line: int) -> None:
    state.journal.touch(container)
    container.clear()
    container.update({name: snapshot(value) for name, value in arguments.items()}, line=line)


def _build_with(state: State, model: Model, shape: Any) -> None:
    if isinstance(shape, tuple | list) and not find_unknown(list(shape)):
        state.journal.set(model, input_shape=tuple(shape[1:]))


def _note(state: State, model: Model, name: str, line: int) -> None:
    """Remember what a method does to a model that the document does not hold."""
    item: LeftOut | None = None
    if name in _WEIGHTS:
        item = LeftOut(line, phrase("the weights that {name}(…) loads", name=name), "weights")
    elif name in _STRUCTURE:
        item = LeftOut(line, phrase("{name}(…)", name=name))
    elif name == "train_on_batch":
        what = phrase("a training loop of its own with train_on_batch(…)")
        item = LeftOut(line, what, "training")
    if item is not None:
        _leave_out(model, item)


def _leave_out(model: Model, item: LeftOut) -> None:
    if all(other.what != item.what for other in model.left_out):
        model.left_out.append(item)
