"""The description of a file as lines of text."""

from collections.abc import Sequence

from engine.data.description import ColumnProfile, Description, Options
from engine.problems import marked, sentence

MAX_COLUMNS = 100
_TYPES = {
    "number": marked("number"),
    "category": marked("category"),
    "text": marked("text"),
    "date": marked("date"),
    "image": marked("image"),
    "mask": marked("mask"),
    "labels": marked("labels"),
    "series": marked("sequence"),
    "array": marked("array"),
}
_ROLES = {
    "input": marked("feature"),
    "target": marked("target"),
    "weight": marked("weight"),
    "other": marked("ignored"),
}


def report(description: Description) -> str:
    """The rows and columns, each column with its type, role, range or classes, and the options."""
    data = description.data
    lines = [
        sentence(
            "{title}: {rows:,} rows, {columns:,} columns",
            title=data.title,
            rows=data.rows,
            columns=len(data.columns),
        )
    ]
    shown = list(zip(data.columns, description.columns, strict=True))[:MAX_COLUMNS]
    rows = [
        (
            column.name,
            "×".join(map(str, column.shape)) or "1",
            _TYPES[profile.type],
            _ROLES[profile.role],
            _values(profile, column.classes or column.labels),
            _missing(profile),
        )
        for column, profile in shown
    ]
    widths = [max(len(row[index]) for row in rows) for index in range(len(rows[0]))]
    lines += ["  " + _padded(row, widths).rstrip() for row in rows]
    lines += ["  …"] * (len(data.columns) > len(shown))
    return "\n".join([*lines, *_options(description.options)])


def _padded(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))


def _values(profile: ColumnProfile, classes: Sequence[str]) -> str:
    if classes:
        most = [f"{name} {count:,}" for name, count in zip(classes, profile.counts, strict=True)]
        return ", ".join(most[:5]) + (" …" if len(most) > 5 else "")  # noqa: PLR2004
    if profile.minimum is None:
        return ""
    return f"{profile.minimum:g} … {profile.maximum:g}"


def _missing(profile: ColumnProfile) -> str:
    return sentence("{count:,} missing", count=profile.missing) if profile.missing else ""


def _options(options: Options) -> list[str]:
    used = options.model_dump(exclude={"columns"}, exclude_none=True)
    text = ", ".join(f"{name} {value!r}" for name, value in used.items())
    return [sentence("Read with: {options}", options=text)] if text else []
