"""Plain JSON: the only values that come in from outside, bounded in size and depth."""

import math
from typing import Annotated, Any

from pydantic import AfterValidator, StringConstraints

from engine.values.rule import RuleError

MAX_NAME = 200
MAX_DEPTH = 12
MAX_VALUES = 100_000
"""The most entries of a list; Keras takes 10 μs for each, and 1 kB for a word of a vocabulary."""
MAX_INTEGER = 2**53 - 1


def text(value: str) -> str:
    """Return a text without lone surrogates and NUL, which databases and sockets can't hold.

    Raises:
        RuleError: for any other text.
    """
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            raise RuleError("text must not hold lone surrogates") from None
    if "\0" in value:
        raise RuleError("text must not hold NUL")
    return value


NO_NUL = r"^[^\x00]*$"

Name = Annotated[str, StringConstraints(max_length=MAX_NAME, pattern=NO_NUL)]
"""A short text. Every operation holds several: pydantic-core checks them without Python."""


def _scalar(value: Any) -> None:
    if isinstance(value, str):
        text(value)
    elif isinstance(value, int):
        if not -MAX_INTEGER <= value <= MAX_INTEGER:
            raise RuleError("whole numbers must lie within ±2^53")
    elif isinstance(value, float):
        if not math.isfinite(value):
            raise RuleError("numbers must be finite")
    elif value is not None:
        raise RuleError("{kind} is not plain JSON", kind=type(value).__name__)


def plain(value: Any, depth: int = 0) -> Any:
    """Return `value` if it is plain JSON that every part of the house can carry.

    Raises:
        RuleError: for NaN and infinities, integers beyond 2^53, nesting deeper than
            `MAX_DEPTH`, lists longer than `MAX_VALUES`, keys that are not text, or text that
            cannot be stored.
    """
    if depth > MAX_DEPTH:
        raise RuleError("values may nest at most {limit} deep", limit=MAX_DEPTH)
    if isinstance(value, (list, tuple)):
        if len(value) > MAX_VALUES:
            raise RuleError("a list may hold at most {limit:,} values", limit=MAX_VALUES)
        for item in value:
            plain(item, depth + 1)
    elif isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise RuleError("keys must be text")
            text(key)
            plain(item, depth + 1)
    else:
        _scalar(value)
    return value


Json = Annotated[Any, AfterValidator(plain)]
