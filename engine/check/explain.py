"""From Keras's errors to words of our own, with a fix where one is mechanical.

Keras decides that something is wrong; this only says it better. Each explainer looks for one of
Keras's messages; what none knows is told in general words, with Keras's text as detail.
"""

import re
from collections.abc import Callable
from typing import Any

from engine.check import mend
from engine.check.case import Case, product
from engine.check.explain_layers import of_layer
from engine.check.ranks import wrong_rank
from engine.graph.kinds import is_op
from engine.problems import Fix, Problem, catalogue, phrase, problem
from engine.values import Json


def explain(case: Case) -> Problem:
    """Say why Keras refused a call."""
    if case.spot.wires:
        for pattern, explainer in OF_OPS if is_op(case.owner) else EXPLAINERS:
            match = re.search(pattern, case.failure.text, re.DOTALL)
            if match is not None and (problem := explainer(case, match)):
                return problem
        if case.failure.made:
            return of_layer(case) or _axis(case) or _does_not_fit(case)
    return _cannot_make(case)


def _cannot_make(case: Case) -> Problem:
    spot, param = case.spot, _blamed(case)
    return problem(
        "cannot_make.param" if param else "cannot_make",
        spot.at(param=param),
        detail=spot.detail,
        name=spot.name,
        param=param,
    )


def _does_not_fit(case: Case) -> Problem:
    spot = case.spot
    wires = spot.tensors
    return problem("does_not_fit", spot.at(), detail=spot.detail, name=spot.name, wires=wires)


def _blamed(case: Case) -> str | None:
    """The parameter that Keras's message names first, of those that are set."""
    named = re.findall(r"\w+", case.failure.text)
    return next((word for word in named if word in case.owner.params), None)


def _rank(case: Case, match: re.Match[str]) -> Problem | None:
    """Input 0 … expected (min_|max_)ndim=3, found ndim=4."""
    wire = case.spot.wires[min(int(match["input"]), len(case.spot.wires) - 1)]
    rank = int(match["ndim"])
    return wrong_rank(case, wire, rank, least=match["kind"] == "min_")


def _sequence_rank(case: Case, _: re.Match[str]) -> Problem:
    return wrong_rank(case, case.wire, 3, least=True)


def _merge(case: Case, _: re.Match[str]) -> Problem:
    spot = case.spot
    return problem(
        "shapes_differ",
        spot.at(),
        detail=spot.detail,
        layer=spot.layer,
        wires=spot.tensors,
        fix=mend.project(case.wires, spot),
    )


def _broadcast(case: Case, _: re.Match[str]) -> Problem:
    spot = case.spot
    return problem(
        "shapes_differ.broadcast",
        spot.at(),
        detail=spot.detail,
        name=spot.name,
        wires=spot.tensors,
        fix=mend.project(case.wires, spot),
    )


def _concatenate(case: Case, _: re.Match[str]) -> Problem:
    axis = case.param("axis", -1)
    return _cannot_concatenate(case, axis, mend.flatten_all(case.wires, case.spot))


def _concatenate_op(case: Case, _: re.Match[str]) -> Problem:
    return _cannot_concatenate(case, case.param("axis", 0), None)


def _cannot_concatenate(case: Case, axis: Json, fix: Fix | None) -> Problem:
    spot = case.spot
    ranks = {len(wire.shape) for wire in spot.wires}
    last = phrase("the last one")
    return problem(
        "cannot_concatenate.rank" if len(ranks) > 1 else "cannot_concatenate",
        spot.at(),
        detail=spot.detail,
        layer=spot.layer,
        axis=last if axis == -1 else phrase("axis {axis}", axis=axis),
        wires=spot.tensors,
        fix=fix,
    )


def _multiply(case: Case, _: re.Match[str]) -> Problem:
    spot = case.spot
    return problem(
        "axes_differ.multiply", spot.at(), detail=spot.detail, name=spot.name, wires=spot.tensors
    )


