"""Statistics of stored values, computed in pieces."""

from collections.abc import Iterator

import numpy as np

from engine.data.files.packing import Part

BARS = 20
_CHUNK = 1 << 22


def pieces(part: Part) -> Iterator[np.ndarray]:
    """Yield all values of a column in pieces, as flat arrays."""
    length = max(1, _CHUNK // part.dtype.itemsize)
    with part.file.open("rb") as file:
        while data := file.read(length * part.dtype.itemsize):
            yield np.frombuffer(data, part.dtype)


def range_of(part: Part) -> tuple[float, float, float] | None:
    """Return the least, the greatest and the mean finite value; None if there is none."""
    least, greatest, total, count = np.inf, -np.inf, 0.0, 0
    for values in pieces(part):
        finite = values[np.isfinite(values)] if values.dtype.kind == "f" else values
        if finite.size:
            least = min(least, float(finite.min()))
            greatest = max(greatest, float(finite.max()))
            total += float(finite.sum(dtype=np.float64))
            count += finite.size
    return (least, greatest, total / count) if count else None


def histogram(part: Part, least: float, greatest: float) -> tuple[int, ...]:
    """Return how many finite values lie in each of 20 equal intervals.

    There is one interval if all values are equal, or too close to each other to be divided.
    """
    edges = np.linspace(least, greatest, BARS + 1)
    if not (np.diff(edges) > 0).all():
        return (sum(int(np.isfinite(values).sum()) for values in pieces(part)),)
    counts = np.zeros(BARS, np.int64)
    for values in pieces(part):
        if values.dtype == np.uint8:  # pixels: faster by their 256 values
            known, weights = np.arange(256), np.bincount(values, minlength=256)
            counts += np.histogram(known, BARS, (least, greatest), weights=weights)[0]
        else:
            counts += np.histogram(values.astype(np.float64), BARS, (least, greatest))[0]
    return tuple(counts.tolist())


def class_counts(part: Part, classes: int) -> tuple[int, ...]:
    """Return the number of rows of each class."""
    counts = np.zeros(classes, np.int64)
    for values in pieces(part):
        counts += np.bincount(values, minlength=classes)
    return tuple(counts.tolist())
