"""What a person should know about the rows before training: repeated rows, and telling columns.

The rows are compared by hashes (engine.data.files.hashing) where they lie, on disk. What is looked
at is limited in rows, bytes and time, and a note says so if something was left out.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import prod

import numpy as np

from engine.data.files.hashing import joined, row_bytes, row_hashes
from engine.data.files.packing import Packer, Part
from engine.data.files.refusal import AT
from engine.data.files.written import Written
from engine.problems import Problem, problem

EXAMPLES = 3
_FEW = 20
"""Rows below which nothing is said about columns: chance alone could explain it."""
_REPEATS = 2
"""How often the values of a column that decides a target occur, on average: else it is chance."""
_CLOSE = 1e-9
_PROBE = 8_192
"""Rows drawn at random that are looked at before all are.

Of a million rows of which no more than half differ, so many are all different with a probability
below 1e-14 (two equal rows of each: exp(-8192² / 2 / 10⁶)).
"""


@dataclass(frozen=True)
class Effort:
    """How much is looked at: the first rows, as many as their bytes allow, for so long."""

    rows: int = 1_000_000
    bytes: int = 1 << 30
    seconds: float = 20.0
    started: float = field(default_factory=time.monotonic)

    @property
    def is_spent(self) -> bool:
        """Whether the time is over."""
        return time.monotonic() - self.started > self.seconds

    def rows_of(self, columns: Sequence[Written]) -> int:
        """How many of the first rows are looked at."""
        total = columns[0].part.rows
        stored = sum(max(1, row_bytes(written.part)) for written in columns)
        return min(total, self.rows, max(1, self.bytes // stored))


def findings(
    columns: Sequence[Written], packer: Packer, first_row: int = 1, effort: Effort | None = None
) -> list[Problem]:
    """Return notes on equal rows, and on columns that are constant, unique, or give a target away.

    Rows are numbered from `first_row`, as in the file.
    """
    effort = effort or Effort()
    columns = [written for written in columns if written.column.role != "weight"] or columns
    rows = effort.rows_of(columns)
    used = sorted(
        (written for written in columns if written.column.role != "other"),
        key=lambda written: written.column.role != "target",
    )
    ignored = [written for written in columns if written.column.role == "other"]
    notes: list[Problem] = []
    targets: list[tuple[Written, np.ndarray]] = []
    whole, done = np.zeros(rows, np.uint64), 0
    for written in (*used, *ignored):
        if effort.is_spent:
            break
        hashes, done = row_hashes(written.part, packer, rows), done + 1
        if rows >= _FEW and prod(written.column.shape) == 1:
            notes += _about_column(written, hashes, targets)
        if written.column.role == "target":
            targets.append((written, hashes))
        if done <= len(used):
            whole = joined(whole, hashes)
    total = columns[0].part.rows
    if 0 < len(used) <= done:
        notes += _repeated(whole, first_row)
    if rows < total or done < len(columns):
        notes.append(problem("data_partly_checked", AT, rows=rows, columns=done))
    return notes


def _about_column(
    written: Written, hashes: np.ndarray, targets: Sequence[tuple[Written, np.ndarray]]
) -> Iterator[Problem]:
    """Yield what is remarkable about a column that is not a target."""
    name, is_complete = written.column.name, len(hashes) == written.part.rows
    is_ignored = written.column.role == "other"
    if written.column.role == "target":
        return
    if (hashes == hashes[0]).all():
        if is_complete:
            yield problem(
                "column_is_constant.ignored" if is_ignored else "column_is_constant",
                AT,
                column=name,
            )
        return
    for target, others in [] if is_ignored else targets:
        if given := _gives_away(written, hashes, target, others):
            yield given
            return
    if is_complete and _is_id(written, hashes):
        yield problem("column_is_id.ignored" if is_ignored else "column_is_id", AT, column=name)


def _is_id(written: Written, hashes: np.ndarray) -> bool:
    """Whether a column only names its rows, each one once."""
    if written.type == "date":
        return False
    names_rows = written.column.role == "other" or written.type == "category"
    if not names_rows and not (written.type == "number" and _has_no_gaps(written, len(hashes))):
        return False
    return _differ(hashes[_sample(len(hashes))]) and _differ(hashes)


def _has_no_gaps(written: Written, rows: int) -> bool:
    """Whether numbers that differ are names: all whole, as many as from the least to the greatest.

    Not all whole numbers that differ are names, but those without gaps are.
    """
    values = _values(written.part, rows)
    first = values[:_FEW]
    if (first != np.round(first)).any():
        return False
    return bool((values == np.round(values)).all() and np.ptp(values) == rows - 1)


def _sample(rows: int) -> np.ndarray:
    """Some of the rows at random, the same ones each time; all if there are few."""
    if rows <= _PROBE:
        return np.arange(rows)
    return np.sort(np.random.default_rng(0).choice(rows, _PROBE, replace=False, shuffle=False))


def _differ(hashes: np.ndarray) -> bool:
    """Whether all are different; np.unique is many times slower than sorting for random bits."""
    ordered = np.sort(hashes)
    return bool((ordered[1:] != ordered[:-1]).all())


def _gives_away(
    written: Written, hashes: np.ndarray, target: Written, others: np.ndarray
) -> Problem | None:
    """Return the problem of a column from which a target follows."""
    column, given = written.column.name, target.column.name
    if (others == others[0]).all():
        return None
    if (hashes == others).all():
        return problem("column_tells_target.same", AT, column=column, target=given)
    if written.type == target.type == "number":
        x, y = _values(written.part, len(hashes)), _values(target.part, len(hashes))
        if _are_proportional(x, y):
            return problem("column_tells_target.scale", AT, column=column, target=given)
        return None
    rows = len(hashes)
    some = _sample(rows)
    if len(some) < rows and _differ(hashes[some]):
        return None  # values that hardly repeat
    decides = _decides(hashes[some], others[some]) and _REPEATS * _distinct(hashes) <= rows
    if decides and _decides(hashes, others):
        return problem("column_tells_target.decides", AT, column=column, target=given)
    return None


def _decides(hashes: np.ndarray, others: np.ndarray) -> bool:
    """Whether rows that are equal in one column are equal in the other."""
    order = np.argsort(hashes)
    hashes, others = hashes[order], others[order]
    return bool(((hashes[1:] != hashes[:-1]) | (others[1:] == others[:-1])).all())


def _distinct(hashes: np.ndarray) -> int:
    ordered = np.sort(hashes)
    return 1 + int((ordered[1:] != ordered[:-1]).sum())


def _values(part: Part, rows: int) -> np.ndarray:
    return np.fromfile(part.file, part.dtype, rows).astype(np.float64)


def _are_proportional(x: np.ndarray, y: np.ndarray) -> bool:
    """Whether one is the other in another unit: shifted, and multiplied by a number."""
    known = np.isfinite(x)
    if (known != np.isfinite(y)).any() or known.sum() < _FEW:
        return False
    x, y = x[known] - x[known].mean(), y[known] - y[known].mean()
    size = float(np.sqrt((x @ x) * (y @ y)))
    return size > 0 and abs(float(x @ y)) >= (1 - _CLOSE) * size


def _repeated(hashes: np.ndarray, first_row: int) -> Iterator[Problem]:
    """Yield how many rows are equal to an earlier one."""
    if _differ(hashes):
        return
    order = np.argsort(hashes, kind="stable")
    ordered = hashes[order]
    repeats = np.flatnonzero(ordered[1:] == ordered[:-1])
    first = repeats[np.argsort(order[repeats + 1])[:EXAMPLES]]
    examples = ", ".join(
        f"{order[place] + first_row} = {order[place + 1] + first_row}" for place in first
    )
    yield problem("rows_repeat", AT, count=len(repeats), examples=examples)
