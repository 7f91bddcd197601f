"""A hash of each stored row, by which equal rows are found; no column of text is held whole."""

import hashlib
from collections.abc import Iterator
from itertools import islice

import numpy as np

from engine.data.files.packing import Packer, Part
from engine.data.mapping import ENDS

_WIDE = 256
"""Bytes of a row from which rows are hashed one by one, because they are few."""
_CHUNK = 1 << 18
"""Bytes that are hashed at once: what is computed from them stays in the cache."""
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)


def row_bytes(part: Part) -> int:
    """The bytes of one row."""
    return part.dtype.itemsize * int(np.prod(part.shape, dtype=np.int64))


def row_hashes(part: Part, packer: Packer, rows: int) -> np.ndarray:
    """Return 64-bit hashes of the first rows of a column; equal rows have equal ones.

    Of text, `part` is the one that says where its rows end.
    """
    if part.member.endswith(ENDS):
        place = next(index for index, other in enumerate(packer.parts) if other is part)
        return np.fromiter(map(_digest, _texts(packer.parts[place - 1], part, rows)), np.uint64)
    return np.concatenate([_numbers(piece) for piece in _pieces(part, rows)])


def joined(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Return the hashes of rows that consist of two columns."""
    return _mixed(_mixed(first) ^ second)


def _pieces(part: Part, rows: int) -> Iterator[np.ndarray]:
    """Yield the first rows as arrays of bytes."""
    width = row_bytes(part)
    step = max(1, _CHUNK // max(1, width))
    with part.file.open("rb") as file:
        for start in range(0, rows, step):
            many = min(step, rows - start)
            yield np.frombuffer(file.read(many * width), np.uint8).reshape(many, width)


def _numbers(piece: np.ndarray) -> np.ndarray:
    rows, width = piece.shape
    if width > _WIDE:
        return np.fromiter((_digest(row.tobytes()) for row in piece), np.uint64, rows)
    padded = np.zeros((rows, -(-width // 8) * 8), np.uint8)
    padded[:, :width] = piece
    hashes = np.zeros(rows, np.uint64)
    for word in padded.view(np.uint64).T:
        hashes = _mixed(hashes ^ word)
    return hashes


def _mixed(words: np.ndarray) -> np.ndarray:
    words = (words + _FACTOR) * _FACTOR
    words ^= words >> _SHIFT
    words *= _FACTOR
    return np.asarray(words ^ (words >> _SHIFT))


def _texts(text: Part, ends: Part, rows: int) -> Iterator[bytes]:
    stops = np.fromfile(ends.file, ends.dtype, rows)
    lengths = np.diff(stops, prepend=0)
    with text.file.open("rb") as file:
        yield from (file.read(length) for length in islice(lengths.tolist(), rows))


def _digest(content: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(content, digest_size=8).digest())
