"""Models of keras.applications, whose graphs come from Keras itself, and what their code calls."""

import ast
from dataclasses import replace
from typing import Any

from engine.imports.graph_builder import Imported
from engine.imports.keras_json import from_keras_json
from engine.imports.python.layers import make_layer
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

HELPERS = ("_obtain_input_shape", "obtain_input_shape", "correct_pad")
"""Functions of keras.applications that its architectures import from another file."""
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
    if name == "correct_pad":
        return _correct_pad(state, args, kwargs, line)
    if name in HELPERS:
        return _obtain_input_shape(args, kwargs)
    if name == "preprocess_input" and args and isinstance(args[0], Tensor):
        return _preprocessed(state, module, args[0], line)
    if not name[:1].isupper():
        why = phrase("{dotted}(…) is not part of Keras", dotted=dotted)
        return Unknown(line, why, "?")
    model = _built(state, name, args, kwargs, line)
    return state.suspect(replace(model, line=line)) if isinstance(model, Unknown) else model


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
    if not isinstance(imported, Imported) or not _is_whole(imported):
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


def _is_whole(imported: Imported) -> bool:
    """Whether the graph computes what Keras's model computes; other layers may compute the same."""
    return all(item.code == "import_stand_in" for item in imported.problems)


_SCALED = ("mobilenet", "mobilenet_v2", "inception_v3", "inception_resnet_v2", "xception",
           "resnet_v2", "nasnet")  # fmt: skip
_UNCHANGED = ("efficientnet", "efficientnet_v2", "mobilenet_v3", "convnext")
_CENTRED = ("resnet", "resnet50", "vgg16", "vgg19")
_STANDARDISED = ("densenet",)
_MEANS_OF_PIXELS = (103.939, 116.779, 123.68)  # blue, green, red
_MEANS, _DEVIATIONS = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # red, green, blue


def _preprocessed(state: State, module: str, tensor: Tensor, line: int) -> Any:
    """What preprocess_input of an architecture makes of a tensor."""
    architecture = module.rpartition(".")[2]
    if architecture in _UNCHANGED:
        return tensor
    if architecture in _CENTRED:
        reversed_ = state.call(Path("keras.ops.flip"), [tensor], {"axis": -1}, line)
        offset = [-mean for mean in _MEANS_OF_PIXELS]
        return _rescaled(state, reversed_, 1.0, offset, line)
    if architecture in _STANDARDISED:
        scale = [1 / (255 * deviation) for deviation in _DEVIATIONS]
        pairs = zip(_MEANS, _DEVIATIONS, strict=True)
        return _rescaled(state, tensor, scale, [-mean / width for mean, width in pairs], line)
    if architecture not in _SCALED:
        why = phrase("{module}.preprocess_input is not read", module=architecture)
        return Unknown(line, why)
    scaled = state.call(ast.Div(), [tensor, 127.5], {}, line)
    return state.call(ast.Sub(), [scaled, 1.0], {}, line)


def _rescaled(state: State, tensor: Any, scale: Any, offset: list[float], line: int) -> Any:
    """A scale and an offset for each channel."""
    layer = make_layer(state, "Rescaling", [scale], {"offset": offset}, line)
    return state.call(layer, [tensor], {}, line)


def _correct_pad(state: State, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    """The padding at both ends of both axes of images, before a convolution with strides of 2."""
    values = dict(zip(("inputs", "kernel_size"), args, strict=False)) | kwargs
    tensor, kernel = values.get("inputs"), values.get("kernel_size")
    shape = state.shape_of(tensor, line) if isinstance(tensor, Tensor) else find_unknown(tensor)
    first = state.settings.get("image_data_format") == "channels_first"
    kernel = (kernel, kernel) if isinstance(kernel, int) else kernel
    if not isinstance(shape, tuple) or not isinstance(kernel, tuple | list):
        why = phrase("the shape of a value")
        return shape if isinstance(shape, Unknown) else find_unknown(kernel) or Unknown(line, why)
    sizes = shape[2:4] if first else shape[1:3]
    odd = [1, 1] if sizes[0] is None else [1 - size % 2 for size in sizes]
    return tuple((size // 2 - less, size // 2) for size, less in zip(kernel, odd, strict=True))


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
