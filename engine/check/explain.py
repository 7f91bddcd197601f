"""Translate errors of Keras into problems, with a fix where there is an obvious one.

Keras decides what is an error; this module only explains it better. Each explainer handles one
message of Keras (engine.check.explainers); an unknown message becomes a general problem with
Keras's text as detail.
"""

import re

from engine.check import explainers, suggestions
from engine.check.explain_layers import explain_layer
from engine.check.explainers import Explainer, groups, refuses
from engine.check.refusal import Refusal
from engine.graph.kinds import is_op
from engine.problems import Problem, problem


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


EXPLAINERS: tuple[tuple[str, Explainer], ...] = (
    (
        r"Input (?P<input>\d+).*expected (?P<kind>min_|max_|)ndim=(?P<ndim>\d+), found ndim=\d+",
        explainers.rank,
    ),
    (r"expected axis (-?\d+) of input shape to have value (\d+)", explainers.other_size),
    (r"with at least 3 dimensions", explainers.sequence_rank),
    (r"Inputs have incompatible shapes", explainers.merge),
    (
        r"requires inputs with matching shapes except for the concatenation axis",
        explainers.concatenate,
    ),
    (r"total size of the tensor must be unchanged", explainers.reshape),
    (r"Computed output size would be (?:zero or )?negative", explainers.window),
    (r"Shapes used to initialize variables must be fully-defined", explainers.open_axis),
    (r"The last dimension .* should be defined", explainers.open_axis),
    (r"'?NoneType'?|must be fully defined|cannot be None", explainers.open_axis),
    (
        r"could not be deserialized",
        refuses("layer", "bad_param.recurrent"),
    ),
    (r"on exactly 2 inputs|on a list of 2 inputs|list/tuple of 2 tensors", explainers.two_tensors),
    (r"list of length 2 or 3", explainers.attention),
    (r"axis values (\d+) \(at axis (\d+)\) != (\d+) \(at axis (\d+)\)", explainers.dot),
    (r"All dimensions of `value` and `key`", explainers.keys),
    (
        r"number of filters must be evenly divisible by the number of groups",
        refuses("groups", "bad_param.filters", groups(1)),
    ),
    (
        r"number of input channels must be (?:evenly )?divisible by the number of groups",
        refuses("groups", "bad_param.channels", groups(1)),
    ),
    (
        r"Number of groups .* (?:cannot be more than|must be a multiple of)",
        refuses("groups", "bad_param.groups", groups(32)),
    ),
    (
        r"`strides > 1` not supported in conjunction with `dilation_rate > 1`",
        refuses("strides", "bad_param.dilated"),
    ),
    (
        r"`num_query_heads` must be divisible by `num_key_value_heads`",
        refuses("num_query_heads", "bad_param.heads"),
    ),
    (
        r"at most one unknown dimension",
        refuses("target_shape", "bad_param.unknown_axes"),
    ),
    (
        r"Invalid permutation argument",
        refuses("dims", "bad_param.permutation"),
    ),
    (r"num_tokens must be set", refuses("num_tokens", "bad_param.tokens")),
    (
        r"Values in `cropping` argument should be smaller",
        refuses("cropping", "bad_param.cropping"),
    ),
    (
        r"Invalid einsum equation",
        refuses("equation", "bad_param.equation"),
    ),
    (
        r"has no attribute 'kernel' nor 'embeddings'",
        refuses("layer", "bad_param.kernel"),
    ),
)

OF_OPS: tuple[tuple[str, Explainer], ...] = (
    (r"[Cc]annot broadcast|could not be broadcast", explainers.broadcast),
    (
        r"Inner dimensions|shapes? .*not aligned|[Cc]annot .*dot",
        explainers.multiply,
    ),
    (r"requires inputs with matching shapes", explainers.concatenate_op),
    (
        r"total size of the tensor must be unchanged|[Cc]annot reshape|at most one unknown",
        refuses("newshape", "bad_param.newshape"),
    ),
    (
        r"equal division|divisible|does not divide",
        refuses("indices_or_sections", "bad_param.parts"),
    ),
    (
        r"subscripts|einsum|subscript",
        refuses("subscripts", "bad_param.subscripts"),
    ),
)
"""Explainers for ops, whose parameters have other names."""
