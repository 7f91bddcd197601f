"""The steps that prepare rows, as calls of the functions of engine.data.cleaning."""

from collections.abc import Iterator, Sequence

from engine.code.scripts.copied import cleaners
from engine.code.syntax.tree import Assign, Call, Copied, Expression, Literal, Variable
from engine.code.syntax.tree import Mapping as Table
from engine.data.catalogue import Column
from engine.data.preparation import ReadyStep, missing_class
from engine.document import Fill, LeaveOutMissing, LeaveOutOutside

DATA = Variable("data")
Keyword = tuple[str, Expression]


def leaving_out(steps: Sequence[ReadyStep], read: set[str]) -> list[Assign]:
    """`data = leave_out_repeats(data, …)`, before rows are divided; `read` are all columns."""
    return [line for step in steps for line in _leaving_out(step, read)]


def filling(steps: Sequence[ReadyStep], rows: Variable | None) -> list[Assign]:
    """`data = fill_missing_by(data, "age", "median", training)`, after rows are divided."""
    return [
        _filling(step.step, column, rows)
        for step in steps
        if isinstance(step.step, Fill)
        for column in step.columns
    ]


def cleaning_functions(steps: Sequence[ReadyStep]) -> list[Copied]:
    """The functions that the steps call, with their helpers."""
    lines = [*leaving_out(steps, set()), *filling(steps, None)]
    functions = (line.value.function for line in lines if isinstance(line.value, Call))
    names = [function.name for function in functions if isinstance(function, Variable)]
    return [cleaners(*dict.fromkeys(names))] if names else []


def _leaving_out(ready: ReadyStep, read: set[str]) -> Iterator[Assign]:
    step, columns = ready.step, ready.columns
    match step:
        case Fill():
            return
        case LeaveOutOutside():
            bounds = {"minimum": step.minimum, "maximum": step.maximum}
            keywords = tuple(
                (name, Literal(value)) for name, value in bounds.items() if value is not None
            )
            yield _assigned("leave_out_outside", Literal(columns[0].name), keywords=keywords)
        case LeaveOutMissing():
            if columns:
                yield _assigned("leave_out_missing", _names(columns), *_missing_classes(columns))
        case _:
            everything = {column.name for column in columns} == read
            names = Call(Variable("list"), (DATA,)) if everything else _names(columns)
            yield _assigned("leave_out_repeats", names)


def _missing_classes(columns: Sequence[Column]) -> list[Expression]:
    """`{"kind": 3}`: the number of the class of rows without a class."""
    numbers = ((column.name, missing_class(column)) for column in columns)
    known = tuple((name, Literal(number)) for name, number in numbers if number is not None)
    return [Table(known)] if known else []


def _filling(step: Fill, column: Column, rows: Variable | None) -> Assign:
    name, missing = Literal(column.name), missing_class(column)
    keywords: tuple[Keyword, ...] = ()
    if missing is not None:
        keywords = (("missing", Literal(missing)),)
    if step.by == "constant":
        known = column.classes
        value = known.index(str(step.value)) if known else step.value
        return _assigned("fill_missing", name, Literal(value), keywords=keywords)
    learned: list[Expression] = [Literal(step.by), *([rows] if rows else [])]
    return _assigned("fill_missing_by", name, *learned, keywords=keywords)


def _names(columns: Sequence[Column]) -> Literal:
    return Literal([column.name for column in columns])


def _assigned(function: str, *arguments: Expression, keywords: tuple[Keyword, ...] = ()) -> Assign:
    return Assign(("data",), Call(Variable(function), (DATA, *arguments), keywords))
