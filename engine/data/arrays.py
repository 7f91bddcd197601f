"""Reads the rows of a data set from a file; copied into generated training scripts unchanged."""

from collections.abc import Mapping

import numpy as np


def load_arrays(path: str) -> dict[str, np.ndarray]:
    """Load the columns of an .npz file by name, rows first; text as Python's strings."""
    with np.load(path) as file:
        columns = dict(file)
    for name in [name for name in columns if f"{name}:ends" in columns]:
        text, ends = columns[name].tobytes(), columns.pop(f"{name}:ends").tolist()
        parts = [text[a:b].decode() for a, b in zip([0, *ends], ends, strict=False)]
        columns[name] = np.array(parts, dtype=object)
    return {
        name: values.astype(object) if values.dtype.kind == "U" else values
        for name, values in columns.items()
    }


def load_npz(
    path: str,
    columns: Mapping[str, tuple[list[str], str | list[str], tuple[int, ...]]],
    part: str = "",
) -> dict[str, np.ndarray]:
    """Load the arrays of an .npz file as columns of these types, with rows of these shapes.

    A list has the classes of texts; times are days since 1970-01-01. The arrays of a column follow
    each other; `part` is a column that says which one a row is from.
    """
    loaded = {}
    with np.load(path, allow_pickle=False) as file:
        for name, (members, dtype, shape) in columns.items():
            arrays = [file[member] for member in members]
            rows = converted(np.concatenate(arrays), dtype)
            loaded[name] = rows.reshape(len(rows), *shape)
    if part:
        loaded[part] = np.repeat(np.arange(len(arrays)), [len(array) for array in arrays])
    return loaded


def load_npy(
    path: str, name: str, dtype: str | list[str], shape: tuple[int, ...]
) -> dict[str, np.ndarray]:
    """Load the array of an .npy file as a column of this type, with rows of this shape."""
    rows = converted(np.load(path, allow_pickle=False), dtype)
    return {name: rows.reshape(len(rows), *shape)}


def converted(values: np.ndarray, dtype: str | list[str]) -> np.ndarray:
    """Convert values to a type, texts to numbers of classes, or times to days."""
    if values.dtype.kind == "S":
        values = np.array(
            [text.decode("utf-8", "replace") for text in values.tolist()], dtype=object
        )
    if isinstance(dtype, list):
        words = [" ".join(text.split()) for text in values.tolist()]
        return np.array([dtype.index(word) for word in words], dtype="int64")
    if values.dtype.kind == "M":
        days = values.astype("datetime64[s]").astype("float64") / 86_400
        return np.where(np.isnat(values), np.nan, days).astype(dtype)
    return values.astype(dtype)
