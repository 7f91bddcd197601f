"""Cuts the rows of a table into windows; copied into generated training scripts unchanged.

The windows are those of engine.data.files.windows; a test compares the two.
"""

import numpy as np


def cut_windows(
    columns: dict[str, np.ndarray],
    target: str,
    steps: tuple[int, int, int],
    time: str = "",
) -> dict[str, np.ndarray]:
    """Cut rows into windows: the steps that are known, and those of the target that follow.

    `steps` are how many of each, and how far apart windows begin. Rows are sorted by their times;
    windows in which a number is missing are left out.
    """
    past, future, apart = steps
    numbers = {name: values for name, values in columns.items() if name != time}
    values = np.column_stack([*numbers.values()])
    times = columns[time] if time else np.arange(1.0, len(values) + 1)[:, np.newaxis]
    if (np.diff(times, axis=0) < 0).any():
        order = np.argsort(times[:, 0], kind="stable")
        values, times = values[order], times[order]
    missing = np.isnan(np.column_stack([values, times])).any(axis=1)
    before = np.concatenate([[0], np.cumsum(missing)])
    starts = np.arange(0, len(values) - past - future + 1, apart)
    starts = starts[before[starts + past + future] == before[starts], np.newaxis]
    ahead = values[:, [*numbers].index(target)]
    return {
        "past": values[starts + np.arange(past)],
        "future": ahead[starts + past + np.arange(future)],
        time or "row": times[starts[:, 0] + past],
    }
