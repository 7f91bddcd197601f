"""`.keras` archives → a document. Two small members are read; nothing is ever unpacked.

The archive is judged before anything is decompressed: its directory's size, the names of its
members and their declared sizes. What a member then yields is cut off at the limit, whatever it
declared.
"""

import io
import stat
import zipfile
import zlib
from pathlib import PurePosixPath
from typing import Any

from engine.catalogue import load
from engine.document import MAX_BYTES
from engine.document.reading import read_json
from engine.imports.drawing import Imported
from engine.imports.keras_json import from_keras_json
from engine.problems import Problem
from engine.problems.imports import bad_archive, import_assets, other_keras
from engine.values import format_bytes

CONFIG, METADATA, WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
_ASSETS = "assets/"
MAX_MEMBERS = 1_000
MAX_DIRECTORY = 1_000_000  # bytes; a member takes about 100
MAX_METADATA = 100_000
MAX_RATIO = 200  # JSON of many alike layers shrinks to about a fortieth
_END, _END_SIZE, _SIZE_AT = b"PK\x05\x06", 22, 12
_ZIP64 = b"PK\x06\x07"
_ENCRYPTED = 0x1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError)


class ArchiveError(Exception):
    """An archive that can't be read, or should not be; `problem` says why."""

    def __init__(self, why: str, hint: str | None = None) -> None:
        super().__init__(why)
        self.problem = bad_archive(why, hint)


def read_archive(data: bytes) -> Imported | list[Problem]:
    """Return the document for a `.keras` file, and what of it could not be kept.

    Never raises for bad input: archives that are damaged, or made to do harm, come back as
    problems. Reads the structure and what the model was compiled with, not the weights.
    """
    try:
        with open_archive(data) as archive:
            config = read_json(read_member(archive, CONFIG, MAX_BYTES))
            notes = _notes(archive)
    except ArchiveError as error:
        return [error.problem]
    if isinstance(config, Problem):
        return [bad_archive(f"{CONFIG} is no JSON", config.message)]
    imported = from_keras_json(config)
    if isinstance(imported, list):
        return imported
    return imported.model_copy(update={"problems": (*imported.problems, *notes)})


def open_archive(data: bytes) -> zipfile.ZipFile:
    """Open an archive whose members have harmless names. Raises ArchiveError."""
    _check_directory(data)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _BROKEN as error:
        raise ArchiveError("it is damaged") from error
    _check_members(archive)
    return archive


def read_member(archive: zipfile.ZipFile, name: str, limit: int) -> bytes:
    """Return the bytes of a member, at most `limit` of them. Raises ArchiveError."""
    info = archive.NameToInfo.get(name)
    if info is None:
        raise _missing(archive, name)
    if info.compress_type not in _METHODS:
        raise ArchiveError(f"{name} is compressed in a way that Keras does not use")
    if info.file_size > limit:
        raise ArchiveError(f"{name} is larger than {format_bytes(limit)}")
    if info.file_size > MAX_RATIO * max(info.compress_size, 5_000):
        raise ArchiveError(
            f"{name} would grow to {format_bytes(info.file_size)} from next to nothing"
        )
    try:
        with archive.open(info) as member:
            content = member.read(limit + 1)
    except (*_BROKEN, NotImplementedError) as error:
        raise ArchiveError(f"{name} is damaged") from error
    if len(content) != info.file_size:
        raise ArchiveError(f"{name} is not as large as it says")
    return content


def _check_directory(data: bytes) -> None:
    """Refuse a directory that would cost much to read, and one that hides behind another.

    Keras ends its archives without a comment, so the end record has its place; the records of
    archives beyond 4 GB and 65,535 members, which could contradict it, are refused.
    """
    end = data[-_END_SIZE:]
    if len(end) < _END_SIZE or not end.startswith(_END) or end[-2:] != b"\0\0":
        raise ArchiveError("its end is missing", "Part of the file may have been lost on the way.")
    if data[-_END_SIZE - 20 :].startswith(_ZIP64):
        raise ArchiveError("it holds more than Keras puts there")
    if int.from_bytes(end[_SIZE_AT : _SIZE_AT + 4], "little") > MAX_DIRECTORY:
        raise ArchiveError("it holds more than Keras puts there")


def _check_members(archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        raise ArchiveError(f"it holds more than {MAX_MEMBERS:,} files")
    if len({info.filename for info in members}) < len(members):
        raise ArchiveError("it holds two files of one name")
    for info in members:
        _check_member(info)


def _check_member(info: zipfile.ZipInfo) -> None:
    name = info.orig_filename
    steps = name.replace("\\", "/").split("/")
    if "\0" in name or ".." in steps or steps[0] == "" or ":" in steps[0]:
        raise ArchiveError("it holds a file whose name leads out of it")
    if stat.S_ISLNK(info.external_attr >> 16):
        raise ArchiveError("it holds a link to another file")
    if info.flag_bits & _ENCRYPTED:
        raise ArchiveError("it is encrypted", "Save it without a password.")


def _missing(archive: zipfile.ZipFile, name: str) -> ArchiveError:
    names = archive.namelist()
    if inner := next((one for one in names if one.endswith((".keras", ".zip"))), None):
        return ArchiveError(f"it holds {inner[:100]}", "Unpack it, and import what is inside.")
    if any(one.endswith("saved_model.pb") for one in names):
        hint = "Load it in TensorFlow and save it again with model.save(“model.keras”)."
        return ArchiveError("it holds a SavedModel", hint)
    return ArchiveError(f"it holds no {name}")


def _notes(archive: zipfile.ZipFile) -> list[Problem]:
    """What is in the archive beside its config that is worth saying."""
    assets = [name for name in archive.namelist() if name.startswith(_ASSETS) and name[-1] != "/"]
    layers = dict.fromkeys(PurePosixPath(one).parent.name for one in assets)
    return [*([import_assets(list(layers))] if layers else []), *_version(archive)]


def _version(archive: zipfile.ZipFile) -> list[Problem]:
    if METADATA not in archive.NameToInfo:
        return []
    metadata: Any = read_json(read_member(archive, METADATA, MAX_METADATA))
    version = metadata.get("keras_version") if isinstance(metadata, dict) else None
    known = load().keras
    if not isinstance(version, str) or version.split(".")[0] == known.split(".")[0]:
        return []
    return [other_keras(version, known)]
