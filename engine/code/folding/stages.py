"""Folds stages, in each of which a block repeats, into a loop with an inner loop.

A stage is what lies between such repetitions: lines that occur once, and a block that occurs as
often as the stage is deep. The sizes of the stages, and their depths, are rows of the outer loop.
Unrolled, it is exactly the lines that it replaces.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from engine.code.folding.counted import Counters, counted, multiple_of
from engine.code.folding.fold import fold
from engine.code.folding.parameters import SIZES, Column
from engine.code.folding.skeleton import parts, rebuilt
from engine.code.syntax.tree import (
    Assign,
    Call,
    Expression,
    Group,
    Infix,
    Literal,
    Loop,
    Statement,
    Variable,
)
from engine.code.syntax.words import identifier

STAGES, SAVED, VARYING = 3, 3, 3
"""An outer loop has three stages at least, and three variables at most besides its number. It
saves at least three lines."""
BLOCK, STAGE = 3, 6
"""The most lines of a block, and of a stage in which the block counts as one."""
MOST = 20
"""The most sequences of stages, and blocks, that are tried."""
DEPTH, STAGE_NUMBER, BLOCK_NUMBER = "blocks", "stage", "block"
WIDTH = 60
"""The characters of the rows of a loop that need no line of their own."""

Defaults = Mapping[str, Mapping[str, Literal]]
"""The defaults of functions, by the names of these and of their parameters."""


def fold_stages(
    statements: Sequence[Statement], defaults: Defaults, taken: frozenset[str] = frozenset()
) -> tuple[Statement, ...]:
    """Return the statements, with stages and other repetitions folded into loops."""
    candidates = list(islice(_candidates(statements, defaults), MOST))
    if not candidates:
        return fold(statements, taken)
    names = taken.union(*(_names(statement) for statement in statements))
    best: tuple[int, Stages, Loop] | None = None
    for stages in candidates:
        loop = _Written(stages, names).loop()
        if loop is not None:
            saved = _height(fold(stages.replaced, names)) - _height([loop])
            if saved >= SAVED and (best is None or saved > best[0]):
                best = saved, stages, loop
    if best is None:
        return fold(statements, names)
    _, stages, loop = best
    before, after = statements[: stages.start], statements[stages.end :]
    return (*fold_stages(before, defaults, names), loop, *fold_stages(after, defaults, names))


def _names(statement: Statement) -> set[str]:
    if not isinstance(statement, Assign):
        return set()
    return {*statement.targets, *parts(statement).reads}


def _height(statements: Sequence[Statement]) -> int:
    """About how many lines the statements take."""
    lines = 0
    for statement in statements:
        if isinstance(statement, Loop):
            wide = sum(len(str(item)) + 2 for item in _literals(statement.values)) > WIDTH
            lines += (3 if wide else 1) + _height(statement.body)
        else:
            lines += 1
    return lines


def _literals(value: Expression) -> Iterator[object]:
    if isinstance(value, Literal):
        yield value.value
    elif isinstance(value, Group):
        for item in value.items:
            yield from _literals(item)
    elif isinstance(value, Call):
        for item in value.positional:
            yield from _literals(item)


@dataclass(frozen=True)
class Stages:
    """Statements as stages: `lines` are those of each, block after block where `block` is.

    `block` is the index in a stage at which its block begins, and `period` the lines of one.
    `replaced` are the statements as they were, from `start` to `end`.
    """

    start: int
    end: int
    replaced: tuple[Statement, ...]
    lines: tuple[tuple[Assign, ...], ...]
    block: int
    period: int
    around: int
    """The lines of a stage besides its blocks."""
    defaults: Defaults

    @property
    def depths(self) -> list[int]:
        """How often the block occurs in each stage."""
        return [(len(lines) - self.around) // self.period for lines in self.lines]


def _candidates(statements: Sequence[Statement], defaults: Defaults) -> Iterator[Stages]:
    """Sequences of stages, by the block that repeats in them; not so many that they take long."""
    full = [
        _with_defaults(line, defaults) if isinstance(line, Assign) else line for line in statements
    ]
    numbers: dict[tuple[object, ...], int] = {}
    kinds = [numbers.setdefault(parts(line).skeleton, len(numbers)) for line in full]
    for body in islice(_bodies(kinds), MOST):
        runs = list(_runs(kinds, body))
        signs = [sign for sign, _ in runs]
        if signs.count(-1) < STAGES:
            continue
        for size in range(2, STAGE + 1):
            for first in range(len(runs) - STAGES * size + 1):
                if signs[first] != signs[first + size]:
                    continue
                rounds = _rounds(signs, first, size)
                if rounds >= STAGES and signs[first : first + size].count(-1) == 1:
                    chosen = [runs[first + number * size :][:size] for number in range(rounds)]
                    yield _stages(statements, full, chosen, len(body), defaults)


def _with_defaults(line: Assign, defaults: Defaults) -> Assign:
    """A call of a function with all its arguments, so that calls with and without are alike."""
    call = line.value
    if not isinstance(call, Call) or not isinstance(call.function, Variable):
        return line
    own = defaults.get(call.function.name)
    if not own:
        return line
    values = dict(call.keywords)
    keywords = {name: values.pop(name, value) for name, value in own.items()}
    full = Call(call.function, call.positional, (*keywords.items(), *values.items()))
    return Assign(line.targets, full, line.nodes)


def _bodies(kinds: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """The blocks that occur twice in succession somewhere, the shortest first."""
    bodies: dict[tuple[int, ...], None] = {}
    for period in range(1, BLOCK + 1):
        for index in range(len(kinds) - 2 * period + 1):
            body = tuple(kinds[index : index + period])
            if tuple(kinds[index + period : index + 2 * period]) == body and (
                period == 1 or len(set(body)) > 1
            ):
                bodies[body] = None
    return iter(bodies)


def _runs(kinds: Sequence[int], body: tuple[int, ...]) -> Iterator[tuple[int, tuple[int, int]]]:
    """The statements with blocks taken together: −1 for these, and where each begins and ends."""
    index, size = 0, len(body)
    while index < len(kinds):
        end = index
        while kinds[index] == body[0] and tuple(kinds[end : end + size]) == body:
            end += size
        sign = -1 if end > index else kinds[index]
        end = max(end, index + 1)
        yield sign, (index, end)
        index = end


def _rounds(signs: Sequence[int], first: int, size: int) -> int:
    stage, rounds = signs[first : first + size], 1
    while signs[first + rounds * size : first + (rounds + 1) * size] == stage:
        rounds += 1
    return rounds


def _stages(
    statements: Sequence[Statement],
    full: Sequence[Statement],
    chosen: Sequence[Sequence[tuple[int, tuple[int, int]]]],
    period: int,
    defaults: Defaults,
) -> Stages:
    start, end = chosen[0][0][1][0], chosen[-1][-1][1][1]
    ends = [(stage[0][1][0], stage[-1][1][1]) for stage in chosen]
    lines = tuple(
        tuple(line for line in full[first:last] if isinstance(line, Assign)) for first, last in ends
    )
    block = [sign for sign, _ in chosen[0]].index(-1)
    replaced = tuple(statements[start:end])
    return Stages(start, end, replaced, lines, block, period, len(chosen[0]) - 1, defaults)


class _Written:
    """Writes stages as a loop; owns its variables, in the order in which they occur."""

    def __init__(self, stages: Stages, taken: frozenset[str]) -> None:
        self._stages = stages
        self._taken = taken
        self._counters = Counters(STAGE_NUMBER, BLOCK_NUMBER, DEPTH, stages.depths)
        self._columns: dict[str, Column] = {}

    def loop(self) -> Loop | None:
        """The loop; None if too much changes, or a name is in use."""
        stages = self._stages
        inner = [self._line(stages.block, row) for row in range(stages.period)]  # whose sizes lead
        before = [self._line(index, 0) for index in range(stages.block)]
        after = [self._line(index, 0) for index in range(stages.block + 1, stages.around + 1)]
        lines = [*before, *inner, *after]
        body = [line for line in lines if line is not None]
        if len(body) < len(lines):
            return None
        depth = self._depth()
        used = {*self._columns, *self._counters.names}
        reserved = self._taken | (self._counters.names & self._columns.keys())
        if len(self._columns) > VARYING or used & reserved or used <= {BLOCK_NUMBER}:
            return None
        number = BLOCK_NUMBER if BLOCK_NUMBER in used else "_"
        first, last = len(before), len(before) + len(inner)
        block = Loop((number,), depth, tuple(body[first:last]))
        return self._outer((*body[:first], block, *body[last:]))

    def _outer(self, body: tuple[Statement, ...]) -> Loop:
        ordered = sorted(self._columns.items(), key=lambda item: _rank(*item))
        names, columns = tuple(name for name, _ in ordered), [column for _, column in ordered]
        rows = tuple(
            row[0] if len(row) == 1 else Group(row, tuples=True)
            for row in zip(*columns, strict=True)
        )
        values: Expression = Group(rows, tuples=True)
        first, count = self._counters.first(STAGE_NUMBER), len(self._stages.lines)
        if first is None:
            return Loop(names, values, body)
        if not columns:
            return Loop((STAGE_NUMBER,), _range(first, Literal(first + count)), body)
        start = (("start", Literal(first)),) if first else ()
        target = f"({', '.join(names)})" if len(names) > 1 else names[0]
        return Loop((STAGE_NUMBER, target), Call(Variable("enumerate"), (values,), start), body)

    def _depth(self) -> Expression:
        """The range of the inner loop: it ends at a variable if the depths differ."""
        depths = self._stages.depths
        first = self._counters.first(BLOCK_NUMBER) or 0
        if len(set(depths)) == 1:
            return _range(first, Literal(first + depths[0]))
        follows = self._counters.follows
        last = first if follows or not first else first - 1
        self._columns[DEPTH] = tuple(Literal(last + depth, param=DEPTH) for depth in depths)
        end = Variable(DEPTH)
        return _range(first, end if last == first else Infix("+", (end, Literal(1))))

    def _line(self, index: int, row: int) -> Assign | None:
        """A line of the loop, for those of all stages; None if they differ too much."""
        grid = [self._same_lines(stage, index, row) for stage in range(len(self._stages.lines))]
        nodes = tuple(node for lines in grid for line in lines for node in line.nodes)
        holes = [[parts(line).holes for line in lines] for lines in grid]
        values: list[Expression] = []
        for hole in range(len(holes[0][0])):
            value = self._value([[row[hole] for row in rows] for rows in holes])
            if value is None:
                return None
            values.append(value)
        return self._shortened(rebuilt(grid[0][0], values, nodes))

    def _same_lines(self, stage: int, index: int, row: int) -> list[Assign]:
        """The lines of a stage that become one: of the block, one in each."""
        lines, depth = self._stages.lines[stage], self._stages.depths[stage]
        block, period = self._stages.block, self._stages.period
        if index == block:
            return [lines[block + number * period + row] for number in range(depth)]
        return [lines[index if index < block else index - 1 + depth * period]]

    def _value(self, grid: list[list[Literal]]) -> Expression | None:
        """The expression for a literal of a line, by stage and block; None if there is none."""
        texts = {repr(item.value) for row in grid for item in row}
        if len(texts) == 1:
            return grid[0][0]
        if grid[0][0].param == "name":
            return counted([[str(item.value) for item in row] for row in grid], self._counters)
        if any(len({repr(item.value) for item in row}) > 1 for row in grid):
            return None
        column = tuple(row[0] for row in grid)
        for name, other in self._columns.items():
            if value := multiple_of(name, column, other):
                return value
        name = identifier(column[0].param) or "value"
        while name in self._columns:
            name += "_2"
        self._columns[name] = column
        return Variable(name)

    def _shortened(self, line: Assign) -> Assign:
        """A call without the arguments that are defaults again."""
        call = line.value
        if not isinstance(call, Call) or not isinstance(call.function, Variable):
            return line
        own = self._stages.defaults.get(call.function.name, {})
        kept = tuple(
            (name, value) for name, value in call.keywords if not _is_default(own.get(name), value)
        )
        return Assign(line.targets, Call(call.function, call.positional, kept), line.nodes)


def _rank(name: str, column: Column) -> int:
    """The order of the variables of the outer loop: sizes, the depth, and the others."""
    return 0 if column[0].param in SIZES else 1 if name == DEPTH else 2


def _is_default(default: Literal | None, value: Expression) -> bool:
    return (
        default is not None
        and isinstance(value, Literal)
        and repr(value.value) == repr(default.value)
    )


def _range(first: int, end: Expression) -> Call:
    return Call(Variable("range"), (Literal(first), end) if first else (end,))
