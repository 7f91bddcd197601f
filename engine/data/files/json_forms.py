"""Finds the rows in a JSON file; the forms are those of engine.data.tables.json_rows."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from engine.data.files.json_text import PIECE, JsonText
from engine.data.files.source import Source

_AHEAD = 1 << 24
"""Bytes that are held of all columns together, if each has a list of its own."""


@dataclass(frozen=True)
class Form:
    """How a file holds its rows: `rows` yields their values from the start.

    `name` is that of the rows in an object, and `others` what else lies beside it. Scripts read
    all forms but values that span lines, one after another.
    """

    rows: Callable[[], Iterator[Any]]
    name: str | None = None
    others: tuple[str, ...] = ()
    in_scripts: bool = True


@dataclass(frozen=True)
class _Member:
    """A value under a name in the object that a file is: where it begins, and what it may be.

    `count` is how many values it has, and `keys` stands for their names if it is an object.
    """

    position: int
    kind: str
    count: int = 1
    of_objects: bool = False
    of_lists: bool = False
    keys: int | None = None


def form_of(source: Source, file: BinaryIO) -> Form:
    """Return how a file holds its rows, which are read from `file`. Raises RefusedFileError."""
    text = JsonText(file, source)
    if text.peek() == "[":
        return Form(lambda: _whole_list(JsonText(file, source)))
    if text.peek() == "{":
        members = _members(source, text)
        if not text.peek():
            return _form_of_object(source, file, members)
    return _form_of_lines(source, file)


def _form_of_lines(source: Source, file: BinaryIO) -> Form:
    first = JsonText(file, source)
    first.value()
    in_lines = not first.spans_lines
    return Form(lambda: JsonText(file, source).values(in_lines=in_lines), in_scripts=in_lines)


def _whole_list(text: JsonText) -> Iterator[Any]:
    yield from text.items()
    text.close()


def _members(source: Source, text: JsonText) -> dict[str, _Member]:
    members = {}
    for key in text.names():
        members[key] = _member(text)
        source.limits.check_columns(source.name, len(members))
    return members


def _member(text: JsonText) -> _Member:
    position, kind, count = text.position, text.peek(), 0
    if kind == "[":
        of_objects, of_lists = True, False
        for item in text.items():
            of_lists = of_lists or (not count and isinstance(item, list))
            of_objects = of_objects and isinstance(item, dict)
            count += 1
        return _Member(position, kind, count, of_objects, of_lists)
    if kind == "{":
        keys = 0
        for key in text.names():
            text.value()
            keys = hash((keys, key))
            count += 1
        return _Member(position, kind, count, keys=keys)
    text.value()
    return _Member(position, kind)


def _form_of_object(source: Source, file: BinaryIO, members: dict[str, _Member]) -> Form:
    def at(name: str, piece: int = PIECE) -> JsonText:
        return JsonText(file, source, members[name].position, piece)

    def split() -> Iterator[Any]:
        names = [*map(str, at("columns").value())]
        for row in at("data").items():
            yield dict(zip(names, row, strict=False)) if isinstance(row, list) else row

    def columns() -> Iterator[Any]:
        piece = min(PIECE, _AHEAD // len(members))
        lists = (at(name, piece).items() for name in members)
        yield from (dict(zip(members, row, strict=True)) for row in zip(*lists, strict=True))

    under = _name_of_rows(members)
    if under:
        others = tuple(key for key in members if key not in (under, "columns"))
        is_split = _is_list(members, "columns") and members[under].of_lists
        return Form(split if is_split else lambda: at(under).items(), under, others)
    keys = {member.keys for member in members.values() if member.keys is not None}
    counts = {member.count for member in members.values()}
    if len(keys) > 1 or len(counts) != 1 or counts == {1}:
        return Form(lambda: iter([JsonText(file, source).value()]))
    return Form(columns)


def _is_list(members: dict[str, _Member], name: str) -> bool:
    return name in members and members[name].kind == "["


def _name_of_rows(members: dict[str, _Member]) -> str | None:
    """The name of the rows in an object: of its only list of objects, or of “data”."""
    if _is_list(members, "columns") and _is_list(members, "data"):
        return "data" if members["data"].count else None
    named = [name for name, member in members.items() if member.count and member.of_objects]
    return named[0] if len(named) == 1 else None
