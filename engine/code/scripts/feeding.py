"""The columns of a data set as the model takes them: their rows in the shapes that it needs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.code.lines.flow import Value
from engine.code.lines.known_shapes import known_shape
from engine.code.program import Program
from engine.code.syntax.tree import (
    Attribute,
    Call,
    Expression,
    Group,
    Item,
    Literal,
    Path,
    Variable,
)
from engine.code.syntax.tree import Mapping as Table
from engine.code.targets import COLUMN_STACK, EYE, TO_CATEGORICAL
from engine.data.catalogue import Column, Joined, OneHot
from engine.data.feeding import Wanted
from engine.document import MAIN


@dataclass(frozen=True)
class Feed:
    """A column that feeds an input or is compared with an output; `shape` is that of a row."""

    column: Column
    shape: tuple[int, ...]


def feeds(
    program: Program,
    values: list[Value],
    columns: Mapping[str, Column],
    fit: Callable[[Column, Wanted], tuple[int, ...] | None],
) -> dict[str, Feed]:
    """Return the feed of each node that has a column, by its Keras name.

    Rows keep their shape where `fit` finds none, or where the model's is unknown without Keras.
    """
    names = program.main.names
    result: dict[str, Feed] = {}
    for value in values:
        column = columns.get(value[0])
        if column is not None and names[value[0]] not in result:
            wanted = known_shape(program.flows, MAIN, value)
            shape = None if wanted is None else fit(column, wanted)
            result[names[value[0]]] = Feed(column, column.shape if shape is None else shape)
    return result


def fed_rows(
    feeds: Mapping[str, Feed],
    rows: Variable | None,
    *,
    listed: bool = False,
    has_keras: bool = True,
) -> Expression:
    """One array, or several by the names of the model's inputs or outputs; a list if `listed`.

    Classes are encoded by NumPy alone unless `has_keras`.
    """
    encode = _by_keras if has_keras else _by_numpy
    if len(feeds) == 1:
        return _array(next(iter(feeds.values())), rows, encode)
    if listed:
        return Group(tuple(_array(feed, rows, encode) for feed in feeds.values()))
    return Table(tuple((name, _array(feed, rows, encode)) for name, feed in feeds.items()))


Encode = Callable[[Expression, int], Expression]
"""Numbers of classes as one-hot rows, from the numbers and how many classes there are."""


def _by_keras(numbers: Expression, count: int) -> Expression:
    return Call(Path(TO_CATEGORICAL), (numbers, Literal(count)))


def _by_numpy(numbers: Expression, count: int) -> Expression:
    return Item(Call(Path(EYE), (Literal(count),)), numbers)


def _array(feed: Feed, rows: Variable | None, encode: Encode) -> Expression:
    array = _encoded(feed.column, rows, encode)
    if feed.shape == feed.column.shape:
        return array
    return Call(Attribute(array, "reshape"), tuple(map(Literal, (-1, *feed.shape))))


def _encoded(column: Column, rows: Variable | None, encode: Encode) -> Expression:
    """The rows of a column with classes encoded, or of several columns side by side."""
    if isinstance(column, Joined):
        parts = Group(tuple(_encoded(part, rows, encode) for part in column.parts))
        return Call(Path(COLUMN_STACK), (parts,))
    array = stored_rows(column, rows)
    if isinstance(column, OneHot):
        return encode(array, len(column.classes))
    return array


def stored_rows(column: Column, rows: Variable | None = None) -> Expression:
    """The rows of a column as they are stored: `data["image"][rows]`."""
    array = Item(Variable("data"), Literal(column.name))
    return Item(array, rows) if rows else array
