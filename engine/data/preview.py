"""A look at a data set: a few rows, and how its values are spread."""

from engine.document import Frozen, Json


class ColumnPreview(Frozen):
    """One column: the first rows as nested lists, and the range or class counts of all rows."""

    name: str
    rows: Json
    minimum: float | None = None
    maximum: float | None = None
    mean: float | None = None
    counts: tuple[int, ...] = ()


class Preview(Frozen):
    """The first rows of a data set, column by column."""

    data: str
    rows: int
    columns: tuple[ColumnPreview, ...]
