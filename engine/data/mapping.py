"""Maps the columns of an uncompressed .npz file into memory, so that only the rows in use are read.

Text is stored as UTF-8 bytes in the column's member, and where each row ends in a member named
“NAME:ends”: an array of NumPy's fixed-width strings would take as much for each row as for the
longest.
"""

import struct
import zipfile
from collections.abc import Collection
from pathlib import Path
from tokenize import TokenError
from typing import BinaryIO, Literal

import numpy as np

ENDS = ":ends"
"""What the name of the member ends with that says where the rows of a text column end."""
_LOCAL, _LOCAL_SIZE = b"PK\x03\x04", 30
_NPY = ".npy"


def map_arrays(path: Path, names: Collection[str] | None = None) -> dict[str, np.ndarray] | None:
    """Return the columns by name, or those of `names`, rows first; None if one is compressed.

    Numbers are read-only memory maps, text is an array of Python's strings.

    Raises ValueError, OSError, zipfile.BadZipFile for files that are not valid .npz archives.
    """
    with zipfile.ZipFile(path) as archive, path.open("rb") as file:
        members = [member for member in archive.infolist() if _is_wanted(member, names)]
        if any(member.compress_type != zipfile.ZIP_STORED for member in members):
            return None
        arrays = {
            member.filename.removesuffix(_NPY): _map(path, file, member) for member in members
        }
    return {
        name: _strings(values, arrays[name + ENDS]) if name + ENDS in arrays else values
        for name, values in arrays.items()
        if name.removesuffix(ENDS) == name or name.removesuffix(ENDS) not in arrays
    }


def _is_wanted(member: zipfile.ZipInfo, names: Collection[str] | None) -> bool:
    name = member.filename.removesuffix(_NPY)
    return names is None or name in names or name.removesuffix(ENDS) in names


def _map(path: Path, file: BinaryIO, member: zipfile.ZipInfo) -> np.ndarray:
    file.seek(member.header_offset)
    head = file.read(_LOCAL_SIZE)
    if len(head) < _LOCAL_SIZE or not head.startswith(_LOCAL):
        raise ValueError(f"the member “{member.filename}” has no header")
    name, extra = struct.unpack("<HH", head[26:30])
    start = member.header_offset + _LOCAL_SIZE + name + extra
    file.seek(start)
    shape, in_columns, dtype = _read_header(file)
    if dtype.hasobject:
        raise ValueError(f"the member “{member.filename}” holds Python objects")
    offset = file.tell()
    bytes_ = dtype.itemsize * int(np.prod(shape, dtype=object))
    if offset - start + bytes_ > member.file_size:
        raise ValueError(f"the member “{member.filename}” is cut off")
    order: Literal["F", "C"] = "F" if in_columns else "C"
    if not bytes_:
        return np.zeros(shape, dtype)
    values: np.ndarray = np.memmap(path, dtype, "r", offset, shape, order)
    return values.astype(object) if dtype.kind == "U" else values


def _read_header(file: BinaryIO) -> tuple[tuple[int, ...], bool, np.dtype]:
    try:
        version = np.lib.format.read_magic(file)
        if version == (1, 0):
            return np.lib.format.read_array_header_1_0(file)
        return np.lib.format.read_array_header_2_0(file)
    except (SyntaxError, TypeError, TokenError) as error:
        raise ValueError(f"the header of an array is damaged: {error}") from None


def _strings(text: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Return the rows of a text column. Raises ValueError if they don't lie in the text."""
    if text.dtype != np.uint8 or ends.dtype.kind not in "iu":
        raise ValueError("the ends of a text column don't fit its bytes")
    stored, stops = text.tobytes(), ends.tolist()
    starts = [0, *stops[:-1]]
    if any(a > b for a, b in zip(starts, stops, strict=False)) or stops[-1:] > [len(stored)]:
        raise ValueError("the ends of a text column don't fit its bytes")
    strings = np.empty(len(stops), object)
    strings[:] = [stored[a:b].decode() for a, b in zip(starts, stops, strict=False)]
    return strings
