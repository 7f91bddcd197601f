"""Helpers: archives, images and workbooks for tests."""

import io
import tarfile
import zipfile
from collections.abc import Mapping

import numpy as np
from PIL import Image

Members = Mapping[str, bytes | str]


def zipped(members: Members, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def tarred(
    members: Members, mode: str = "w:gz", *, links: Mapping[str, str] | None = None
) -> bytes:
    """A TAR archive, with symbolic links."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode) as archive:  # type: ignore[call-overload]
        for name, content in members.items():
            data = content.encode() if isinstance(content, str) else content
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
        for name, target in (links or {}).items():
            info = tarfile.TarInfo(name)
            info.type, info.linkname = tarfile.SYMTYPE, target
            archive.addfile(info)
    return file.getvalue()


def picture(
    height: int = 4, width: int = 6, value: int = 100, mode: str = "RGB", format: str = "PNG"
) -> bytes:
    """An image of one colour."""
    shape = (height, width) if mode in ("L", "I;16") else (height, width, len(mode))
    pixels = np.full(shape, value, "uint16" if mode == "I;16" else "uint8")
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, format)
    return file.getvalue()


def npy(array: np.ndarray) -> bytes:
    """An .npy file."""
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def npz(**arrays: np.ndarray) -> bytes:
    """A compressed .npz file."""
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


_TYPES = """<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Override PartName="/xl/workbook.xml" ContentType=
"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>"""
_RELATIONS = """<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
{}</Relationships>"""
_RELATION = (
    '<Relationship Id="rId{id}" Target="{target}" Type='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{type}"/>'
)
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REFERENCES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def workbook(sheets: Mapping[str, str], head: str = "") -> bytes:
    """An .xlsx file; each sheet is the XML of its rows. Cells of style 1 are dates."""
    numbered = list(enumerate(sheets.items(), 1))
    entries = "".join(
        f'<sheet name="{name}" sheetId="{id}" r:id="rId{id}"/>' for id, (name, _) in numbered
    )
    relations = "".join(
        _RELATION.format(id=id, target=f"worksheets/sheet{id}.xml", type="worksheet")
        for id, _ in numbered
    ) + _RELATION.format(id=99, target="styles.xml", type="styles")
    root = _RELATION.format(id=1, target="xl/workbook.xml", type="officeDocument")
    return zipped(
        {
            "[Content_Types].xml": _TYPES,
            "_rels/.rels": _RELATIONS.format(root),
            "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_REFERENCES}">'
            f"<sheets>{entries}</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": _RELATIONS.format(relations),
            "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><cellXfs><xf numFmtId="0"/>'
            '<xf numFmtId="14"/></cellXfs></styleSheet>',
        }
        | {
            f"xl/worksheets/sheet{id}.xml": f'{head}<worksheet xmlns="{_MAIN}"><sheetData>{xml}'
            "</sheetData></worksheet>"
            for id, (_, xml) in numbered
        }
    )


def cells(rows: list[list[str | float]]) -> str:
    """The XML of rows."""
    return "".join(
        f'<row r="{number}">'
        + "".join(_cell(f"{chr(65 + column)}{number}", value) for column, value in enumerate(row))
        + "</row>"
        for number, row in enumerate(rows, 1)
    )


def _cell(address: str, value: str | float) -> str:
    if isinstance(value, str):
        return f'<c r="{address}" t="inlineStr"><is><t>{value}</t></is></c>'
    return f'<c r="{address}"><v>{value}</v></c>'


_OFFICE = "urn:oasis:names:tc:opendocument:xmlns"
_SPREADSHEET = "application/vnd.oasis.opendocument.spreadsheet"


def open_document(
    sheets: Mapping[str, str], head: str = "", *, type: str = _SPREADSHEET, manifest: str = ""
) -> bytes:
    """An .ods file; each sheet is the XML of its rows."""
    names = "".join(f' xmlns:{name}="{_OFFICE}:{name}:1.0"' for name in ("office", "table", "text"))
    tables = "".join(
        f'<table:table table:name="{name}">{xml}</table:table>' for name, xml in sheets.items()
    )
    return zipped(
        {
            "mimetype": type,
            "META-INF/manifest.xml": f"<manifest:manifest>{manifest}</manifest:manifest>",
            "Thumbnails/thumbnail.png": picture(),
            "content.xml": f"{head}<office:document-content{names}><office:body>"
            f"<office:spreadsheet>{tables}</office:spreadsheet></office:body>"
            "</office:document-content>",
        }
    )


def open_cells(rows: list[list[str | float]]) -> str:
    """The XML of rows of an .ods file."""
    return "".join(
        f"<table:table-row>{''.join(map(open_cell, row))}</table:table-row>" for row in rows
    )


def open_cell(value: str | float, attributes: str = "") -> str:
    """The XML of a cell of an .ods file."""
    if value == "":
        return f"<table:table-cell {attributes}/>"
    type = "string" if isinstance(value, str) else f'float" office:value="{value}'
    opened = f'<table:table-cell {attributes} office:value-type="{type}">'
    return f"{opened}<text:p>{value}</text:p></table:table-cell>"
