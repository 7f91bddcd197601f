"""Reads the XML of an OpenDocument spreadsheet (.ods) before the library that holds its cells does.

Rows, cells and spaces are written once and repeated as often as a number says: a file of a kilobyte
may stand for any number of cells. https://docs.oasis-open.org/office/OpenDocument/v1.3/
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NoReturn
from xml.parsers import expat

from engine.data.files.archive import Archive
from engine.data.files.limits import MAX_CELLS
from engine.data.files.refusal import AT, RefusedFileError
from engine.problems import problem

SPREADSHEET = b"application/vnd.oasis.opendocument.spreadsheet"
"""How the member `mimetype` begins, also in templates."""
CONTENT = "content.xml"
MAX_TEXT = 500_000_000
"""Characters of all cells of a sheet, repeated ones included."""
_MANIFEST = "META-INF/manifest.xml"
_MAX_ROWS, _MAX_COLUMNS = 1_048_576, 16_384
"""As many rows and columns as programs have; the library reads no more."""
_SHEET, _ROW = "table:table", "table:table-row"
_CELLS = ("table:table-cell", "table:covered-table-cell")


def check_open_document(archive: Archive) -> frozenset[str]:
    """Refuse what would grow in memory; return the names of sheets with cells merged across rows.

    Raises RefusedFileError.
    """
    file = archive.source.name
    members = {member.name: member for member in archive.members}
    manifest = members.get(_MANIFEST)
    if manifest and b"encryption-data" in archive.read(manifest):
        raise RefusedFileError(problem("file_encrypted", AT, file=file))
    if CONTENT not in members:
        raise RefusedFileError(problem("file_damaged", AT, file=file))
    reader = _Reader(file)
    try:
        for piece in archive.pieces(members[CONTENT]):
            reader.parser.Parse(piece, False)
        reader.parser.Parse(b"", True)
    except (expat.ExpatError, ValueError) as error:
        detail = str(error)
        raise RefusedFileError(
            problem("file_damaged.member", AT, file=file, member=CONTENT, detail=detail)
        ) from None
    return frozenset(reader.merged)


@dataclass
class _Sheet:
    """What is known of a sheet so far: how far its values reach, and how long they are."""

    name: str = ""
    rows: int = 0
    columns: int = 0
    text: int = 0


@dataclass
class _Row:
    """The row that is read: `width` is how far its values reach."""

    repeated: int = 1
    columns: int = 0
    width: int = 0
    text: int = 0


@dataclass
class _Cell:
    """The cell that is read; one without a type of value is empty."""

    repeated: int
    filled: bool
    text: int = 0


@dataclass
class _Reader:
    """Follows the tables, rows and cells of the XML."""

    file: str
    merged: set[str] = field(default_factory=set)
    sheet: _Sheet = field(default_factory=_Sheet)
    row: _Row = field(default_factory=_Row)
    cell: _Cell | None = None
    inside: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Make a parser that calls this object."""
        self.parser = expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = self._refuse_entities
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text

    def _refuse_entities(self, *_: object) -> NoReturn:
        raise RefusedFileError(
            problem("file_declares_entities", AT, file=self.file, member=CONTENT)
        )

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        if name in (_SHEET, _ROW, *_CELLS):
            self._open(name)
        if name == _SHEET:
            self.sheet = _Sheet(attributes.get("table:name", ""))
        elif name == _ROW:
            self.row = _Row(_count(attributes, "table:number-rows-repeated", _MAX_ROWS))
        elif name in _CELLS:
            repeated = _count(attributes, "table:number-columns-repeated", _MAX_COLUMNS)
            self.cell = _Cell(repeated, "office:value-type" in attributes)
            if _count(attributes, "table:number-rows-spanned", _MAX_ROWS) > 1:
                self.merged.add(self.sheet.name)
        elif name == "text:s" and self.cell:
            self.cell.text += _count(attributes, "text:c", MAX_TEXT)

    def _open(self, name: str) -> None:
        """Keep what is open: one table, row or cell in another would be counted wrongly."""
        if name in self.inside:
            raise ValueError(f"{name} in another one")
        self.inside.add(name)

    def _text(self, text: str) -> None:
        if self.cell:
            self.cell.text += len(text)

    def _end(self, name: str) -> None:
        if name in _CELLS and self.cell:
            row, cell = self.row, self.cell
            row.columns += cell.repeated
            if cell.filled or cell.text:
                row.width = row.columns
                row.text += cell.text * cell.repeated
            self.cell = None
        elif name == _ROW:
            self._count_row()
        if name in self.inside:
            self.inside.remove(name)

    def _count_row(self) -> None:
        sheet, row = self.sheet, self.row
        sheet.rows += row.repeated
        if not row.width:
            return
        sheet.columns = max(sheet.columns, row.width)
        sheet.text += row.text * row.repeated
        if sheet.rows * sheet.columns > MAX_CELLS:
            raise RefusedFileError(
                problem(
                    "file_sheet_too_large",
                    AT,
                    file=self.file,
                    member=sheet.name,
                    rows=sheet.rows,
                    columns=sheet.columns,
                )
            )
        if sheet.text > MAX_TEXT:
            raise RefusedFileError(
                problem("file_too_large", AT, file=self.file, size=sheet.text, limit=MAX_TEXT)
            )


def _count(attributes: Mapping[str, str], name: str, most: int) -> int:
    """A number of repetitions, 1 if there is none. Raises ValueError for what is no number."""
    count = int(attributes.get(name, "1"))
    if count < 0:
        raise ValueError(f"{name} is {count}")
    return min(count, most)
