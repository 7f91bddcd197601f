"""The words of layers that look words up, where the source states them."""

from typing import Any

from engine.imports.python.values import Layer

METHODS = ("get_vocabulary", "vocabulary_size", "vocab_size")
_LOOKUPS = {"StringLookup": "[UNK]", "IntegerLookup": -1, "TextVectorization": "[UNK]"}
"""The layers, with what stands for a word that they don't know."""


def look_up(layer: Layer, method: str) -> Any:
    """The result of a method; None where the words are learned from data."""
    words = _words(layer) if method in METHODS else None
    if words is None:
        return None
    return words if method == "get_vocabulary" else len(words)


def _words(layer: Layer) -> list[Any] | None:
    """All words with those that stand for padding and unknown words, as Keras lists them."""
    stated, unknown = layer.params.get("vocabulary"), _LOOKUPS.get(layer.layer)
    if not isinstance(stated, list) or unknown is None or layer.unknown:
        return None
    counts_positions = layer.params.get("output_mode", "int") == "int"
    if layer.layer == "TextVectorization":
        special = ["", unknown] if counts_positions else [unknown]
    else:
        mask, count = layer.params.get("mask_token"), layer.params.get("num_oov_indices", 1)
        if not isinstance(count, int) or "oov_token" in layer.params:
            return None
        special = [mask] if mask is not None and counts_positions else []
        special += [unknown] * count
    return None if set(special) & set(stated) else [*special, *stated]
