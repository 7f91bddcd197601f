"""How a message quotes a value."""

from typing import Any

from engine.problems.words import Phrase, phrase

MAX_SHOWN = 60
MAX_LISTED = 12


def shown(value: Any) -> Phrase | str:
    """A value as a message quotes it: as JSON would write it, and not too long."""
    if value is None:
        return phrase("empty")
    if isinstance(value, dict) and "class" not in value:
        return phrase("an object")
    text = _text(value)
    return text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…"


def _text(value: Any) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case str():
            return f"“{value}”"
        case list() | tuple():
            items = [_text(item) for item in value[:MAX_LISTED]]
            return f"({', '.join(items + ['…'] * (len(value) > MAX_LISTED))})"
        case {"class": name}:
            return str(name)
        case dict():
            return "{…}"
        case _:
            return str(value)
