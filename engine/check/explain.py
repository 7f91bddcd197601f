"""From Keras's errors to words of our own, with a mend where one is mechanical.

Keras decides that something is wrong; this only says it better. Each explainer looks for one of
Keras's messages; what none knows is told in general words, with Keras's text as detail.
"""

import re
from collections.abc import Callable

from engine.check import mend
from engine.check.case import Case
from engine.check.explain_layers import of_layer
from engine.graph.kinds import is_op
from engine.problems import Fix, Problem
from engine.problems.shapes import (
    axes_differ,
    axis_outside,
    bad_value_of,
    cannot_broadcast,
    cannot_concatenate,
    cannot_make,
    cannot_multiply,
    cannot_reshape,
    does_not_fit,
    open_axis,
    other_size,
    shapes_differ,
    window_too_large,
    wrong_number_of_wires,
    wrong_rank,
)
from engine.values import Json


def explain(case: Case) -> Problem:
    """Say why Keras refused a call."""
    if case.spot.wires:
        for pattern, explainer in OF_OPS if is_op(case.owner) else EXPLAINERS:
            match = re.search(pattern, case.failure.text, re.DOTALL)
            if match is not None and (problem := explainer(case, match)):
                return problem
        if case.failure.made:
            return of_layer(case) or _axis(case) or does_not_fit(case.spot)
    return cannot_make(case.spot, _blamed(case))


def _blamed(case: Case) -> str | None:
    """The parameter that Keras's message names first, of those that are set."""
    named = re.findall(r"\w+", case.failure.text)
    return next((word for word in named if word in case.owner.params), None)


def _rank(case: Case, match: re.Match[str]) -> Problem | None:
    """Input 0 … expected (min_|max_)ndim=3, found ndim=4."""
    wire = case.spot.wires[min(int(match["input"]), len(case.spot.wires) - 1)]
    rank = int(match["ndim"])
    fix = mend.rank(case.wires, wire, rank)
    return wrong_rank(case.spot, wire, rank, match["kind"] == "min_", fix)


def _sequence_rank(case: Case, _: re.Match[str]) -> Problem:
    return wrong_rank(case.spot, case.wire, 3, True, mend.rank(case.wires, case.wire, 3))


def _merge(case: Case, _: re.Match[str]) -> Problem:
    return shapes_differ(case.spot, mend.project(case.wires, case.spot))


def _broadcast(case: Case, _: re.Match[str]) -> Problem:
    return cannot_broadcast(case.spot, mend.project(case.wires, case.spot))


def _concatenate(case: Case, _: re.Match[str]) -> Problem:
    axis = case.param("axis", -1)
    return cannot_concatenate(case.spot, axis, mend.flatten_all(case.wires, case.spot))


def _concatenate_op(case: Case, _: re.Match[str]) -> Problem:
    return cannot_concatenate(case.spot, case.param("axis", 0), None)


def _reshape(case: Case, _: re.Match[str]) -> Problem:
    target = case.param("target_shape")
    return cannot_reshape(case.spot, target, mend.reshape(case.owner, case.wire, case.spot, target))


def _window(case: Case, _: re.Match[str]) -> Problem:
    name = "pool_size" if "pool_size=" in case.failure.text else "kernel_size"
    value = case.param(name, 2)
    window = value if isinstance(value, list) else [value] * (len(case.wire.shape) - 2)
    return window_too_large(case.spot, name, window, mend.pad(case.owner, case.spot))


def _open_axis(case: Case, _: re.Match[str]) -> Problem | None:
    wires = [wire for wire in case.spot.wires if None in wire.shape[1:]]
    return open_axis(case.spot, mend.pool(case.wires, case.wire)) if wires else None


def _number(words: str) -> "Explainer":
    return lambda case, _: wrong_number_of_wires(case.spot, words, None)


def _attention(case: Case, _: re.Match[str]) -> Problem:
    fix = mend.attend_itself(case.wires, case.spot)
    return wrong_number_of_wires(case.spot, "a query, a value and perhaps a key", fix)


def _dot(case: Case, match: re.Match[str]) -> Problem:
    first, axis, second, other = (int(number) for number in match.groups())
    return axes_differ(case.spot, (first, second), (axis, other))


def _other_size(case: Case, match: re.Match[str]) -> Problem:
    fix = mend.own_layer(case.wires, case.node, case.owner)
    return other_size(case.spot, int(match[1]), int(match[2]), fix)


def _keys(case: Case, _: re.Match[str]) -> Problem:
    return bad_value_of(
        case.spot,
        None,
        f"The value and the key of “{case.spot.name}” must be equally long sequences; "
        + " and ".join(wire.gives for wire in case.spot.wires[1:3])
        + ".",
        "Wire the same tensor to both, or leave the key out.",
    )


