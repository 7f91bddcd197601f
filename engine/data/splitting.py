"""Divides rows into training, validation and test rows; copied into generated scripts unchanged.

All functions return indices of rows, and depend on their arguments alone: NumPy's generators draw
the same numbers on every machine.
"""

import numpy as np


def split_rows(rows: int, fraction: float, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return the shuffled indices of the training rows and of the validation rows."""
    order = np.random.default_rng(seed).permutation(rows)
    validation = round(rows * fraction)
    return order[validation:], order[:validation]


def split_with_test(rows: int, validation: float, test: float, seed: int) -> list[np.ndarray]:
    """Return the shuffled indices of the training, the validation and the test rows."""
    order = np.random.default_rng(seed).permutation(rows)
    first = round(rows * validation)
    second = first + round(rows * test)
    return [order[second:], order[:first], order[first:second]]


def split_by_class(
    classes: np.ndarray, validation: float, test: float, seed: int
) -> list[np.ndarray]:
    """Return the indices of three parts, each with the same share of every class."""
    order = np.random.default_rng(seed).permutation(len(classes))
    shuffled = np.ravel(classes)[order]
    counts = np.unique(shuffled, return_counts=True)[1]
    places = np.empty(len(order))  # of each row in its class, from 0 to 1
    places[np.argsort(shuffled, kind="stable")] = np.concatenate(
        [(np.arange(count) + 0.5) / count for count in counts]
    )
    held_out = places < validation + test
    is_validation = places < validation
    return [order[~held_out], order[is_validation], order[held_out & ~is_validation]]


def split_by_group(
    groups: np.ndarray, validation: float, test: float, seed: int
) -> list[np.ndarray]:
    """Return the indices of three parts; all rows of a group are in the same one.

    Validation, then test take whole groups until they have their share of the rows.
    """
    _, numbers, counts = np.unique(np.ravel(groups), return_inverse=True, return_counts=True)
    order = np.random.default_rng(seed).permutation(len(counts))
    taken = np.concatenate([[0], np.cumsum(counts[order])])
    first = min(int(np.searchsorted(taken, validation * len(groups))), len(order))
    second = min(int(np.searchsorted(taken, taken[first] + test * len(groups))), len(order))
    parts = np.zeros(len(counts), dtype="int64")
    parts[order[:first]] = 1
    parts[order[first:second]] = 2
    return [np.flatnonzero(parts[numbers] == part) for part in range(3)]


def split_by_time(times: np.ndarray, validation: float, test: float) -> list[np.ndarray]:
    """Return the indices of three parts, in the order of time: the latest rows are for test.

    Rows without a time come first.
    """
    known = np.where(np.isnan(times), -np.inf, times).ravel()
    order = np.argsort(known, kind="stable")
    second = len(order) - round(len(order) * test)
    first = second - round(len(order) * validation)
    return [order[:first], order[first:second], order[second:]]


def split_by_name(
    numbers: np.ndarray, parts: list[str], validation: float, test: float, seed: int
) -> list[np.ndarray]:
    """Return the indices of three parts, as a column names them; `numbers` refer to `parts`.

    Validation and test rows that it does not name are drawn from the training rows.
    """
    part_of = np.array(parts)[np.ravel(numbers)]
    rest = np.flatnonzero(part_of == "training")
    more = split_with_test(
        len(rest),
        0.0 if "validation" in parts else validation,
        0.0 if "test" in parts else test,
        seed,
    )
    return [
        rest[more[0]],
        np.concatenate([np.flatnonzero(part_of == "validation"), rest[more[1]]]),
        np.concatenate([np.flatnonzero(part_of == "test"), rest[more[2]]]),
    ]


def even_rows(rows: np.ndarray, devices: int) -> np.ndarray:
    """Return the rows that several devices can share equally: all but the last few."""
    return rows[: len(rows) - len(rows) % devices]
