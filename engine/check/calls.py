"""Calls of sub-models: matching tensors to their Inputs, their outputs, problems inside them."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from keras.src.layers.input_spec import InputSpec, assert_input_compatibility

from engine.check.inference import Sizes, Spec, symbol, tensors
from engine.check.verdict import NodeVerdict
from engine.graph.index import endpoints
from engine.graph.structure import Structure
from engine.graph.waiting import has_output
from engine.keras.build import output_of
from engine.problems import Problem

Tensors = dict[str, Mapping[str, Spec]]
"""The output tensors of each node of a graph, by port."""


class Inside(NamedTuple):
    """A problem that occurs only with the shapes of one call; `path` names the calls to it."""

    path: tuple[str, ...]
    problem: Problem


class Called(NamedTuple):
    """The outputs of a call of a sub-model, and the verdicts of the nodes inside.

    `outputs` is None if a problem inside prevents them. `inside` holds the problems that the
    sub-model has with this call's shapes but not with those of its own Input nodes.
    """

    outputs: list[Spec] | None
    verdicts: Sequence[NodeVerdict] = ()
    inside: Sequence[Inside] = ()
    unrolled_calls: int = 0


def verdict_of(
    outputs: Mapping[str, Spec], inside: Sequence[NodeVerdict], *, owned: bool
) -> NodeVerdict:
    """Return the verdict of a call of a sub-model: the sums over the nodes inside."""
    sizes = {name: sum(getattr(verdict, name) for verdict in inside) for name in Sizes._fields}
    return NodeVerdict(
        outputs=tensors(outputs),
        **(sizes if owned else {}),
        activation_bytes=_sum(verdict.activation_bytes for verdict in inside),
        multiply_adds=_sum(verdict.multiply_adds for verdict in inside),
    )


def _sum(values: Iterable[int | None]) -> int | None:
    """Return the sum; None if one of the values is unknown."""
    known = [*values]
    return None if None in known else sum(filter(None, known))


def fit(tensor: Spec, declared: Spec) -> Spec | None:
    """Convert a tensor to a sub-model's Input by Keras's rules; None if Keras refuses it."""
    spec = InputSpec(shape=(None, *declared.shape[1:]), allow_last_axis_squeeze=True)
    try:
        assert_input_compatibility(spec, symbol(tensor), "model")
    except ValueError:
        return None
    shape = tensor.shape
    if len(shape) == len(declared.shape) + 1:
        shape = shape[:-1]
    elif len(shape) == len(declared.shape) - 1:
        shape = (*shape, 1)
    return Spec(shape, declared.dtype, tensor.mask)


def returned(structure: Structure, tensors: Tensors) -> list[Spec] | None:
    """Return the outputs of a graph; None if it has none, or one of them is unknown."""
    ends = endpoints(structure.index)
    if not ends or any(not has_output(tensors, end) for end in ends):
        return None
    return [output_of(tensors[end.node], end.port) for end in ends]
