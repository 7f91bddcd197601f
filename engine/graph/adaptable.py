"""Layers that learn from the data before training starts."""

from engine.catalogue import traits_of
from engine.document import Node
from engine.problems import Phrase, phrase

LEARNED = {
    "mean": phrase("mean and variance"),
    "bin_boundaries": phrase("the boundaries of its bins"),
    "vocabulary": phrase("its vocabulary"),
}
"""What is learned, in words, by the parameter that makes learning needless (Traits.learns)."""


def learns(owner: Node) -> Phrase | None:
    """What a layer learns from the training data, in words; None when it needs nothing."""
    param = traits_of(owner.layer).learns
    return LEARNED[param] if param and owner.params.get(param) is None else None


def width_unknown(owner: Node) -> bool:
    """Whether the output of a layer that learns is as wide as the vocabulary will be."""
    params = owner.params
    counts = params.get("output_mode", "int") not in ("int", None)
    looks_up = traits_of(owner.layer).learns == "vocabulary"
    return looks_up and counts and not params.get("pad_to_max_tokens")
