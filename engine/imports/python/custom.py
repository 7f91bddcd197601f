"""Calls of layers and models that the source defines as classes."""

from functools import partial
from typing import Any

from engine.graph.kinds import INPUT
from engine.imports.python import functions
from engine.imports.python.implicit_masks import note_mask, with_mask
from engine.imports.python.inheritance import find
from engine.imports.python.layers import apply, as_layer
from engine.imports.python.reads import numbers_and_texts, own_attributes
from engine.imports.python.state import ReadAgain, State
from engine.imports.python.unknown import (
    TrainingFlag,
    Unknown,
)
from engine.imports.python.values import (
    Function,
    Instance,
    InstanceCall,
    Tensor,
    find_tensors,
)
from engine.problems import phrase


def call_instance(
    state: State, instance: Instance, args: list[Any], kwargs: dict[str, Any], line: int
) -> Any:
    """Call an instance: the `call` of a layer or model is interpreted with the given tensors.

    What it calls is on the tape as made by this call.
    """
    if instance.model is not None and (instance.model.outputs or instance.model.stack):
        return apply(state, as_layer(instance.model), args, kwargs, line)
    function = _function(instance)
    if isinstance(function, Function) and instance.cls.kind not in _KERAS:
        return functions.call(state, function, [instance, *args], kwargs, line, instance)
    training = kwargs.get("training", state.within.training if state.within else None)
    if isinstance(training, Unknown) and not isinstance(training, TrainingFlag):
        return training
    if instance.model is not None:
        as_layer(instance.model)
    if isinstance(function, Function):
        kwargs = with_mask(state, function, args, kwargs, line)
    flag = bool(training) if isinstance(training, bool | int) else None
    inputs = tuple(find_tensors([args, kwargs]))
    call = InstanceCall(instance, state.within, line, flag, inputs)
    with state.inside(call):
        result = run_call(state, instance, args, kwargs, line)
    call.outputs = tuple(find_tensors(result))
    if isinstance(function, Function):
        _note_reads(state, instance, function, line)
    note_mask(state, call)
    others = set(inputs) - set(call.outputs)
    if call.has_loss and (predicted := _predicted(state, call)) is not None:
        return _without_loss(state, call, predicted)
    if call.outputs and others and set(call.outputs) <= set(inputs):
        why = phrase("“{name}” returns one of its inputs, and the others have no effect on it",
                     name=instance.cls.name)  # fmt: skip
        return Unknown(line, why)
    return result


def _note_reads(state: State, instance: Instance, function: Function, line: int) -> None:
    """Remember what a layer reads of itself: Keras calls it again when the model runs."""
    if id(instance) not in state.called:
        state.called.add(id(instance))
        name = instance.cls.name
        changed = phrase("what {name} reads of itself changes after its call", name=name)
        take = partial(own_attributes, instance, numbers_and_texts(instance, function))
        state.read_again.append(ReadAgain(line, changed, take, take()))


def _predicted(state: State, call: InstanceCall) -> Tensor | None:
    """What the model predicts, where a layer that computes its loss returns one of its inputs.

    The targets are Inputs of the model. The layer returns the predictions, or a single target.
    """
    others = [tensor for tensor in call.inputs if tensor not in call.outputs]
    if not others or len(call.outputs) != 1 or call.outputs[0] not in call.inputs:
        return None
    are_targets = [_is_input(state, tensor) for tensor in others]
    if not _is_input(state, call.outputs[0]):
        return call.outputs[0] if all(are_targets) else None
    return others[0] if are_targets == [False] else None


def _is_input(state: State, tensor: Tensor) -> bool:
    return state.tape[tensor.call].layer.layer == INPUT


def _without_loss(state: State, call: InstanceCall, predicted: Tensor) -> Tensor:
    name = call.instance.cls.name
    if predicted in call.outputs:
        what = phrase("“{name}”, which only computes a loss of what it returns", name=name)
    else:
        what = phrase("“{name}”, which only computes a loss; its other input is passed on",
                      name=name)  # fmt: skip
    state.leave_out(call.line, what, calls=[predicted.call])
    call.outputs = ()
    return predicted


def run_call(
    state: State, instance: Instance, args: list[Any], kwargs: dict[str, Any], line: int
) -> Any:
    """The result of the `call` of a layer or model, after its `build`."""
    function = _function(instance)
    if not isinstance(function, Function):
        if instance.cls.kind == "layer":
            return args[0] if args else Unknown(line, "")
        text = phrase("“{name}” extends a class that is not read", name=instance.cls.name)
        return Unknown(line, text)
    with state.inside(None):
        _build(state, instance, args, line)
    return functions.call_with_flag(state, function, args, kwargs, instance)


_KERAS = ("layer", "model", "sequential")


def _function(instance: Instance) -> Any:
    return find(instance.cls, "call" if instance.cls.kind in _KERAS else "__call__")


def _build(state: State, instance: Instance, args: list[Any], line: int) -> None:
    """Run the `build` of a layer before its first call."""
    if instance.built:
        return
    instance.built = True
    function = find(instance.cls, "build")
    if not isinstance(function, Function):
        return
    tensors = find_tensors(args[:1])
    shapes = [state.shape_of(tensor, line) for tensor in tensors]
    shape: Any = shapes if args and isinstance(args[0], list) else (shapes or [None])[0]
    functions.call(state, function, [instance, shape], {}, line, instance)
