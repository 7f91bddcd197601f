"""Files that attack: each gets one clear problem that names the place, and nothing grows."""

import gzip
import io
import struct
import tarfile
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.data.description import Options
from engine.data.files.limits import Limits
from engine.data.files.reading import read_file
from engine.problems import Problem
from tests.engine.data.files.archives import (
    cells,
    npy,
    npz,
    open_cell,
    open_cells,
    open_document,
    picture,
    tarred,
    workbook,
    zipped,
)
from tests.engine.data.files.reads import codes, read, refused

ZEROS = bytes(30_000_000)


def encrypted() -> bytes:
    content = bytearray(zipped({"a/1.png": picture()}))
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(mark) + offset] |= 1
    return bytes(content)


def huge_png(side: int = 100_000) -> bytes:
    """The header of an image, and the start of its pixels."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(ZEROS))


def _chunk(name: bytes, content: bytes) -> bytes:
    """A part of a PNG file."""
    checksum = struct.pack(">I", zlib.crc32(name + content))
    return struct.pack(">I", len(content)) + name + content + checksum


def lying_zip() -> bytes:
    """An archive whose directory declares one byte for a large member."""
    content = bytearray(zipped({"a/1.txt": ZEROS}))
    at = content.index(b"PK\x01\x02")
    content[at + 24 : at + 28] = struct.pack("<I", 1)
    return bytes(content)


def tar_of(name: str, size: int, type: bytes = tarfile.REGTYPE, content: bytes = b"") -> bytes:
    """A TAR archive with a header that declares a size."""
    info = tarfile.TarInfo(name)
    info.size, info.type = size, type
    return info.tobuf(tarfile.GNU_FORMAT) + content + bytes(1024)


def bad_npy(header: str) -> bytes:
    """An .npy file with any header."""
    text = header.encode().ljust(117) + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + bytes(64)


def evil_image_text() -> bytes:
    """A PNG with a compressed comment that unpacks to 90 MB."""
    image = picture()
    text = _chunk(b"zTXt", b"note\x00\x00" + zlib.compress(ZEROS * 3))
    return image[:33] + text + image[33:]


ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;">]>'
FAR = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
SPACED = f'<row r="1"><c {" " * 40_000}r="A1"><v>1</v></c></row>' + FAR.replace("c r", "c\n  r")

CELL = '<table:table-cell{} office:value-type="float" office:value="1"/>'
ROWS = ' table:number-rows-repeated="1048576"'
COLUMNS = ' table:number-columns-repeated="16384"'


def repeated(cell: str) -> Callable[[], bytes]:
    """An .ods file with one row, which is repeated."""
    return lambda: open_document({"S": f"<table:table-row{ROWS}>{cell}</table:table-row>"})


Case = tuple[str, Callable[[], bytes], str, str]

CASES: dict[str, Case] = {
    "a ZIP bomb": ("a.zip", lambda: zipped({"a/1.png": ZEROS}), "archive_bomb", "a/1.png"),
    "a TAR bomb": ("a.tgz", lambda: tarred({"a/1.png": ZEROS}), "archive_bomb", "a/1.png"),
    "a TAR that declares more than it has": (
        "a.tar",
        lambda: tar_of("a/1.txt", 10**11),
        "archive_bomb",
        "a/1.txt",
    ),
    "a TAR with a long header": (
        "a.tar",
        lambda: tar_of("x", 8_000_000, tarfile.GNUTYPE_LONGNAME, bytes(8_000_000)),
        "file_damaged",
        "",
    ),
    "a ZIP that declares less than it has": (
        "a.zip",
        lying_zip,
        "file_damaged",
        "a/1.txt",
    ),
    "traversal": ("a.zip", lambda: zipped({"a/../../1.png": picture()}), "archive_outside", "../1"),
    "traversal in a TAR": (
        "a.tgz",
        lambda: tarred({"/etc/1.png": picture()}),
        "archive_outside",
        "/etc",
    ),
    "traversal on Windows": (
        "a.zip",
        lambda: zipped({"..\\1.png": picture()}),
        "archive_outside",
        "1.png",
    ),
    "only links": ("a.tgz", lambda: tarred({}, links={"a.png": "/etc/passwd"}), "file_empty", ""),
    "encryption": ("a.zip", encrypted, "archive_encrypted", "a/1.png"),
    "an unknown compression": (
        "a.zip",
        lambda: zipped({"a/1.png": picture()}, zipfile.ZIP_LZMA),
        "archive_compressed",
        "a/1.png",
    ),
    "archives in archives": (
        "a.zip",
        lambda: zipped({"t.csv": zipped({"t.csv": "a\n1\n"})}),
        "archive_nested",
        "t.csv",
    ),
    "a huge image": (
        "a.zip",
        lambda: zipped({"a/1.png": huge_png()}),
        "image_too_large",
        "a/1.png",
    ),
    "an image of many pixels": (
        "a.zip",
        lambda: zipped({"a/1.png": huge_png(9_000)}),
        "image_too_large",
        "a/1.png",
    ),
    "a comment of an image": (
        "a.zip",
        lambda: zipped({"a/1.png": evil_image_text()}),
        "file_damaged",
        "a/1.png",
    ),
    "no image": ("a.zip", lambda: zipped({"a/1.png": "text"}), "file_damaged", "a/1.png"),
    "objects": ("a.npz", lambda: npz(x=np.array([print])), "array_of_objects", "x.npy"),
    "one array of objects": ("a.npy", lambda: npy(np.array([print])), "array_of_objects", "a.npy"),
    "complex numbers": ("a.npz", lambda: npz(x=np.ones(3) * 1j), "array_of_kind", "x.npy"),
    "structures": ("a.npz", lambda: npz(x=np.zeros(3, "f4,i4")), "array_of_kind", "x.npy"),
    "tables of text": ("a.npz", lambda: npz(x=np.array([["a", "b"]])), "array_of_texts", "x"),
    "an array that claims to be huge": (
        "a.npy",
        lambda: bad_npy("{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999999999,)}"),
        "file_damaged",
        "a.npy",
    ),
    "a negative shape": (
        "a.npy",
        lambda: bad_npy("{'descr': '<f8', 'fortran_order': False, 'shape': (-1, -4)}"),
        "file_damaged",
        "a.npy",
    ),
    "code in a header": (
        "a.npy",
        lambda: bad_npy("__import__('os').getcwd()"),
        "file_damaged",
        "a.npy",
    ),
    "a header that does not end": ("a.npy", lambda: bad_npy("((((("), "file_damaged", "a.npy"),
    "XML entities": (
        "a.xlsx",
        lambda: workbook({"S": cells([["&b;"]])}, ENTITIES),
        "file_declares_entities",
        "sheet1.xml",
    ),
    "a cell far away": (
        "a.xlsx",
        lambda: workbook({"S": FAR}),
        "file_sheet_too_large",
        "sheet1.xml",
    ),
    "a far cell behind spaces": (
        "a.xlsx",
        lambda: workbook({"S": SPACED}),
        "file_sheet_too_large",
        "sheet1.xml",
    ),
    "a bomb of XML": (
        "a.xlsx",
        lambda: workbook({"S": "<!--" + " " * 30_000_000 + "-->"}),
        "archive_bomb",
        "sheet1.xml",
    ),
    "a cell that is repeated": (
        "a.ods",
        repeated(CELL.format(COLUMNS)),
        "file_sheet_too_large",
        "column 16,384",
    ),
    "a text that is repeated": (
        "a.ods",
        repeated(open_cell("x" * 9_000)),
        "file_too_large",
        "a.ods",
    ),
    "spaces that are repeated": (
        "a.ods",
        repeated(open_cell('<text:s text:c="999999999999"/>')),
        "file_too_large",
        "a.ods",
    ),
    "spaces around a cell in a cell": (
        "a.ods",
        repeated(open_cell(f'<text:s text:c="999999999999"/>{open_cell("x")}')),
        "file_damaged",
        "content.xml",
    ),
    "XML entities in OpenDocument": (
        "a.ods",
        lambda: open_document({"S": open_cells([["&b;"]])}, ENTITIES),
        "file_declares_entities",
        "content.xml",
    ),
    "entities in XML in UTF-16": (
        "a.ods",
        lambda: zipped(
            {
                "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
                "content.xml": f"{ENTITIES}<x>&b;</x>".encode("utf-16"),
            }
        ),
        "file_declares_entities",
        "content.xml",
    ),
    "OpenDocument that is cut off": (
        "a.ods",
        lambda: open_document({"S": "<table:table-row>"}),
        "file_damaged",
        "content.xml",
    ),
    "an encrypted spreadsheet": (
        "a.ods",
        lambda: open_document({}, manifest="<manifest:encryption-data/>"),
        "file_encrypted",
        "a.ods",
    ),
    "a pickle with the name of an array": (
        "a.npy",
        lambda: b"\x80\x04cposix\nsystem\n(S'ls'\ntR.",
        "file_damaged",
        "a.npy",
    ),
    "nothing but spaces": ("a.csv", lambda: b" \n\t\n", "file_empty", "a.csv"),
    "a bomb of gzip": (
        "a.csv.gz",
        lambda: gzip.compress(b"1,2\n" * 8_000_000),
        "archive_bomb",
        "a.csv",
    ),
    "gzip that is cut off": (
        "a.csv.gz",
        lambda: gzip.compress(np.random.default_rng(0).bytes(9_000))[:5_000],
        "file_damaged",
        "a.csv.gz",
    ),
    "gzip in gzip": (
        "a.csv.gz",
        lambda: gzip.compress(gzip.compress(b"a,b\n1,2\n")),
        "archive_nested",
        "a.csv",
    ),
    "an old workbook that is none": (
        "a.xls",
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000),
        "file_damaged",
        "",
    ),
    "Parquet that is none": (
        "a.parquet",
        lambda: b"PAR1" + bytes(99) + b"PAR1",
        "file_damaged",
        "",
    ),
    "a format that is not known": (
        "a.bin",
        lambda: b"BIN\x00\x01" + bytes(99),
        "file_unknown",
        "",
    ),
    "a million columns": ("a.csv", lambda: b"x," * 1_000_000, "file_too_many_columns", "1,000,001"),
    "too deep JSON": ("a.jsonl", lambda: b'{"a":' * 50_000, "file_bad_json", "Line 1"),
    "JSON that is no object": ("a.jsonl", lambda: b'{"a": 1}\n[1]\n', "file_json_row", "Row 2"),
    "binary text": (
        "a.zip",
        lambda: zipped({"a/1.txt": "x", "b/2.txt": b"\x00\x01"}),
        "archive_member_no_text",
        "b/2.txt",
    ),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_is_refused(case: Case, tmp_path: Path) -> None:
    name, make, code, place = case
    problem = refused(tmp_path, make(), name)
    assert problem.code == code
    assert place in problem.message


@pytest.mark.parametrize(
    ("content", "name", "limits", "code"),
    [
        (b"a\n1\n2\n3\n", "a.csv", {"rows": 2}, "file_too_many_rows"),
        (b"a,b\n1,2\n3,4\n", "a.csv", {"bytes": 15}, "file_too_large"),
        (b"a\n1\n", "a.csv", {"seconds": -1.0}, "file_too_slow"),
        (b'{"a": 1}\n', "a.jsonl", {"seconds": -1.0}, "file_too_slow"),
        (zipped({"a/1.txt": "x", "b/2.txt": "y"}), "a.zip", {"members": 1}, "archive_has_many"),
        (zipped({"a/1.png": picture(20, 20)}), "a.zip", {"bytes": 1_000}, "file_too_large"),
        (zipped({"a/1.png": picture(20, 20)}), "a.zip", {"seconds": -1.0}, "file_too_slow"),
        (zipped({"a/1.png": picture(20, 20)}), "a.zip", {"pixels": 399}, "image_too_large"),
        (npy(np.zeros((100, 9))), "a.npy", {"bytes": 7_199}, "file_too_large"),
    ],
)
def test_limits(
    content: bytes, name: str, limits: dict[str, Any], code: str, tmp_path: Path
) -> None:
    problem = refused(tmp_path, content, name, Limits(**limits))
    assert problem.code.startswith(code)


def test_a_line_that_spans_pieces_is_measured(tmp_path: Path) -> None:
    text = io.BytesIO(b"a\n" + b"x" * 3_000_000 + b"\n")
    assert refused(tmp_path, text.getvalue(), limits=Limits(line=2_999_999)).arguments["line"] == 2
    assert read(tmp_path, text.getvalue()).data.rows == 1


@pytest.mark.parametrize("name", ["t.csv", "t.json", "t.txt"])
def test_a_line_of_a_gigabyte_is_not_held(name: str, tmp_path: Path) -> None:
    """The file is refused by the limit of a line, and no more of it is held than that."""
    source, folder = tmp_path / name, tmp_path / "read"
    folder.mkdir()
    with source.open("wb") as file:
        file.write((b'["' if name.endswith("json") else b"") + b"x" * 12_000_000)
        file.truncate(1 << 30)  # the rest takes no place on the disk
    tracemalloc.start()
    answer = read_file(source, folder, Options(), name)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert isinstance(answer, Problem)
    assert (answer.arguments["file"], [*folder.iterdir()]) == (name, [])
    assert peak < 150_000_000


def test_links_are_left_out(tmp_path: Path) -> None:
    members = {"a/1.png": picture(), "b/2.png": picture()}
    description = read(tmp_path, tarred(members, links={"a/3.png": "/etc/passwd"}), "a.tgz")
    assert (description.data.rows, codes(description)) == (2, ["archive_links"])
    link = zipfile.ZipInfo("a/3.png")
    link.external_attr = 0o120777 << 16
    file = io.BytesIO(zipped(members))
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr(link, "/etc/passwd")
    description = read(tmp_path, file.getvalue(), "a.zip")
    assert (description.data.rows, codes(description)) == (2, ["archive_links"])


def test_names_are_never_paths(tmp_path: Path) -> None:
    names = "../../up,/etc/x,a/b\n1,2,3\n4,5,6\n"
    description = read(tmp_path, names, "../../evil.csv")
    assert description.data.id == "evil"
    assert {path.name for path in tmp_path.rglob("*")} == {
        "source",
        "read",
        f"{description.data.hash}.npz",
    }
