"""Refusals that show only where a layer computes: which of the tensors does not fit, and why.

What Keras says then comes from deep inside (a product of matrices, a loop that carries states);
what the layer is tells more.
"""

import re
from collections.abc import Callable

from engine.catalogue import traits_of
from engine.check import mend
from engine.check.case import Case, Shape, Wire
from engine.check.ranks import wrong_rank
from engine.problems import Problem, problem
from engine.values import Json

LIST, SEQUENCE, IMAGE = 2, 3, 4


def of_layer(case: Case) -> Problem | None:
    """What is wrong with the call of a layer of this kind, if that is known."""
    layer = case.owner.layer
    explainer = EXPLAINERS.get(traits_of(layer).refusals)
    if explainer is None and layer.startswith("Adaptive"):
        return _rank(case, int(layer[-2]) + 2)
    if explainer is None and re.search("image", case.failure.text):
        return _rank(case, IMAGE) or _wrong_channels(case)
    return explainer(case) if explainer else None


def _at(case: Case, port: str) -> list[Wire]:
    return [wire for wire in case.spot.wires if wire.edge.target_port == port]


def _rank(case: Case, rank: int) -> Problem | None:
    """The first tensor with another number of axes."""
    for wire in case.spot.wires:
        if len(wire.shape) != rank and "mask" not in wire.edge.target_port:
            return wrong_rank(case, wire, rank)
    return None


def _recurrent(case: Case) -> Problem | None:
    """States and masks of another size, or another number of states."""
    params, kind = case.owner.params, case.owner.layer
    inner = params.get("layer")
    both = isinstance(inner, dict)
    if isinstance(inner, dict):
        kind, held = str(inner.get("class")), inner.get("params")
        params = held if isinstance(held, dict) else {}
    first = _at(case, "sequences") or [case.wire]
    if len(first[0].shape) < SEQUENCE:
        return _too_flat(case, first[0])
    wanted = traits_of(kind).states * (2 if both else 1)
    return _states(case, wanted, params.get("units")) or _mask(case, first[0].shape[:2])


def _states(case: Case, wanted: int, units: Json) -> Problem | None:
    came = _at(case, "initial_state")
    if not came or not wanted or not isinstance(units, int):
        return None
    if len(came) != wanted:
        return problem(
            "wrong_number_of_states.one" if wanted == 1 else "wrong_number_of_states",
            case.spot.at(port="initial_state"),
            detail=case.spot.detail,
            name=case.spot.name,
            states=wanted,
            count=len(came),
        )
    for wire in came:
        if wire.shape[1:] != (units,):
            flat = len(wire.shape) == LIST
            fix = mend.projected(case.wires, wire, "Dense", {"units": units}) if flat else None
            return problem(
                "wrong_state",
                case.spot.at_wire(wire),
                detail=case.spot.detail,
                name=case.spot.name,
                shape=(None, units),
                wire=[wire.tensor],
                fix=fix,
            )
    return None


def _mask(case: Case, wanted: Shape) -> Problem | None:
    for wire in case.spot.wires:
        if wire.edge.target_port == "mask" and wire.shape[1:] != wanted[1:]:
            return _wrong_mask(case, wire, wanted)
    return None


def _attention(case: Case) -> Problem | None:
    """Dot products of query and key, which must have as many features."""
    wires = _at(case, "inputs") or [case.wire]
    if flat := [wire for wire in wires if len(wire.shape) < SEQUENCE]:
        return _too_flat(case, flat[0])
    query, key = wires[0], wires[-1]
    if query.shape[-1] != key.shape[-1] and None not in (query.shape[-1], key.shape[-1]):
        fix = mend.projected(case.wires, key, "Dense", {"units": query.shape[-1]})
        return problem(
            "not_comparable",
            case.spot.at_wire(key),
            detail=case.spot.detail,
            name=case.spot.name,
            wires=[query.tensor, key.tensor],
            fix=fix,
        )
    return None


def _too_flat(case: Case, wire: Wire) -> Problem:
    return wrong_rank(case, wire, SEQUENCE)


def _heads(case: Case) -> Problem | None:
    """Queries and values without steps, or a mask that does not lie between them."""
    query, value = _at(case, "query"), _at(case, "value")
    wires = [*query, *value, *_at(case, "key")]
    if flat := [wire for wire in wires if len(wire.shape) < SEQUENCE]:
        return _too_flat(case, flat[0])
    for wire in _at(case, "attention_mask"):
        if query and value:
            wanted = (query[0].shape[0], query[0].shape[1], value[0].shape[1])
            if wire.shape[1:] != wanted[1:]:
                return _wrong_mask(case, wire, wanted)
    return None


def _equation(case: Case) -> Problem | None:
    """The letters before the arrow are the axes of what comes in."""
    equation = str(case.param("equation"))
    letters = equation.partition(",")[0].strip()
    if "." in letters or len(letters) == len(case.wire.shape):
        return None
    return problem(
        "wrong_equation",
        case.spot.at(param="equation"),
        detail=case.spot.detail,
        equation=equation,
        name=case.spot.name,
        axes=len(letters),
        wire=[case.wire.tensor],
    )


def _wrong_mask(case: Case, wire: Wire, shape: Shape) -> Problem:
    spot, at = case.spot, case.spot.at_wire(wire)
    wires = [wire.tensor]
    return problem("wrong_mask", at, detail=spot.detail, name=spot.name, shape=shape, wire=wires)


def _wrong_channels(case: Case) -> Problem:
    spot = case.spot
    return problem(
        "wrong_channels", spot.at(), detail=spot.detail, layer=spot.layer, wires=spot.tensors
    )


def _colours(case: Case) -> Problem | None:
    return _rank(case, IMAGE) or _wrong_channels(case)


EXPLAINERS: dict[str, Callable[[Case], Problem | None]] = {
    "recurrent": _recurrent,
    "attention": _attention,
    "heads": _heads,
    "colors": _colours,
    "equation": _equation,
}
"""By Traits.refusals."""
