"""Bounds for the values that source may make: each is checked before the value exists.

A value costs memory the moment it is made, so a length that is checked afterwards is checked too
late: `b"x" * 10**9` has already taken a gigabyte.
"""

import re
from collections.abc import Iterable
from typing import Any

MAX_LENGTH = 100_000
MAX_NUMBER = 2**63
MAX_WIDTH = 1_000
"""The widest field that a format may ask for, and the most digits."""
MAX_EXPONENT, MAX_BASE = 64, 2**32

TOO_LARGE = "it grows too large to follow"
_PERCENT_WIDTHS = re.compile(r"%(?:\([^)]*\))?[#0\- +]*(\*|\d+)?(?:\.(\*|\d+))?")
_SEQUENCES = (str, bytes, list, tuple)
_SIZED = (*_SEQUENCES, dict)


def check_length(length: int) -> None:
    """Refuse a sequence of this length. Raises ValueError."""
    if length > MAX_LENGTH:
        raise ValueError(TOO_LARGE)


def check_operands(*values: Any) -> None:
    """Refuse operands that are themselves too large, as literals may be. Raises ValueError."""
    for value in values:
        if isinstance(value, _SIZED):
            check_length(len(value))
        elif isinstance(value, int) and abs(value) > MAX_NUMBER:
            raise ValueError("the number is too large")


def check_sum(left: Any, right: Any) -> None:
    """Refuse to join two sequences into one that is too long. Raises ValueError."""
    if isinstance(left, _SIZED) and isinstance(right, _SIZED):
        check_length(len(left) + len(right))


def check_product(left: Any, right: Any) -> None:
    """Refuse to repeat a sequence too often. Raises ValueError."""
    for sequence, count in ((left, right), (right, left)):
        if isinstance(sequence, _SEQUENCES) and isinstance(count, int):
            check_length(len(sequence) * max(count, 0))


def check_power(base: Any, exponent: Any) -> None:
    """Refuse a power with too many digits. Raises ValueError."""
    if abs(exponent) > MAX_EXPONENT or abs(base) > MAX_BASE:
        raise ValueError("the power is too large to follow")


def check_shift(_: Any, count: Any) -> None:
    """Refuse to shift by more bits than the largest number has. Raises ValueError."""
    if isinstance(count, int) and count > MAX_EXPONENT:
        raise ValueError("the number is too large")


def check_percent(template: Any, values: Any) -> None:
    """Refuse `template % values` when it asks for wide fields or long texts. Raises ValueError."""
    if not isinstance(template, str | bytes):
        return
    plain = template.decode("latin-1") if isinstance(template, bytes) else template
    fields = list(_PERCENT_WIDTHS.finditer(plain))
    widths = [width for field in fields for width in field.groups() if width]
    _check_widths(widths)
    # A mapping may be named by each field: "%(a)s%(a)s" % {"a": …}.
    times = len(fields) if isinstance(values, dict) else 1
    check_length(len(template) + len(fields) * MAX_WIDTH * bool(widths) + size(values) * times)


def check_format(spec: str) -> None:
    """Refuse a format specification that asks for a wide field. Raises ValueError."""
    _check_widths(re.findall(r"\d+", spec))


def _check_widths(widths: Iterable[str]) -> None:
    for width in widths:
        if width == "*" or len(width) > len(str(MAX_WIDTH)) or int(width) > MAX_WIDTH:
            raise ValueError("the format asks for a field that is too wide")


def text(value: Any) -> str:
    """Return `str(value)` for a constant. Raises ValueError when it would be too long."""
    check_length(size(value))
    return str(value)


def size(value: Any) -> int:
    """Return how long the text of a constant is at most, counted up to `MAX_LENGTH`.

    Raises TypeError for what is no constant: its text would be that of an object of ours.
    """
    count, waiting = 0, [value]
    while waiting and count <= MAX_LENGTH:
        item = waiting.pop()
        count += _own_size(item)
        if isinstance(item, list | tuple):
            waiting.extend(item)
        elif isinstance(item, dict):
            waiting.extend(item)
            waiting.extend(item.values())
    return count


def _own_size(item: Any) -> int:
    """Return how long the text of a value is without the values inside it."""
    match item:
        case str() | bytes():
            return len(item) + 3  # with its quotes
        case None | bool() | float() | complex():
            return 2 * 24 + 3
        case int():
            return item.bit_length() // 3 + 3
        case list() | tuple() | dict():
            return 2 + 4 * len(item)
    raise TypeError(f"the text of a {type(item).__name__} is not a constant")
