"""Writes columns of any size to one uncompressed .npz file, which can be mapped into memory.

Columns grow in files of their own, by their number and never by their name, in a temporary folder;
`pack` joins them. Nothing holds a whole column in memory.
"""

import hashlib
import struct
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import numpy as np

from engine.data.mapping import ENDS

ALIGNMENT = 64
"""Bytes at whose multiples the values of each member start, as NumPy wants them."""
_CHUNK = 1 << 22
_PADDING_ID = 0xD935  # as Android's zipalign
_LOCAL_SIZE, _ZIP64_EXTRA, _EXTRA_HEAD = 30, 20, 4


@dataclass
class Part:
    """One member that grows: `file` holds the values written so far, row by row."""

    member: str
    file: Path
    shape: tuple[int, ...]
    dtype: np.dtype
    rows: int = 0

    def append(self, values: np.ndarray) -> None:
        """Write more rows; numbers that are too large for the type become infinite."""
        with np.errstate(over="ignore"):
            rows = np.ascontiguousarray(values, self.dtype).reshape(-1, *self.shape)
        with self.file.open("ab") as file:
            file.write(rows.data if rows.size else b"")
        self.rows += len(rows)


@dataclass
class Packer:
    """The members of a file to be written, in order; `folder` is temporary and theirs alone."""

    folder: Path
    parts: list[Part] = field(default_factory=list)

    def add(self, member: str, shape: tuple[int, ...], dtype: str) -> Part:
        """Begin a column whose rows have this shape."""
        file = self.folder / str(len(self.parts))
        file.touch()
        self.parts.append(Part(member, file, shape, np.dtype(dtype)))
        return self.parts[-1]

    def add_text(self, member: str) -> "TextPart":
        """Begin a column of text."""
        return TextPart(self.add(member, (), "uint8"), self.add(member + ENDS, (), "int64"))

    def pack(self, target: Path) -> str:
        """Write the file and return its SHA-256 in hexadecimal digits."""
        with target.open("wb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
            for part in self.parts:
                _write(archive, file.tell(), part)
        with target.open("rb") as packed:
            return hashlib.file_digest(packed, "sha256").hexdigest()


@dataclass
class TextPart:
    """A column of text that grows."""

    text: Part
    ends: Part
    _end: int = 0

    @property
    def rows(self) -> int:
        """The number of rows written so far."""
        return self.ends.rows

    def append(self, strings: Sequence[str]) -> None:
        """Write more rows."""
        encoded = [string.encode("utf-8", "replace") for string in strings]
        lengths = np.fromiter(map(len, encoded), "int64", len(encoded))
        self.text.append(np.frombuffer(b"".join(encoded), "uint8"))
        self.ends.append(self._end + np.cumsum(lengths))
        self._end += int(lengths.sum())


def _write(archive: zipfile.ZipFile, offset: int, part: Part) -> None:
    info = zipfile.ZipInfo(f"{part.member}.npy")
    before = offset + _LOCAL_SIZE + len(info.filename.encode()) + _ZIP64_EXTRA + _EXTRA_HEAD
    padding = -before % ALIGNMENT
    info.extra = struct.pack("<HH", _PADDING_ID, padding) + bytes(padding)
    with archive.open(info, "w", force_zip64=True) as member:
        member.write(_header(part))
        for chunk in _chunks(part.file):
            member.write(chunk)


def _header(part: Part) -> bytes:
    file = BytesIO()
    fields = {
        "descr": np.lib.format.dtype_to_descr(part.dtype),
        "fortran_order": False,
        "shape": (part.rows, *part.shape),
    }
    np.lib.format.write_array_header_1_0(file, fields)
    return file.getvalue()


def _chunks(path: Path) -> Iterable[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk
