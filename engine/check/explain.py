"""Translate errors of Keras into problems, with a fix where there is an obvious one.

Keras decides what is an error; this module only explains it better. Each explainer handles one
message of Keras; an unknown message becomes a general problem with Keras's text as detail.
"""

import re
from collections.abc import Callable
from typing import Any

from engine.check import suggestions
from engine.check.explain_layers import explain_layer
from engine.check.ranks import wrong_rank
from engine.check.refusal import Refusal, product
from engine.graph.kinds import is_op
from engine.problems import Fix, Problem, catalogue, phrase, problem
from engine.values import Json


def explain(refusal: Refusal) -> Problem:
    """Return a problem that says why Keras refused a call."""
    if refusal.site.wires:
        for pattern, explainer in OF_OPS if is_op(refusal.owner) else EXPLAINERS:
            match = re.search(pattern, refusal.failure.text, re.DOTALL)
            if match is not None and (problem := explainer(refusal, match)):
                return problem
        if refusal.failure.constructed:
            return explain_layer(refusal) or _axis(refusal) or _does_not_fit(refusal)
    return _cannot_construct(refusal)


def _cannot_construct(refusal: Refusal) -> Problem:
    site, param = refusal.site, _named_param(refusal)
    return problem(
        "cannot_make.param" if param else "cannot_make",
        site.at(param=param),
        detail=site.detail,
        name=site.name,
        param=param,
    )


def _does_not_fit(refusal: Refusal) -> Problem:
    site = refusal.site
    wires = site.tensors
    return problem("does_not_fit", site.at(), detail=site.detail, name=site.name, wires=wires)


def _named_param(refusal: Refusal) -> str | None:
    """Return the first parameter in the message of Keras, of those that are set."""
    words = re.findall(r"\w+", refusal.failure.text)
    return next((word for word in words if word in refusal.owner.params), None)


def _rank(refusal: Refusal, match: re.Match[str]) -> Problem | None:
    """Explain "Input 0 … expected (min_|max_)ndim=3, found ndim=4"."""
    wire = refusal.site.wires[min(int(match["input"]), len(refusal.site.wires) - 1)]
    rank = int(match["ndim"])
    return wrong_rank(refusal, wire, rank, least=match["kind"] == "min_")


def _sequence_rank(refusal: Refusal, _: re.Match[str]) -> Problem:
    return wrong_rank(refusal, refusal.wire, 3, least=True)


def _merge(refusal: Refusal, _: re.Match[str]) -> Problem:
    site = refusal.site
    return problem(
        "shapes_differ",
        site.at(),
        detail=site.detail,
        layer=site.layer,
        wires=site.tensors,
        fix=suggestions.project(refusal.index, site),
    )


def _broadcast(refusal: Refusal, _: re.Match[str]) -> Problem:
    site = refusal.site
    return problem(
        "shapes_differ.broadcast",
        site.at(),
        detail=site.detail,
        name=site.name,
        wires=site.tensors,
        fix=suggestions.project(refusal.index, site),
    )


def _concatenate(refusal: Refusal, _: re.Match[str]) -> Problem:
    axis = refusal.param("axis", -1)
    return _cannot_concatenate(refusal, axis, suggestions.flatten_all(refusal.index, refusal.site))


def _concatenate_op(refusal: Refusal, _: re.Match[str]) -> Problem:
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


def _multiply(refusal: Refusal, _: re.Match[str]) -> Problem:
    site = refusal.site
    return problem(
        "axes_differ.multiply", site.at(), detail=site.detail, name=site.name, wires=site.tensors
    )


def _reshape(refusal: Refusal, _: re.Match[str]) -> Problem:
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


def _window(refusal: Refusal, _: re.Match[str]) -> Problem:
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


def _open_axis(refusal: Refusal, _: re.Match[str]) -> Problem | None:
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


def _two_tensors(refusal: Refusal, _: re.Match[str]) -> Problem:
    site = refusal.site
    return problem(
        "wrong_number_of_wires.two",
        site.at(port=refusal.wire.edge.target_port),
        detail=site.detail,
        layer=site.layer,
        count=len(site.wires),
    )


def _attention(refusal: Refusal, _: re.Match[str]) -> Problem:
    site = refusal.site
    return problem(
        "wrong_number_of_wires.attention",
        site.at(port=refusal.wire.edge.target_port),
        detail=site.detail,
        layer=site.layer,
        count=len(site.wires),
        fix=suggestions.attend_itself(refusal.index, site),
    )


def _dot(refusal: Refusal, match: re.Match[str]) -> Problem:
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


def _other_size(refusal: Refusal, match: re.Match[str]) -> Problem:
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


def _keys(refusal: Refusal, _: re.Match[str]) -> Problem:
    site = refusal.site
    wires = site.tensors[1:3]
    return problem("bad_param.keys", site.at(), detail=site.detail, name=site.name, wires=wires)


def _refuses(
    param: str, code: str, fix: Callable[[Refusal], Fix | None] = lambda _: None
) -> "Explainer":
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


def _groups(default: int) -> Callable[[Refusal], Fix | None]:
    return lambda refusal: suggestions.groups(refusal.owner, refusal.site, default)


def _axis(refusal: Refusal) -> Problem | None:
    """Find an axis out of range, for which Keras has many different messages."""
    rank = len(refusal.wire.shape)
    for name in ("axis", "axes", "shared_axes", "attention_axes"):
        value = refusal.param(name)
        for axis in value if isinstance(value, list) else [value]:
            if isinstance(axis, int) and not -rank <= axis < rank:
                is_axis = refusal.param("axis") == axis
                fix = suggestions.last_axis(refusal.owner, refusal.site) if is_axis else None
                return problem(
                    "axis_outside",
                    refusal.site.at(param=name),
                    detail=refusal.site.detail,
                    name=refusal.site.name,
                    axis=axis,
                    wire=[refusal.wire.tensor],
                    first=-rank,
                    last=rank - 1,
                    fix=fix,
                )
    return None


Explainer = Callable[[Refusal, re.Match[str]], Problem | None]

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
"""Explainers for ops, whose parameters have other names."""
