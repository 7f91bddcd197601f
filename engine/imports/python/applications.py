"""Models of keras.applications, whose graphs come from Keras itself, and what their code calls."""

from typing import Any

from engine.imports.python.state import State
from engine.imports.python.values import Path, Unknown, find_unknown
from engine.problems import phrase

_SUBMODULES = ("keras.backend", "keras.layers", "keras.models", "keras.utils")


def submodules(dotted: str) -> tuple[Path, ...] | None:
    """The modules that keras_applications passes to its functions."""
    if dotted.endswith("get_submodules_from_kwargs"):
        return tuple(Path(name) for name in _SUBMODULES)
    return None


def make_application(
    state: State, name: str, args: list[Any], kwargs: dict[str, Any], line: int
) -> Any:
    """The model that `keras.applications.name(…)` returns, or a helper function's value."""
    if name in ("_obtain_input_shape", "obtain_input_shape"):
        return _obtain_input_shape(args, kwargs)
    if not name[:1].isupper():
        why = phrase("{dotted}(…) is not part of Keras", dotted=name)
        return Unknown(line, why, "?")
    return Unknown(line, phrase("keras.applications.{name} is not read yet", name=name))


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
