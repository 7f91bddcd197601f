"""Calls of sub-models: what fits their Inputs, what they return, what is wrong inside them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from keras.src.layers.input_spec import InputSpec, assert_input_compatibility

from engine.check.judge import Sizes, Spec, symbol, tensors
from engine.check.verdict import NodeVerdict
from engine.graph.index import endpoints
from engine.graph.structure import Structure
from engine.graph.waiting import has_output
from engine.keras.build import output_of
from engine.problems import Problem

Found = dict[str, Mapping[str, Spec]]
"""The tensors that leave each node of a graph, by port."""


class Inside(NamedTuple):
    """A problem that shows only for one call's shapes: the calls that lead to it, by name."""

    path: tuple[str, ...]
    problem: Problem


class Called(NamedTuple):
    """What a call of a sub-model gives, and what is known of the nodes inside.

    `outputs` is None when something is wrong inside. `inside` holds the problems that the
    sub-model has with this call's shapes and not with those of its own Input nodes.
    """

    outputs: list[Spec] | None
    verdicts: Sequence[NodeVerdict] = ()
    inside: Sequence[Inside] = ()
    laid_out: int = 0


def verdict_of(
    outputs: Mapping[str, Spec], inside: Sequence[NodeVerdict], *, owned: bool
) -> NodeVerdict:
    """The verdict of a call of a sub-model: the sums over what is inside."""
    sizes = {name: sum(getattr(one, name) for one in inside) for name in Sizes._fields}
    return NodeVerdict(
        outputs=tensors(outputs),
        **(sizes if owned else {}),
        activation_bytes=_sum(one.activation_bytes for one in inside),
        multiply_adds=_sum(one.multiply_adds for one in inside),
    )


def _sum(values: Iterable[int | None]) -> int | None:
    """The sum, unless one of the values is not known."""
    known = [*values]
    return None if None in known else sum(filter(None, known))


def fit(came: Spec, own: Spec) -> Spec | None:
    """What a sub-model's Input makes of a tensor, by Keras's own rules; None if it refuses."""
    spec = InputSpec(shape=(None, *own.shape[1:]), allow_last_axis_squeeze=True)
    try:
        assert_input_compatibility(spec, symbol(came), "model")
    except ValueError:
        return None
    shape = came.shape
    if len(shape) == len(own.shape) + 1:
        shape = shape[:-1]
    elif len(shape) == len(own.shape) - 1:
        shape = (*shape, 1)
    return Spec(shape, own.dtype, came.mask)


def returned(found: Structure, tensors: Found) -> list[Spec] | None:
    """What a graph returns; None when it has no output, or one of them is missing."""
    ends = endpoints(found.wires)
    if not ends or any(not has_output(tensors, end) for end in ends):
        return None
    return [output_of(tensors[end.node], end.port) for end in ends]