def _says(
    param: str,
    message: str,
    hint: str | None = None,
    fix: Callable[[Case], Fix | None] = lambda _: None,
) -> "Explainer":
    """A problem of a parameter in fixed words; {name} is the node's."""

    def explainer(case: Case, _: re.Match[str]) -> Problem:
        name = f"“{case.spot.name}”"
        values = {key: value for key, value in case.owner.params.items() if key in message}
        text = message.format_map({"name": name, "gives": case.wire.gives} | _Values(values))
        return bad_value_of(case.spot, param, text, hint, fix(case))

    return explainer


def _groups(usual: int) -> Callable[[Case], Fix | None]:
    return lambda case: mend.groups(case.owner, case.spot, usual)


class _Values(dict[str, Json]):
    """Parameters for a message; one that has its default is named by its name."""

    def __missing__(self, key: str) -> str:
        return key


def _axis(case: Case) -> Problem | None:
    """Keras stumbles over an axis that is not there in many ways; the axis itself tells."""
    rank = len(case.wire.shape)
    for name in ("axis", "axes", "shared_axes", "attention_axes"):
        value = case.param(name)
        for axis in value if isinstance(value, list) else [value]:
            if isinstance(axis, int) and not -rank <= axis < rank:
                last = mend.last_axis(case.owner, case.spot) if case.param("axis") == axis else None
                return axis_outside(case.spot, name, axis, last)
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
        _says("layer", "{name} needs a recurrent layer inside, such as LSTM or GRU."),
    ),
    (r"on exactly 2 inputs|on a list of 2 inputs|list/tuple of 2 tensors", _number("two tensors")),
    (r"list of length 2 or 3", _attention),
    (r"axis values (\d+) \(at axis (\d+)\) != (\d+) \(at axis (\d+)\)", _dot),
    (r"All dimensions of `value` and `key`", _keys),
    (
        r"number of filters must be evenly divisible by the number of groups",
        _says(
            "groups",
            "{filters} filters of {name} can't be split into {groups} equal groups.",
            fix=_groups(1),
        ),
    ),
    (
        r"number of input channels must be (?:evenly )?divisible by the number of groups",
        _says(
            "groups",
            "The channels that come in can't be split into {groups} equal groups: {gives}.",
            fix=_groups(1),
        ),
    ),
    (
        r"Number of groups .* (?:cannot be more than|must be a multiple of)",
        _says(
            "groups",
            "The channels that come in can't be split into equal groups: {gives}.",
            "The number of groups (32 unless set) must divide the number of channels.",
            _groups(32),
        ),
    ),
    (
        r"`strides > 1` not supported in conjunction with `dilation_rate > 1`",
        _says("strides", "{name} can't have strides and dilation_rate above 1 at once."),
    ),
    (
        r"`num_query_heads` must be divisible by `num_key_value_heads`",
        _says(
            "num_query_heads",
            "{num_query_heads} query heads can't share {num_key_value_heads} key and value heads "
            "equally.",
        ),
    ),
    (
        r"at most one unknown dimension",
        _says("target_shape", "Only one axis of the target shape of {name} may be -1."),
    ),
    (
        r"Invalid permutation argument",
        _says(
            "dims",
            "dims of {name} must name each axis once.",
            "Axes are counted from 1; the batch stays where it is.",
        ),
    ),
    (r"num_tokens must be set", _says("num_tokens", "{name} needs num_tokens.")),
    (
        r"Values in `cropping` argument should be smaller",
        _says("cropping", "{name} cuts away more than there is: {gives}."),
    ),
    (
        r"Invalid einsum equation",
        _says("equation", "The equation of {name} must be like ab,bc->ac."),
    ),
    (
        r"has no attribute 'kernel' nor 'embeddings'",
        _says("layer", "The layer inside {name} has no kernel that could be normalized."),
    ),
)

OF_OPS: tuple[tuple[str, Explainer], ...] = (
    (r"[Cc]annot broadcast|could not be broadcast", _broadcast),
    (
        r"Inner dimensions|shapes? .*not aligned|[Cc]annot .*dot",
        lambda case, _: cannot_multiply(case.spot),
    ),
    (r"requires inputs with matching shapes", _concatenate_op),
    (
        r"total size of the tensor must be unchanged|[Cc]annot reshape|at most one unknown",
        _says(
            "newshape",
            "{name} can't make a tensor of another size: {gives}.",
            "The batch axis comes first and is -1, as in -1 × 8 × 8; the other axes must hold as "
            "many values as before.",
        ),
    ),
    (
        r"equal division|divisible|does not divide",
        _says("indices_or_sections", "{name} can't cut this into equal parts: {gives}."),
    ),
    (
        r"subscripts|einsum|subscript",
        _says(
            "subscripts",
            "The subscripts of {name} do not fit: {gives}.",
            "One letter for each axis, the batch too, as in bij,bjk->bik.",
        ),
    ),
)
"""The same for functions of keras.ops, whose parameters have other names."""
