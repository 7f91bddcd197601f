"""Attributions as they are shown: over a picture of an input, or a value for each named part."""

from collections.abc import Sequence

import numpy as np

from engine.protocol.explaining import Attribution
from engine.training.inside.details import values_of
from engine.training.inside.pictures import picture, shrunk

PIXELS = 64
"""Rows or columns of a heat."""
FINE = 112
"""Rows or columns of the picture below it."""
PARTS = 100
"""Named parts of an input: columns, steps or words."""


def over_picture(node: str, heat: np.ndarray, sample: np.ndarray) -> Attribution:
    """Return a heat of rows × columns over the input's own picture."""
    small = shrunk(heat[None].astype("float32"), PIXELS)[0]
    below = picture((node,), sample, end=True, pixels=FINE)
    return Attribution(input=node, heat=values_of("heat", small), picture=below)


def by_part(node: str, values: np.ndarray, names: Sequence[str]) -> Attribution:
    """Return a value for each named part, at most PARTS of them."""
    kept = values[:PARTS].astype("float32")
    return Attribution(input=node, heat=values_of("parts", kept), names=tuple(names[:PARTS]))


def is_picture(sample: np.ndarray) -> bool:
    """Whether the heat of a sample without its batch axis has rows and columns.

    So it has for an image, and for a series of several features, which is shown as a strip; not
    for a series of one feature, and not for a row of features.
    """
    numbers = sample.dtype.kind == "f"
    return numbers and (sample.ndim > 2 or (sample.ndim == 2 and min(sample.shape) > 1))  # noqa: PLR2004


def numbered(count: int) -> list[str]:
    """Return the numbers of parts that have no names."""
    return [str(number) for number in range(1, count + 1)]