def _reshape(case: Case, _: re.Match[str]) -> Problem:
    spot, target = case.spot, case.param("target_shape")
    return problem(
        "cannot_reshape.open" if -1 in target else "cannot_reshape",
        spot.at(param="target_shape"),
        detail=spot.detail,
        target=", ".join("?" if axis == -1 else str(axis) for axis in target),
        count=product([axis for axis in target if axis != -1]),
        wire=[case.wire.tensor],
        came=product(case.wire.shape[1:]),
        fix=mend.reshape(case.owner, case.wire, spot, target),
    )


def _window(case: Case, _: re.Match[str]) -> Problem:
    name = "pool_size" if "pool_size=" in case.failure.text else "kernel_size"
    value = case.param(name, 2)
    return problem(
        "window_too_large",
        case.spot.at(param=name),
        detail=case.spot.detail,
        window=value if isinstance(value, list) else [value] * (len(case.wire.shape) - 2),
        wire=[case.wire.tensor],
        fix=mend.pad(case.owner, case.spot),
    )


def _open_axis(case: Case, _: re.Match[str]) -> Problem | None:
    if all(None not in wire.shape[1:] for wire in case.spot.wires):
        return None
    return problem(
        "open_axis",
        case.spot.at(),
        detail=case.spot.detail,
        name=case.spot.name,
        wire=[case.wire.tensor],
        fix=mend.pool(case.wires, case.wire),
    )


def _two_tensors(case: Case, _: re.Match[str]) -> Problem:
    spot = case.spot
    return problem(
        "wrong_number_of_wires.two",
        spot.at(port=case.wire.edge.target_port),
        detail=spot.detail,
        layer=spot.layer,
        count=len(spot.wires),
    )


def _attention(case: Case, _: re.Match[str]) -> Problem:
    spot = case.spot
    return problem(
        "wrong_number_of_wires.attention",
        spot.at(port=case.wire.edge.target_port),
        detail=spot.detail,
        layer=spot.layer,
        count=len(spot.wires),
        fix=mend.attend_itself(case.wires, spot),
    )


def _dot(case: Case, match: re.Match[str]) -> Problem:
    size, first, other, second = (int(number) for number in match.groups())
    return problem(
        "axes_differ",
        case.spot.at(param="axes"),
        detail=case.spot.detail,
        first=first,
        second=second,
        size=size,
        other=other,
    )


def _other_size(case: Case, match: re.Match[str]) -> Problem:
    return problem(
        "other_size",
        case.spot.at(edge=case.wire.edge.id),
        detail=case.spot.detail,
        name=case.spot.name,
        axis=int(match[1]),
        count=int(match[2]),
        wire=[case.wire.tensor],
        fix=mend.own_layer(case.wires, case.node, case.owner),
    )


def _keys(case: Case, _: re.Match[str]) -> Problem:
    spot = case.spot
    wires = spot.tensors[1:3]
    return problem("bad_param.keys", spot.at(), detail=spot.detail, name=spot.name, wires=wires)


def _refuses(
    param: str, code: str, fix: Callable[[Case], Fix | None] = lambda _: None
) -> "Explainer":
    """A value of a parameter that the layer can't have; its words name the node, what comes in,
    or parameters, of which one that is not set is quoted by its name."""

    def explainer(case: Case, _: re.Match[str]) -> Problem:
        known = {"name": case.spot.name, "wire": [case.wire.tensor]}
        named: dict[str, Any] = {
            name: known.get(name, case.owner.params.get(name, name))
            for name in catalogue()[code].fields
        }
        at = case.spot.at(param=param)
        return problem(code, at, detail=case.spot.detail, fix=fix(case), **named)

    return explainer


def _groups(usual: int) -> Callable[[Case], Fix | None]:
    return lambda case: mend.groups(case.owner, case.spot, usual)


