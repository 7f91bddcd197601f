"""Loads a data set's rows, or says in plain words why it can't.

Needs NumPy, scikit-learn and Keras; only processes that have those ask here.
"""

import socket
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from engine.data import loaders
from engine.data.catalogue import DATA, DataSet, find
from engine.problems import Problem
from engine.problems.data import data_unreadable, needs_network, no_data, unknown_data

TIMEOUT = 10.0
"""Seconds that a silent connection may last; a slow download that goes on may take longer."""


def load(id: str) -> dict[str, np.ndarray] | Problem:
    """Return the columns of a data set by name, rows first, or why they can't be had.

    `keras.datasets` are read from Keras's cache when they are there, else downloaded.
    """
    data = find(id)
    if data is None:
        return unknown_data(id, [one.id for one in DATA]) if id else no_data()
    loader = getattr(loaders, f"load_{data.id}")
    with _patience():
        try:
            columns: dict[str, np.ndarray] = loader()
        except Exception as error:  # get_file raises bare Exception when a download fails
            return _trouble(data, error)
    return columns


def _trouble(data: DataSet, error: Exception) -> Problem:
    detail = f"{type(error).__name__}: {error}"
    damaged = isinstance(error, ValueError | EOFError | zlib.error)
    if not data.download or damaged:
        return data_unreadable(data.title, detail)
    return needs_network(data.title, detail)


@contextmanager
def _patience() -> Iterator[None]:
    """Bound how long sockets opened inside may be silent; urllib waits for ever by default."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(TIMEOUT)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
