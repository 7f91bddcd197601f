"""Reads one sheet of a workbook: Excel (.xlsx, .xls, .xlsb) or OpenDocument (.ods)."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError

from engine.data.catalogue import TableFormat
from engine.data.files.archive import is_zip, open_archive
from engine.data.files.delimited import table_of_rows
from engine.data.files.excel_xml import check_excel
from engine.data.files.layout import layout, left_out
from engine.data.files.names import are_kept
from engine.data.files.open_document import CONTENT, check_open_document
from engine.data.files.refusal import AT, RefusedFileError
from engine.data.files.source import Source, Table
from engine.data.tables import merged_cells, sheet_rows
from engine.problems import Problem, problem

_SAMPLE = 100


def open_workbook(source: Source) -> Table:
    """Return the table of one sheet. Raises RefusedFileError."""
    merged = _check(source) if is_zip(source) else frozenset[str]()
    try:
        with CalamineWorkbook.from_path(source.path) as book:
            sheet = _choose(source, book)
            notes = _not_read(sheet, book.sheet_names)
            ranges = merged_cells(source.path, sheet.name) if sheet.name in merged else []
            return _table(source, sheet, ranges, notes)
    except PasswordError:
        raise RefusedFileError(problem("file_encrypted", AT, file=source.name)) from None
    except (CalamineError, OSError, ValueError) as error:
        raise RefusedFileError(
            problem("file_damaged", AT, file=source.name, detail=str(error))
        ) from None


def _table(
    source: Source,
    sheet: CalamineSheet,
    ranges: Sequence[tuple[tuple[int, int], tuple[int, int]]],
    notes: Sequence[Problem],
) -> Table:
    """The table of a sheet; `ranges` are merged cells that the library does not know."""
    options = source.options
    sample = [*islice(sheet_rows(sheet, _SAMPLE), _SAMPLE)]
    if not sample:
        raise RefusedFileError(problem("file_empty", AT, file=source.name))
    found = layout(sample, ".", options.skip, options.header)
    opened = source.with_options(
        header=found.header > 0, skip=found.before or options.skip, sheet=sheet.name, decimal="."
    )
    first = found.first_row
    rows = islice(sheet_rows(sheet, first, ranges), first, None)
    table = table_of_rows(opened, found.names, rows, first_row=1 + first)
    by_place = found.by_place or not are_kept(found.names, table.names)
    notes = (*notes, *left_out(found, sample))
    format: TableFormat = "opendocument" if ranges else "excel"
    return replace(table, format=format, skip=first if by_place else None, notes=notes)


def _not_read(sheet: CalamineSheet, names: Sequence[str]) -> list[Problem]:
    """A note on the other sheets."""
    if len(names) == 1:
        return []
    return [problem("sheets_left_out", AT, sheet=sheet.name, sheets=names)]


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


def _check(source: Source) -> frozenset[str]:
    """Refuse what would grow in memory; return the sheets whose merged cells are still to be found.

    An archive may be both formats; it is the library that decides.
    """
    with open_archive(source) as archive:
        check_excel(archive)
        if any(member.name == CONTENT for member in archive.members):
            return check_open_document(archive)
    return frozenset()
