"""Reads CSV and TSV: encoding, delimiter, decimal mark and header are guessed."""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import polars as pl
from polars.exceptions import PolarsError

from engine.data.description import Delimiter, Description
from engine.data.files.dialect import (
    counts_rows,
    guess_decimal,
    guess_delimiter,
    sample_rows,
)
from engine.data.files.encoding import to_utf8
from engine.data.files.layout import Layout, layout, left_out
from engine.data.files.names import are_kept, column_names
from engine.data.files.refusal import AT, RefusedFileError
from engine.data.files.source import Source, Table
from engine.data.files.table import read_table
from engine.data.tables import rows_of
from engine.problems import Problem, problem

_CHUNK = 1 << 23
_MAX_ROW = 1 << 26


class StrayQuotesError(RefusedFileError):
    """Quotes within values that have none around them: polars refuses what Python can read."""


def read_delimited(source: Source) -> Description:
    """Read a table; with Python's slower reader where polars can't. Raises RefusedFileError."""
    table = open_delimited(source)
    try:
        return read_table(source, table)
    except StrayQuotesError:
        scratch = source.scratch / "again"
        scratch.mkdir()
        again = replace(source, scratch=scratch, options=table.options)
        return read_table(again, _rewritten(again, table))


def _rewritten(source: Source, table: Table) -> Table:
    path, _ = to_utf8(source)
    path = _with_line_feeds(source, path)
    delimiter = source.options.delimiter or ","
    with path.open(encoding="utf-8", newline="") as file:
        rows = (row for row in csv.reader(file, delimiter=delimiter, strict=True) if row)
        rest = islice(rows, table.first_row - 1, None)
        rewritten = table_of_rows(source, table.names, rest, table.first_row)
    return replace(rewritten, format=table.format, notes=table.notes, skip=table.skip)


def open_delimited(source: Source) -> Table:
    """Return the table of a file. Raises RefusedFileError."""
    options, name = source.options, source.name
    path, encoding = to_utf8(source)
    path = _with_line_feeds(source, path)
    delimiter = options.delimiter or guess_delimiter(path)
    rows = sample_rows(path, delimiter)
    if not rows:
        raise RefusedFileError(problem("file_empty", AT, file=name))
    source.limits.check_columns(name, len(rows[0]))
    decimal = options.decimal or guess_decimal(rows, delimiter)
    counts = not options.header and _counts_rows(path, rows)
    found = _after_counts(rows) if counts else layout(rows, decimal, options.skip, options.header)
    source.limits.check_columns(name, len(found.names))
    used = {
        "encoding": encoding,
        "delimiter": delimiter,
        "decimal": decimal,
        "header": found.header > 0,
        "skip": found.before or options.skip,
    }
    mark: Delimiter = "," if delimiter == " " else delimiter
    if mark != delimiter:
        path = _with_commas(source, path)
    names = column_names(found.names)
    by_place = found.by_place or not are_kept(found.names, names)
    return Table(
        file=name,
        names=tuple(names),
        options=options.model_copy(update=used),
        batches=Cells(path, name, len(names), found.first_row, mark, found.extra).batches,
        limits=source.limits,
        first_row=1 + found.first_row,
        notes=(_counting(rows),) if counts else left_out(found, rows),
        format="delimited",
        skip=found.first_row if by_place else None,
    )


def _after_counts(rows: list[list[str]]) -> Layout:
    """The layout of a table whose first row counts the others."""
    return Layout(1, 0, ("",) * len(rows[1]), by_place=True)


def _counting(rows: list[list[str]]) -> Problem:
    return problem("first_line_counts", AT, line=",".join(rows[0])[:80])


def _counts_rows(path: Path, rows: list[list[str]]) -> bool:
    """Whether the first line is neither a row nor a header: it counts the rows of the file."""
    count = counts_rows(rows)
    if count is None:
        return False
    with path.open("rb") as file:
        return sum(1 for line in file if line.strip()) == count + 1


def _with_line_feeds(source: Source, path: Path) -> Path:
    """Return a copy of a table whose lines end as on old Macs; any other path is returned."""
    with path.open("rb") as file:
        head = file.read(_CHUNK)
        if b"\n" in head or b"\r" not in head:
            return path
        file.seek(0)
        copy = source.scratch / "with-line-feeds"
        with copy.open("wb") as rows:
            while piece := file.read(_CHUNK):
                rows.write(piece.replace(b"\r", b"\n"))
    return copy


