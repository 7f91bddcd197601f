"""Models that the source defines as classes, as functional models."""

from typing import Any

from engine.imports.python.custom import run_call
from engine.imports.python.inheritance import find
from engine.imports.python.layers import apply, make_input
from engine.imports.python.state import State
from engine.imports.python.train_step import build_from_step
from engine.imports.python.unknown import (
    RaisedError,
    ReadError,
    Unknown,
    find_unknown,
)
from engine.imports.python.values import (
    Array,
    Function,
    Model,
    find_tensors,
)
from engine.problems import phrase


def build_subclassed(state: State, model: Model) -> None:
    """Call a subclassed model on an Input of the shape of its data. Raises ReadError."""
    if model.outputs or model.stack is not None or model.unknown is not None:
        return
    assert model.instance is not None
    if not isinstance(find(model.instance.cls, "call"), Function):
        step = find(model.instance.cls, "train_step")
        if isinstance(step, Function) and build_from_step(state, model, step):
            return
        name = model.instance.cls.name
        raise ReadError(model.line, phrase("“{name}” has no method call", name=name))
    inputs = _inputs(state, model)
    args: list[Any] = [inputs if len(inputs) > 1 else inputs[0]]
    try:
        result = run_call(state, model.instance, args, {}, model.line)
    except RaisedError:
        raise ReadError(model.line, phrase("calling the model raises an exception")) from None
    if (unknown := find_unknown(result)) is not None:
        raise ReadError.of(unknown)
    outputs = find_tensors(result)
    if not outputs:
        why = phrase("“{name}” does not return a tensor", name=model.instance.cls.name)
        raise ReadError(model.line, why)
    state.journal.set(model, inputs=inputs, outputs=outputs)


def _inputs(state: State, model: Model) -> list[Any]:
    """Inputs of the shapes that build(…) or the data say, or that are asked for."""
    shapes: list[Any] = []
    if model.input_shape is not None:
        shapes = [model.input_shape]
    else:
        data = model.fitted.get("x")
        for array in data if isinstance(data, list | tuple) else [data]:
            if isinstance(array, Array) and array.shape and None not in array.shape[1:]:
                shapes.append(array.shape[1:])
    if not shapes:
        answer = state.ask_shape(model)
        if answer is None:
            name = model.instance.cls.name if model.instance else model.name
            why = phrase("the shape of the input of “{name}” is not stated", name=name)
            raise ReadError(model.line, why, state.shape_question(model))
        shapes = [answer]
    tensors = [apply(state, make_input([], {"shape": s}, model.line), [], {}, model.line)
               for s in shapes]  # fmt: skip
    for tensor in tensors:
        if isinstance(tensor, Unknown):
            raise ReadError.of(tensor)
    return tensors
