"""Names of columns, classes and data sets, from what a file has in their place."""

import re
from collections.abc import Sequence

from engine.data.mapping import ENDS

MAX_LENGTH = 100
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200b\ufeff\ud800-\udfff]+")


def one_line(text: str) -> str:
    """A text with single spaces, as scripts compare it."""
    return " ".join(text.split())


def plain_name(text: str) -> str:
    """A text as a name: one line, not too long, without control characters."""
    name = one_line(_CONTROL.sub(" ", text))
    return name if len(name) <= MAX_LENGTH else name[: MAX_LENGTH - 1].rstrip() + "…"


def uncompressed(name: str) -> str:
    """Return the name of a file without the ending that says how it was compressed."""
    for ending in (".gz", ".bz2"):
        if name.lower().endswith(ending):
            return name[: -len(ending)]
    return name


def are_kept(texts: Sequence[str], names: Sequence[str]) -> bool:
    """Whether columns have the names in a header, but for spaces; scripts find them so."""
    return [*map(one_line, texts)] == [*names]


def column_names(texts: Sequence[str]) -> list[str]:
    """Return a name for each column, all different; a column without one gets its number."""
    used: set[str] = set()
    return [_unused(_column_name(text, number), used) for number, text in enumerate(texts, 1)]


def _column_name(text: str, number: int) -> str:
    name = plain_name(text)
    name = name.removesuffix(ENDS) if name.endswith(ENDS) else name
    return name or f"column {number}"


def _unused(name: str, used: set[str]) -> str:
    number, free = 2, name
    while free in used:
        free, number = f"{name} {number}", number + 1
    used.add(free)
    return free


def identifier(text: str) -> str:
    """A text as the id of a data set: small letters, digits and underscores."""
    id = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:50]
    return id if id and not id[0].isdigit() else f"data_{id}".rstrip("_")
