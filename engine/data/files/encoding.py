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
_HEAD = 64
_CODECS: dict[Encoding, str] = {
    "utf-8": "utf-8-sig",
    "utf-16": "utf-16",
    "utf-16-le": "utf-16-le",
    "windows-1252": "windows-1252",
}
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


class _UndecodableError(Exception):
    """The line with bytes that are not in an encoding, and whether all before them is ASCII."""

    def __init__(self, line: int, *, after_ascii: bool) -> None:
        super().__init__(line)
        self.line, self.after_ascii = line, after_ascii


def to_utf8(source: Source) -> tuple[Path, Encoding]:
    """Return a file in UTF-8 without a byte order mark, and the encoding of the source.

    A file without a mark is in UTF-8 if all of it is, else in Windows-1252. Raises RefusedFileError
    for text that mixes encodings, NUL and lines that are too long.
    """
    name, given = source.name, source.options.encoding or _marked(source.path)
    try:
        return _converted(source, given or "utf-8"), given or "utf-8"
    except _UndecodableError as error:
        if given:
            raise _undecodable(name, given, error.line) from None
        if not error.after_ascii:
            mixed = problem("file_mixes_encodings", AT, file=name, line=error.line)
            raise RefusedFileError(mixed) from None
    try:
        return _converted(source, "windows-1252"), "windows-1252"
    except _UndecodableError as error:
        raise _undecodable(name, "windows-1252", error.line) from None


def _converted(source: Source, encoding: Encoding) -> Path:
    pieces = _decoded(source.path, source.name, encoding, source.limits)
    if encoding == "utf-8" and not _starts_with(source.path, codecs.BOM_UTF8):
        for _ in pieces:
            pass
        return source.path
    target = source.scratch / "text"
    with target.open("w", encoding="utf-8", newline="") as file:
        file.writelines(pieces)
    return target


def _starts_with(source: Path, mark: bytes) -> bool:
    with source.open("rb") as file:
        return file.read(len(mark)) == mark


def _marked(source: Path) -> Encoding | None:
    """The encoding by a byte order mark, or by the NUL in every second byte of UTF-16."""
    with source.open("rb") as file:
        head = file.read(_HEAD)
    if len(head) > 1 and not any(head[1::2]) and all(head[::2]):
        return "utf-16-le"
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8"
    return "utf-16" if head.startswith(_UTF_16) else None


def _decoded(source: Path, name: str, encoding: Encoding, limits: Limits) -> Iterator[str]:
    """Yield the text in pieces, and check it. Raises RefusedFileError, _UndecodableError."""
    decoder = codecs.getincrementaldecoder(_CODECS[encoding])()
    chunks, open_length, is_ascii = 0, 0, True
    with source.open("rb") as file:
        while chunk := file.read(_CHUNK):
            limits.check_time(name)
            try:
                text = decoder.decode(chunk)
            except UnicodeDecodeError as error:
                valid = error.object[: error.start]
                line = _line(source, encoding, chunks) + valid.count(b"\n")
                raise _UndecodableError(line, after_ascii=is_ascii and valid.isascii()) from None
            except UnicodeError:  # UTF-16 without a byte order mark
                raise _UndecodableError(1, after_ascii=False) from None
            if (position := text.find("\0")) >= 0:
                line = _line(source, encoding, chunks) + text.count("\n", 0, position)
                raise RefusedFileError(problem("file_has_nul", AT, file=name, line=line))
            first, last = text.find("\n"), text.rfind("\n")
            longest = open_length + (len(text) if first < 0 else first)
            if longest > limits.line:
                line = _line(source, encoding, chunks)
                raise RefusedFileError(
                    problem("file_line_too_long", AT, file=name, line=line, limit=limits.line)
                )
            open_length = longest if first < 0 else len(text) - last - 1
            chunks, is_ascii = chunks + 1, is_ascii and text.isascii()
            yield text
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        line = _line(source, encoding, chunks)
        raise _UndecodableError(line, after_ascii=is_ascii) from None


def _line(source: Path, encoding: Encoding, chunks: int) -> int:
    """The number of the line in which a chunk begins; reads the chunks before it again."""
    decoder = codecs.getincrementaldecoder(_CODECS[encoding])()
    with source.open("rb") as file:
        return 1 + sum(decoder.decode(file.read(_CHUNK)).count("\n") for _ in range(chunks))


def _undecodable(name: str, encoding: Encoding, line: int) -> Exception:
    return RefusedFileError(
        problem("file_not_in_encoding", AT, file=name, encoding=encoding, line=line)
    )
