"""Bounds on the sizes of values in source, checked before the values are created.

A check after the operation would be too late: `b"x" * 10**9` has already taken a gigabyte.
"""

import re
from collections.abc import Iterable
from typing import Any

from engine.problems import marked
from engine.values import RuleError

MAX_LENGTH = 100_000
MAX_NUMBER = 2**63
MAX_WIDTH = 1_000
"""The maximum width and precision of a format specification."""
MAX_EXPONENT, MAX_BASE = 64, 2**32

TOO_LARGE = marked("the value is too large")
_PERCENT_WIDTHS = re.compile(r"%(?:\([^)]*\))?[#0\- +]*(\*|\d+)?(?:\.(\*|\d+))?")
_SEQUENCES = (str, bytes, list, tuple)
_SIZED = (*_SEQUENCES, dict)


def check_length(length: int) -> None:
    """Refuse a sequence of this length. Raises RuleError."""
    if length > MAX_LENGTH:
        raise RuleError(TOO_LARGE)


def check_operands(*values: Any) -> None:
    """Refuse operands that are too large themselves, such as long literals. Raises RuleError."""
    for value in values:
        if isinstance(value, _SIZED):
            check_length(len(value))
        elif isinstance(value, int) and abs(value) > MAX_NUMBER:
            raise RuleError("the number is too large")


def check_sum(left: Any, right: Any) -> None:
    """Refuse the concatenation of sequences that is too long. Raises RuleError."""
    if isinstance(left, _SIZED) and isinstance(right, _SIZED):
        check_length(len(left) + len(right))


def check_product(left: Any, right: Any) -> None:
    """Refuse to repeat a sequence too often. Raises RuleError."""
    for sequence, count in ((left, right), (right, left)):
        if isinstance(sequence, _SEQUENCES) and isinstance(count, int):
            check_length(len(sequence) * max(count, 0))


def check_power(base: Any, exponent: Any) -> None:
    """Refuse a power with too many digits. Raises RuleError."""
    if abs(exponent) > MAX_EXPONENT or abs(base) > MAX_BASE:
        raise RuleError("the power is too large")


def check_shift(_: Any, count: Any) -> None:
    """Refuse a shift by more bits than the largest number has. Raises RuleError."""
    if isinstance(count, int) and count > MAX_EXPONENT:
        raise RuleError("the number is too large")


def check_percent(template: Any, values: Any) -> None:
    """Refuse `template % values` with wide fields or long strings. Raises RuleError."""
    if not isinstance(template, str | bytes):
        return
    plain = template.decode("latin-1") if isinstance(template, bytes) else template
    fields = list(_PERCENT_WIDTHS.finditer(plain))
    widths = [width for field in fields for width in field.groups() if width]
    _check_widths(widths)
    # Each field may insert the same value of a mapping: "%(a)s%(a)s" % {"a": …}.
    times = len(fields) if isinstance(values, dict) else 1
    check_length(len(template) + len(fields) * MAX_WIDTH * bool(widths) + size(values) * times)


def check_format(spec: str) -> None:
    """Refuse a format specification with a wide field. Raises RuleError."""
    _check_widths(re.findall(r"\d+", spec))


def _check_widths(widths: Iterable[str]) -> None:
    for width in widths:
        if width == "*" or len(width) > len(str(MAX_WIDTH)) or int(width) > MAX_WIDTH:
            raise RuleError("the format has a field that is too wide")


def text(value: Any) -> str:
    """Return `str(value)` for a constant. Raises RuleError when it would be too long."""
    check_length(size(value))
    return str(value)


def size(value: Any) -> int:
    """The maximum length of `str(value)` for a constant, counted up to `MAX_LENGTH`.

    Raises TypeError for other values, which are represented by objects of the interpreter.
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
    """The maximum length of `str(item)` without the values nested in it."""
    match item:
        case str() | bytes():
            return len(item) + 3  # with quotes
        case None | bool() | float() | complex():
            return 2 * 24 + 3
        case int():
            return item.bit_length() // 3 + 3
        case list() | tuple() | dict():
            return 2 + 4 * len(item)
    raise TypeError(f"a {type(item).__name__} is not a constant")
