"""ZIP files that hold a script and the data that it reads; written as they are sent."""

import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic_core import from_json

from builder.datasets import files
from builder.datasets.actions import DataSetFields, data_sets
from builder.models import DataFile
from builder.wire.schemas import CodeOut
from engine.values.text import is_device

REQUIREMENTS = "requirements.txt"
CHUNK = 1 << 20
_LONGEST = 200
_UNSAFE = re.compile(r'[/\\:*?"<>|]|^[.\-~ ]|[. ]$|\.py$', re.IGNORECASE)

Member = tuple[str, bytes | Path]
"""A name in the ZIP, and its content, or the file that holds it."""


@dataclass(frozen=True)
class Source:
    """The file that a script reads a data set from."""

    hash: str
    name: str
    path: Path


def is_safe(name: str) -> bool:
    """Whether every system can unpack a file of this name beside a script."""
    unsafe = _UNSAFE.search(name) or is_device(name) or name.lower() == REQUIREMENTS
    return bool(name) and not unsafe and name.isprintable() and len(name.encode()) <= _LONGEST


def sources(project: str) -> tuple[DataSetFields, list[Source]]:
    """Return the data sets of a project, and the file that a script reads each of them from.

    Rows of a file whose name can't stand in a ZIP are read from their .npz file.
    """
    fields: dict[str, Any] = data_sets(project)
    found = []
    rows = DataFile.objects.filter(project=project, state="ready").order_by("created")
    for hash, original, text in rows.values_list("hash", "original", "data_set"):
        stored = from_json(text)
        id, own = stored["data"]["id"], stored["table"] or stored.get("archive")
        path = files.original_path(original)
        if own and is_safe(own["path"]) and path.exists():
            found.append(Source(hash, own["path"], path))
        else:
            fields["tables"].pop(id, None)
            fields["archives"].pop(id, None)
            found.append(Source(hash, f"{_safe_id(fields, id)}.npz", files.rows_path(hash)))
    return fields, found


def _safe_id(fields: dict[str, Any], id: str) -> str:
    """Return an id that can be the name of a file; the data set has it in these fields."""
    if is_safe(f"{id}.npz"):
        return id
    safe = f"data_{id}"
    data = next(data for data in fields["sets"] if data["id"] == id)
    data["id"], fields["files"][safe] = safe, fields["files"].pop(id)
    return safe


def members(code: CodeOut, used: Sequence[Source]) -> list[Member]:
    """Return what belongs into the ZIP of a script that may read these files.

    Whoever unpacks it finds the two commands that train the model in requirements.txt.
    """
    commands = f"# pip install -r {REQUIREMENTS}\n# python {code.filename}\n"
    needs = commands + "".join(f"{package}\n" for package in code.packages)
    result: list[Member] = [(code.filename, code.source.encode()), (REQUIREMENTS, needs.encode())]
    return [*result, *((source.name, source.path) for source in used)]


def zipped(members: Sequence[Member]) -> Iterator[bytes]:
    """Yield the parts of a ZIP; files are neither compressed nor held in memory."""
    written = _Written()
    with zipfile.ZipFile(written, "w") as archive:  # type: ignore[call-overload]
        for name, content in members:
            with archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as member:
                for chunk in _chunks(content):
                    member.write(chunk)
                    yield written.taken()
    yield written.taken()


def _chunks(content: bytes | Path) -> Iterator[bytes]:
    if isinstance(content, bytes):
        yield content
        return
    with content.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


class _Written:
    """What a ZIP file writes to: a stream without positions, from which parts are taken."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, part: bytes) -> int:
        """Take a part of the archive."""
        self._parts.append(bytes(part))
        return len(part)

    def flush(self) -> None:
        """Do nothing: what was written is there."""

    def taken(self) -> bytes:
        """Return what was written since the last call."""
        part, self._parts = b"".join(self._parts), []
        return part
