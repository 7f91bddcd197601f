"""The version of Keras that a source was written for, by words that only old versions have."""

import ast
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache

from engine.catalogue import load
from engine.imports import keras_1
from engine.imports.python.walking import descendants

KERAS_0 = 0
KERAS_1 = 1
OLD = 2
"""Before Keras 3, and no sign of which version."""

_FIT_0 = {"show_accuracy", "class_mode"}
_FIT_1 = {"nb_epoch", "samples_per_epoch", "nb_val_samples"}
_LAYER_1 = {
    "nb_filter", "nb_row", "nb_col", "filter_length", "border_mode", "subsample",
    "subsample_length", "W_regularizer", "b_regularizer", "U_regularizer", "W_constraint",
    "b_constraint", "dim_ordering", "inner_init", "inner_activation", "dropout_W", "dropout_U",
    "pool_length", "atrous_rate", "beta_init", "gamma_init", "consume_less",
    "forget_bias_init", "init", "output_dim",
}  # fmt: skip
_LAYER_2 = {"filters", "padding", "kernel_size", "kernel_initializer", "kernel_regularizer",
            "recurrent_activation", "recurrent_dropout", "units", "dilation_rate"}  # fmt: skip
_FIT_2 = {"epochs"}
_FITS = {"fit", "fit_generator", "compile", "evaluate"}
_WORDS = {
    word: re.compile(rf"{word}(?<!\w{word})\s*=") for word in sorted(_FIT_0 | _FIT_1 | _LAYER_1)
}
"""Each word with what finds it as an argument; a pattern that begins with its text is fast."""
_OLD_RATE = re.compile(
    r"\b(?:SGD|Adam|RMSprop|Adagrad|Adadelta|Adamax|Nadam)\([^()]*\b(?:lr|decay)\s*="
)
_OLD_ACCURACY = re.compile(r"\[[\"'](?:val_)?acc[\"']\]")
_OLD = {
    "_generator(": re.compile(r"\.(?:fit|evaluate|predict)_generator\("),
    ".predict_": re.compile(r"\.predict_(?:classes|proba)\("),
    "lr": _OLD_RATE,
    "decay": _OLD_RATE,
    "acc'": _OLD_ACCURACY,
    'acc"': _OLD_ACCURACY,
}
"""What only versions before Keras 3 have, by a part of it, which is found faster."""


def dialect(source: str, tree: ast.Module, python_2: bool) -> int | None:
    """KERAS_0, KERAS_1 or OLD; None where nothing says that a source is not for Keras 3.

    A source that also uses words of Keras 2 is one for Keras 2, which took the older ones too.
    """
    if _says(source, _WORDS):
        words = set(_words(tree))
        if words & (_FIT_0 | _FIT_1 | _LAYER_1):
            if words & (_FIT_2 | _LAYER_2):
                return OLD
            return KERAS_0 if words & _FIT_0 else KERAS_1
    is_old = python_2 or _says(source, _OLD)
    return OLD if is_old else None


def _says(source: str, words: Mapping[str, re.Pattern[str]]) -> bool:
    """Whether a source has a match of one of the patterns, each by a text in all its matches."""
    return any(word in source and pattern.search(source) for word, pattern in words.items())


def _words(tree: ast.Module) -> Iterator[str]:
    """The names of arguments of layers and of training that tell versions from each other."""
    for node in descendants(tree):
        if not isinstance(node, ast.Call) or not node.keywords:
            continue
        name: str = getattr(node.func, "attr", "") or getattr(node.func, "id", "")
        wanted = _FIT_0 | _FIT_1 | _FIT_2 if name in _FITS else _words_of_layer(name)
        yield from (word.arg for word in node.keywords if word.arg in wanted)


@lru_cache(maxsize=1024)
def _words_of_layer(name: str) -> set[str]:
    entry = load().layer(keras_1.layer_name(name))
    today = {param.name for param in entry.params} if entry else set()
    if entry is None or name.startswith("ZeroPadding"):  # they have had `padding` in all versions
        return set()
    return (_LAYER_1 - today) | (_LAYER_2 & today)
