"""The tape: all calls of layers, in the order of the source."""

from collections.abc import Iterable, Sequence

from engine.imports.python.values import (
    Call,
    Tensor,
)


def ancestors(tape: Sequence[Call], outputs: Iterable[Tensor], starts: set[int]) -> set[int]:
    """The calls on which the outputs depend, back to the calls `starts`, and these."""
    result: set[int] = set(starts)
    waiting = [tensor.call for tensor in outputs]
    while waiting:
        index = waiting.pop()
        if index in result:
            continue
        result.add(index)
        waiting.extend(tensor.call for tensor in tape[index].tensors)
    return result
