"""Dotted paths of libraries, as source code of any age spells them, in today's spelling."""

import math
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType

from engine.catalogue import Kind, load
from engine.catalogue.param_rules import words
from engine.imports.python.unknown import Path

# Modules of Keras that have moved, by their path in older versions.
_MODULES = MappingProxyType(
    {
        **{
            f"keras.layers.{module}": "keras.layers"
            for module in words(
                "activation advanced_activations attention convolutional core embeddings "
                "local merge merging noise normalization pooling recurrent recurrent_v2 "
                "regularization reshaping rnn wrappers preprocessing "
                "experimental.preprocessing experimental convolutional_recurrent "
                "normalization_v2 dense_attention"
            )
        },
        "keras.layers.core.activation": "keras.layers",
        "keras.engine.topology": "keras.layers",
        "keras.engine.input_layer": "keras.layers",
        "keras.engine.base_layer": "keras.layers",
        "keras.engine.training": "keras.models",
        "keras.engine.sequential": "keras.models",
        "keras.engine.functional": "keras.models",
        "keras.engine": "keras.layers",
        "keras.legacy.layers": "keras.layers",
        "keras.utils.np_utils": "keras.utils",
        "keras.utils.vis_utils": "keras.utils",
        "keras.utils.generic_utils": "keras.utils",
        "keras.utils.all_utils": "keras.utils",
        "keras.optimizers.schedules": "keras.optimizers.schedules",
        "keras.experimental": "keras.optimizers.schedules",
        "tensorflow.optimizers": "keras.optimizers",
        "tensorflow.losses": "keras.losses",
        "tensorflow.metrics": "keras.metrics",
        "tensorflow.initializers": "keras.initializers",
    }
)
_KERAS_2 = ("keras.engine", "keras.legacy", "keras.utils.np_utils", "keras.wrappers", *(
    f"keras.layers.{module}" for module in words(
        "advanced_activations convolutional convolutional_recurrent core embeddings local merge "
        "noise normalization pooling recurrent wrappers"
    )
))  # fmt: skip
"""Modules that Keras has had only before version 3."""
_ALIASES = MappingProxyType(
    {
        "six.moves.range": "builtins.range",
        "six.moves.zip": "builtins.zip",
        "tensorflow.random_normal_initializer": "keras.initializers.RandomNormal",
        "tensorflow.random_uniform_initializer": "keras.initializers.RandomUniform",
        "tensorflow.constant_initializer": "keras.initializers.Constant",
        "tensorflow.zeros_initializer": "keras.initializers.Zeros",
        "tensorflow.ones_initializer": "keras.initializers.Ones",
    }
)
_FUNCTIONS_1 = ("keras.layers.merge",)
"""Functions of Keras 1 that have the name of a module of Keras 2."""
_MODELS = ("Model", "Sequential", "Functional")
_MODEL_MODULES = ("keras.models", "keras.layers", "keras.engine", "keras")
_SAME_AS_KERAS = ("tf_keras", "keras_core")


@lru_cache(maxsize=8192)
def canonical(dotted: str) -> str:
    """The path as in Keras 3: tensorflow.keras, keras.api and keras.src become keras."""
    parts = _ALIASES.get(dotted, dotted).split(".")
    if parts[0] in _SAME_AS_KERAS:
        parts[0] = "keras"
    if "keras" in parts and parts[0] in ("tensorflow", "keras"):
        last = len(parts) - 1 - parts[::-1].index("keras")
        parts = parts[last:]
        if parts[1:2] in (["api"], ["src"]):
            parts = ["keras", *parts[2:]]
    if parts[:3] == ["tensorflow", "compat", "v2"]:
        parts = canonical(".".join(["tensorflow", *parts[3:]])).split(".")
    if parts[0] == "tensorflow" and parts[1:3] == ["compat", "v1"]:
        if len(parts) == 3 or dotted.endswith("_initializer"):  # noqa: PLR2004 (with other defaults)
            return dotted
        parts = canonical(".".join(["tensorflow", *parts[3:]])).split(".")
    path = ".".join(parts)
    if path in _MODULES and path not in _FUNCTIONS_1:
        return _MODULES[path]
    module, _, name = ".".join(parts).rpartition(".")
    module = _optimizer_module(_MODULES.get(module, module))
    if name in _MODELS and module in _MODEL_MODULES:
        return f"keras.{name}"
    return f"{module}.{name}" if module else name


def is_keras_2(dotted: str) -> bool:
    """Whether only Keras 1 or 2 has the imported path."""
    if dotted.startswith("tensorflow.compat.v1"):
        return True
    path = dotted.removeprefix("tensorflow.").removeprefix("python.")
    return path.startswith(tuple(f"{module}." for module in _KERAS_2)) or path in _KERAS_2


def _optimizer_module(module: str) -> str:
    """keras.optimizers.adam_v2 and keras.optimizer_v2.adam become keras.optimizers."""
    if module.startswith(("keras.optimizers.", "keras.optimizer_v2")):
        return "keras.optimizers.schedules" if "schedule" in module else "keras.optimizers"
    return module


_STAR_NAMES = MappingProxyType(
    {
        "keras.models": "Model Sequential load_model model_from_json model_from_yaml clone_model",
        "keras": (
            "Model Sequential Input layers models optimizers losses metrics callbacks utils "
            "datasets backend regularizers initializers constraints activations applications "
            "preprocessing ops"
        ),
        "keras.layers": (
            "Input InputLayer Layer add subtract multiply average maximum minimum concatenate dot "
            "merge Convolution1D Convolution2D Convolution3D MaxPool2D AvgPool2D GlobalAvgPool2D "
            "TimeDistributedDense GlobalMaxPool2D CuDNNLSTM CuDNNGRU LSTMCell GRUCell "
            "SimpleRNNCell StackedRNNCells"
        ),
        "keras.utils": "to_categorical plot_model np_utils set_random_seed",
        "numpy": "array zeros ones prod sqrt log exp ceil floor arange linspace reshape random pi",
    }
)
_STAR_KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        "keras.optimizers": "optimizer",
        "keras.callbacks": "callback",
        "keras.regularizers": "regularizer",
        "keras.initializers": "initializer",
        "keras.constraints": "constraint",
        "keras.losses": "loss",
        "keras.metrics": "metric",
        "keras.activations": "activation",
    }
)


def exports_known(module: str) -> bool:
    """Whether it is known which names `from module import *` defines."""
    return module in _STAR_NAMES or module in _STAR_KINDS or module == "math"


@lru_cache(maxsize=8192)
def star_exports(module: str, name: str) -> Path | None:
    """The path of `name` if `from module import *` defines it."""
    path = Path(canonical(f"{module}.{name}"))
    if name in _STAR_NAMES.get(module, "").split():
        return path
    if module == "keras.layers" and load().layer(name) is not None:
        return path
    kind = _STAR_KINDS.get(module)
    if kind and load().object(kind, name) is not None:
        return path
    return path if module == "math" and hasattr(math, name) else None
