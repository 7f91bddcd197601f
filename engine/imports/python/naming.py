"""What values are called when they are left out."""

from typing import Any

from engine.imports.python.unknown import Path, Unknown
from engine.imports.python.values import Bound, Class, Function, Instance
from engine.problems import Phrase


def class_name(value: Any) -> str:
    """The name of the class of an object, without its module."""
    arguments = value.why.arguments if isinstance(getattr(value, "why", None), Phrase) else {}
    dotted = arguments.get("dotted")
    return dotted.rpartition(".")[2] if isinstance(dotted, str) else name_of(value)


def name_of(value: Any) -> str:
    """The name of a value, or why it is not known."""
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
        case Unknown(why=why):
            return why if isinstance(why, str) else why.text.format_map(_Quiet(why.arguments))
    return type(value).__name__


class _Quiet(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "…"
