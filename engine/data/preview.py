"""The preview of a data set: a few rows, and statistics of all rows.

These are the types that are sent; engine.data.previewing computes the values. No heavy imports.
"""

from engine.data.description import ColumnProfile, Description
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


def with_statistics(preview: Preview, description: Description) -> Preview:
    """Return a preview with the statistics of columns that were too large to be read for it."""
    profiles = {profile.name: profile for profile in description.columns}
    columns = tuple(_filled(column, profiles.get(column.name)) for column in preview.columns)
    return preview.model_copy(update={"columns": columns})


def _filled(column: ColumnPreview, profile: ColumnProfile | None) -> ColumnPreview:
    if profile is None or column.counts or column.minimum is not None:
        return column
    known = profile.model_dump(include={"minimum", "maximum", "mean", "counts"})
    return column.model_copy(update=known)
