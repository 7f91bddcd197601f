"""Loads the rows of a data set, or returns a problem that explains why it can't.

Imports NumPy, scikit-learn and Keras, so the web process must not import it.
"""

import hashlib
import socket
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import numpy as np

from engine.data import loaders
from engine.data.arrays import load_arrays
from engine.data.catalogue import TEXT, DataSet, DataSets
from engine.data.mapping import map_arrays
from engine.data.refusals import unknown_data
from engine.problems import At, Problem, problem

TIMEOUT = 10.0
"""Seconds without data after which a connection fails; a slow download may take longer."""


def load(name: str, sets: DataSets) -> dict[str, np.ndarray] | Problem:
    """Return the columns of a data set by name, rows first, or why they can't be loaded.

    Numbers in an uncompressed file are memory maps: only the rows that are used are read.
    `keras.datasets` are read from Keras's cache if they are in it, else downloaded.
    """
    data = sets.find(name)
    if data is None:
        return unknown_data(name, sets)
    file = sets.files.get(data.id)
    return _from_file(data, Path(file)) if file else _built_in(data)


def _built_in(data: DataSet) -> dict[str, np.ndarray] | Problem:
    loader = getattr(loaders, f"load_{data.id}")
    with _socket_timeout():
        try:
            columns: dict[str, np.ndarray] = loader()
        except Exception as error:  # get_file raises bare Exception when a download fails
            return _loading_problem(data, error)
    return columns


def _from_file(data: DataSet, file: Path) -> dict[str, np.ndarray] | Problem:
    try:
        return _verified(data, file)
    except (OSError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        detail = f"{type(error).__name__}: {error}"
        return problem("file_unreadable", At(param="data"), detail=detail, title=data.title)


def _verified(data: DataSet, file: Path) -> dict[str, np.ndarray]:
    """Load a file. Raises ValueError where it differs from its description."""
    status = file.stat()
    if data.hash not in (None, _digest(file, status.st_size, status.st_mtime_ns)):
        raise ValueError("the file is not the one that was described: its hash differs")
    if not zipfile.is_zipfile(file):
        raise ValueError("the file is not an .npz archive, or is cut off")
    arrays = map_arrays(file) or load_arrays(str(file))
    for column in data.columns:
        array = arrays.get(column.name)
        kind = "object" if column.dtype == TEXT else column.dtype
        actual = None if array is None else (array.shape, str(array.dtype))
        if actual != ((data.rows, *column.shape), kind):
            raise ValueError(f"the column “{column.name}” is not as it was described: {actual}")
    return {column.name: arrays[column.name] for column in data.columns}


@cache
def _digest(file: Path, size: int, modified: int) -> str:  # noqa: ARG001 — the key of the cache
    """The hash of a file; computed again only if the file has changed."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _loading_problem(data: DataSet, error: Exception) -> Problem:
    detail = f"{type(error).__name__}: {error}"
    damaged = isinstance(error, ValueError | EOFError | zlib.error)
    if not data.download or damaged:
        return problem("data_unreadable", At(param="data"), detail=detail, title=data.title)
    return problem("needs_network", At(param="data"), detail=detail, title=data.title)


@contextmanager
def _socket_timeout() -> Iterator[None]:
    """Set a timeout for sockets that are opened inside; urllib has none by default."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(TIMEOUT)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
