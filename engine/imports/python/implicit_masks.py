"""The masks that Keras attaches to tensors, where the `call` of a layer of the source takes one.

Between layers of Keras masks need no reading: they are attached when the document's model runs.
"""

from typing import Any

from engine.catalogue import load
from engine.imports.python import functions
from engine.imports.python.inheritance import find
from engine.imports.python.state import State
from engine.imports.python.unknown import (
    Path,
    Unknown,
)
from engine.imports.python.values import (
    Call,
    Function,
    InstanceCall,
    Tensor,
    find_tensors,
)
from engine.problems import phrase


def with_mask(
    state: State, function: Function, args: list[Any], kwargs: dict[str, Any], line: int
) -> dict[str, Any]:
    """The keyword arguments with the mask of the first tensor, as Keras passes it to `call`."""
    parameters = [param.arg for param in (*function.node.args.args, *function.node.args.kwonlyargs)]
    tensors = find_tensors(args[:1])
    if "mask" not in parameters or "mask" in kwargs or len(tensors) != 1:
        return kwargs
    if len(args) >= parameters.index("mask"):  # without self
        return kwargs
    mask = mask_of(state, tensors[0], line)
    return kwargs if mask is None else {**kwargs, "mask": mask}


def mask_of(state: State, tensor: Tensor, line: int) -> Any:
    """The mask that is attached to a tensor: a tensor, None, or unknown."""
    call = state.tape[tensor.call]
    mask = _of_layer(state, call, line)
    maker = call.within
    while mask is None and maker is not None and not _is_running(state, maker):
        if tensor in maker.outputs:
            mask = _of_instance(state, maker, line)
        maker = maker.outer
    return mask


def _is_running(state: State, call: InstanceCall) -> bool:
    current = state.within
    while current is not None and current is not call:
        current = current.outer
    return current is call


def _of_layer(state: State, call: Call, line: int) -> Any:
    layer, tensors = call.layer, call.tensors
    if layer.layer == "Embedding" and layer.params.get("mask_zero") is True:
        return _differs(state, tensors[0], 0, line)
    if layer.layer == "Masking":
        value = layer.params.get("mask_value", 0.0)
        differs = _differs(state, tensors[0], value, line)
        return state.call(Path("keras.ops.any"), [differs], {"axis": -1}, line)
    entry = load().layer(layer.layer)
    if entry is None or entry.kind == "op" or not tensors:
        return None
    if entry.traits.keeps_mask or layer.params.get("return_sequences") is True:
        return mask_of(state, tensors[0], line)
    several = entry.category in ("Merging", "Attention")
    if several and any(mask_of(state, tensor, line) is not None for tensor in tensors):
        return Unknown(line, phrase("the mask of a tensor that several layers lead to"))
    return None


def _differs(state: State, tensor: Tensor, value: Any, line: int) -> Any:
    """The tensor that says where another one is not a value; it is computed once."""
    for index, call in enumerate(state.tape):
        same = call.layer.layer == "ops.not_equal" and call.layer.params == {"x2": value}
        if same and [*call.tensors] == [tensor] and call.within is state.within:
            return Tensor(index, 0)
    return state.call(Path("keras.ops.not_equal"), [tensor, value], {}, line)


def _of_instance(state: State, call: InstanceCall, line: int) -> Any:
    """The mask that a layer of the source computes, or passes on."""
    instance = call.instance
    function = find(instance.cls, "compute_mask")
    inputs = list(call.inputs)
    if isinstance(function, Function):
        argument = inputs[0] if len(inputs) == 1 else inputs
        mask = mask_of(state, inputs[0], line) if inputs else None
        return functions.call(state, function, [instance, argument, mask], {}, line, instance)
    if instance.attributes.get("supports_masking") is True and inputs:
        return mask_of(state, inputs[0], line)
    return None


def note_mask(state: State, call: InstanceCall) -> None:
    """Note a mask that a layer of the source attaches, which the document's model lacks."""
    if (
        not call.outputs
        or _of_layer(state, state.tape[call.outputs[0].call], call.line) is not None
    ):
        return
    mask = _of_instance(state, call, call.line)
    if mask is not None:
        what = phrase("the mask that “{name}” attaches to its result", name=call.instance.cls.name)
        state.leave_out(call.line, what, calls=[tensor.call for tensor in call.outputs])
