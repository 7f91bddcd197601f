"""Runs of like statements folded into loops, where that is shorter and no harder to read.

Statements are like when they differ in their literals alone. A loop over them is the same
program: each of its rounds is word for word what stood there.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.code.skeleton import parts, rebuilt, renamed
from engine.code.tree import (
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
from engine.code.words import identifier

ROUNDS, BLOCK, SAVED, LONGEST, VARYING = 3, 6, 3, 40, 2
"""A loop has three rounds, or two of a block of six lines; it saves at least three lines, and has
at most two changing values."""

PATIENCE = 200
"""Steps that may be spent for each statement, so that no graph makes folding slow."""

Written = list[Expression]
Header = tuple[tuple[str, ...], Expression, Written]


def fold(statements: Sequence[Statement]) -> tuple[Statement, ...]:
    """Return the statements with what repeats folded into loops."""
    return tuple(_Folder(statements).folded())


@dataclass(frozen=True)
class Repeat:
    """`rounds` times `period` statements.

    The first round reads `source` where the others read `carried`, when these are given.
    """

    period: int
    rounds: int
    source: str = ""
    carried: str = ""

    @property
    def worth(self) -> int:
        """How many lines a loop saves; none when it is too short to be clearer."""
        saved = self.period * (self.rounds - 1) - 1 - bool(self.source)
        enough = self.rounds >= ROUNDS or self.period >= BLOCK
        return saved if enough and saved >= SAVED else 0


class _Folder:
    """Looks for repetitions; owns how much patience is left."""

    def __init__(self, statements: Sequence[Statement]) -> None:
        self._statements = statements
        self._numbers: dict[tuple[object, ...], int] = {}
        apart = [parts(statement) for statement in statements]
        number = self._numbers.setdefault
        self._kinds = [number(one.skeleton, len(self._numbers)) for one in apart]
        self._places: dict[int, list[int]] = {}
        for place, kind in enumerate(self._kinds):
            self._places.setdefault(kind, []).append(place)
        self._holes = [one.holes for one in apart]
        self._reads = [one.reads for one in apart]
        targets = {name for one in statements if isinstance(one, Assign) for name in one.targets}
        self._taken = targets.union(*self._reads)
        self._patience = PATIENCE * len(statements)

    def folded(self) -> Iterator[Statement]:
        place = 0
        while place < len(self._statements):
            found = self._repeat(place) or self._repeat_after_first(place)
            if found and (skipped := self._before_aside(found, place)):
                yield from self._statements[place : place + skipped]
                place += skipped
                found = self._repeat(place)
            loop = self._loop(found, place) if found else None
            if found and loop:
                yield from loop
                place += found.period * found.rounds
            else:
                yield self._statements[place]
                place += 1

    def _periods(self, start: int, kind: int) -> Iterator[int]:
        """How far after `start` a statement of this kind comes, near enough for a loop."""
        places = self._places[kind]
        longest = min(LONGEST, (len(self._kinds) - start) // 2)
        for index in range(bisect_right(places, start), len(places)):
            if self._patience <= 0 or places[index] > start + longest:
                return
            yield places[index] - start

    def _rounds(self, start: int, body: list[int]) -> int:
        """How often the body comes again from the second round on, the first one included."""
        period, rounds = len(body), 1
        while self._kinds[start + rounds * period : start + (rounds + 1) * period] == body:
            rounds += 1
        self._patience -= rounds * period
        return rounds

    def _repeat(self, start: int) -> Repeat | None:
        """The repetition that begins here and saves the most lines, the shortest body first."""
        best: Repeat | None = None
        for period in self._periods(start, self._kinds[start]):
            found = Repeat(period, self._rounds(start, self._kinds[start : start + period]))
            if found.worth > (best.worth if best else 0):
                best = found
        return best

    def _before_aside(self, found: Repeat, start: int) -> int:
        """How much later the same repetition begins with `shortcut = x`, where a block begins."""
        for skipped in range(1, found.period):
            one = self._statements[start + skipped]
            if isinstance(one, Assign) and isinstance(one.value, Variable):
                again = self._repeat(start + skipped)
                same = again and (again.period, again.rounds) == (found.period, found.rounds)
                return skipped if same else 0
        return 0

    def _repeat_after_first(self, start: int) -> Repeat | None:
        """One whose first round reads another variable: `x = …(image)`, then `x = …(x)`."""
        first = self._statements[start]
        if not isinstance(first, Assign) or len(set(self._reads[start])) != 1:
            return None
        source, carried = self._reads[start][0], first.targets[0]
        if source == carried:
            return None
        kind = self._numbers.get(parts(renamed(first, source, carried)).skeleton)
        if kind is None:
            return None
        for period in self._periods(start, kind):
            within = range(start + 1, start + period)
            if any(source in self._reads[index] for index in within):
                return None
            body = [kind, *(self._kinds[index] for index in within)]
            found = Repeat(period, self._rounds(start, body), source, carried)
            return found if found.worth else None
        return None

    def _loop(self, found: Repeat, start: int) -> list[Statement] | None:
        """The loop, and what stands before it; None when too much changes between rounds."""
        size = found.period * found.rounds
        self._patience -= size
        whole = [one for one in self._statements[start : start + size] if isinstance(one, Assign)]
        if len(whole) < size:
            return None
        rounds = [
            [hole for index in range(found.period) for hole in self._holes[first + index]]
            for first in range(start, start + size, found.period)
        ]
        header = _header(list(zip(*rounds, strict=True)), found.rounds, self._taken)
        if header is None:
            return None
        before: list[Statement] = []
        body = whole[: found.period]
        if found.source:
            body[0] = renamed(body[0], found.source, found.carried)
            before = [Assign((found.carried,), Variable(found.source))]
        return [*before, _written_loop(header, body, whole)]


def _written_loop(header: Header, body: Sequence[Assign], whole: Sequence[Assign]) -> Loop:
    targets, values, written = header
    left = iter(written)
    lines = []
    for index, one in enumerate(body):
        nodes = tuple(node for other in whole[index :: len(body)] for node in other.nodes)
        holes = [next(left) for _ in parts(one).holes]
        lines.append(rebuilt(one, holes, nodes))
    return Loop(targets, values, tuple(lines))


Column = tuple[Literal, ...]
"""The literals that stand at one place, round by round."""


def _header(columns: Sequence[Column], rounds: int, taken: set[str]) -> Header | None:
    """The loop's variables, what they run over, and what stands at each literal's place."""
    changing = [column for column in columns if len({repr(one.value) for one in column}) > 1]
    numbered = [column for column in changing if column[0].param == "name"]
    first = _first_number(numbered) if numbered else None
    if numbered and first is None:
        return None
    names: dict[str, Column] = {}
    for column in changing:
        if column not in numbered and not any(_same(column, one) for one in names.values()):
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


def _same(one: Column, other: Column) -> bool:
    """Whether two places always hold the same, in type too: True is not 1."""
    return [repr(item.value) for item in one] == [repr(item.value) for item in other]


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
    """The number in the first round's names, if all of them count up from it together."""
    found = set()
    for column in columns:
        around = _around(column)
        if around is None:
            return None
        before, after = around
        texts = [str(one.value) for one in column]
        found.add(int(texts[0][len(before) : len(texts[0]) - len(after)]))
    return found.pop() if len(found) == 1 else None


def _around(column: Column) -> tuple[str, str] | None:
    """What stands before and after the number that counts up in names."""
    texts = [str(one.value) for one in column]
    for match in re.finditer(r"\d+", texts[0]):
        first = match[0]
        before, after = texts[0][: match.start()], texts[0][match.end() :]
        expected = [f"{before}{int(first) + index}{after}" for index in range(len(texts))]
        if texts == expected:
            return before, after
    return None
