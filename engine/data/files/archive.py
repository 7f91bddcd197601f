"""The members of a ZIP or TAR archive, read one by one; nothing is unpacked to disk.

The names of members are shown to people and never used as paths. Links, devices and hidden files
are left out. What members declare is validated first, and no more than that is read.
"""

import bz2
import gzip
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath
from stat import S_ISLNK
from typing import IO, Any

from engine.data.files.names import uncompressed
from engine.data.files.refusal import AT, RefusedFileError
from engine.data.files.source import Source
from engine.problems import Problem, problem

_CHUNK = 1 << 20
_MAX_HEADER = 1 << 20
"""Bytes of one header of a TAR archive, which is held in memory."""
_SMALL = 10_000_000
"""Archives may grow to this size whatever their compression."""
_BROKEN = (
    zipfile.BadZipFile,
    tarfile.TarError,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)
_ENCRYPTED = 0x1


@dataclass(frozen=True)
class Member:
    """A file in an archive, with the size that it declares."""

    name: str
    size: int
    info: Any

    @cached_property
    def path(self) -> PurePosixPath:
        """Its name as a path within the archive."""
        return PurePosixPath(self.name)


@dataclass
class Archive:
    """An open archive; `left_out` counts links and devices."""

    source: Source
    file: zipfile.ZipFile | tarfile.TarFile
    members: list[Member]
    left_out: int = 0

    @property
    def notes(self) -> list[Problem]:
        """A note about what was left out."""
        count = self.left_out
        return [problem("archive_links", AT, file=self.source.name, count=count)] if count else []

    def read(self, member: Member, limit: int = 200_000_000) -> bytes:
        """Return the content of a member. Raises RefusedFileError if it is larger than `limit`."""
        if member.size > limit:
            raise _refused(self.source, "large", member, limit)
        return b"".join(self.pieces(member))

    def pieces(self, member: Member) -> Iterator[bytes]:
        """Yield the content of a member, at most as much as it declares."""
        self.source.limits.check_time(self.source.name)
        try:
            with self._open(member) as file:
                left = member.size
                while left and (piece := file.read(min(_CHUNK, left))):
                    left -= len(piece)
                    yield piece
        except _BROKEN as error:
            raise RefusedFileError(
                problem(
                    "file_damaged.member",
                    AT,
                    file=self.source.name,
                    member=member.name,
                    detail=str(error),
                )
            ) from None

    def _open(self, member: Member) -> IO[bytes]:
        if isinstance(self.file, zipfile.ZipFile):
            return self.file.open(member.info)
        file = self.file.extractfile(member.info)
        assert file is not None  # members are regular files
        return file


@contextmanager
def open_archive(source: Source) -> Iterator[Archive]:
    """Open an archive and list its members. Raises RefusedFileError."""
    with ExitStack() as stack:
        try:
            if is_zip(source):
                archive = _list_zip(source, stack.enter_context(zipfile.ZipFile(source.path)))
            else:
                archive = _open_tar(source, stack)
        except _BROKEN as error:
            raise _damaged(source, error) from None
        yield archive


def is_archive(source: Source) -> bool:
    """Whether a file is an archive. Raises RefusedFileError for one that is cut off."""
    try:
        return is_zip(source) or tarfile.is_tarfile(source.path)
    except _BROKEN as error:
        raise _damaged(source, error) from None


def is_zip(source: Source) -> bool:
    """Whether a file is a ZIP archive."""
    return zipfile.is_zipfile(source.path)


def expanded(source: Source) -> Source:
    """Return a file that gzip or bzip2 has compressed as a source of its own.

    Raises RefusedFileError if it is damaged, or much larger than it was compressed.
    """
    path, limit, size = source.scratch / "expanded", _largest(source), 0
    try:
        with _decompressed(source) as packed, path.open("wb") as file:
            while piece := packed.read(_CHUNK):
                size += len(piece)
                if size > limit:
                    inner = Member(uncompressed(source.name), size, None)
                    raise _refused(source, "bomb", inner, limit)
                source.limits.check_bytes(source.name, size)
                source.limits.check_time(source.name)
                file.write(piece)
    except _BROKEN as error:
        raise _damaged(source, error) from None
    return source.at(path)


