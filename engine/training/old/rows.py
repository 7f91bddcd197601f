"""Writes the rows of a run for a process that can't read them itself: an NPY file for each array.

The process maps the files, so that neither side holds more than a few rows in memory.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from engine.data.division import Part
from engine.training.rows import Rows

INPUTS, TARGETS, WEIGHTS = "inputs", "targets", "weights"


def write(folder: Path, part: Part, rows: Rows, batch_size: int) -> None:
    """Write the rows of a part: each input and each target of the model."""
    first = rows.read(np.zeros(1, "int64"))
    files = [
        [_create(folder, part, kind, at, len(rows), array) for at, array in enumerate(arrays)]
        for kind, arrays in zip((INPUTS, TARGETS), first, strict=True)
    ]
    for positions in rows.blocks(batch_size):
        for mapped, arrays in zip(files, rows.read(positions), strict=True):
            for file, array in zip(mapped, arrays, strict=True):
                file[positions] = array


def write_weights(folder: Path, weights: Sequence[np.ndarray]) -> None:
    """Write what each training row weighs, for each output."""
    for at, array in enumerate(weights):
        np.save(_path(folder, "training", WEIGHTS, at), array.astype("float32").ravel())


def _create(  # noqa: PLR0913, PLR0917
    folder: Path, part: Part, kind: str, at: int, count: int, sample: np.ndarray
) -> np.memmap:
    dtype = sample.dtype if sample.dtype.kind in "iu" else np.dtype("float32")
    path = _path(folder, part, kind, at)
    shape = (count, *sample.shape[1:])
    return np.lib.format.open_memmap(path, mode="w+", dtype=dtype, shape=shape)


def _path(folder: Path, part: Part, kind: str, at: int) -> Path:
    return folder / f"{part}-{kind}-{at}.npy"
