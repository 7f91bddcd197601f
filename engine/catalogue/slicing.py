"""The key of `x[key]` as text: ":, 0", "..., 1:3", "None, ::2"; parsed, never evaluated."""

import re
from collections.abc import Sequence
from types import EllipsisType
from typing import Any

Part = int | slice | EllipsisType | None
LONGEST = 200

_NUMBER = re.compile(r"[+-]?\d{1,15}")
_SLICE = re.compile(rf"({_NUMBER.pattern})?:({_NUMBER.pattern})?(?::({_NUMBER.pattern})?)?")


def read(text: str) -> tuple[Part, ...] | None:
    """Return the parts of a key; None when `text` is not a key.

    Each part is a whole number, a slice with whole numbers as bounds, `...` (at most one), or
    `None` for a new axis.
    """
    if len(text) > LONGEST:
        return None
    words = [re.sub(r"\s+", "", word) for word in text.removesuffix(",").split(",")]
    parts = [_part(word) for word in words]
    if _BAD in parts or parts.count(...) > 1:
        return None
    return tuple(parts)


def key(text: str) -> Any:
    """Return the Python object of a key: a single integer, else a tuple."""
    parts = read(text)
    return parts[0] if parts and len(parts) == 1 and isinstance(parts[0], int) else parts


_BAD = object()


def _part(word: str) -> Any:
    if word in ("...", "None"):
        return ... if word == "..." else None
    if _NUMBER.fullmatch(word):
        return int(word)
    if match := _SLICE.fullmatch(word):
        bounds = [int(bound) if bound else None for bound in match.groups()]
        return _BAD if bounds[2] == 0 else slice(*bounds)
    return _BAD


def write(key: Any) -> str | None:
    """Return a key as text; None when it has parts that `read` does not support."""
    parts = key if isinstance(key, Sequence) and not isinstance(key, str) else [key]
    words = [_word(part) for part in parts]
    if not words or None in words:
        return None
    text = ", ".join(word for word in words if word)
    return text if read(text) is not None else None


def _word(part: Any) -> str | None:
    match part:
        case bool():
            return None
        case int() | None:
            return str(part)
        case slice(start=start, stop=stop, step=step):
            bounds = ["" if bound is None else str(bound) for bound in (start, stop, step)]
            return ":".join(bounds if bounds[2] else bounds[:2])
        case _:
            return "..." if part is ... else None
