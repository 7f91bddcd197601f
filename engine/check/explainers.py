"""Explain single errors of Keras: each function returns a problem, with a fix if one is obvious."""

import re
from collections.abc import Callable
from typing import Any

from engine.check import suggestions
from engine.check.ranks import wrong_rank
from engine.check.refusal import Refusal
from engine.check.tensor_shapes import product
from engine.problems import Fix, Problem, catalogue, phrase, problem
from engine.values import Json

Explainer = Callable[[Refusal, re.Match[str]], Problem | None]
"""From a refused call, and the match in the message of Keras, to a problem."""


def rank(refusal: Refusal, match: re.Match[str]) -> Problem | None:
    """Explain "Input 0 … expected (min_|max_)ndim=3, found ndim=4"."""
    wire = refusal.site.wires[min(int(match["input"]), len(refusal.site.wires) - 1)]
    needed = int(match["ndim"])
    return wrong_rank(refusal, wire, needed, least=match["kind"] == "min_")


def sequence_rank(refusal: Refusal, _: re.Match[str]) -> Problem:
    """Explain that a layer for sequences takes at least three axes."""
    return wrong_rank(refusal, refusal.wire, 3, least=True)


def merge(refusal: Refusal, _: re.Match[str]) -> Problem:
    """Explain that a layer merges tensors of the same shape only."""
    site = refusal.site
    return problem(
        "shapes_differ",
        site.at(),
        detail=site.detail,
        layer=site.layer,
        wires=site.tensors,
        fix=suggestions.project(refusal.index, site),
    )


def broadcast(refusal: Refusal, _: re.Match[str]) -> Problem:
    """Explain that an op can't broadcast its tensors to one shape."""
    site = refusal.site
    return problem(
        "shapes_differ.broadcast",
        site.at(),
        detail=site.detail,
        name=site.name,
        wires=site.tensors,
        fix=suggestions.project(refusal.index, site),
    )


def concatenate(refusal: Refusal, _: re.Match[str]) -> Problem:
    """Explain that Concatenate joins tensors that are equal in all other axes."""
    axis = refusal.param("axis", -1)
    return _cannot_concatenate(refusal, axis, suggestions.flatten_all(refusal.index, refusal.site))


def concatenate_op(refusal: Refusal, _: re.Match[str]) -> Problem:
    """Explain the same of ops.concatenate."""
    return _cannot_concatenate(refusal, refusal.param("axis", 0), None)


def _cannot_concatenate(refusal: Refusal, axis: Json, fix: Fix | None) -> Problem:
    site = refusal.site
    ranks = {len(wire.shape) for wire in site.wires}
    last = phrase("the last one")
    return problem(
        "cannot_concatenate.rank" if len(ranks) > 1 else "cannot_concatenate",
        site.at(),
        detail=site.detail,
        layer=site.layer,
        axis=last if axis == -1 else phrase("axis {axis}", axis=axis),
        wires=site.tensors,
        fix=fix,
    )


def multiply(refusal: Refusal, _: re.Match[str]) -> Problem:
    """Explain that the inner axes of a matrix product differ."""
    site = refusal.site
    return problem(
        "axes_differ.multiply", site.at(), detail=site.detail, name=site.name, wires=site.tensors
    )


def reshape(refusal: Refusal, _: re.Match[str]) -> Problem:
    """Explain that the target of Reshape holds another number of values."""
    site, target = refusal.site, refusal.param("target_shape")
    return problem(
        "cannot_reshape.open" if -1 in target else "cannot_reshape",
        site.at(param="target_shape"),
        detail=site.detail,
        target=", ".join("?" if axis == -1 else str(axis) for axis in target),
        count=product([axis for axis in target if axis != -1]),
        wire=[refusal.wire.tensor],
        product=product(refusal.wire.shape[1:]),
        fix=suggestions.reshape(refusal.owner, refusal.wire, site, target),
    )


