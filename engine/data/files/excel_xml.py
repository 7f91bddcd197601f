"""Reads the XML of an Excel workbook (.xlsx, .xlsb) before the library that holds its cells does.

All of it is read in pieces: a member that grows too much, declares entities, or has a cell far
outside of the others is refused, because the library holds a whole sheet, from its first cell to
its last one.
"""

import re
from collections.abc import Iterator

from engine.data.files.archive import Archive
from engine.data.files.limits import MAX_CELLS
from engine.data.files.refusal import AT, RefusedFileError
from engine.data.files.source import Source
from engine.problems import problem

MAX_XML = 2_000_000_000
"""Bytes of all XML."""
_MAX_TAG = 100_000
_PLACE = re.compile(rb"""<(?:\w+:)?(?:c|row)\s[^>]*?\br\s*=\s*["']([^"']*)""")
_ADDRESS = re.compile(rb"([A-Z]{0,3})(\d{1,7})")


def check_excel(archive: Archive) -> None:
    """Refuse what would grow in memory. Raises RefusedFileError."""
    source = archive.source
    size = sum(member.size for member in archive.members)
    if size > MAX_XML:
        raise RefusedFileError(
            problem("file_too_large", AT, file=source.name, size=size, limit=MAX_XML)
        )
    for member in archive.members:
        if not member.name.endswith((".xml", ".rels")):
            continue
        columns = rows = 0
        for chunk in _whole_tags(source, member.name, archive.pieces(member)):
            if b"<!ENTITY" in chunk or b"<!DOCTYPE" in chunk:
                raise RefusedFileError(
                    problem("file_declares_entities", AT, file=source.name, member=member.name)
                )
            for address in _PLACE.findall(chunk):
                column, row = _position(source, member.name, address)
                columns, rows = max(columns, column), max(rows, row)
        if columns * rows > MAX_CELLS:
            raise RefusedFileError(
                problem(
                    "file_sheet_too_large",
                    AT,
                    file=source.name,
                    member=member.name,
                    rows=rows,
                    columns=columns,
                )
            )


def _whole_tags(source: Source, member: str, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Yield XML in pieces that end with a tag, so that none is cut in two."""
    open_tag = b""
    for piece in pieces:
        text = open_tag + piece
        start = text.rfind(b"<")
        open_tag = b"" if start < 0 or b">" in text[start:] else text[start:]
        if len(open_tag) > _MAX_TAG:
            raise _damaged(source, member)
        yield text[: len(text) - len(open_tag)]


def _position(source: Source, member: str, address: bytes) -> tuple[int, int]:
    match = _ADDRESS.fullmatch(address)
    if not match:
        raise _damaged(source, member)
    column = 0
    for letter in match[1]:
        column = column * 26 + letter - ord("A") + 1
    return column, int(match[2])


def _damaged(source: Source, member: str) -> RefusedFileError:
    return RefusedFileError(problem("file_damaged.member", AT, file=source.name, member=member))
