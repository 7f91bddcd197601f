"""The files in a run's folder that hold its results: predictions as arrays, a description."""

from collections.abc import Sequence
from pathlib import Path
from typing import get_args

import numpy as np

from engine.data.division import Part
from engine.data.mapping import map_arrays
from engine.results.collecting import Collector
from engine.results.description import FILE, PartResults, Results


def predictions_file(on: Part) -> str:
    """Return the name of the file with the predictions for the rows of a part."""
    return f"predictions-{on}.npz"


def table_file(on: Part) -> str:
    """Return the name of the table of predictions for the rows of a part."""
    return f"predictions-{on}.csv"


def keep(folder: Path, on: Part, rows: int, collectors: Sequence[Collector]) -> PartResults:
    """Write the predictions for a part, and return its results."""
    measured = [(one, result) for one in collectors if (result := one.result())]
    arrays = {
        f"{one.node}.{name}": values for one, _ in measured for name, values in one.arrays().items()
    }
    file = predictions_file(on) if arrays else ""
    if arrays:
        np.savez(folder / file, **arrays)  # type: ignore[arg-type]
    return PartResults(on=on, rows=rows, outputs=tuple(one for _, one in measured), file=file)


def predictions(folder: Path, on: Part, node: str) -> dict[str, np.ndarray] | None:
    """Return the kept rows of an output as memory maps: see `Collector.arrays`.

    None if there are none. Raises ValueError, OSError and zipfile.BadZipFile for a damaged file.
    """
    names = ("rows", "actual", "predicted", "errors")
    path = folder / predictions_file(on)
    if not path.is_file():
        return None
    arrays = map_arrays(path, {f"{node}.{name}" for name in names})
    if not arrays:
        return None
    return {name: arrays[f"{node}.{name}"] for name in names}


def discard(folder: Path) -> None:
    """Remove the predictions from a run's folder."""
    for on in get_args(Part):
        (folder / predictions_file(on)).unlink(missing_ok=True)
        (folder / table_file(on)).unlink(missing_ok=True)


def write(folder: Path, results: Results) -> Path:
    """Write the description of a run's results."""
    path = folder / FILE
    path.write_text(results.model_dump_json(), encoding="utf-8")
    return path


def read(folder: Path) -> Results | None:
    """Return the description of a run's results, if it has any."""
    path = folder / FILE
    return Results.model_validate_json(path.read_bytes()) if path.is_file() else None