def window(refusal: Refusal, _: re.Match[str]) -> Problem:
    """Explain that a window is larger than its input."""
    name = "pool_size" if "pool_size=" in refusal.failure.text else "kernel_size"
    value = refusal.param(name, 2)
    return problem(
        "window_too_large",
        refusal.site.at(param=name),
        detail=refusal.site.detail,
        window=value if isinstance(value, list) else [value] * (len(refusal.wire.shape) - 2),
        wire=[refusal.wire.tensor],
        fix=suggestions.pad(refusal.owner, refusal.site),
    )


def open_axis(refusal: Refusal, _: re.Match[str]) -> Problem | None:
    """Explain that a layer needs the length of an axis that is unknown."""
    if all(None not in wire.shape[1:] for wire in refusal.site.wires):
        return None
    return problem(
        "open_axis",
        refusal.site.at(),
        detail=refusal.site.detail,
        name=refusal.site.name,
        wire=[refusal.wire.tensor],
        fix=suggestions.pool(refusal.index, refusal.wire),
    )


def two_tensors(refusal: Refusal, _: re.Match[str]) -> Problem:
    """Explain that a layer takes exactly two tensors."""
    site = refusal.site
    return problem(
        "wrong_number_of_wires.two",
        site.at(port=refusal.wire.edge.target_port),
        detail=site.detail,
        layer=site.layer,
        count=len(site.wires),
    )


def attention(refusal: Refusal, _: re.Match[str]) -> Problem:
    """Explain that attention takes a query, a value and perhaps a key."""
    site = refusal.site
    return problem(
        "wrong_number_of_wires.attention",
        site.at(port=refusal.wire.edge.target_port),
        detail=site.detail,
        layer=site.layer,
        count=len(site.wires),
        fix=suggestions.attend_itself(refusal.index, site),
    )


def dot(refusal: Refusal, match: re.Match[str]) -> Problem:
    """Explain that the axes of Dot have different lengths."""
    size, first, other, second = (int(number) for number in match.groups())
    return problem(
        "axes_differ",
        refusal.site.at(param="axes"),
        detail=refusal.site.detail,
        first=first,
        second=second,
        size=size,
        other=other,
    )


def other_size(refusal: Refusal, match: re.Match[str]) -> Problem:
    """Explain that a shared layer was built for an axis of another length."""
    return problem(
        "other_size",
        refusal.site.at(edge=refusal.wire.edge.id),
        detail=refusal.site.detail,
        name=refusal.site.name,
        axis=int(match[1]),
        count=int(match[2]),
        wire=[refusal.wire.tensor],
        fix=suggestions.own_layer(refusal.index, refusal.node, refusal.owner),
    )


def keys(refusal: Refusal, _: re.Match[str]) -> Problem:
    """Explain that the features of a query and its keys differ in number."""
    site = refusal.site
    wires = site.tensors[1:3]
    return problem("bad_param.keys", site.at(), detail=site.detail, name=site.name, wires=wires)


def refuses(
    param: str, code: str, fix: Callable[[Refusal], Fix | None] = lambda _: None
) -> Explainer:
    """Return an explainer for an invalid value of a parameter.

    The fields of the message are the node's name, the first input tensor, or values of parameters;
    a parameter that is not set is quoted by name.
    """

    def explainer(refusal: Refusal, _: re.Match[str]) -> Problem:
        context = {"name": refusal.site.name, "wire": [refusal.wire.tensor]}
        fields: dict[str, Any] = {
            name: context.get(name, refusal.owner.params.get(name, name))
            for name in catalogue()[code].fields
        }
        at = refusal.site.at(param=param)
        return problem(code, at, detail=refusal.site.detail, fix=fix(refusal), **fields)

    return explainer


def groups(default: int) -> Callable[[Refusal], Fix | None]:
    """Return a function that suggests a number of groups that divides all channels."""
    return lambda refusal: suggestions.groups(refusal.owner, refusal.site, default)
