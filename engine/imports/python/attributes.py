"""Attributes of values."""

from typing import Any

from engine.graph.kinds import INPUT
from engine.imports.python import (
    arrays,
    classes,
    constants,
    models,
    optimizing,
    options,
    reflection,
    scalers,
    searching,
    stacks,
    tuning,
)
from engine.imports.python.configuration import Config
from engine.imports.python.names import REPLACED
from engine.imports.python.paths import canonical
from engine.imports.python.state import State
from engine.imports.python.unknown import (
    Opaque,
    Path,
    ReadError,
    Unknown,
    path_of,
)
from engine.imports.python.values import (
    Array,
    Bound,
    Class,
    Function,
    Instance,
    KerasObject,
    Layer,
    Method,
    Model,
    Super,
    Tensor,
)
from engine.problems import phrase

_OF_MODELS = ("compile", "fit", "summary", "add", "fit_generator")
"""Methods by which an unknown value is recognised as a model."""
_ASSIGN = ("assign", "assign_add", "assign_sub")
"""Methods that change a weight."""
_NUMBERS = {"numpy.pi": 3.141592653589793, "math.pi": 3.141592653589793, "numpy.inf": float("inf"),
            "math.inf": float("inf"), "math.e": 2.718281828459045}  # fmt: skip


def attribute(state: State, owner: Any, name: str, line: int) -> Any:  # noqa: C901, PLR0912
    """The value of `owner.name`."""
    match owner:
        case searching.Wrapper() if (method := searching.fit(owner, name)) is not None:
            return method
        case tuning.Tuner():
            return tuning.attribute(owner, name)
        case reflection.Names():
            reflection.note_change(state, owner, name, line)
            return owner
        case Unknown():
            if name in _OF_MODELS:
                state.suspect(owner)
            if name == "compile":
                state.compiled.setdefault(owner.line, owner)
            return owner
        case KerasObject(kind="optimizer") | optimizing.Setting():
            return optimizing.attribute(state, name, line)
        case Config():
            owner.spend()
            return owner.unknown
        case scalers.Scaler():
            return Method(owner, name)
        case Opaque():
            return owner.unknown
        case Path(dotted=dotted):
            return _of_path(state, dotted, name)
        case Tensor():
            return _of_tensor(state, owner, name, line)
        case Layer():
            return _of_layer(state, owner, name, line)
        case Model():
            return models.attribute(state, owner, name, line)
        case Instance():
            return classes.attribute(state, owner, name, line)
        case Class():
            return classes.class_attribute(state, owner, name, line)
        case Super():
            return classes.super_attribute(state, owner, name, line)
        case Array():
            return arrays.attribute(owner, name, line)
        case options.Namespace():
            return options.attribute(owner, name, line)
        case dict() if "__bunch__" in owner and name in owner:
            return owner[name]
        case tuple() if name in ("ndims", "rank"):  # of a TensorShape
            return len(owner)
        case int() if name == "value":  # of a Dimension
            return owner
        case Function() | Bound() if name == "__name__":
            return owner.name if isinstance(owner, Function) else Unknown(line, "")
    if isinstance(owner, Method) and isinstance(owner.owner, Layer) and name in _ASSIGN:
        what = phrase("{weight}.{name}(…)", weight=owner.name, name=name)
        state.leave_out(line, what, "weights", owner.owner.calls)
    if isinstance(owner, constants.VALUES):
        return Method(owner, name)
    return Unknown(line, phrase("“.{name}” is not read", name=name))


def _of_path(state: State, dotted: str, name: str) -> Any:
    whole = canonical(f"{dotted}.{name}")
    if REPLACED + whole in state.settings:
        return state.settings[REPLACED + whole]
    if whole in _NUMBERS:
        return _NUMBERS[whole]
    if dotted.endswith("flags.FLAGS") and name in options.flags(state):
        return options.flags(state)[name]
    return path_of(whole)


def _of_tensor(state: State, tensor: Tensor, name: str, line: int) -> Any:
    match name:
        case "shape" | "_keras_shape":
            return state.shape_of(tensor, line)
        case "get_shape":
            return Method(tensor, name)
        case "ndim":
            shape = state.shape_of(tensor, line)
            return len(shape) if isinstance(shape, tuple) else shape
        case "name" | "dtype":
            why = phrase("the {name} of a tensor is computed by Keras", name=name)
            return Unknown(line, why)
    return Unknown(line, phrase("“.{name}” is not read", name=name))


def _of_layer(state: State, layer: Layer, name: str, line: int) -> Any:
    match name:
        case "name":
            return layer.name or Unknown(line, phrase("the automatic name of a layer"))
        case "trainable":
            return not layer.frozen
        case "__class__" if layer.model is None and layer.function is None:
            return models.class_of(layer)
        case "output" | "input" | "output_shape" | "input_shape":
            return _end(state, layer, name, line)
        case "units" | "filters" | "rate" | "kernel_size" | "strides" if name in layer.params:
            value = layer.params[name]
            return tuple(value) if isinstance(value, list) else value
    return Method(layer, name)


def _build_stack_of(state: State, layer: Layer, line: int) -> None:
    """Build the Sequential model that a layer was added to, as Keras does when it is added."""
    for model in state.models:
        if model.stack is not None and layer in model.stack and not model.outputs:
            try:
                stacks.build(state, model, line)
            except ReadError:
                continue
            return


def _after_activation(state: State, layer: Layer, tensor: Tensor) -> Tensor:
    """The output of the layer that is another layer's activation, if there is one."""
    calls = layer.activation.calls if layer.activation else []
    after = (index for index in calls if isinstance(index, int) and index > tensor.call)
    return Tensor(next(after, tensor.call))


def _end(state: State, layer: Layer, name: str, line: int) -> Any:
    """The tensor that the first call of a layer took or returned, or its shape."""
    if not layer.calls:
        _build_stack_of(state, layer, line)
    if not layer.calls or not isinstance(layer.calls[0], int):
        return Unknown(line, phrase("the layer was not called yet"))
    index = layer.calls[0]
    tensor: Any
    if name.startswith("output") or layer.layer == INPUT:
        tensor = _after_activation(state, layer, Tensor(index))
    else:
        call = state.tape[index]
        tensor = call.args[0] if call.args else Unknown(line, phrase("the input of a layer"))
    if name.endswith("_shape"):
        return state.shape_of(tensor, line) if isinstance(tensor, Tensor) else tensor
    return tensor
