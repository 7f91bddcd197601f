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
from engine.data.splitting import split_rows
from engine.document import Training
from engine.problems import Problem, problem

EXAMPLES = 3
_FEW = 20
"""Rows below which nothing is said about columns: chance alone could explain it."""
_REPEATS = 2
"""How often the values of a column that decides a target occur, on average: else it is chance."""
_CLOSE = 1e-9
_PROBE = 5_000


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
        notes += _repeated(whole, first_row, total)
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
    if written.type == "date" or len(np.unique(hashes)) < len(hashes):
        return False
    if written.column.role == "other" or written.type == "category":
        return True
    if written.type != "number":
        return False
    values = _values(written.part, len(hashes))
    # Not all whole numbers that differ are names, but those without gaps are.
    return bool((values == np.round(values)).all() and np.ptp(values) == len(values) - 1)


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
    short = slice(_PROBE)
    decides = _decides(hashes[short], others[short]) and _decides(hashes, others)
    if decides and _REPEATS * len(np.unique(hashes)) <= len(hashes):
        return problem("column_tells_target.decides", AT, column=column, target=given)
    return None


def _decides(hashes: np.ndarray, others: np.ndarray) -> bool:
    """Whether rows that are equal in one column are equal in the other."""
    values, places = np.unique(hashes, return_inverse=True)
    last = np.zeros(len(values), np.uint64)
    last[places] = others
    return bool((last[places] == others).all())


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


def _repeated(hashes: np.ndarray, first_row: int, total: int) -> Iterator[Problem]:
    """Yield how many rows are equal to an earlier one, and how a split divides them."""
    order = np.argsort(hashes, kind="stable")
    repeats = np.flatnonzero(hashes[order[1:]] == hashes[order[:-1]])
    if not len(repeats):
        return
    pairs = sorted((int(order[place + 1]), int(order[place])) for place in repeats)[:EXAMPLES]
    examples = ", ".join(f"{earlier + first_row} = {row + first_row}" for row, earlier in pairs)
    yield problem("rows_repeat", AT, count=len(repeats), examples=examples)
    if len(hashes) == total:
        split = Training()
        training, validation = split_rows(total, split.split, split.seed)
        shared = int(np.isin(hashes[validation], hashes[training]).sum())
        if shared:
            many = len(validation)
            yield problem("rows_in_both_parts", AT, count=shared, validation=many)
