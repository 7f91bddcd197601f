"""What training asks of some layers: to learn from the data before it starts, or TensorFlow."""

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

LOOKUPS = {"Hashing", "HashedCrossing", "IntegerLookup", "StringLookup", "TextVectorization"}
"""Layers that need a backend with `text` (see engine.machine.backends)."""

SIZED_BY_VALUES = {"RandomElasticTransform"}
"""Layers that need a backend with `sizes_from_values`."""


def learns(owner: Node) -> str | None:
    """What a layer learns from the training data, in words; None when it needs nothing."""
    given, what = LEARNS.get(owner.layer, ("", None))
    return None if owner.params.get(given) is not None else what


def width_unknown(owner: Node) -> bool:
    """Whether the output of a layer that learns is as wide as the vocabulary will be."""
    params = owner.params
    counts = params.get("output_mode", "int") not in ("int", None)
    looks_up = LEARNS[owner.layer][0] == "vocabulary"
    return looks_up and counts and not params.get("pad_to_max_tokens")
