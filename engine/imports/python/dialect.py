"""The version of Keras that a source was written for, by words that only old versions have."""

import ast
import re
from collections.abc import Iterable, Iterator

from engine.catalogue import load
from engine.imports import keras_1

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
_WORDS = sorted(_FIT_0 | _FIT_1 | _LAYER_1)
_MAYBE_1 = re.compile(rf"\b(?:{'|'.join(_WORDS)})\s*=")
_PARTS = ("_generator(", ".predict_", "lr", "decay", "acc'", 'acc"')
"""Text of which each match of `_OLD` has some; it is found faster."""
_OLD = re.compile(
    r"\.(?:fit|evaluate|predict)_generator\(|\.predict_(?:classes|proba)\("
    r"|\b(?:SGD|Adam|RMSprop|Adagrad|Adadelta|Adamax|Nadam)\([^()]*\b(?:lr|decay)\s*="
    r"|\[[\"'](?:val_)?acc[\"']\]"
)


def dialect(source: str, tree: ast.Module, python_2: bool) -> int | None:
    """KERAS_0, KERAS_1 or OLD; None where nothing says that a source is not for Keras 3.

    A source that also uses words of Keras 2 is one for Keras 2, which took the older ones too.
    """
    if _holds(source, _WORDS) and _MAYBE_1.search(source):
        words = set(_words(tree))
        if words & (_FIT_0 | _FIT_1 | _LAYER_1):
            if words & (_FIT_2 | _LAYER_2):
                return OLD
            return KERAS_0 if words & _FIT_0 else KERAS_1
    is_old = python_2 or (_holds(source, _PARTS) and _OLD.search(source))
    return OLD if is_old else None


def _holds(source: str, words: Iterable[str]) -> bool:
    return any(word in source for word in words)


def _words(tree: ast.Module) -> Iterator[str]:
    """The names of arguments of layers and of training that tell versions from each other."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name: str = getattr(node.func, "attr", "") or getattr(node.func, "id", "")
        wanted = _FIT_0 | _FIT_1 | _FIT_2 if name in _FITS else _words_of_layer(name)
        yield from (word.arg for word in node.keywords if word.arg in wanted)


def _words_of_layer(name: str) -> set[str]:
    entry = load().layer(keras_1.layer_name(name))
    today = {param.name for param in entry.params} if entry else set()
    if entry is None or name.startswith("ZeroPadding"):  # they have had `padding` in all versions
        return set()
    return (_LAYER_1 - today) | (_LAYER_2 & today)
