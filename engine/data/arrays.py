"""Reads the rows of a data set from a file; copied into generated training scripts unchanged."""

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
