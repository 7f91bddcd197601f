"""Arrays of training and test rows in one file (x_train, y_train, x_test, y_test) become columns.

All rows of “x” are in one column, and a further column says which part each row belongs to: the
form in which documents divide rows (engine.data.division).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from engine.data.division import PARTS, part_of
from engine.data.files.names import column_names
from engine.data.files.source import Source

COLUMN = "part"
_CHUNK = 1 << 24


@dataclass(frozen=True)
class Array:
    """An array in a file of its own, with the name of its member.

    `classes` are those of the array of parts; all others have none. `members` are the names in the
    file of the arrays that were joined, or of this one.
    """

    name: str
    values: np.ndarray
    classes: tuple[str, ...] = ()
    members: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """The length of the first axis."""
        return len(self.values)


@dataclass(frozen=True)
class _Named:
    """An array whose name without the word for a part is `base`."""

    array: Array
    base: str
    word: str


def with_parts_joined(source: Source, arrays: Sequence[Array]) -> list[Array] | None:
    """Return the arrays with those of the parts joined, and the parts; None if they don't fit.

    Each part has the same arrays, with rows of the same form.
    """
    named = [found for array in arrays if (found := _named(array))]
    parts = _parts(named)
    if parts is None:
        return None
    lengths = [part[0].array.rows for part in parts]
    rest = [array for array in arrays if all(array is not found.array for found in named)]
    if any(array.values.ndim and array.rows == sum(lengths) for array in rest):
        return None  # nothing says in which order its rows are
    names = column_names([*(array.name for array in rest), *(x.base for x in parts[0]), COLUMN])
    joined = [
        Array(
            name,
            _joined(source, [found.array.values for found in same]),
            members=tuple(found.array.members[0] for found in same),
        )
        for name, *same in zip(names[len(rest) : -1], *parts, strict=True)
    ]
    numbers = np.repeat(np.arange(len(parts)), lengths)
    words = tuple(part[0].word for part in parts)
    return [*rest, *joined, Array(names[-1], numbers, words)]


def _named(array: Array) -> _Named | None:
    """Divide a name at a word for a part; None if it has none, or nothing else."""
    pieces = re.split(r"[_\-. ]+", array.name)
    places = [place for place, piece in enumerate(pieces) if part_of(piece)]
    if len(places) != 1 or len(pieces) == 1 or not array.values.ndim:
        return None
    word = pieces.pop(places[0]).lower()
    return _Named(array, "_".join(pieces), word)


def _parts(named: Sequence[_Named]) -> list[list[_Named]] | None:
    """The arrays of each part, in the same order; None if the parts differ in more than rows."""
    order = [*PARTS]
    bases = [*dict.fromkeys(found.base for found in named)]
    ordered = sorted(named, key=lambda found: (order.index(found.word), bases.index(found.base)))
    parts = [list(part) for _, part in groupby(ordered, key=lambda found: found.word)]
    meanings = [part_of(part[0].word) for part in parts]
    is_division = len(set(meanings)) == len(parts) > 1 and "training" in meanings
    lengths = {part[0].array.rows for part in parts}
    if len(bases) == 1 and len(lengths) == 1:
        return None  # such as the two scores of each row
    return parts if is_division and all(_fits(part, parts[0]) for part in parts) else None


def _fits(part: Sequence[_Named], first: Sequence[_Named]) -> bool:
    """Whether a part has the arrays of the first one, all with as many rows, and at least one."""
    if [found.base for found in part] != [found.base for found in first]:
        return False
    if len({found.array.rows for found in part}) != 1 or not part[0].array.rows:
        return False
    pairs = zip((x.array.values for x in part), (x.array.values for x in first), strict=True)
    return all(a.shape[1:] == b.shape[1:] and _kind(a) == _kind(b) for a, b in pairs)


def _kind(values: np.ndarray) -> object:
    """What two arrays agree in that can be joined without a change of their values."""
    kind, dtype = values.dtype.kind, values.dtype
    if kind in "US":
        return kind
    return dtype if kind in "Mu" else kind


def _joined(source: Source, pieces: Sequence[np.ndarray]) -> np.ndarray:
    """Write arrays one after another to a file, and map it into memory."""
    dtype = np.result_type(*pieces)
    shape = (sum(len(piece) for piece in pieces), *pieces[0].shape[1:])
    if not int(np.prod(shape, dtype=object)) * dtype.itemsize:
        return np.zeros(shape, dtype)
    number = len(list(source.scratch.iterdir()))
    values = np.memmap(source.scratch / f"joined-{number}", dtype, "w+", 0, shape)
    step, place = max(1, _CHUNK // max(values[:1].nbytes, 1)), 0
    for piece in pieces:
        for start in range(0, len(piece), step):
            source.limits.check_time(source.name)
            rows = piece[start : start + step]
            values[place : place + len(rows)] = rows
            place += len(rows)
    return values
