"""The preview of a data set: a few rows, and statistics of all rows.

These are the types that are sent; engine.data.previewing computes the values. No heavy imports.
"""

from engine.values import Frozen, Json


class ColumnPreview(Frozen):
    """One column: a few rows as nested lists, and the range or class counts of all rows.

    Text has neither range nor counts.
    """

    name: str
    rows: Json
    minimum: float | None = None
    maximum: float | None = None
    mean: float | None = None
    counts: tuple[int, ...] = ()


class Preview(Frozen):
    """A few rows of a data set, evenly spread over it, column by column.

    `rows` counts all rows; `indices` are those of the rows shown, from 0.
    """

    data: str
    rows: int
    indices: tuple[int, ...]
    columns: tuple[ColumnPreview, ...]
