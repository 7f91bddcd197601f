"""Explain errors that occur inside a layer's computation: which tensor does not fit, and why.

The messages of these errors come from low-level functions (a matrix product, a loop over states),
so the explanation follows from the layer's class rather than from the message.
"""

import re
from collections.abc import Callable

from engine.catalogue import traits_of
from engine.check import suggestions
from engine.check.ranks import wrong_rank
from engine.check.refusal import Refusal, Wire
from engine.check.tensor_shapes import Shape
from engine.problems import Problem, problem
from engine.values import Json

LIST, SEQUENCE, IMAGE = 2, 3, 4


def explain_layer(refusal: Refusal) -> Problem | None:
    """Return the problem with a call of this kind of layer, if it is known."""
    layer = refusal.owner.layer
    explainer = EXPLAINERS.get(traits_of(layer).refusals)
    if explainer is None and layer.startswith("Adaptive"):
        return _rank(refusal, int(layer[-2]) + 2)
    if explainer is None and re.search("image", refusal.failure.text):
        return _rank(refusal, IMAGE) or _wrong_channels(refusal)
    return explainer(refusal) if explainer else None


def _wires_at(refusal: Refusal, port: str) -> list[Wire]:
    return [wire for wire in refusal.site.wires if wire.edge.target_port == port]


def _rank(refusal: Refusal, rank: int) -> Problem | None:
    """Report the first tensor with another number of axes."""
    for wire in refusal.site.wires:
        if len(wire.shape) != rank and "mask" not in wire.edge.target_port:
            return wrong_rank(refusal, wire, rank)
    return None


def _recurrent(refusal: Refusal) -> Problem | None:
    """Report states or masks of the wrong size, or a wrong number of states."""
    params, kind = refusal.owner.params, refusal.owner.layer
    inner = params.get("layer")
    bidirectional = isinstance(inner, dict)
    if isinstance(inner, dict):
        kind, inner_params = str(inner.get("class")), inner.get("params")
        params = inner_params if isinstance(inner_params, dict) else {}
    first = _wires_at(refusal, "sequences") or [refusal.wire]
    if len(first[0].shape) < SEQUENCE:
        return _too_flat(refusal, first[0])
    wanted = traits_of(kind).states * (2 if bidirectional else 1)
    return _states(refusal, wanted, params.get("units")) or _mask(refusal, first[0].shape[:2])


def _states(refusal: Refusal, wanted: int, units: Json) -> Problem | None:
    states = _wires_at(refusal, "initial_state")
    if not states or not wanted or not isinstance(units, int):
        return None
    if len(states) != wanted:
        return problem(
            "wrong_number_of_states.one" if wanted == 1 else "wrong_number_of_states",
            refusal.site.at(port="initial_state"),
            detail=refusal.site.detail,
            name=refusal.site.name,
            states=wanted,
            count=len(states),
        )
    for wire in states:
        if wire.shape[1:] != (units,):
            is_flat = len(wire.shape) == LIST
            dense = {"units": units}
            fix = suggestions.projected(refusal.index, wire, "Dense", dense) if is_flat else None
            return problem(
                "wrong_state",
                refusal.site.at_wire(wire),
                detail=refusal.site.detail,
                name=refusal.site.name,
                shape=(None, units),
                wire=[wire.tensor],
                fix=fix,
            )
    return None


def _mask(refusal: Refusal, wanted: Shape) -> Problem | None:
    for wire in refusal.site.wires:
        if wire.edge.target_port == "mask" and wire.shape[1:] != wanted[1:]:
            return _wrong_mask(refusal, wire, wanted)
    return None


def _attention(refusal: Refusal) -> Problem | None:
    """Report a query and a key with different numbers of features: their dot product fails."""
    index = _wires_at(refusal, "inputs") or [refusal.wire]
    if flat := [wire for wire in index if len(wire.shape) < SEQUENCE]:
        return _too_flat(refusal, flat[0])
    query, key = index[0], index[-1]
    if query.shape[-1] != key.shape[-1] and None not in (query.shape[-1], key.shape[-1]):
        fix = suggestions.projected(refusal.index, key, "Dense", {"units": query.shape[-1]})
        return problem(
            "not_comparable",
            refusal.site.at_wire(key),
            detail=refusal.site.detail,
            name=refusal.site.name,
            wires=[query.tensor, key.tensor],
            fix=fix,
        )
    return None


def _too_flat(refusal: Refusal, wire: Wire) -> Problem:
    return wrong_rank(refusal, wire, SEQUENCE)


def _heads(refusal: Refusal) -> Problem | None:
    """Report queries and values without timesteps, or a mask of the wrong shape."""
    query, value = _wires_at(refusal, "query"), _wires_at(refusal, "value")
    index = [*query, *value, *_wires_at(refusal, "key")]
    if flat := [wire for wire in index if len(wire.shape) < SEQUENCE]:
        return _too_flat(refusal, flat[0])
    for wire in _wires_at(refusal, "attention_mask"):
        if query and value:
            wanted = (query[0].shape[0], query[0].shape[1], value[0].shape[1])
            if wire.shape[1:] != wanted[1:]:
                return _wrong_mask(refusal, wire, wanted)
    return None


def _equation(refusal: Refusal) -> Problem | None:
    """Report an equation whose first operand has another number of axes than the input."""
    equation = str(refusal.param("equation"))
    letters = equation.partition(",")[0].strip()
    if "." in letters or len(letters) == len(refusal.wire.shape):
        return None
    return problem(
        "wrong_equation",
        refusal.site.at(param="equation"),
        detail=refusal.site.detail,
        equation=equation,
        name=refusal.site.name,
        axes=len(letters),
        wire=[refusal.wire.tensor],
    )


def _wrong_mask(refusal: Refusal, wire: Wire, shape: Shape) -> Problem:
    site, at = refusal.site, refusal.site.at_wire(wire)
    index = [wire.tensor]
    return problem("wrong_mask", at, detail=site.detail, name=site.name, shape=shape, wire=index)


def _wrong_channels(refusal: Refusal) -> Problem:
    site = refusal.site
    return problem(
        "wrong_channels", site.at(), detail=site.detail, layer=site.layer, wires=site.tensors
    )


def _colours(refusal: Refusal) -> Problem | None:
    return _rank(refusal, IMAGE) or _wrong_channels(refusal)


EXPLAINERS: dict[str, Callable[[Refusal], Problem | None]] = {
    "recurrent": _recurrent,
    "attention": _attention,
    "heads": _heads,
    "colors": _colours,
    "equation": _equation,
}
"""Explainers by Traits.refusals."""