def _with_commas(source: Source, path: Path) -> Path:
    """Return a copy of a table whose cells are divided by spaces; empty lines stay."""
    copy = source.scratch / "with-commas"
    with (
        path.open(encoding="utf-8", newline="") as file,
        copy.open("w", encoding="utf-8", newline="") as rows,
    ):
        writer = csv.writer(rows, lineterminator="\n")
        for number, row in enumerate(rows_of(file, " ")):
            writer.writerow(row)
            if number % 10_000 == 0:
                source.limits.check_time(source.name)
    return copy


def table_of_rows(
    source: Source, names: Iterable[str], rows: Iterable[Iterable[str]], first_row: int = 1
) -> Table:
    """Return a table whose rows are written to a temporary file first."""
    columns = column_names(list(names))
    source.limits.check_columns(source.name, len(columns))
    path = source.scratch / "rows"
    count = 0
    with path.open("w", encoding="utf-8", errors="replace", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for row in rows:
            writer.writerow([cell.replace("\0", "\ufffd") for cell in row])
            count += 1
            if count % 1_000 == 0:
                source.limits.check_time(source.name)
                source.limits.check_rows(source.name, count)
    return Table(
        file=source.name,
        names=tuple(columns),
        options=source.options,
        batches=Cells(path, source.name, len(columns)).batches,
        limits=source.limits,
        first_row=first_row,
    )


@dataclass(frozen=True)
class Cells:
    """The cells of a file in UTF-8, in which `skip` rows come before the first one.

    Rows may end with `extra` cells without a value.
    """

    path: Path
    name: str
    width: int
    skip: int = 0
    delimiter: Delimiter = ","
    extra: int = 0

    def batches(self) -> Iterator[pl.DataFrame]:
        """Yield the rows in batches, without those that have no value at all."""
        for chunk in self._chunks():
            frame = pl.scan_csv(
                chunk,
                separator=self.delimiter,
                has_header=False,
                schema={str(index): pl.String for index in range(self.width + self.extra)},
                raise_if_empty=False,
                extra_columns="raise",
                missing_columns="insert",
            )
            try:
                batch = frame.collect()
            except PolarsError as error:
                raise self._malformed(error) from None
            beyond = batch[:, self.width :]
            if any(cells.str.strip_chars().ne("").any() for cells in beyond):
                raise self._malformed(ValueError("cells beyond the header"))
            batch = batch[:, : self.width]
            yield batch.filter(~pl.all_horizontal(pl.all().is_null()))

    def _chunks(self) -> Iterator[bytes]:
        """Yield the file in chunks of whole rows; polars alone would read ahead without limit."""
        rest = b""
        with self.path.open("rb") as file:
            for _ in range(self._lines_before()):
                file.readline()
            while piece := file.read(_CHUNK):
                text = rest + piece
                end = _end_of_rows(text)
                if end:
                    yield text[:end]
                elif len(text) > _MAX_ROW:
                    raise self._malformed(ValueError("a row does not end"))
                rest = text[end:]
        if rest:
            yield rest

    def _lines_before(self) -> int:
        """The lines of the rows that come before the first one; a row may have several."""
        with self.path.open(encoding="utf-8", newline="") as file:
            reader = csv.reader(file, delimiter=self.delimiter)
            rows = islice((row for row in reader if row), self.skip)
            return max((reader.line_num for _ in rows), default=0)

    def _malformed(self, error: Exception) -> RefusedFileError:
        """The problem with the line that is not like the others; reads the file again, slowly."""
        with self.path.open(encoding="utf-8", newline="") as file:
            reader = csv.reader(file, delimiter=self.delimiter, strict=True)
            try:
                for row in reader:
                    if any(cell.strip() for cell in row[self.width :]):
                        return self._too_wide(reader.line_num, len(row))
            except csv.Error:
                line = reader.line_num
                return RefusedFileError(
                    problem("file_malformed.line", AT, file=self.name, line=line)
                )
        detail = re.sub(r"\s+", " ", str(error))
        return StrayQuotesError(problem("file_malformed", AT, file=self.name, detail=detail))

    def _too_wide(self, line: int, count: int) -> RefusedFileError:
        expected = self.width
        return RefusedFileError(
            problem(
                "file_line_too_wide",
                AT,
                file=self.name,
                line=line,
                count=count,
                expected=expected,
            )
        )


def _end_of_rows(text: bytes) -> int:
    """Return where the last whole row ends: after a line break outside of quotes; 0 if nowhere."""
    odd, end = text.count(b'"') % 2, len(text)
    while (line_break := text.rfind(b"\n", 0, end)) >= 0:
        odd ^= text.count(b'"', line_break, end) % 2
        if not odd:
            return line_break + 1
        end = line_break
    return 0
