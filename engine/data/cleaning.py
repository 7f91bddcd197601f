"""Leaves out rows and fills gaps; copied into generated training scripts unchanged.

`missing` is the number of the class of rows without a class. Text that is missing is empty.
"""

import hashlib

import numpy as np


def leave_out_repeats(data: dict[str, np.ndarray], names: list[str]) -> dict[str, np.ndarray]:
    """Return the data without rows that equal an earlier one in all of these columns."""
    return keep_rows(data, ~repeated_rows([data[name] for name in names]))


def leave_out_missing(
    data: dict[str, np.ndarray], names: list[str], missing: dict[str, int] | None = None
) -> dict[str, np.ndarray]:
    """Return the data without rows that lack a value in one of these columns."""
    classes = missing or {}
    gaps = [missing_rows(data[name], classes.get(name)) for name in names]
    return keep_rows(data, ~np.any(gaps, axis=0))


def leave_out_outside(
    data: dict[str, np.ndarray],
    name: str,
    minimum: float | None = None,
    maximum: float | None = None,
) -> dict[str, np.ndarray]:
    """Return the data without rows whose number is too small or too large; gaps are kept."""
    return keep_rows(data, ~outside_rows(data[name], minimum, maximum))


def fill_missing(
    data: dict[str, np.ndarray], name: str, value: float | str, missing: int | None = None
) -> dict[str, np.ndarray]:
    """Return the data with the gaps of a column filled with a value."""
    return data | {name: filled(data[name], value, missing)}


def fill_missing_by(
    data: dict[str, np.ndarray],
    name: str,
    by: str,
    rows: np.ndarray | None = None,
    missing: int | None = None,
) -> dict[str, np.ndarray]:
    """Return the data with the gaps of a column filled: with the median of `rows`, for example."""
    values = data[name]
    value = learned_value(values if rows is None else values[rows], by, missing)
    return data | {name: filled(values, value, missing)}


def keep_rows(data: dict[str, np.ndarray], kept: np.ndarray) -> dict[str, np.ndarray]:
    """Return some of the rows."""
    return {name: values[kept] for name, values in data.items()}


def repeated_rows(columns: list[np.ndarray]) -> np.ndarray:
    """Return which rows equal an earlier one in all columns."""
    first = first_equal(columns)
    return np.asarray(first != np.arange(len(first)))


def first_equal(columns: list[np.ndarray]) -> np.ndarray:
    """Return the index of the first row that each row equals in all columns: maybe its own."""
    hashes = [
        row_hashes([values[start : start + 10_000] for values in columns])
        for start in range(0, len(columns[0]), 10_000)
    ]
    found = np.concatenate([np.zeros(0, "uint64"), *hashes])
    _, first, numbers = np.unique(found, return_index=True, return_inverse=True)
    return np.asarray(first[np.ravel(numbers)])


def row_hashes(columns: list[np.ndarray]) -> np.ndarray:
    """Return a hash of each row, from the bytes of its numbers and texts."""
    rows = [b""] * len(columns[0])
    for values in columns:
        if values.dtype == object:
            texts = (text.encode() for text in np.ravel(values))
            parts = [len(text).to_bytes(8, "little") + text for text in texts]
        else:
            parts = [row.tobytes() for row in np.ascontiguousarray(values)]
        rows = [row + part for row, part in zip(rows, parts, strict=True)]
    digests = [hashlib.blake2b(row, digest_size=8).digest() for row in rows]
    return np.frombuffer(b"".join(digests), "uint64")


def missing_rows(values: np.ndarray, missing: int | None = None) -> np.ndarray:
    """Return which rows of a column lack a value."""
    if missing is not None:
        gaps = values == missing
    elif values.dtype == object:
        gaps = values == ""
    elif values.dtype.kind == "f":
        gaps = np.isnan(values)
    else:
        return np.zeros(len(values), bool)
    return np.asarray(gaps.reshape(len(values), -1).any(axis=1))


def outside_rows(values: np.ndarray, minimum: float | None, maximum: float | None) -> np.ndarray:
    """Return which rows of a column of numbers lie outside of a range."""
    numbers = values.reshape(len(values), -1)
    outside = np.zeros(len(values), bool)
    if minimum is not None:
        outside |= (numbers < minimum).any(axis=1)
    if maximum is not None:
        outside |= (numbers > maximum).any(axis=1)
    return outside


def learned_value(values: np.ndarray, by: str, missing: int | None = None) -> np.ndarray:
    """Return the median, the mean or the most frequent one of the values that are not missing."""
    if by == "median":
        return np.asarray(np.nanmedian(values, axis=0))
    if by == "mean":
        return np.asarray(np.nanmean(values, axis=0, dtype="float64").astype(values.dtype))
    found, counts = np.unique(values[~missing_rows(values, missing)], return_counts=True)
    return np.asarray(found[np.argmax(counts)])


def filled(
    values: np.ndarray, value: np.ndarray | float | str, missing: int | None = None
) -> np.ndarray:
    """Return a column with its gaps filled with a value."""
    if missing is not None:
        gaps = values == missing
    else:
        gaps = values == "" if values.dtype == object else np.isnan(values)
    return np.asarray(np.where(gaps, value, values).astype(values.dtype))
