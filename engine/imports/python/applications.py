"""Models of keras.applications, whose graphs come from Keras itself, and what their code calls."""

import ast
from typing import Any

from engine.imports.graph_builder import Imported
from engine.imports.keras_json import from_keras_json
from engine.imports.python.replay import replay
from engine.imports.python.state import State
from engine.imports.python.unknown import (
    Path,
    Unknown,
    find_unknown,
)
from engine.imports.python.values import (
    LeftOut,
    Tensor,
)
from engine.problems import Phrase, phrase

_SUBMODULES = ("keras.backend", "keras.layers", "keras.models", "keras.utils")


def submodules(dotted: str) -> tuple[Path, ...] | None:
    """The modules that keras_applications passes to its functions."""
    if dotted.endswith("get_submodules_from_kwargs"):
        return tuple(Path(name) for name in _SUBMODULES)
    return None


def make_application(
    state: State, dotted: str, args: list[Any], kwargs: dict[str, Any], line: int
) -> Any:
    """The model that `keras.applications.name(…)` returns, or a helper function's value."""
    module, _, name = dotted.rpartition(".")
    if name in ("_obtain_input_shape", "obtain_input_shape"):
        return _obtain_input_shape(args, kwargs)
    if name == "preprocess_input" and args and isinstance(args[0], Tensor):
        return _preprocessed(state, module, args[0], line)
    if not name[:1].isupper():
        why = phrase("{dotted}(…) is not part of Keras", dotted=dotted)
        return Unknown(line, why, "?")
    return _built(state, name, args, kwargs, line)


_ARGUMENTS = ("include_top", "weights", "input_tensor", "input_shape", "pooling", "classes")


def _built(state: State, name: str, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    """The model that Keras builds, with its layers on the tape."""
    arguments = dict(zip(_ARGUMENTS, args, strict=False)) | kwargs
    weights, tensor = arguments.pop("weights", "imagenet"), arguments.pop("input_tensor", None)
    if isinstance(tensor, Tensor):
        shape = state.shape_of(tensor, line)
        arguments["input_shape"] = shape if isinstance(shape, Unknown) else shape[1:]
    if unknown := find_unknown([arguments, tensor]):
        return unknown
    arguments["weights"] = "imagenet" if weights == "imagenet" else None
    if state.tools.applications is None:
        return Unknown(line, phrase("keras.applications.{name} needs Keras", name=name))
    value = state.tools.applications(name, arguments)
    if isinstance(value, Phrase):
        return Unknown(line, value)
    imported = from_keras_json(value)
    if not isinstance(imported, Imported) or imported.problems:
        return Unknown(line, phrase("keras.applications.{name} can't be drawn", name=name))
    first = len(state.tape)
    model = replay(state, imported, line, tensor if isinstance(tensor, Tensor) else None)
    if weights is not None:
        what = phrase("the weights that {name} was trained to", name=name)
        calls = frozenset(range(first, len(state.tape)))
        state.left_out.append(LeftOut(line, what, "weights", calls))
    state.models.append(model)
    model.name = str(arguments.get("name") or model.name)
    for container in (vars(model), model.compiled, model.fitted):
        state.journal.new(container)
    return model


_SCALED = ("mobilenet", "mobilenet_v2", "inception_v3", "inception_resnet_v2", "xception",
           "resnet_v2", "nasnet")  # fmt: skip
_UNCHANGED = ("efficientnet", "efficientnet_v2", "mobilenet_v3", "convnext")


def _preprocessed(state: State, module: str, tensor: Tensor, line: int) -> Any:
    """What preprocess_input of an architecture makes of a tensor."""
    architecture = module.rpartition(".")[2]
    if architecture in _UNCHANGED:
        return tensor
    if architecture not in _SCALED:
        why = phrase("{module}.preprocess_input is not read", module=architecture)
        return Unknown(line, why)
    scaled = state.call(ast.Div(), [tensor, 127.5], {}, line)
    return state.call(ast.Sub(), [scaled, 1.0], {}, line)


def _obtain_input_shape(args: list[Any], kwargs: dict[str, Any]) -> Any:
    """The input shape that a model of keras.applications uses for its arguments."""
    names = ("input_shape", "default_size", "min_size", "data_format", "require_flatten")
    values = dict(zip(names, args, strict=False)) | kwargs
    shape, size = values.get("input_shape"), values.get("default_size")
    if unknown := find_unknown([shape, size]):
        return unknown
    if isinstance(shape, tuple | list):
        return tuple(shape)
    whole = values.get("require_flatten", values.get("include_top", True))
    sides = (size, size) if whole else (None, None)
    first = values.get("data_format") == "channels_first"
    return (3, *sides) if first else (*sides, 3)
