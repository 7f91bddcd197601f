"""Reads text: each line of a file, or each text file of an archive with a folder for each class."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from engine.data.archives import decoded_text
from engine.data.catalogue import TEXT, Column, PlainText
from engine.data.description import PYTHON_ENCODINGS, Description, Windows
from engine.data.files.archive import Archive, Member, open_archive
from engine.data.files.classes import Labels, folder_labels
from engine.data.files.describing import Contents, describe
from engine.data.files.encoding import to_utf8
from engine.data.files.packing import Packer, TextPart
from engine.data.files.recognising import TEXTS
from engine.data.files.refusal import AT, RefusedFileError
from engine.data.files.script_archives import of_texts
from engine.data.files.source import Source
from engine.data.files.windows import CHARACTERS, cut_text
from engine.data.files.written import Written
from engine.problems import problem

MAX_TEXT = 10_000_000
LEAST = 5 * CHARACTERS
"""Characters of a text that is read to be continued, if nobody says otherwise."""
_BATCH = 10_000


def read_lines(source: Source) -> Description:
    """Read a plain text: windows of its characters, or each line that is not empty.

    Raises RefusedFileError.
    """
    path, encoding = to_utf8(source)
    windows, notes = source.options.windows, []
    if "windows" not in source.options.model_fields_set and _is_long(path):
        windows, notes = Windows(), [problem("text_is_continued", AT, past=CHARACTERS)]
    if windows:
        source = source.with_options(encoding=encoding)
        contents, packer = cut_text(source, path, windows, encoding)
        return describe(source, replace(contents, notes=notes), packer)
    packer = Packer(source.scratch)
    part = packer.add_text("text")
    with path.open(encoding="utf-8") as file:
        lines = (line.rstrip("\r\n") for line in file if line.strip())
        _append(source, part, lines)
    if not part.rows:
        raise RefusedFileError(problem("file_empty", AT, file=source.name))
    column = Column(name="text", shape=(), dtype=TEXT, role="input")
    options = source.options.model_copy(update={"encoding": encoding})
    plain = PlainText(kind="lines", encoding=PYTHON_ENCODINGS[encoding])
    written = [Written(column, "text", part.ends)]
    return describe(source, Contents("texts", options, written, archive=plain), packer)


def _is_long(path: Path) -> bool:
    """Whether a text is long enough to be continued."""
    with path.open(encoding="utf-8") as file:
        return len(file.read(LEAST)) == LEAST


def read_texts(source: Source) -> Description:
    """Read an archive of text files. Raises RefusedFileError."""
    with open_archive(source) as archive:
        members = [item for item in archive.members if item.name.lower().endswith(TEXTS)]
        packer = Packer(source.scratch)
        part = packer.add_text("text")
        _append(source, part, (_decoded(archive, member) for member in members))
        column = Column(name="text", shape=(), dtype=TEXT, role="input")
        written = [Written(column, "text", part.ends)]
        labels: Labels | None = folder_labels([member.path for member in members])
        if labels:
            written.append(labels.write(packer))
        known = of_texts(archive, members, labels)
        contents = Contents("texts", source.options, written, archive.notes, archive=known)
        return describe(source, contents, packer)


def _append(source: Source, part: TextPart, texts: Iterator[str]) -> None:
    batch: list[str] = []
    size = 0
    for text in texts:
        batch.append(text)
        size += len(text)
        if len(batch) >= _BATCH or size > MAX_TEXT:
            part.append(batch)
            batch, size = [], 0
            source.limits.check_time(source.name)
            source.limits.check_rows(source.name, part.rows)
            source.limits.check_bytes(source.name, part.text.rows)
    part.append(batch)


def _decoded(archive: Archive, member: Member) -> str:
    """The text of a member in UTF-8, else in Windows-1252."""
    content = archive.read(member, MAX_TEXT)
    if b"\0" not in content:
        with suppress(UnicodeDecodeError):
            return decoded_text(content)
    raise RefusedFileError(
        problem("archive_member_no_text", AT, file=archive.source.name, member=member.name)
    )
