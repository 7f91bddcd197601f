"""What a source imports, or forgets to import: names by convention, and libraries but Keras.

People paste a part of a file, or the code of a web page, without its first lines.
"""

from types import MappingProxyType

from engine.imports.python.paths import star_exports
from engine.imports.python.unknown import Path
from engine.imports.python.values import Scope

_MODULES = MappingProxyType(
    {"keras": "keras", "tf": "tensorflow", "np": "numpy", "K": "keras.backend"}
)
_EXPORTERS = (
    "keras.layers",
    "keras.models",
    "keras",
    "keras.optimizers",
    "keras.callbacks",
    "keras.regularizers",
    "keras.initializers",
    "keras.losses",
    "keras.metrics",
    "keras.utils",
)

_LIBRARIES = MappingProxyType(
    {
        "torch": "PyTorch",
        "flax": "Flax",
        "haiku": "Haiku",
        "equinox": "Equinox",
        "mxnet": "MXNet",
        "paddle": "PaddlePaddle",
        "mindspore": "MindSpore",
        "tinygrad": "tinygrad",
        "chainer": "Chainer",
        "lasagne": "Lasagne",
        "caffe": "Caffe",
        "fastai": "fastai",
        "tflearn": "TFLearn",
        "tf_agents": "TF-Agents",
    }
)
"""Libraries for neural networks, by the module that they are imported from."""


def foreign_library(module: Scope) -> str | None:
    """The library that a source without a Keras model is written for, if it imports one."""
    paths = [value.dotted.split(".") for value in module.names.values() if isinstance(value, Path)]
    modules = [*paths, *(name.split(".") for name in module.star_modules)]
    if any("keras" in parts for parts in modules):
        return None
    return next((_LIBRARIES[parts[0]] for parts in modules if parts[0] in _LIBRARIES), None)


def conventional(name: str) -> Path | None:
    """The path that a name has by convention: `tf`, `layers`, `Sequential`, `Dense`, `Adam`."""
    if name in _MODULES:
        return Path(_MODULES[name])
    return next((path for module in _EXPORTERS if (path := star_exports(module, name))), None)


def is_model_class(path: Path) -> bool:
    """Whether a path is that of a class whose objects are models."""
    return path.dotted in ("keras.Model", "keras.Sequential")
