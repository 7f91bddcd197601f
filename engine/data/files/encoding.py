"""Finds the encoding of a text file, and gives the readers a file in UTF-8.

A file in UTF-8 is validated and used as it is; any other is converted to a temporary file. Memory
stays bounded: a line that is too long, or NUL, is refused while the file is read in pieces.
"""

import codecs
from collections.abc import Iterator
from pathlib import Path

from engine.data.description import Encoding
from engine.data.files.limits import Limits
from engine.data.files.refusal import AT, RefusedFileError
from engine.data.files.source import Source
from engine.problems import problem

_CHUNK = 1 << 20
_CODECS: dict[Encoding, str] = {
    "utf-8": "utf-8-sig",
    "utf-16": "utf-16",
    "windows-1252": "windows-1252",
}
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def to_utf8(source: Source) -> tuple[Path, Encoding]:
    """Return a file in UTF-8 without a byte order mark, and the encoding of the source.

    Raises RefusedFileError for text that mixes encodings, NUL and lines that are too long.
    """
    path, name = source.path, source.name
    encoding = source.options.encoding or _marked(path) or _guess(path, name)
    target = source.scratch / "text"
    if encoding == "utf-8" and not _starts_with(path, codecs.BOM_UTF8):
        for _ in _decoded(path, name, encoding, source.limits):
            pass
        return path, encoding
    with target.open("w", encoding="utf-8", newline="") as file:
        file.writelines(_decoded(path, name, encoding, source.limits))
    return target, encoding


def _starts_with(source: Path, mark: bytes) -> bool:
    with source.open("rb") as file:
        return file.read(len(mark)) == mark


def _marked(source: Path) -> Encoding | None:
    """The encoding by a byte order mark."""
    with source.open("rb") as file:
        head = file.read(len(codecs.BOM_UTF8))
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8"
    return "utf-16" if head.startswith(_UTF_16) else None


def _guess(source: Path, name: str) -> Encoding:
    """UTF-8 if the whole file is, else Windows-1252; refuses a file that mixes the two."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    line, outside_ascii = 1, False
    with source.open("rb") as file:
        while chunk := file.read(_CHUNK):
            try:
                text = decoder.decode(chunk)
            except UnicodeDecodeError as error:
                valid = error.object[: error.start]
                if outside_ascii or not valid.isascii():
                    line += valid.count(b"\n")
                    raise RefusedFileError(
                        problem("file_mixes_encodings", AT, file=name, line=line)
                    ) from None
                return "windows-1252"
            outside_ascii = outside_ascii or not text.isascii()
            line += text.count("\n")
    return "utf-8"


def _decoded(source: Path, name: str, encoding: Encoding, limits: Limits) -> Iterator[str]:
    """Yield the text in pieces, and check it."""
    decoder = codecs.getincrementaldecoder(_CODECS[encoding])()
    line, open_length = 1, 0
    with source.open("rb") as file:
        while chunk := file.read(_CHUNK):
            limits.check_time(name)
            try:
                text = decoder.decode(chunk)
            except UnicodeDecodeError as error:
                line += error.object[: error.start].count(b"\n")
                raise _undecodable(name, encoding, line) from None
            if (position := text.find("\0")) >= 0:
                line += text.count("\n", 0, position)
                raise RefusedFileError(problem("file_has_nul", AT, file=name, line=line))
            first, last = text.find("\n"), text.rfind("\n")
            longest = open_length + (len(text) if first < 0 else first)
            if longest > limits.line:
                raise RefusedFileError(
                    problem("file_line_too_long", AT, file=name, line=line, limit=limits.line)
                )
            open_length = longest if first < 0 else len(text) - last - 1
            line += text.count("\n")
            yield text
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise _undecodable(name, encoding, line) from None


def _undecodable(name: str, encoding: Encoding, line: int) -> Exception:
    return RefusedFileError(
        problem("file_not_in_encoding", AT, file=name, encoding=encoding, line=line)
    )
