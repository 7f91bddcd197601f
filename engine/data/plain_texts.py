"""Reads a plain text; copied into generated training scripts unchanged.

The rows are those of engine.data.files; a test compares the two.
"""

from pathlib import Path

import numpy as np


def load_lines(path: str, encoding: str = "utf-8-sig") -> dict[str, np.ndarray]:
    """Load the lines of a text that are not empty."""
    with Path(path).open(encoding=encoding) as file:
        lines = [line.rstrip("\r\n") for line in file if line.strip()]
    return {"text": np.array(lines, dtype=object)}


def load_characters(
    path: str,
    characters: str,
    windows: tuple[int, int],
    rare: bool = False,
    encoding: str = "utf-8-sig",
) -> dict[str, np.ndarray]:
    """Load windows of a text, and the character after each; their length, and how far apart.

    Characters are their places in `characters`; `rare` ones, which are not there, share the next
    number.
    """
    past, step = windows
    text = Path(path).read_text(encoding=encoding)
    places = {character: place for place, character in enumerate(characters)}
    if rare:
        places = dict.fromkeys(text, len(characters)) | places
    numbers = np.array([places[character] for character in text], dtype="int64")
    starts = np.arange(0, len(text) - past, step)[:, np.newaxis]
    return {
        "past": numbers[starts + np.arange(past)],
        "next": numbers[starts[:, 0] + past],
        "place": starts + past + 1.0,
    }