def _axis(case: Case) -> Problem | None:
    """Keras stumbles over an axis that is not there in many ways; the axis itself tells."""
    rank = len(case.wire.shape)
    for name in ("axis", "axes", "shared_axes", "attention_axes"):
        value = case.param(name)
        for axis in value if isinstance(value, list) else [value]:
            if isinstance(axis, int) and not -rank <= axis < rank:
                last = mend.last_axis(case.owner, case.spot) if case.param("axis") == axis else None
                return problem(
                    "axis_outside",
                    case.spot.at(param=name),
                    detail=case.spot.detail,
                    name=case.spot.name,
                    axis=axis,
                    wire=[case.wire.tensor],
                    first=-rank,
                    last=rank - 1,
                    fix=last,
                )
    return None


Explainer = Callable[[Case, re.Match[str]], Problem | None]

EXPLAINERS: tuple[tuple[str, Explainer], ...] = (
    (
        r"Input (?P<input>\d+).*expected (?P<kind>min_|max_|)ndim=(?P<ndim>\d+), found ndim=\d+",
        _rank,
    ),
    (r"expected axis (-?\d+) of input shape to have value (\d+)", _other_size),
    (r"with at least 3 dimensions", _sequence_rank),
    (r"Inputs have incompatible shapes", _merge),
    (r"requires inputs with matching shapes except for the concatenation axis", _concatenate),
    (r"total size of the tensor must be unchanged", _reshape),
    (r"Computed output size would be (?:zero or )?negative", _window),
    (r"Shapes used to initialize variables must be fully-defined", _open_axis),
    (r"The last dimension .* should be defined", _open_axis),
    (r"'?NoneType'?|must be fully defined|cannot be None", _open_axis),
    (
        r"could not be deserialized",
        _refuses("layer", "bad_param.recurrent"),
    ),
    (r"on exactly 2 inputs|on a list of 2 inputs|list/tuple of 2 tensors", _two_tensors),
    (r"list of length 2 or 3", _attention),
    (r"axis values (\d+) \(at axis (\d+)\) != (\d+) \(at axis (\d+)\)", _dot),
    (r"All dimensions of `value` and `key`", _keys),
    (
        r"number of filters must be evenly divisible by the number of groups",
        _refuses("groups", "bad_param.filters", _groups(1)),
    ),
    (
        r"number of input channels must be (?:evenly )?divisible by the number of groups",
        _refuses("groups", "bad_param.channels", _groups(1)),
    ),
    (
        r"Number of groups .* (?:cannot be more than|must be a multiple of)",
        _refuses("groups", "bad_param.groups", _groups(32)),
    ),
    (
        r"`strides > 1` not supported in conjunction with `dilation_rate > 1`",
        _refuses("strides", "bad_param.dilated"),
    ),
    (
        r"`num_query_heads` must be divisible by `num_key_value_heads`",
        _refuses("num_query_heads", "bad_param.heads"),
    ),
    (
        r"at most one unknown dimension",
        _refuses("target_shape", "bad_param.unknown_axes"),
    ),
    (
        r"Invalid permutation argument",
        _refuses("dims", "bad_param.permutation"),
    ),
    (r"num_tokens must be set", _refuses("num_tokens", "bad_param.tokens")),
    (
        r"Values in `cropping` argument should be smaller",
        _refuses("cropping", "bad_param.cropping"),
    ),
    (
        r"Invalid einsum equation",
        _refuses("equation", "bad_param.equation"),
    ),
    (
        r"has no attribute 'kernel' nor 'embeddings'",
        _refuses("layer", "bad_param.kernel"),
    ),
)

OF_OPS: tuple[tuple[str, Explainer], ...] = (
    (r"[Cc]annot broadcast|could not be broadcast", _broadcast),
    (
        r"Inner dimensions|shapes? .*not aligned|[Cc]annot .*dot",
        _multiply,
    ),
    (r"requires inputs with matching shapes", _concatenate_op),
    (
        r"total size of the tensor must be unchanged|[Cc]annot reshape|at most one unknown",
        _refuses("newshape", "bad_param.newshape"),
    ),
    (
        r"equal division|divisible|does not divide",
        _refuses("indices_or_sections", "bad_param.parts"),
    ),
    (
        r"subscripts|einsum|subscript",
        _refuses("subscripts", "bad_param.subscripts"),
    ),
)
"""The same for functions of keras.ops, whose parameters have other names."""
