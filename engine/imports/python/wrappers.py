"""Wrappers around models: TimeDistributed(model) is drawn as TimeDistributed around each layer."""

from typing import Any

from engine.graph.kinds import INPUT, OPS
from engine.imports.python.layers import make_layer
from engine.imports.python.stacks import is_input
from engine.imports.python.state import State
from engine.imports.python.tape import ancestors
from engine.imports.python.unknown import ReadError
from engine.imports.python.values import (
    Instance,
    Layer,
    Model,
    Tensor,
)
from engine.problems import phrase


def wrapped_model(args: list[Any], kwargs: dict[str, Any]) -> Model | None:
    """The model that a wrapper is given in the place of a layer."""
    inner = args[0] if args else kwargs.get("layer")
    match inner:
        case Model():
            return inner
        case Layer(model=Model() as model) | Instance(model=Model() as model):
            return model
    return None


def time_distributed(
    state: State, inner: Model, kwargs: dict[str, Any], line: int
) -> Model:  # fmt: skip
    """TimeDistributed of a linear stack of layers: a stack of TimeDistributed layers.

    The same layers compute each step in both, one after the other. Raises ReadError for a model
    that is not a linear stack.
    """
    if inner.unknown is not None:
        raise ReadError.of(inner.unknown)
    stack = [_wrapped(state, layer, line) for layer in _linear(state, inner, line)]
    name = kwargs.get("name")
    name = name if isinstance(name, str) else "time_distributed"
    model = Model(line, name, stack=[*stack], is_wrapper=True)
    for container in (vars(model), model.stack, model.compiled, model.fitted, model.left_out):
        state.journal.new(container)
    if "input_shape" in kwargs or "batch_input_shape" in kwargs:
        shape = kwargs.get("input_shape", kwargs.get("batch_input_shape", (None,))[1:])
        if isinstance(shape, tuple | list):
            state.journal.set(model, input_shape=tuple(shape))
    return model


def _wrapped(state: State, layer: Layer, line: int) -> Layer:
    return make_layer(state, "TimeDistributed", [layer], {}, line)


def _linear(state: State, model: Model, line: int) -> list[Layer]:
    """The layers of a linear stack, without Inputs; those of models in it in their place."""
    layers = _stack(model.stack) if model.stack is not None else _chain(state, model)
    if not layers:
        why = phrase("a wrapper around a model that is not a linear stack of layers")
        raise ReadError(line, why)
    result = []
    for layer in layers:
        inner = layer if isinstance(layer, Model) else layer.model
        result += [layer] if isinstance(layer, Layer) and not inner else _linear(
            state, inner, line  # type: ignore[arg-type]
        )  # fmt: skip
    return result


def _stack(stack: list[Any]) -> list[Layer | Model]:
    layers = [layer for layer in stack if not is_input(layer)]
    return layers if all(isinstance(layer, Layer | Model) for layer in layers) else []


def _chain(state: State, model: Model) -> list[Layer | Model]:
    """The layers of a functional model each of which is called once on the output before it."""
    if len(model.inputs) != 1 or len(model.outputs) != 1:
        return []
    (tensor,) = model.inputs
    layers: list[Layer | Model] = []
    for index in sorted(ancestors(state.tape, model.outputs, {tensor.call}) - {tensor.call}):
        call = state.tape[index]
        plain = call.layer.layer != INPUT and not call.layer.layer.startswith(OPS)
        if not plain or call.args != (tensor,) or call.kwargs or call.layer in layers:
            return []
        layers.append(call.layer)
        tensor = Tensor(index)
    return layers if model.outputs == [tensor] else []
