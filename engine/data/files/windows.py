"""Cuts rows that follow each other into windows: what is known, and what comes next.

A series of numbers becomes rows of `past` steps, from which the `future` steps of one column are
forecast; a text becomes rows of characters, from which the next one is predicted.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from engine.data.catalogue import Column, PlainText, Series
from engine.data.description import PYTHON_ENCODINGS, Encoding, Windows
from engine.data.files.describing import Contents
from engine.data.files.guessing import TARGETS
from engine.data.files.names import plain_name
from engine.data.files.packing import Packer, Part
from engine.data.files.refusal import AT, RefusedFileError
from engine.data.files.source import Source
from engine.data.files.written import Written
from engine.document import Division
from engine.problems import Problem, problem

PAST, FUTURE, NEXT = "past", "future", "next"
STEPS, CHARACTERS = 24, 40
"""How many steps, or characters, are known by default."""
MOST_WINDOWS = 100_000
"""Windows of a text by default: those of a long one begin further apart."""
MOST_CHARACTERS = 250
"""Distinct characters that are classes of their own; rarer ones are one class."""
OTHER = "other"
_NAMES = {" ": "space", "\n": "newline", "\t": "tab"}
_BATCH = 1 << 22
"""Values of one batch."""


def cut_series(source: Source, contents: Contents, windows: Windows) -> tuple[Contents, Packer]:
    """Return the windows of the columns of numbers of a table, in the order of its dates, if any.

    Raises RefusedFileError if no column of numbers can be forecast, or there are too few rows.
    """
    chosen = windows.columns or [written.column.name for written in contents.columns]
    able = [w for w in contents.columns if w.type == "number" and w.column.name in chosen]
    numbers = [w for w in able if w.column.name not in windows.left_out]
    if not numbers:
        raise RefusedFileError(problem("series_without_numbers", AT, file=source.name))
    names = [written.column.name for written in numbers]
    target = windows.target if windows.target in names else _target(numbers)
    dates = next((w for w in contents.columns if w.type == "date"), None)
    past, future = windows.past or STEPS, windows.future or 1
    step = windows.step or future
    series = _Series(
        values=np.column_stack([_values(written.part) for written in numbers]),
        target=names.index(target),
        times=None if dates is None else _values(dates.part).ravel(),
    )
    starts, notes = _starts(source, series, past, future, step)
    packer = _packer(source)
    source.limits.check_bytes(source.name, len(starts) * (past * len(names) + future) * 4)
    written = [
        _written(
            packer, Column(name=PAST, shape=(past, len(names)), dtype="float32", role="input")
        ),
        _written(packer, Column(name=FUTURE, shape=(future,), dtype="float32", role="target")),
        _written(packer, Column(name=series.time_name(dates), shape=(1,), dtype="float64")),
    ]
    for batch in _batches(starts, past * len(names)):
        source.limits.check_time(source.name)
        written[0].part.append(series.values[batch[:, np.newaxis] + np.arange(past)])
        ahead = batch[:, np.newaxis] + past + np.arange(future)
        written[1].part.append(series.values[ahead, series.target])
        written[2].part.append(series.moments(batch + past))
    used = Windows(
        past=past,
        future=future,
        step=step,
        target=target,
        columns=tuple(names),
        left_out=tuple(w.column.name for w in able if w not in numbers),
    )
    left_out = [w.column.name for w in contents.columns if w not in able and w.type != "date"]
    if left_out:
        notes.append(problem("series_leaves_out", AT, columns=left_out))
    time = written[2].column.name
    cut = Series(
        names=tuple(w.column.name for w in contents.columns),
        columns=tuple(names),
        target=target,
        steps=(past, future, step),
        time=time if dates else "",
        format=(dates.format or "").replace("%.f", "") if dates else "",
    )
    plain = dates is None or time == dates.column.name
    return replace(
        contents,
        table=contents.table if plain else None,
        series=cut,
        options=contents.options.model_copy(update={"windows": used}),
        columns=written,
        notes=[*contents.notes, *notes],
        division=Division(by="time", column=time),
    ), packer


def cut_text(
    source: Source, path: Path, windows: Windows, encoding: Encoding
) -> tuple[Contents, Packer]:
    """Return the windows of a text in UTF-8. Raises RefusedFileError if it is too short."""
    text = path.read_text(encoding="utf-8")
    past = windows.past or CHARACTERS
    step = windows.step or max(3, -(-len(text) // MOST_WINDOWS))
    starts = np.arange(0, len(text) - past, step)
    if not len(starts):
        raise RefusedFileError(problem("text_too_short", AT, file=source.name, past=past))
    classes, numbers, common = _characters(text)
    source.limits.check_bytes(source.name, len(starts) * past * 8)
    packer = _packer(source)
    place = Column(name="place", shape=(1,), dtype="float64")
    written = [
        _written(
            packer,
            Column(name=PAST, shape=(past,), dtype="int64", role="input", classes=classes),
        ),
        _written(
            packer, Column(name=NEXT, shape=(), dtype="int64", role="target", classes=classes)
        ),
        _written(packer, place),
    ]
    for batch in _batches(starts, past):
        source.limits.check_time(source.name)
        written[0].part.append(numbers[batch[:, np.newaxis] + np.arange(past)])
        written[1].part.append(numbers[batch + past])
        written[2].part.append(batch + past + 1.0)
    used = Windows(past=past, future=1, step=step)
    options = source.options.model_copy(update={"windows": used})
    division = Division(by="time", column=place.name)
    plain = PlainText(
        kind="characters",
        encoding=PYTHON_ENCODINGS[encoding],
        past=past,
        step=step,
        characters=common,
        rare=len(classes) > len(common),
    )
    return Contents("texts", options, written, division=division, archive=plain), packer


@dataclass(frozen=True)
class _Series:
    """Columns of numbers side by side, the one to forecast, and the time of each row."""

    values: np.ndarray
    target: int
    times: np.ndarray | None

    def moments(self, rows: np.ndarray) -> np.ndarray:
        """The times of rows, or else their numbers from 1."""
        return rows + 1.0 if self.times is None else self.times[rows]

    def time_name(self, dates: Written | None) -> str:
        """What the column of these times is called."""
        name = "row" if dates is None else dates.column.name
        return f"{name} of {FUTURE}" if name in (PAST, FUTURE) else name


def _starts(
    source: Source, series: _Series, past: int, future: int, step: int
) -> tuple[np.ndarray, list[Problem]]:
    """The first rows of the windows without missing numbers, and what was left out.

    Rows are sorted by time in place.
    """
    notes: list[Problem] = []
    if series.times is not None and np.any(np.diff(series.times) < 0):
        order = np.argsort(series.times, kind="stable")
        series.values[:], series.times[:] = series.values[order], series.times[order]
        notes.append(problem("series_sorted", AT))
    starts = np.arange(0, len(series.values) - past - future + 1, step)
    incomplete = np.isnan(series.values).any(axis=1)
    if series.times is not None:
        incomplete |= np.isnan(series.times)
    before = np.concatenate([[0], np.cumsum(incomplete)])
    complete = before[starts + past + future] == before[starts]
    if not complete.any():
        raise RefusedFileError(
            problem("series_too_short", AT, file=source.name, needed=past + future,
                    rows=len(series.values))
        )  # fmt: skip
    if left_out := int(len(starts) - complete.sum()):
        notes.append(problem("series_with_gaps", AT, count=left_out))
    return starts[complete], notes


def _target(numbers: Sequence[Written]) -> str:
    """The column with the name of a target, or else the last one."""
    names = [written.column.name for written in numbers]
    return next((name for name in names if name.lower() in TARGETS), names[-1])


def _values(part: Part) -> np.ndarray:
    """The values of a column of numbers, as a row of the table has them."""
    return np.fromfile(part.file, part.dtype)


def _characters(text: str) -> tuple[tuple[str, ...], np.ndarray, str]:
    """The classes of the characters of a text, the class number of each, and the common ones."""
    counts = Counter(text)
    common = sorted(character for character, _ in counts.most_common(MOST_CHARACTERS))
    names = [
        _NAMES.get(character) or plain_name(character) or repr(character)[1:-1]
        for character in common
    ]
    classes = (*names, OTHER) if len(counts) > len(common) else tuple(names)
    codes = np.frombuffer(text.encode("utf-32-le"), "<u4")
    known = np.array([ord(character) for character in common], "u4")
    places = np.minimum(np.searchsorted(known, codes), len(known) - 1)
    numbers = np.where(known[places] == codes, places, len(known)).astype("int64")
    return classes, numbers, "".join(common)


def _packer(source: Source) -> Packer:
    folder = source.scratch / "windows"
    folder.mkdir()
    return Packer(folder)


def _written(packer: Packer, column: Column) -> Written:
    part = packer.add(column.name, column.shape, column.dtype)
    if len(column.shape) == 2 or (column.classes and column.shape):  # noqa: PLR2004
        return Written(column, "series", part)
    return Written(column, "category" if column.classes else "number", part)


def _batches(starts: np.ndarray, width: int) -> Iterator[np.ndarray]:
    """Starts of windows, as many at once as hold `_BATCH` values."""
    length = max(1, _BATCH // max(width, 1))
    for first in range(0, len(starts), length):
        yield starts[first : first + length]
