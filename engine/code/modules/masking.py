"""Masks: which steps of a sequence count, and what each layer makes of that.

Embedding and Masking begin a mask, which other layers pass on, drop, or compute with. Layers whose
use of masks is not written here refuse them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from engine.catalogue import traits_of
from engine.code.modules import merging
from engine.code.modules.building import infix, item, method
from engine.code.modules.layout import channels_last
from engine.code.modules.tensors import (
    LayerCall,
    Lines,
    RefusedError,
    Tensor,
    Writer,
    refusal,
    single,
)
from engine.code.syntax.imports import all_statements, expressions_of, parts_of
from engine.code.syntax.tree import Assign, Call, Expression, Statement, Variable
from engine.graph.kinds import MODEL
from engine.problems import phrase, problem

RUN_MASKED = "run_masked"
"""The function that is copied into code for recurrent layers with masks."""

_REFUSED = {"Softmax", "MultiHeadAttention", "Rescaling", MODEL}
"""Layers that do with masks what is not written here."""
_REFUSED_IN_TRAINING = {"BatchNormalization"}
_ALONG_FEATURES = -1


def check_masks(layer_call: LayerCall, *, trained: bool) -> None:
    """Raise RefusedError if a call has a mask that would be ignored, in training if `trained`."""
    masked = any(tensor.mask for tensor in layer_call.tensors)
    refused = _REFUSED | _REFUSED_IN_TRAINING if trained else _REFUSED
    if "mask" in layer_call.inputs or (masked and layer_call.layer in refused):
        raise RefusedError(phrase("it has a mask"))


def with_mask(layer_call: LayerCall, lines: Lines) -> Lines:
    """The lines of a call, with the mask of its first output; other outputs have none."""
    first, *others = lines.outputs
    mask = lines.mask or _passed(layer_call)
    outputs = (replace(first, mask=mask), *(replace(each, mask=None) for each in others))
    return replace(lines, outputs=outputs)


def _passed(layer_call: LayerCall) -> Expression | None:
    """The mask that a layer passes on."""
    masks = [tensor.mask for tensor in layer_call.tensors]
    if not any(masks):
        return None
    if layer_call.layer in merging.merges:
        return _merged(masks) if all(masks) else None
    if layer_call.layer == "Concatenate":
        if layer_call["axis"] not in (_ALONG_FEATURES, layer_call.tensor.rank - 1):
            raise RefusedError(phrase("it joins sequences that have masks"))
        return _merged(masks)
    return masks[0] if traits_of(layer_call.layer).keeps_mask else None


def _merged(masks: Sequence[Expression | None]) -> Expression | None:
    """The mask that all tensors have; Keras's versions join different ones in different ways."""
    if any(mask != masks[0] for mask in masks):
        raise RefusedError(phrase("it joins sequences with different masks"))
    return masks[0]


def without_unused(
    lines: Iterable[Statement], end: Iterable[Statement], masks: set[str]
) -> list[Statement]:
    """The lines without those that assign masks that nothing in them and in `end` uses."""
    lines = [*lines]
    used = {
        part.name
        for line in all_statements([*lines, *end])
        for part in parts_of(expressions_of(line))
        if isinstance(part, Variable)
    }
    unused = masks - used
    return [
        line for line in lines if not (isinstance(line, Assign) and set(line.targets) <= unused)
    ]


def embedded(layer_call: LayerCall, lines: Lines) -> Lines:
    """The lines of an Embedding, with the mask that its indices of 0 make."""
    if not layer_call["mask_zero"]:
        return lines
    return _assigned(layer_call, lines, infix("!=", layer_call.tensor.value, 0))


def _masking(layer_call: LayerCall) -> Lines:
    """Mask the steps whose features all have the value, and set them to 0."""
    tensor, value = channels_last(layer_call), layer_call["mask_value"]
    if not isinstance(value, int | float):
        raise refusal("mask_value", value)
    counts = method(infix("!=", tensor.value, value), "any", _ALONG_FEATURES)
    lines = _assigned(layer_call, Lines((tensor,)), counts)
    assert lines.mask
    return replace(lines, outputs=(tensor.with_value(counted(tensor.value, lines.mask)),))


def _assigned(layer_call: LayerCall, lines: Lines, value: Expression) -> Lines:
    """The lines, preceded by one that assigns the mask."""
    name = layer_call.variable("mask")
    assign = Assign((name,), value)
    return replace(lines, before=(assign, *lines.before), mask=Variable(name))


def counted(value: Expression, mask: Expression) -> Expression:
    """The steps of a sequence, with 0 for those that don't count."""
    return infix("*", value, _per_feature(mask))


def averaged(layer_call: LayerCall) -> Lines:
    """The average of the steps that count."""
    tensor = channels_last(layer_call)
    assert tensor.mask
    keep = bool(layer_call["keepdims"])
    along = layer_call.dialect.along(1, keep)
    above = method(counted(tensor.value, tensor.mask), "sum", **along)
    below = method(_per_feature(tensor.mask), "sum", **along)
    shape = (*((1,) if keep else ()), tensor.shape[-1])
    return single(Tensor(infix("/", above, below), shape))


def run_masked(layer: Expression, value: Expression, mask: Expression) -> Call:
    """Run a recurrent layer on the steps that count: the outputs of all steps, and the states."""
    return Call(Variable(RUN_MASKED), (layer, value, mask))


def mask_of_steps(layer_call: LayerCall) -> Expression | None:
    """The mask that a recurrent layer uses: with initial states, Keras only passes it on."""
    mask = layer_call.tensor.mask
    if mask and "initial_state" in layer_call.inputs:
        layer_call.notes.append(problem("module_masks.states"))
        return None
    return mask


def passing(layer_call: LayerCall, lines: Lines) -> Lines:
    """The lines of a recurrent layer: a sequence that it returns has the mask of its input."""
    mask = layer_call.tensor.mask
    if mask is None:
        return lines
    sequence = len(lines.outputs[0].shape) > 1
    helper = "" if "initial_state" in layer_call.inputs else RUN_MASKED
    return replace(lines, mask=mask if sequence else None, helper=helper)


def refuse_states(layer_call: LayerCall) -> None:
    """Raise RefusedError for what a recurrent layer with a mask can't have here."""
    if layer_call.tensor.mask is None:
        return
    if layer_call["go_backwards"] and layer_call["return_sequences"]:
        raise RefusedError(phrase("it has a mask and returns its steps backwards"))


def _per_feature(mask: Expression) -> Expression:
    return item(mask, "..., None")


WRITERS: dict[str, Writer] = {"Masking": _masking}
