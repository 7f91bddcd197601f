"""Plain JSON: the only values that come in from outside, bounded in size and depth."""

import math
from typing import Annotated, Any

from pydantic import AfterValidator, StringConstraints

MAX_NAME = 200
MAX_DEPTH = 12
MAX_VALUES = 100_000
"""In one list; Keras takes 10 μs for each, and a kilobyte for each word of a vocabulary."""
MAX_INTEGER = 2**53 - 1


def _text(value: str) -> str:
    """Refuse what no database or socket can carry: lone surrogates and NUL."""
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError("text must not hold lone surrogates") from None
    if "\0" in value:
        raise ValueError("text must not hold NUL")
    return value


Name = Annotated[str, StringConstraints(max_length=MAX_NAME), AfterValidator(_text)]


def _scalar(value: Any) -> None:
    match value:
        case None | bool():
            pass
        case int() if abs(value) > MAX_INTEGER:
            raise ValueError("whole numbers must lie within ±2^53")
        case float() if not math.isfinite(value):
            raise ValueError("numbers must be finite")
        case str():
            _text(value)
        case int() | float():
            pass
        case _:
            raise ValueError(f"{type(value).__name__} is not plain JSON")


def plain(value: Any, depth: int = 0) -> Any:
    """Return `value` if it is plain JSON that every part of the house can carry.

    Raises:
        ValueError: for NaN and infinities, integers beyond 2^53, nesting deeper than
            `MAX_DEPTH`, lists longer than `MAX_VALUES`, keys that are not text, or text that
            cannot be stored.
    """
    if depth > MAX_DEPTH:
        raise ValueError(f"values may nest at most {MAX_DEPTH} deep")
    if isinstance(value, list | tuple):
        if len(value) > MAX_VALUES:
            raise ValueError(f"a list may hold at most {MAX_VALUES:,} values")
        for item in value:
            plain(item, depth + 1)
    elif isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise ValueError("keys must be text")
            _text(key)
            plain(item, depth + 1)
    else:
        _scalar(value)
    return value


Json = Annotated[Any, AfterValidator(plain)]