def _largest(source: Source) -> int:
    """The most bytes that the content of a compressed file may have."""
    return max(_SMALL, source.path.stat().st_size * source.limits.ratio)


def _damaged(source: Source, error: Exception) -> RefusedFileError:
    return RefusedFileError(problem("file_damaged", AT, file=source.name, detail=str(error)))


def _list_zip(source: Source, file: zipfile.ZipFile) -> Archive:
    archive = Archive(source, file, [])
    counter = _Counter(source)
    for info in file.infolist():
        member = Member(info.filename, info.file_size, info)
        counter.add(member)
        if info.flag_bits & _ENCRYPTED:
            raise _refused(source, "encrypted", member)
        if info.compress_type not in _METHODS:
            raise _refused(source, "compressed", member)
        if S_ISLNK(info.external_attr >> 16):
            archive.left_out += 1
        elif not info.is_dir() and not _is_hidden(member):
            archive.members.append(member)
    return archive


def _open_tar(source: Source, stack: ExitStack) -> Archive:
    content = _Bounded(stack.enter_context(_decompressed(source)))
    file: tarfile.TarFile = stack.enter_context(tarfile.TarFile(fileobj=content))  # type: ignore[arg-type]
    archive = Archive(source, file, [])
    counter = _Counter(source)
    for info in file:
        member = Member(info.name, info.size, info)
        counter.add(member)
        if info.isreg() and not info.issparse():
            if not _is_hidden(member):
                archive.members.append(member)
        elif not info.isdir():
            archive.left_out += 1
    return archive


def _decompressed(source: Source) -> IO[bytes]:
    with source.path.open("rb") as file:
        head = file.read(3)
    if head.startswith(b"\x1f\x8b"):
        return gzip.open(source.path)  # type: ignore[return-value]
    if head == b"BZh":
        return bz2.open(source.path)
    return source.path.open("rb")


class _Bounded:
    """A file that refuses to read much at once: a header of a TAR archive may claim any size."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.tell, self.close = file.tell, file.close

    def read(self, size: int) -> bytes:
        """Read some bytes."""
        if size > _MAX_HEADER:
            raise tarfile.ReadError(f"a header of {size} bytes")
        return self._file.read(size)

    def seek(self, position: int) -> int:
        """Go to a position, in steps that allow a limit on time."""
        return self._file.seek(position)


class _Counter:
    """Adds up what the members of an archive declare."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._limit = _largest(source)
        self._size = self._count = 0

    def add(self, member: Member) -> None:
        """Take a member into account. Raises RefusedFileError if that is too much."""
        source, path = self._source, member.path
        self._count += 1
        self._size += member.size
        if self._count > source.limits.members:
            limit = source.limits.members
            raise RefusedFileError(
                problem("archive_has_many_members", AT, file=source.name, limit=limit)
            )
        if path.is_absolute() or ".." in path.parts or "\\" in member.name:
            raise _refused(source, "outside", member)
        if self._size > self._limit:
            raise _refused(source, "bomb", member, self._limit)
        source.limits.check_bytes(source.name, self._size)
        source.limits.check_time(source.name)


def _is_hidden(member: Member) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in member.path.parts)


def _refused(source: Source, why: str, member: Member, limit: int = 0) -> RefusedFileError:
    file, name = source.name, member.name
    match why:
        case "encrypted":
            return RefusedFileError(problem("archive_encrypted", AT, file=file, member=name))
        case "compressed":
            return RefusedFileError(problem("archive_compressed", AT, file=file, member=name))
        case "outside":
            return RefusedFileError(problem("archive_outside", AT, file=file, member=name))
        case "bomb":
            return RefusedFileError(
                problem("archive_bomb", AT, file=file, member=name, limit=limit)
            )
    return RefusedFileError(
        problem("archive_member_large", AT, file=file, member=name, limit=limit)
    )
