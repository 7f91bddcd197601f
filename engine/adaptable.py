"""Layers that learn from data before training starts, unless the document says what they know."""

from engine.document import Node

LEARNS = {
    "Normalization": ("mean", "mean and variance"),
    "Discretization": ("bin_boundaries", "the boundaries of its bins"),
    "IntegerLookup": ("vocabulary", "its vocabulary"),
    "StringLookup": ("vocabulary", "its vocabulary"),
    "TextVectorization": ("vocabulary", "its vocabulary"),
}
"""By layer (those of Keras with a method `adapt`): the parameter that makes learning needless,
and what is learned, in words."""


def learns(owner: Node) -> str | None:
    """What a layer learns from the training data, in words; None when it needs nothing."""
    given, what = LEARNS.get(owner.layer, ("", None))
    return None if owner.params.get(given) is not None else what
