"""Folds repeated statements into loops, where that is shorter and no harder to read.

Statements are alike when they differ only in their literals. Unrolled, a loop is exactly the
statements that it replaces.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.code.folding.skeleton import parts, rebuilt, renamed
from engine.code.syntax.tree import (
    Assign,
    Call,
    Expression,
    Group,
    Literal,
    Loop,
    Numbered,
    Statement,
    Variable,
)
from engine.code.syntax.words import identifier

ROUNDS, BLOCK, SAVED, LONGEST, VARYING = 3, 6, 3, 40, 2
"""A loop has at least three rounds, or two of a block of six lines. It saves at least three lines,
has a body of at most 40 lines, and at most two loop variables."""

BUDGET = 200
"""The search budget for each statement, so that folding is linear for every graph."""

Written = list[Expression]
Header = tuple[tuple[str, ...], Expression, Written]


def fold(
    statements: Sequence[Statement], taken: frozenset[str] = frozenset()
) -> tuple[Statement, ...]:
    """Return the statements, with repetitions folded into loops.

    The variables of loops have no names that are `taken`.
    """
    return tuple(_Folder(statements, taken).folded())


@dataclass(frozen=True)
class Repeat:
    """`rounds` times `period` statements.

    The first round reads `source` where the others read `carried`, when these are set.
    """

    period: int
    rounds: int
    source: str = ""
    carried: str = ""

    @property
    def lines_saved(self) -> int:
        """How many lines a loop saves; 0 when it is too short to be clearer."""
        saved = self.period * (self.rounds - 1) - 1 - bool(self.source)
        enough = self.rounds >= ROUNDS or self.period >= BLOCK
        return saved if enough and saved >= SAVED else 0


class _Folder:
    """Finds repetitions; owns the rest of the search budget."""

    def __init__(self, statements: Sequence[Statement], taken: frozenset[str]) -> None:
        self._statements = statements
        self._numbers: dict[tuple[object, ...], int] = {}
        self._parts = [parts(statement) for statement in statements]
        number = self._numbers.setdefault
        self._kinds = [number(item.skeleton, len(self._numbers)) for item in self._parts]
        self._indices: dict[int, list[int]] = {}
        for index, kind in enumerate(self._kinds):
            self._indices.setdefault(kind, []).append(index)
        self._reads = [item.reads for item in self._parts]
        assignments = (item for item in statements if isinstance(item, Assign))
        targets = {name for item in assignments for name in item.targets}
        self._taken = targets.union(taken, *self._reads)
        self._budget = BUDGET * len(statements)

    def folded(self) -> Iterator[Statement]:
        index = 0
        while index < len(self._statements):
            repeats = self._repeats(index) or self._repeat_after_first(index)
            if repeats and (skipped := self._before_aside(repeats[0], index)):
                yield from self._statements[index : index + skipped]
                index += skipped
                repeats = self._repeats(index)
            loops = ((repeat, self._loop(repeat, index)) for repeat in repeats)
            repeat, loop = next(((repeat, loop) for repeat, loop in loops if loop), (None, None))
            if repeat and loop:
                yield from loop
                index += repeat.period * repeat.rounds
            else:
                yield self._statements[index]
                index += 1

    def _periods(self, start: int, kind: int) -> Iterator[int]:
        """The distances from `start` to later statements of this kind, up to the longest body."""
        indices = self._indices[kind]
        longest = min(LONGEST, (len(self._kinds) - start) // 2)
        for index in range(bisect_right(indices, start), len(indices)):
            if self._budget <= 0 or indices[index] > start + longest:
                return
            yield indices[index] - start

    def _rounds(self, start: int, body: list[int]) -> int:
        """How many times the body occurs in succession; the first round is assumed."""
        period, rounds = len(body), 1
        while self._kinds[start + rounds * period : start + (rounds + 1) * period] == body:
            rounds += 1
        self._budget -= rounds * period
        return rounds

    def _repeats(self, start: int) -> list[Repeat]:
        """The repetitions that begin at `start`, best first: those that save the most lines."""
        repeats = [
            Repeat(period, self._rounds(start, self._kinds[start : start + period]))
            for period in self._periods(start, self._kinds[start])
        ]
        worthwhile = [repeat for repeat in repeats if repeat.lines_saved]
        return sorted(worthwhile, key=lambda repeat: (-repeat.lines_saved, repeat.period))

    def _before_aside(self, repeat: Repeat, start: int) -> int:
        """How many statements precede `shortcut = x`, with which the same repetition may begin."""
        for skipped in range(1, repeat.period):
            statement = self._statements[start + skipped]
            if isinstance(statement, Assign) and isinstance(statement.value, Variable):
                later = self._repeats(start + skipped)
                return skipped if later[:1] == [Repeat(repeat.period, repeat.rounds)] else 0
        return 0

    def _repeat_after_first(self, start: int) -> list[Repeat]:
        """A repetition whose first round reads another variable: `x = f(a)`, then `x = f(x)`."""
        first = self._statements[start]
        if not isinstance(first, Assign) or len(set(self._reads[start])) != 1:
            return []
        source, carried = self._reads[start][0], first.targets[0]
        if source == carried:
            return []
        kind = self._numbers.get(self._parts[start].renamed(source, carried))
        if kind is None:
            return []
        for period in self._periods(start, kind):
            within = range(start + 1, start + period)
            if any(source in self._reads[index] for index in within):
                return []
            body = [kind, *(self._kinds[index] for index in within)]
            repeat = Repeat(period, self._rounds(start, body), source, carried)
            return [repeat] if repeat.lines_saved else []
        return []

    def _loop(self, repeat: Repeat, start: int) -> list[Statement] | None:
        """The loop, after an assignment if needed; None when too much changes between rounds."""
        size = repeat.period * repeat.rounds
        self._budget -= size
        whole = [
            statement
            for statement in self._statements[start : start + size]
            if isinstance(statement, Assign)
        ]
        if len(whole) < size:
            return None
        rounds = [
            [hole for index in range(repeat.period) for hole in self._parts[first + index].holes]
            for first in range(start, start + size, repeat.period)
        ]
        header = _header(list(zip(*rounds, strict=True)), repeat.rounds, self._taken)
        if header is None:
            return None
        before: list[Statement] = []
        body = whole[: repeat.period]
        if repeat.source:
            body[0] = renamed(body[0], repeat.source, repeat.carried)
            before = [Assign((repeat.carried,), Variable(repeat.source))]
        return [*before, _written_loop(header, body, whole)]


def _written_loop(header: Header, body: Sequence[Assign], whole: Sequence[Assign]) -> Loop:
    targets, values, written = header
    values_left = iter(written)
    lines = []
    for index, statement in enumerate(body):
        nodes = tuple(node for other in whole[index :: len(body)] for node in other.nodes)
        holes = [next(values_left) for _ in parts(statement).holes]
        lines.append(rebuilt(statement, holes, nodes))
    return Loop(targets, values, tuple(lines))


Column = tuple[Literal, ...]
"""The literals of one hole, round by round."""


def _header(columns: Sequence[Column], rounds: int, taken: set[str]) -> Header | None:
    """The loop's variables, its iterable, and the expression for each hole; None if impossible."""
    changing = [column for column in columns if len({repr(item.value) for item in column}) > 1]
    numbered = [column for column in changing if column[0].param == "name"]
    first = _first_number(numbered) if numbered else None
    if numbered and first is None:
        return None
    names: dict[str, Column] = {}
    for column in changing:
        if column not in numbered and not any(_same(column, other) for other in names.values()):
            names[_name(column, names)] = column
    if len(names) > VARYING - bool(numbered) or (taken | {"number"}) & names.keys():
        return None
    if numbered and "number" in taken:
        return None
    written = [_written(column, numbered, names) for column in columns]
    values = _values(list(names.values()))
    if not numbered:
        targets = tuple(names) or ("_",)
        return targets, values or _range(0, rounds), written
    if values is None:
        return ("number",), _range(first or 0, rounds), written
    start: tuple[tuple[str, Expression], ...] = (("start", Literal(first)),) if first else ()
    return ("number", *names), Call(Variable("enumerate"), (values,), start), written


