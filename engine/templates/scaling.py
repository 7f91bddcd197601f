"""The layer that turns standardized numbers into a column's own, from the statistics of a file."""

from math import sqrt

from engine.data.description import ColumnProfile
from engine.values import Json

LARGE = 10.0
"""Numbers further than this from 0 are predicted in units of their own standard deviation."""


def scale_of(profile: ColumnProfile | None) -> dict[str, Json]:
    """Return the parameters of Rescaling from standardized numbers to a column's large ones.

    Empty for small numbers, and if nothing is known about the column.
    """
    if profile is None or profile.minimum is None or profile.maximum is None:
        return {}
    low, high, total = profile.minimum, profile.maximum, sum(profile.histogram)
    if max(abs(low), abs(high)) <= LARGE or profile.mean is None or not total:
        return {}
    step = (high - low) / len(profile.histogram)
    squares = (
        number * (low + (place + 0.5) * step - profile.mean) ** 2
        for place, number in enumerate(profile.histogram)
    )
    deviation = sqrt(sum(squares) / total)
    if not deviation:
        return {}
    return {"scale": _rounded(deviation), "offset": _rounded(profile.mean)}


def _rounded(value: float) -> float:
    """Return a number with three significant digits: nothing depends on the others."""
    return float(f"{value:.3g}")
