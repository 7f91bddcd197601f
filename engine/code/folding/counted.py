"""Names that count up with the stages of a loop, and with the blocks in each stage."""

import re
from dataclasses import dataclass, field

from engine.code.folding.parameters import SIZES, Column, multiple
from engine.code.syntax.tree import Expression, Literal, Numbered, Variable

DIGITS = re.compile(r"(\d+)")
GREATEST = 2
"""The greatest number with which the blocks of a stage begin."""

Grid = list[list[str]]
"""The texts of one literal, by stage and block."""


@dataclass
class Counters:
    """The numbers of two nested loops; owns with which number each begins.

    `depths` is how many rounds the inner loop has in each round of the outer one, and `depth` the
    variable for that. `follows` is whether a name has the number that follows the inner loop.
    """

    outer: str
    inner: str
    depth: str
    depths: list[int]
    follows: bool = False
    _first: dict[str, int] = field(default_factory=dict)

    @property
    def names(self) -> frozenset[str]:
        """The variables of numbers that are used."""
        return frozenset(self._first)

    def first(self, name: str) -> int | None:
        """The first number of a loop; None if its number is not used."""
        return self._first.get(name)

    def starts(self, name: str, number: int) -> bool:
        """Whether a loop may begin with this number: all names agree on it."""
        return self._first.setdefault(name, number) == number


def counted(grid: Grid, counters: Counters) -> Expression | None:
    """The names as one text with the numbers of the loops; None if they don't follow from these."""
    rows = [[DIGITS.split(text) for text in row] for row in grid]
    first = rows[0][0]
    pieces: list[tuple[str, str]] = []
    for index, piece in enumerate(first):
        if any(len(other) != len(first) for row in rows for other in row):
            return None
        cells = [[other[index] for other in row] for row in rows]
        if all(cell == piece for row in cells for cell in row):
            pieces.append(("", piece))
            continue
        name = _counter(cells, counters) if piece.isdecimal() else None
        if name is None:
            return None
        pieces.append((name, ""))
    return _joined(pieces)


def _counter(cells: Grid, counters: Counters) -> str | None:
    """The loop whose number these digits are, if any."""
    start = int(cells[0][0])
    stages = all(cell == str(start + stage) for stage, row in enumerate(cells) for cell in row)
    if stages:
        return counters.outer if counters.starts(counters.outer, start) else None
    blocks = all(cell == str(start + block) for row in cells for block, cell in enumerate(row))
    if blocks and start <= GREATEST and counters.starts(counters.inner, start):
        return counters.inner
    following = [(counters.first(counters.inner) or 0) + depth for depth in counters.depths]
    if all(
        cell == str(number) for row, number in zip(cells, following, strict=True) for cell in row
    ):
        counters.follows = True
        return counters.depth
    return None


def _joined(pieces: list[tuple[str, str]]) -> Expression:
    """The pieces, texts and names of variables, as nested parts of one f-string."""
    value: Numbered | None = None
    after = ""
    for name, text in reversed(pieces):
        if name:
            value = Numbered("", name, after, value)
            after = ""
        elif value is not None and not after:
            value = Numbered(text + value.before, value.number, value.after, value.then)
        else:
            after = text + after
    if value is None:
        return Literal(after, param="name")
    return Numbered(after + value.before, value.number, value.after, value.then)


def multiple_of(name: str, column: Column, other: Column) -> Expression | None:
    """A column as the variable of another with the same values, or as a multiple of it."""
    if column[0].param == other[0].param and _values(column) == _values(other):
        return Variable(name)
    return multiple(name, column, other) if column[0].param in SIZES else None


def _values(column: Column) -> list[str]:
    return [repr(item.value) for item in column]
