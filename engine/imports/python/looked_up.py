"""Embeddings of constant positions outside layers: `layers.Embedding(n, d)(ops.arange(n))`.

Keras computes them once, and the model that adds them to a tensor holds their values as a constant
that is not trained. A document holds no constants: the layer is frozen there, and looks the
positions up that are counted along an axis of that tensor.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.imports.python.axes import Positions, Size
from engine.imports.python.state import State
from engine.imports.python.unknown import Opaque, Unknown
from engine.imports.python.values import Layer, Tensor, find_tensors
from engine.problems import phrase

Args = list[Any]
Kwargs = dict[str, Any]
_RANK = 2
"""Axes of the looked up table: positions and features."""


@dataclass(frozen=True, eq=False)
class LookedUp(Opaque):
    """What an Embedding gives for the numbers 0, 1, … of a range."""

    layer: Layer
    count: int
    line: int

    @property
    def unknown(self) -> Unknown:
        """The unknown value that everything else computes from it."""
        return Unknown(self.line, phrase("a constant tensor of positions"))


def look_up(state: State, layer: Layer, args: Args, line: int) -> LookedUp | None:
    """The result of an Embedding on a range outside a layer; None for other calls."""
    if layer.layer != "Embedding" or state.within is not None or layer.calls:
        return None
    match args:
        case [range(start=0, step=1) as numbers]:
            return LookedUp(layer, len(numbers), line)
    return None


def with_lookups(
    state: State, args: Args, kwargs: Mapping[str, Any], line: int
) -> tuple[Args, Kwargs]:
    """The arguments of a call, with tensors in the place of embeddings of constant positions."""
    values = [args, list(kwargs.values())]
    if not _holds_lookup(values):
        return args, dict(kwargs)
    others = find_tensors(values)
    return (
        _replaced(state, args, others, line),
        {name: _replaced(state, value, others, line) for name, value in kwargs.items()},
    )


def _holds_lookup(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return any(map(_holds_lookup, value))
    return isinstance(value, LookedUp)


def _replaced(state: State, value: Any, others: list[Tensor], line: int) -> Any:
    if isinstance(value, list | tuple):
        return [_replaced(state, item, others, line) for item in value]
    return _tensor(state, value, others, line) if isinstance(value, LookedUp) else value


def _tensor(state: State, lookup: LookedUp, others: list[Tensor], line: int) -> Any:
    """The embeddings as a tensor, counted along the axis that they are added to."""
    for tensor in others:
        spec = state.spec_of(tensor)
        if spec is None or len(spec.shape) <= _RANK or spec.shape[-_RANK] != lookup.count:
            continue
        size = Size(tensor, len(spec.shape) - _RANK, line)
        numbers = state.positions([Positions(size)], line)
        state.journal.set(lookup.layer, frozen=True)
        result = state.call(lookup.layer, [numbers], {}, lookup.line)
        if isinstance(result, Tensor):
            what = phrase(
                "the training of “{name}”: Keras keeps its values of constant positions as they "
                "are, so it is frozen",
                name=lookup.layer.name or lookup.layer.layer,
            )
            state.leave_out(lookup.line, what, calls=[result.call])
        return result
    return lookup
