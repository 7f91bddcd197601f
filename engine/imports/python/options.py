"""Options of the command line: argparse, absl and TensorFlow flags, with their default values."""

from typing import Any

from engine.imports.python.state import State
from engine.imports.python.unknown import Unknown
from engine.problems import phrase

_PARSER = "argparse.ArgumentParser"
_FLAGS = ("absl.flags", "tensorflow.app.flags", "tensorflow.flags")


def call(state: State, dotted: str, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    """The value of a call that defines options; None for another call."""
    module, _, name = dotted.rpartition(".")
    if dotted == _PARSER:
        return state.journal.new(Parser())
    if module in _FLAGS and name.startswith("DEFINE_") and len(args) > 1:
        state.journal.put(flags(state), str(args[0]), args[1])
        return True
    return None


def flags(state: State) -> dict[str, Any]:
    """The values of absl's flags."""
    values: dict[str, Any] = state.settings.setdefault("flags", {})
    return values


class Parser(dict[str, Any]):
    """An argparse.ArgumentParser: the default value of each option by name."""


def method(state: State, parser: Parser, name: str, args: list[Any], kwargs: dict[str, Any],
           line: int) -> Any:  # fmt: skip
    """Call a method of a parser."""
    match name:
        case "add_argument":
            state.journal.put(parser, _name(args, kwargs), _default(args, kwargs, line))
            return None
        case "parse_args" | "parse_known_args":
            values = Namespace(parser)
            return values if name == "parse_args" else (values, [])
        case "add_argument_group" | "add_mutually_exclusive_group":
            return parser
        case "set_defaults":
            for key, value in kwargs.items():
                state.journal.put(parser, key, value)
            return None
    return Unknown(line, phrase("the options of the command line"))


class Namespace(dict[str, Any]):
    """What parse_args returns: the options as attributes."""


def _name(args: list[Any], kwargs: dict[str, Any]) -> str:
    if isinstance(kwargs.get("dest"), str):
        return str(kwargs["dest"])
    names = [arg for arg in args if isinstance(arg, str)]
    long = [name for name in names if name.startswith("--")] or names or [""]
    return long[0].lstrip("-").replace("-", "_")


def _default(args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    if "default" in kwargs:
        value = kwargs["default"]
        return int(value) if _is_integer(kwargs, value) else value
    match kwargs.get("action"):
        case "store_true":
            return False
        case "store_false":
            return True
    if kwargs.get("required") or (args and not str(args[0]).startswith("-")):
        why = phrase("the option “{name}” has no default", name=_name(args, kwargs))
        return Unknown(line, why, "")
    return None


def _is_integer(kwargs: dict[str, Any], value: Any) -> bool:
    named = getattr(kwargs.get("type"), "dotted", "") == "builtins.int"
    return named and isinstance(value, str) and value.isdigit()


def attribute(namespace: Namespace, name: str, line: int) -> Any:
    """The value of an option."""
    missing = Unknown(line, phrase("there is no option “{name}”", name=name))
    return namespace.get(name, missing)
