"""Reads one sheet of an Excel workbook, .xlsx or .xls.

An .xlsx file is an archive of XML. Before the library opens it, all of it is read in pieces: a
member that grows too much, declares entities, or has a cell far outside of the others is refused,
because the library holds a whole sheet, from its first cell to its last one.
"""

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from engine.data.files.archive import open_archive
from engine.data.files.delimited import table_of_rows
from engine.data.files.layout import layout, left_out
from engine.data.files.names import are_kept
from engine.data.files.refusal import AT, RefusedFileError
from engine.data.files.source import Source, Table
from engine.data.tables import sheet_rows
from engine.problems import problem

MAX_CELLS = 50_000_000
"""Cells of a sheet, empty ones included."""
MAX_XML = 2_000_000_000
"""Bytes of all XML."""
_MAX_TAG = 100_000
_PLACE = re.compile(rb"""<(?:\w+:)?(?:c|row)\s[^>]*?\br\s*=\s*["']([^"']*)""")
_ADDRESS = re.compile(rb"([A-Z]{0,3})(\d{1,7})")
_SAMPLE = 100


def open_excel(source: Source) -> Table:
    """Return the table of one sheet. Raises RefusedFileError."""
    if zipfile.is_zipfile(source.path):
        _check(source)
    try:
        with CalamineWorkbook.from_path(source.path) as book:
            return _table(source, _choose(source, book), book.sheet_names)
    except (CalamineError, OSError, ValueError) as error:
        raise RefusedFileError(
            problem("file_damaged", AT, file=source.name, detail=str(error))
        ) from None


def _table(source: Source, sheet: CalamineSheet, others: Sequence[str]) -> Table:
    options = source.options
    sample = [*islice(sheet_rows(sheet, _SAMPLE), _SAMPLE)]
    if not sample:
        raise RefusedFileError(problem("file_empty", AT, file=source.name))
    found = layout(sample, ".", options.skip, options.header)
    opened = source.with_options(
        header=found.header > 0, skip=found.before or options.skip, sheet=sheet.name, decimal="."
    )
    first = found.first_row
    rows = islice(sheet_rows(sheet, first), first, None)
    table = table_of_rows(opened, found.names, rows, first_row=1 + first)
    by_place = found.by_place or not are_kept(found.names, table.names)
    notes = [*left_out(found, sample)]
    if len(others) > 1:
        notes.insert(0, problem("sheets_left_out", AT, sheet=sheet.name, sheets=others))
    return replace(table, format="excel", skip=first if by_place else None, notes=tuple(notes))


def _choose(source: Source, book: CalamineWorkbook) -> CalamineSheet:
    """The sheet of the options, or the first one that has cells."""
    wanted = source.options.sheet
    if wanted is not None and wanted not in book.sheet_names:
        known = book.sheet_names
        raise RefusedFileError(
            problem("file_without_sheet", AT, file=source.name, sheet=wanted, known=known)
        )
    if wanted is not None:
        return book.get_sheet_by_name(wanted)
    for name in book.sheet_names:
        sheet = book.get_sheet_by_name(name)
        if sheet.height and sheet.width:
            return sheet
    raise RefusedFileError(problem("file_empty", AT, file=source.name))


def _check(source: Source) -> None:
    """Read all members, and refuse what would grow in memory."""
    with open_archive(source) as archive:
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
