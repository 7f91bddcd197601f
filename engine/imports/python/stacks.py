"""Sequential models: stacks of layers that are connected once their input's shape is known."""

from typing import Any

from engine.graph.kinds import INPUT
from engine.imports.python.layers import apply, make_input
from engine.imports.python.state import State
from engine.imports.python.unknown import (
    ReadError,
    Unknown,
    find_unknown,
)
from engine.imports.python.values import (
    Array,
    Layer,
    Model,
    Tensor,
    find_tensors,
)
from engine.problems import phrase

Args = list[Any]
NO_SHAPE = phrase(
    "the Sequential model does not state its input's shape: put keras.Input(shape=…) first"
)


def build(state: State, model: Model, line: int) -> None:
    """Connect the layers of a stack to its input, if that has not been done.

    Raises ReadError when the input's shape is not known or a layer can't be called.
    """
    if model.stack is None or model.outputs:
        return
    if model.unknown is not None:
        raise ReadError.of(model.unknown)
    if not model.stack:
        raise ReadError(model.line, phrase("the Sequential model has no layers"))
    if unknown := find_unknown(model.stack):
        raise ReadError.of(unknown)
    with state.inside(None):
        tensor = _run(state, model, list(model.stack), line)
    if isinstance(tensor, Unknown):
        raise ReadError.of(tensor)
    state.journal.set(model, outputs=find_tensors(tensor))


def _run(state: State, model: Model, layers: list[Any], line: int) -> Any:
    """The output of the layers of a stack, called on its input."""
    if model.inputs:
        tensor: Any = model.inputs[0]
    else:
        tensor = apply(state, _input_of(state, model, layers), [], {}, line)
        state.journal.set(model, inputs=[tensor])
    return run_stack(state, layers[1:] if is_input(layers[0]) else layers, tensor, line)


def is_input(layer: Any) -> bool:
    return isinstance(layer, Layer) and layer.layer == INPUT


def _input_of(state: State, model: Model, layers: list[Any]) -> Layer:
    """The Input that a stack begins with, or the one that its first layer implies."""
    first = layers[0]
    while isinstance(first, Model) and first.stack and first.input_shape is None:
        first = first.stack[0]
    if isinstance(first, Model) and first.inputs:
        params = state.tape[first.inputs[0].call].layer.params
        return make_input([], dict(params), model.line)
    if isinstance(first, Model) and first.input_shape:
        return make_input([], {"shape": first.input_shape}, model.line)
    if not isinstance(first, Layer):
        return make_input([], {"shape": _shape_of_input(state, model)}, model.line)
    if first.layer == INPUT:
        return first if first is layers[0] else make_input([], dict(first.params), model.line)
    for key in ("input_shape", "batch_input_shape", "batch_shape", "input_dim"):
        if key in first.unknown:
            raise ReadError.of(first.unknown[key])
    shape = first.input_shape
    if shape is None and first.layer == "Embedding" and model.input_shape is None:
        shape = (None,)
    if shape is None:
        shape = _shape_of_input(state, model)
    return make_input([], {"shape": shape, "batch_size": first.batch_size}, model.line)


def _shape_of_input(state: State, model: Model) -> tuple[Any, ...]:
    """The input's shape that build(…), the data or an answer states. Raises ReadError."""
    shape = model.input_shape or shape_of_data(model) or state.ask_shape(model)
    if shape is None:
        raise ReadError(model.line, NO_SHAPE, state.shape_question(model))
    return tuple(shape)


def shape_of_data(model: Model) -> tuple[int | None, ...] | None:
    """The shape of one row of the array that a model is trained with."""
    data = model.fitted.get("x")
    shape = data.shape if isinstance(data, Array) else None
    return shape[1:] if shape and len(shape) > 1 and None not in shape[1:] else None


def run_stack(state: State, layers: list[Any], tensor: Any, line: int) -> Any:
    """The output of layers that are called one after the other."""
    for layer in layers:
        tensor = state.call(layer, [tensor], {}, line)
    return tensor


def call_stack(state: State, model: Model, args: Args, line: int) -> Any:
    """Prepare a call of a Sequential model, which becomes a sub-model.

    Where its input's shape is not known, its layers are called one by one and their output is
    returned.
    """
    if model.input_shape is None and args and isinstance(args[0], Tensor):
        shape = state.shape_of(args[0], line)
        if isinstance(shape, tuple) and not find_unknown(list(shape[1:])):
            state.journal.set(model, input_shape=shape[1:])
    try:
        build(state, model, line)
    except ReadError as error:
        if model.unknown is not None or not model.stack:
            return error.unknown
        layers = model.stack[1:] if is_input(model.stack[0]) else model.stack
        return run_stack(state, list(layers), args[0], line)
    return None
