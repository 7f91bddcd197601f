"""The tape: all calls of layers, in the order of the source."""

from collections.abc import Iterable, Sequence

from engine.imports.python.values import Call, Tensor, find_tensors


def ancestors(tape: Sequence[Call], outputs: Iterable[Tensor], starts: set[int]) -> set[int]:
    """The calls on which the outputs depend, back to the calls `starts`, and these."""
    result: set[int] = set(starts)
    waiting = [tensor.call for tensor in outputs]
    while waiting:
        index = waiting.pop()
        if index in result:
            continue
        result.add(index)
        call = tape[index]
        waiting.extend(tensor.call for tensor in find_tensors([*call.args, *call.kwargs.values()]))
    return result
