"""The parts into which scikit-learn's train_test_split divides rows."""

from dataclasses import replace
from typing import Any

from engine.imports.python.values import Array, Chosen


def train_test_split(*arrays: Any, **options: Any) -> list[Any]:
    """Two parts of each array."""
    parts: list[Any] = []
    division = _division(**options)
    for array in arrays:
        if not isinstance(array, Array):
            parts += [array, array]
            continue
        rows, *rest = array.shape or (None,)
        shape = (None, *rest) if array.shape else array.shape
        second = _second_part(rows, **options)
        parts += [
            replace(array, shape=shape, share=_share(array.share, fraction), division=division)
            for fraction in (None if second is None else 1 - second, second)
        ]
    return parts


def _share(whole: float | None, fraction: float | None) -> float | None:
    return None if whole is None or fraction is None else round(whole * fraction, 6)


def _division(shuffle: Any = True, stratify: Any = None, **_: Any) -> Chosen:
    if shuffle is False:
        return "in order"
    if stratify is None:
        return "at random"
    return "stratified" if isinstance(stratify, Array) and stratify.classes else "otherwise"


def _second_part(
    rows: int | None, test_size: Any = None, train_size: Any = None, **_: Any
) -> float | None:
    """The fraction of the rows in the second part; None where it is not known."""
    if test_size is None and train_size is None:
        return 0.25
    size = train_size if test_size is None else test_size
    if not isinstance(size, int | float) or (size > 1 and rows is None):
        return None
    fraction = size / rows if rows and size > 1 else size
    second = 1 - fraction if test_size is None else fraction
    return second if 0 < second < 1 else None