def _same(column: Column, other: Column) -> bool:
    """Whether two columns have equal values of equal types: True is not 1."""
    return [repr(item.value) for item in column] == [repr(item.value) for item in other]


def _name(column: Column, names: dict[str, Column]) -> str:
    name = identifier(column[0].param) or "value"
    return name if name not in names else f"{name}_{len(names) + 1}"


def _values(columns: list[Column]) -> Expression | None:
    if not columns:
        return None
    if len(columns) == 1:
        return Group(columns[0], tuples=True)
    return Group(tuple(Group(pair, True) for pair in zip(*columns, strict=True)), tuples=True)


def _range(first: int, rounds: int) -> Call:
    ends = (Literal(first), Literal(first + rounds)) if first else (Literal(rounds),)
    return Call(Variable("range"), ends)


def _written(column: Column, numbered: list[Column], names: dict[str, Column]) -> Expression:
    for name, other in names.items():
        if _same(column, other):
            return Variable(name)
    if column not in numbered:
        return column[0]
    before, after = _around(column) or ("", "")
    return Numbered(before, "number", after)


def _first_number(columns: list[Column]) -> int | None:
    """The number in the names of the first round, if all columns count up from it."""
    numbers = set()
    for column in columns:
        around = _around(column)
        if around is None:
            return None
        before, after = around
        texts = [str(item.value) for item in column]
        numbers.add(int(texts[0][len(before) : len(texts[0]) - len(after)]))
    return numbers.pop() if len(numbers) == 1 else None


def _around(column: Column) -> tuple[str, str] | None:
    """The text before and after the number that counts up in the names of a column."""
    texts = [str(item.value) for item in column]
    for match in re.finditer(r"\d+", texts[0]):
        first = match[0]
        before, after = texts[0][: match.start()], texts[0][match.end() :]
        expected = [f"{before}{int(first) + index}{after}" for index in range(len(texts))]
        if texts == expected:
            return before, after
    return None
