"""Recognises the format of a file by its content, and by its name where the content is text."""

import re
from pathlib import PurePosixPath
from typing import Literal, TypeAlias

from engine.data.files.archive import Archive, expanded, is_archive, open_archive
from engine.data.files.dialect import is_table
from engine.data.files.names import uncompressed
from engine.data.files.open_document import SPREADSHEET
from engine.data.files.refusal import AT, RefusedFileError
from engine.data.files.source import Source
from engine.problems import problem

Format: TypeAlias = Literal[
    "delimited",
    "json",
    "parquet",
    "excel",
    "arrays",
    "images",
    "texts",
    "lines",
    "packed",
    "compressed",
]

IMAGES = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff")
TEXTS = (".txt", ".text", ".md")
TABLES = (
    ".csv", ".tsv", ".tab", ".data", ".parquet", ".xlsx", ".xls", ".ods", ".jsonl", ".ndjson",
)  # fmt: skip
_NAMED_TEXT = (".csv", ".tsv", ".tab", ".data", ".dat", ".json", ".jsonl", ".ndjson", *TEXTS)
_NEVER_TEXT = (".parquet", ".xlsx", ".ods", ".npz", ".npy")
_NAMED_BINARY = (".xls", ".zip", ".tar", ".gz", ".tgz", ".bz2")
"""Names of files that may hold text: a table in an archive, or one that a program calls .xls."""
_MARKS: tuple[tuple[bytes, Format], ...] = (
    (b"PAR1", "parquet"),
    (b"\x93NUMPY", "arrays"),
    (b"\xd0\xcf\x11\xe0", "excel"),
)
_OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"\x89HDF", "HDF5"),
    (b"SQLite format 3", "SQLite"),
    (b"ARROW1", "Arrow"),
    (b"FEA1", "Feather"),
    (b"MATLAB 5.0", "MATLAB"),
    (b"$FL2", "SPSS"),
    (b"<stata_dta>", "Stata"),
    (b"%PDF", "PDF"),
    (b"7z\xbc\xaf", "7z"),
    (b"Rar!", "RAR"),
    (b"\x28\xb5\x2f\xfd", "Zstandard"),
)
"""How files begin that can't be read, and what their formats are called."""
_TEXT_FORMATS = (
    (re.compile(rb"<!doctype html|<html|<table", re.IGNORECASE), "HTML"),
    (re.compile(rb"<\?xml"), "XML"),
    (re.compile(rb"(%[^\n]*\n|\s)*@relation\s", re.IGNORECASE), "ARFF"),
)
_OTHER_ARCHIVES = {
    "word/document.xml": "Word",
    "ppt/presentation.xml": "PowerPoint",
    "index/document.iwa": "iWork",
}
"""Members of archives that can't be read, and what their formats are called."""
_MIMETYPE = "mimetype"
_OTHER_TYPES = {
    b"application/vnd.oasis.opendocument.": "OpenDocument",
    b"application/epub+zip": "EPUB",
}
"""How the member says what an archive holds, and what formats that can't be read are called."""
_COMPRESSED = (b"\x1f\x8b", b"BZh")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_HEAD = 4_096


def recognise(source: Source) -> Format:
    """Return the format of a file. Raises RefusedFileError if it is none that can be read."""
    with source.path.open("rb") as file:
        head = file.read(_HEAD)
    if not head.strip() and len(head) < _HEAD:
        raise RefusedFileError(problem("file_empty", AT, file=source.name))
    if head.startswith(b"PARE"):
        raise RefusedFileError(problem("file_encrypted", AT, file=source.name))
    for mark, format in _MARKS:
        if head.startswith(mark):
            return format
    if is_archive(source):
        return _archive_format(source)
    if head.startswith(_COMPRESSED):
        return "compressed"
    for mark, name in _OTHERS:
        if head.startswith(mark):
            raise _other_format(source, name)
    return _text_format(source, head)


def _text_format(source: Source, head: bytes) -> Format:
    suffix = PurePosixPath(uncompressed(source.name.lower())).suffix
    if suffix in _NEVER_TEXT:
        raise RefusedFileError(problem("file_damaged", AT, file=source.name))
    if b"\0" in head and not head.startswith(_UTF_16) and suffix not in _NAMED_TEXT:
        damaged = suffix in _NAMED_BINARY
        refused = problem("file_damaged" if damaged else "file_unknown", AT, file=source.name)
        raise RefusedFileError(refused)
    for form, name in _TEXT_FORMATS:
        if suffix not in TEXTS and form.match(head.removeprefix(b"\xef\xbb\xbf").lstrip()):
            raise _other_format(source, name)
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if start.startswith(b"{") or (start.startswith(b"[") and suffix == ".json"):
        return "json"
    return "lines" if suffix in TEXTS and not is_table(source.path) else "delimited"


def _archive_format(source: Source) -> Format:
    with open_archive(source) as archive:
        names = [member.name.lower() for member in archive.members]
        declared = _declared(archive)
    if declared.startswith(SPREADSHEET):
        return "excel"
    if other := _name_of_archive(names, declared):
        raise _other_format(source, other)
    if "xl/workbook.xml" in names or "xl/workbook.bin" in names:
        return "excel"
    if names and all(name.endswith(".npy") for name in names):
        return "arrays"
    if any(name.endswith(IMAGES) for name in names):
        return "images"
    if sum(name.endswith(TABLES) for name in names) == 1:
        return "packed"
    if any(name.endswith(TEXTS) for name in names):
        return "texts"
    if not names:
        raise RefusedFileError(problem("file_empty", AT, file=source.name))
    raise _unknown(source)


def _name_of_archive(names: list[str], declared: bytes) -> str | None:
    """What the format of an archive is called, if it is known and can't be read."""
    types = (name for mark, name in _OTHER_TYPES.items() if declared.startswith(mark))
    return next(types, None) or next(
        (_OTHER_ARCHIVES[x] for x in names if x in _OTHER_ARCHIVES), None
    )


def _declared(archive: Archive) -> bytes:
    """What a document says that it is, in a member of that name."""
    for member in archive.members:
        if member.name == _MIMETYPE and member.size <= _HEAD:
            return archive.read(member)
    return b""


def unpacked(source: Source) -> tuple[Source, str]:
    """Return the only table of an archive as a source of its own, and the name of the member.

    A compressed file has no names of members. Neither may hold an archive again. Raises
    RefusedFileError.
    """
    if not is_archive(source):
        inner = expanded(source)
        if recognise(inner) in ("packed", "compressed"):
            name = uncompressed(source.name)
            raise RefusedFileError(problem("archive_nested", AT, file=source.name, member=name))
        return inner, ""
    path = source.scratch / "member"
    with open_archive(source) as archive, path.open("wb") as file:
        (member,) = [item for item in archive.members if item.name.lower().endswith(TABLES)]
        for piece in archive.pieces(member):
            file.write(piece)
    inner = source.at(path)
    if recognise(inner) in ("packed", "compressed"):
        raise RefusedFileError(problem("archive_nested", AT, file=source.name, member=member.name))
    return inner, member.name


def _other_format(source: Source, name: str) -> RefusedFileError:
    return RefusedFileError(problem("file_of_format", AT, file=source.name, format=name))


def _unknown(source: Source) -> RefusedFileError:
    return RefusedFileError(problem("file_unknown", AT, file=source.name))
