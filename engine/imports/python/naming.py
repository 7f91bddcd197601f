"""What values are called when they are left out."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from engine.catalogue import Kind
from engine.imports.python.unknown import Path, Unknown
from engine.imports.python.values import Bound, Class, Function, Instance
from engine.problems import Phrase, phrase

_KINDS: Mapping[str, Phrase] = MappingProxyType(
    {
        "optimizer": phrase("the optimizer"),
        "loss": phrase("the loss"),
        "metric": phrase("the metric"),
    }
)


def unread(kind: Kind, value: Any) -> Phrase:
    """What is said about an optimizer, loss or metric that a document can't hold."""
    if isinstance(value, Unknown):
        return phrase("{kind}: {why}", kind=_KINDS[kind], why=value.why)
    return phrase("{kind} {name}", kind=_KINDS[kind], name=name_of(value))


def is_nameless(value: Any) -> bool:
    """Whether a value is not known, and not even the class of another library that made it."""
    return isinstance(value, Unknown) and not _foreign_path(value)


def class_name(value: Any) -> str:
    """The name of the class of an object, without its module."""
    return _foreign_path(value).rpartition(".")[2] or name_of(value)


def _foreign_path(value: Any) -> str:
    """The path of the class of another library that made a value; "" for other values."""
    arguments = value.why.arguments if isinstance(getattr(value, "why", None), Phrase) else {}
    dotted = arguments.get("dotted")
    return dotted if isinstance(dotted, str) else ""


def name_of(value: Any) -> str:
    """The name of a value in the source."""
    match value:
        case str():
            return value
        case Path(dotted=dotted):
            return dotted
        case Function():
            return value.name or "lambda"
        case Bound(function=function):
            return name_of(function)
        case Class():
            return value.name
        case Instance():
            return value.cls.name
    return type(value).__name__
