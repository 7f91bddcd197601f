"""Plain values as Python source: `repr`, except for invisible characters and long text."""

import re
from collections.abc import Iterator
from functools import lru_cache

from engine.values import Json

WIDEST = 60
"""Longer text is split into pieces, which the formatter puts on separate lines."""

LONG, LARGEST = 10, 1024
"""Numbers of this many characters may be written as fractions with denominators up to this."""

_RATES = (0.2, 0.1, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
"""Rates of which products are recognised, that of stochastic depth in most papers first."""
_WHITE = 255
_PARTS = 64
"""The largest divisor of a rate."""

_INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)


def literal(value: Json, *, tuples: bool = False, depth: int = 0) -> str:
    """Return `value` as source. `depth` is its level of indentation."""
    match value:
        case str():
            return text(value, depth)
        case list() | tuple():
            return _sequence(
                [literal(item, tuples=tuples, depth=depth + 1) for item in value], tuples
            )
        case dict():
            pairs = (
                f"{text(key, depth + 1)}: {literal(item, tuples=tuples, depth=depth + 2)}"
                for key, item in value.items()
            )
            return "{" + ", ".join(pairs) + "}"
        case float():
            return _number(value)
        case _:
            return repr(value)


def _number(value: float) -> str:
    """A number as people write it.

    1e-6, 1 / 255 for 0.00392156862745098, and 0.2 * 3 / 8 for 0.07500000000000001.
    """
    short = re.sub(r"e([+-]?)0+", r"e\1", repr(value))
    if len(short) < LONG or not 0 < value < LARGEST**2:
        return short
    if value >= 1:
        return _variance(value) or short
    for divisor in (round(1 / value), round(2 / value) / 2):  # 1 / 255, and 1 / 127.5
        if 1 / divisor == value and divisor <= LARGEST:
            return f"1 / {divisor}"
    return _product(value) or short


def _variance(value: float) -> str:
    """The square of a deviation of pixels of at most 1, where that is exactly this number."""
    deviation = round(value**0.5 / _WHITE, 3)
    return f"({deviation} * {_WHITE}) ** 2" if (deviation * _WHITE) ** 2 == value else ""


@lru_cache(maxsize=1_000)
def _product(value: float) -> str:
    """A rate times and divided by whole numbers that is exactly this number; else empty."""
    whole = ((rate, 1) for rate in _RATES)
    parts = ((rate, divisor) for rate in _RATES for divisor in range(2, _PARTS + 1))
    for rate, divisor in (*whole, *parts):
        factor = round(value * divisor / rate)
        if 0 < factor <= _PARTS and rate * factor / divisor == value:
            times = f" * {factor}" if factor > 1 else ""
            return f"{rate}{times}" + (f" / {divisor}" if divisor > 1 else "")
    return ""


def _sequence(items: list[str], tuples: bool) -> str:
    if not tuples:
        return f"[{', '.join(items)}]"
    return f"({items[0]},)" if len(items) == 1 else f"({', '.join(items)})"


def text(value: str, depth: int = 0) -> str:
    """Return a string literal: invisible characters escaped, long text split into pieces."""
    width = max(20, WIDEST - 4 * depth)
    if len(value) <= width:
        return _quoted(value)
    return f"({' '.join(map(_quoted, _pieces(value, width)))})"


def _pieces(value: str, width: int) -> Iterator[str]:
    """Pieces of a text of at most this width, which end after a space if they have one."""
    while len(value) > width:
        end = value.rfind(" ", 0, width) + 1 or width
        yield value[:end]
        value = value[end:]
    yield value


def _quoted(value: str) -> str:
    return repr(value) if _visible(value) else ascii(value)


def _visible(value: str) -> bool:
    """Whether every character is visible and does not change the direction of writing."""
    if value.isascii():
        return True  # repr escapes ASCII's controls
    return value.isprintable() and not _INVISIBLE.search(value)
