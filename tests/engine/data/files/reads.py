"""Helpers: a file is written, read, and its rows are loaded."""

from pathlib import Path
from typing import Any

import numpy as np

from engine.data.description import Description, Options
from engine.data.files.limits import Limits
from engine.data.files.reading import as_data_sets, read_file
from engine.data.loading import load
from engine.problems import Problem

Arrays = dict[str, np.ndarray]


def read(folder: Path, content: bytes | str, name: str = "t.csv", **options: Any) -> Description:
    """Describe a file that can be read."""
    answer = attempt(folder, content, name, **options)
    assert isinstance(answer, Description), answer
    return answer


def refused(
    folder: Path,
    content: bytes | str,
    name: str = "t.csv",
    limits: Limits | None = None,
    **options: Any,
) -> Problem:
    """Return the problem with a file that can't be read; nothing is left behind."""
    answer = attempt(folder, content, name, limits, **options)
    assert isinstance(answer, Problem), answer
    assert list((folder / "read").iterdir()) == []
    assert name in answer.message
    return answer


def attempt(
    folder: Path,
    content: bytes | str,
    name: str = "t.csv",
    limits: Limits | None = None,
    **options: Any,
) -> Description | Problem:
    """Write a file and read it."""
    source, target = folder / "source", folder / "read"
    source.write_bytes(content.encode() if isinstance(content, str) else content)
    target.mkdir(exist_ok=True)
    return read_file(source, target, Options.model_validate(options), name, limits)


def rows(folder: Path, description: Description) -> Arrays:
    """Load the rows of a file that was read."""
    arrays = load(description.data.id, as_data_sets(description, folder / "read"))
    assert isinstance(arrays, dict), arrays
    return arrays


def types(description: Description) -> dict[str, str]:
    """The type of each column."""
    return {column.name: column.type for column in description.columns}


def roles(description: Description) -> dict[str, str]:
    """The role of each column."""
    return {column.name: column.role for column in description.columns}


def codes(description: Description) -> list[str]:
    """The codes of the notes."""
    return [note.code for note in description.notes]
