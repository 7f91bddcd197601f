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
from engine.code.targets import COLUMN_STACK, TO_CATEGORICAL
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
    feeds: Mapping[str, Feed], rows: Variable | None, *, listed: bool = False
) -> Expression:
    """One array, or several by the names of the model's inputs or outputs; a list if `listed`."""
    if len(feeds) == 1:
        return _array(next(iter(feeds.values())), rows)
    if listed:
        return Group(tuple(_array(feed, rows) for feed in feeds.values()))
    return Table(tuple((name, _array(feed, rows)) for name, feed in feeds.items()))


def _array(feed: Feed, rows: Variable | None) -> Expression:
    array = _encoded(feed.column, rows)
    if feed.shape == feed.column.shape:
        return array
    return Call(Attribute(array, "reshape"), tuple(map(Literal, (-1, *feed.shape))))


def _encoded(column: Column, rows: Variable | None) -> Expression:
    """The rows of a column with classes encoded, or of several columns side by side."""
    if isinstance(column, Joined):
        parts = Group(tuple(_encoded(part, rows) for part in column.parts))
        return Call(Path(COLUMN_STACK), (parts,))
    array = stored_rows(column, rows)
    if isinstance(column, OneHot):
        return Call(Path(TO_CATEGORICAL), (array, Literal(len(column.classes))))
    return array


def stored_rows(column: Column, rows: Variable | None = None) -> Expression:
    """The rows of a column as they are stored: `data["image"][rows]`."""
    array = Item(Variable("data"), Literal(column.name))
    return Item(array, rows) if rows else array
