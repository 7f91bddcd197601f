"""What a source does to the classes and functions that it uses, instead of using them.

After it nothing that is made of them is what it is said to be, so no model of the source is read.
"""

from types import MappingProxyType
from typing import Any

from engine.catalogue import load
from engine.imports.python.state import State
from engine.imports.python.unknown import Unknown
from engine.imports.python.values import Class, Function, Instance, Layer, Method, Model
from engine.problems import Phrase, phrase

REPLACED_PART = "replaced part"
"""The setting that holds why no model can be read."""
_KERAS_CLASSES = ("keras.Model", "keras.Sequential", "keras.layers.Layer", "keras.Layer")
_OF_FUNCTIONS = ("__code__", "__defaults__", "__kwdefaults__")
_OF_CLASSES = ("__bases__", "__mro__")
_METHODS = ("call", "__call__", "build", "add", "pop", "get_layer", "compute_mask", "compile")
"""Methods of layers and models that decide what a model is."""
_CALLS = ("call", "__call__", "build", "compute_mask")
_OF_INSTANCES = MappingProxyType(
    {"layer": _CALLS, "model": _CALLS, "sequential": _METHODS, "other": _CALLS}
)
_INNER = ("layer", "forward_layer", "backward_layer", "cell", "__dict__", "__init__")
"""What layers hold that decides what they compute."""
_OF_LAYERS = (*_METHODS, "supports_masking", "dtype", "dtype_policy", "autocast")


def is_class_of_keras(dotted: str) -> bool:
    """Whether a path is that of a layer or a model of Keras."""
    package, _, name = dotted.rpartition(".")
    is_layer = package == "keras.layers" and load().layer(name) is not None
    return is_layer or dotted in _KERAS_CLASSES


def of_library(dotted: str) -> Phrase | None:
    """What is replaced where an attribute of a library's class or of builtins is set."""
    owner, _, name = dotted.rpartition(".")
    if owner == "builtins" or is_class_of_keras(owner):
        return phrase("the source replaces “{name}” of {owner}", name=name, owner=owner)
    return None


def by_call(dotted: str) -> Phrase | None:
    """What a call of a library replaces: whatever it is told to."""
    package, _, name = dotted.partition(".patch")
    if package in ("unittest.mock", "mock") and name in ("", ".object", ".dict", ".multiple"):
        return phrase("the source replaces names with {name}(…)", name=dotted)
    return None


def of_value(owner: Any, name: str) -> Phrase | None:
    """What is replaced where an attribute of a value of the source is set."""
    match owner:
        case Function() if name in _OF_FUNCTIONS:
            return _what(owner.name, name)
        case Class() if name in _OF_CLASSES:
            return _what(owner.name, name)
        case Instance() if name == "__class__" or name in _OF_INSTANCES.get(owner.cls.kind, ()):
            return _what(owner.cls.name, name)
        case Layer() if name in _OF_LAYERS:
            return _what(owner.layer, name)
        case Model() if name in _METHODS:
            return _what(owner.name or "Model", name)
    return None


def of_attributes(owner: Any) -> Phrase | None:
    """What is replaced where the attributes of a layer or model are used as a dict."""
    match owner:
        case Layer(layer=name):
            return _what(name, "__dict__")
        case Model(name=name):
            return _what(name or "Model", "__dict__")
        case Method(owner=Layer() | Model() as inner, name=name) if name in _INNER:
            return _what(inner.layer if isinstance(inner, Layer) else inner.name or "Model", name)
    return None


def _what(owner: str, name: str) -> Phrase:
    return phrase("the source replaces “{name}” of {owner}", name=name, owner=owner)


def note(state: State, what: Phrase, line: int) -> None:
    """Remember that no model of the source can be read."""
    if REPLACED_PART not in state.settings:
        state.journal.put(state.settings, REPLACED_PART, Unknown(line, what))


def found(state: State) -> Unknown | None:
    """Why no model of the source can be read; None where nothing was replaced."""
    unknown = state.settings.get(REPLACED_PART)
    if isinstance(unknown, Unknown):
        return unknown
    for line, changed, take, before in state.read_again:
        if take() != before:
            return Unknown(line, changed)
    return None
