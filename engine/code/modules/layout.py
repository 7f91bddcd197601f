"""Where the channels are: Keras has them last, PyTorch's convolutions have them first."""

from dataclasses import replace

from engine.code.modules.building import method
from engine.code.modules.tensors import LayerCall, Tensor
from engine.code.syntax.tree import Expression
from engine.problems import problem

PLAIN = 2
"""The rank of tensors that have no axes between the batch and the channels."""


def last(tensor: Tensor) -> Expression:
    """The tensor with its channels as the last axis."""
    return method(tensor.value, "movedim", 1, -1) if tensor.first else tensor.value


def channels_last(call: LayerCall, index: int = 0) -> Tensor:
    """An input with the channels last."""
    tensor = call.tensors[index]
    if tensor.first:
        call.notes.append(problem("module_layout.last"))
    return replace(tensor, value=last(tensor), first=False)


def channels_first(call: LayerCall) -> Tensor:
    """The first input with the channels first."""
    tensor = call.tensor
    if tensor.first or tensor.rank == PLAIN:
        return tensor
    call.notes.append(problem("module_layout.first"))
    return replace(tensor, value=method(tensor.value, "movedim", -1, 1), first=True)


def alike(call: LayerCall) -> list[Tensor]:
    """All inputs in one layout: first if all are, or can be without a move."""
    tensors = call.tensors
    ranks = {tensor.rank for tensor in tensors}
    if len(ranks) == 1 and all(tensor.first for tensor in tensors):
        return [*tensors]
    return [channels_last(call, index) for index in range(len(tensors))]


def axis_in(tensor: Tensor, axis: int) -> int:
    """An axis of Keras, counted from the batch, as it lies in this tensor."""
    if not tensor.first or axis == 0:
        return axis
    return 1 if axis == tensor.rank - 1 else axis + 1
