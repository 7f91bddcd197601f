"""Convert a `.keras` archive to a document. Reads two small members and unpacks nothing to disk.

The archive is validated before anything is decompressed: its directory's size, the names of its
members and their declared sizes. Reading a member stops at the size limit, whatever size the
member declares.
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
from engine.imports import saved_model
from engine.imports.graph_builder import Imported
from engine.imports.keras_json import from_keras_json
from engine.problems import Phrase, Problem, phrase, problem, quoted

CONFIG, METADATA, WEIGHTS = "config.json", "metadata.json", "model.weights.h5"
_ASSETS = "assets/"
MAX_MEMBERS = 1_000
MAX_DIRECTORY = 1_000_000  # bytes; a member takes about 100
MAX_METADATA = 100_000
MAX_RATIO = 200  # JSON of many similar layers is compressed about 40-fold
_END, _END_SIZE, _SIZE_AT = b"PK\x05\x06", 22, 12
_ZIP64 = b"PK\x06\x07"
_ENCRYPTED = 0x1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError)


class ArchiveError(Exception):
    """An archive can't be read safely; `problem` explains why."""

    def __init__(self, why: Phrase, hint: Phrase | dict[str, Any] | None = None) -> None:
        super().__init__(why)
        self.problem = problem(
            "import_bad_archive.hint" if hint else "import_bad_archive", why=why, hint=hint
        )


def read_archive(data: bytes) -> Imported | list[Problem]:
    """Return the document for a `.keras` file, with problems for what a document can't hold.

    Never raises for bad input: returns problems for damaged or malicious archives. Reads the
    architecture and the compile settings, not the weights.
    """
    try:
        with open_archive(data) as archive:
            if other := _other_archive(archive):
                return other
            config = read_json(read_member(archive, CONFIG, MAX_BYTES))
            notes = _notes(archive)
    except ArchiveError as error:
        return [error.problem]
    if isinstance(config, Problem):
        why = phrase("{file} is not valid JSON", file=CONFIG)
        return [ArchiveError(why, quoted(config)).problem]
    imported = from_keras_json(config)
    if isinstance(imported, list):
        return imported
    return imported.model_copy(update={"problems": (*imported.problems, *notes)})


def _other_archive(archive: zipfile.ZipFile) -> Imported | list[Problem] | None:
    """The answer for an archive of another kind: the folder of a SavedModel."""
    names = archive.namelist()
    if CONFIG in names:
        return None
    if metadata := _ending(names, saved_model.NAME):
        return saved_model.read_metadata(read_member(archive, metadata, MAX_BYTES))
    if _ending(names, "saved_model.pb"):
        why = phrase("it contains no {name}", name=saved_model.NAME)
        return [problem("import_saved_model.reason", why=why)]
    return None


def _ending(names: list[str], file: str) -> str | None:
    """The first member with a file's name, in any folder."""
    return next((name for name in names if PurePosixPath(name).name == file), None)


def open_archive(data: bytes) -> zipfile.ZipFile:
    """Open an archive whose members have harmless names. Raises ArchiveError."""
    _check_directory(data)
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except _BROKEN as error:
        raise ArchiveError(phrase("it is damaged")) from error
    _check_members(archive)
    return archive


def read_member(archive: zipfile.ZipFile, name: str, limit: int) -> bytes:
    """Return the bytes of a member, at most `limit` of them. Raises ArchiveError."""
    info = archive.NameToInfo.get(name)
    if info is None:
        raise _missing(archive, name)
    if info.compress_type not in _METHODS:
        raise ArchiveError(
            phrase("{name} has a compression method that Keras does not use", name=name)
        )
    if info.file_size > limit:
        raise ArchiveError(phrase("{name} is larger than {size:bytes}", name=name, size=limit))
    if info.file_size > MAX_RATIO * max(info.compress_size, 5_000):
        raise ArchiveError(
            phrase(
                "{name} would decompress to {size:bytes} from almost nothing",
                name=name,
                size=info.file_size,
            )
        )
    try:
        with archive.open(info) as member:
            content = member.read(limit + 1)
    except (*_BROKEN, NotImplementedError) as error:
        raise ArchiveError(phrase("{name} is damaged", name=name)) from error
    if len(content) != info.file_size:
        raise ArchiveError(phrase("{name} does not have its declared size", name=name))
    return content


def _check_directory(data: bytes) -> None:
    """Refuse a directory that is large, or that contradicts another one in the file.

    Keras writes no archive comment, so the end record is at a fixed offset. ZIP64 records (for
    more than 4 GB or 65,535 members), which could contradict it, are refused.
    """
    end = data[-_END_SIZE:]
    if len(end) < _END_SIZE or not end.startswith(_END) or end[-2:] != b"\0\0":
        raise ArchiveError(
            phrase("its end is missing"), phrase("Part of the file may have been lost in transfer.")
        )
    if data[-_END_SIZE - 20 :].startswith(_ZIP64):
        raise ArchiveError(phrase("it contains more than Keras writes"))
    if int.from_bytes(end[_SIZE_AT : _SIZE_AT + 4], "little") > MAX_DIRECTORY:
        raise ArchiveError(phrase("it contains more than Keras writes"))


def _check_members(archive: zipfile.ZipFile) -> None:
    members = archive.infolist()
    if len(members) > MAX_MEMBERS:
        raise ArchiveError(phrase("it contains more than {limit:,} files", limit=MAX_MEMBERS))
    if len({info.filename for info in members}) < len(members):
        raise ArchiveError(phrase("it contains two files with the same name"))
    for info in members:
        _check_member(info)


def _check_member(info: zipfile.ZipInfo) -> None:
    name = info.orig_filename
    steps = name.replace("\\", "/").split("/")
    if "\0" in name or ".." in steps or steps[0] == "" or ":" in steps[0]:
        raise ArchiveError(phrase("it contains a file whose path leads out of the archive"))
    if stat.S_ISLNK(info.external_attr >> 16):
        raise ArchiveError(phrase("it contains a link to another file"))
    if info.flag_bits & _ENCRYPTED:
        raise ArchiveError(phrase("it is encrypted"), phrase("Save it without a password."))


def _missing(archive: zipfile.ZipFile, name: str) -> ArchiveError:
    names = archive.namelist()
    if inner := next((member for member in names if member.endswith((".keras", ".zip"))), None):
        return ArchiveError(
            phrase("it contains {inner}", inner=inner[:100]),
            phrase("Unpack it, and import the file inside."),
        )
    return ArchiveError(phrase("it contains no {name}", name=name))


def _notes(archive: zipfile.ZipFile) -> list[Problem]:
    """Notes on the archive's contents besides its config."""
    assets = [name for name in archive.namelist() if name.startswith(_ASSETS) and name[-1] != "/"]
    layers = dict.fromkeys(PurePosixPath(asset).parent.name for asset in assets)
    return [
        *([problem("import_assets", layers=list(layers))] if layers else []),
        *_version(archive),
    ]


def _version(archive: zipfile.ZipFile) -> list[Problem]:
    if METADATA not in archive.NameToInfo:
        return []
    metadata: Any = read_json(read_member(archive, METADATA, MAX_METADATA))
    version = metadata.get("keras_version") if isinstance(metadata, dict) else None
    own_version = load().keras
    if not isinstance(version, str) or version.split(".")[0] == own_version.split(".")[0]:
        return []
    return [problem("import_other_keras", version=version[:20], known=own_version)]
