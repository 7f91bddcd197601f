"""Cleans text that people typed: for identifiers, comments and docstrings."""

import builtins
import keyword
import re
import unicodedata
from functools import lru_cache

from engine.catalogue import snake_case
from engine.graph.names import valid_name

LONGEST = 40

MODULES = frozenset({"keras", "layers", "ops", "tf", "np", "os", "datasets"})
RESERVED = frozenset(
    {*keyword.kwlist, *keyword.softkwlist, *dir(builtins), *MODULES, "l", "model", "main", "x"}
)
"""Names that no variable of generated code may have."""


@lru_cache(maxsize=10_000)
def identifier(text: str) -> str:
    """Return a clean snake-case identifier for `text`; empty when nothing of it remains.

    Keywords, builtins and the names that generated code uses for itself get an underscore.
    """
    if not text:
        return ""
    name = snake_case(valid_name(text))
    name = re.sub(r"_+", "_", name)[:LONGEST].strip("_")
    if name[:1].isdigit():
        name = f"layer_{name}"
    return f"{name}_" if name in RESERVED else name


def prose(text: str, longest: int = 80) -> str:
    """Return `text` as one line, without control characters or bidirectional marks."""
    text = unicodedata.normalize("NFC", text)
    text = "".join(letter if letter.isprintable() else " " for letter in text)
    text = " ".join(text.split())
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"


class Scope:
    """The names of one scope; owns which are taken."""

    def __init__(self, taken: frozenset[str] = frozenset()) -> None:
        self._taken = set(taken)
        self._counts: dict[str, int] = {}

    def unique(self, name: str) -> str:
        """Take `name`, or `name_2`, `name_3`…: the first that is free."""
        free = name
        while free in self._taken:
            self._counts[name] = self._counts.get(name, 1) + 1
            free = f"{name.rstrip('_')}_{self._counts[name]}"
        self._taken.add(free)
        return free

    def copy(self) -> "Scope":
        """A scope in which the same names are taken."""
        copy = Scope(frozenset(self._taken))
        copy._counts = dict(self._counts)
        return copy

    def holds(self, name: str) -> bool:
        """Whether the name is taken."""
        return name in self._taken
