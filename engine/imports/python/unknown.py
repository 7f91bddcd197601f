"""Values of source that are not known, and why; the errors that come of them."""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from engine.problems import Phrase, phrase


@dataclass(frozen=True)
class Path:
    """A module, class or function of a library, by its dotted path: "keras.layers.Dense"."""

    dotted: str

    @property
    def is_known(self) -> bool:
        """Whether it is a class, function or type of a library whose meaning is known here."""
        return self.dotted.startswith(_LIBRARIES) and self.dotted.partition(".")[0] in _LIBRARIES


@lru_cache(maxsize=8192)
def path_of(dotted: str) -> Path:
    """The path of a library; that of the same text is the same value, because most are repeated."""
    return Path(dotted)


_LIBRARIES = ("builtins", "keras", "tensorflow", "numpy", "math", "functools")


@dataclass(frozen=True, eq=False)
class Unknown:
    """A value that can't be determined without execution, and why.

    It is a problem only where the chosen model needs it. `question` is the key of the question
    whose answer would replace the value; "?" for a value that may be asked for.
    """

    line: int
    why: Phrase | str
    question: str = ""


@dataclass(frozen=True, eq=False)
class Undefined(Unknown):
    """The value of a name that the source does not define, or of a parameter that is not passed.

    What is computed from it is `plain`.
    """

    name: str = ""

    @property
    def plain(self) -> Unknown:
        """An unknown value that is not that of the name itself."""
        return Unknown(self.line, self.why, self.question)


@dataclass(frozen=True, eq=False)
class Rest(Unknown):
    """An item that represents any number of unknown items of a list, dict or set."""


@dataclass(frozen=True, eq=False)
class Derived(Unknown):
    """A tensor, or what an unknown condition changes: only `question` itself can be asked."""


@dataclass(frozen=True, eq=False)
class TrainingFlag(Unknown):
    """The argument `training` of a custom layer's `call`: true in training, false otherwise."""


@dataclass(frozen=True, eq=False)
class Balanced(Unknown):
    """The weights of the classes of a target, by which each class counts the same."""


@dataclass(frozen=True, eq=False)
class RowWeights(Unknown):
    """The weights of rows, which follow from their class and from the `weights` of the classes."""

    weights: Any = None


@dataclass(frozen=True, eq=False)
class Wrapped(Unknown):
    """What a decorator that is not read makes of a function of the source."""

    function: Any = None


class Opaque:
    """A value that only a few functions understand; for all others it is unknown."""

    @property
    def unknown(self) -> Unknown:
        """The unknown value that everything else computes from it."""
        raise NotImplementedError


class ReadError(Exception):
    """A value that a model needs can't be read, by line and reason."""

    def __init__(self, line: int, why: Phrase | str, question: str = "") -> None:
        super().__init__(why)
        self.line, self.why, self.question = line, why, question

    @classmethod
    def of(cls, value: Unknown) -> "ReadError":
        """The error about an unknown value."""
        return cls(value.line, value.why, value.question)

    @property
    def unknown(self) -> Unknown:
        """The unknown value that takes the place of what could not be read."""
        return Unknown(self.line, self.why, self.question)


class RaisedError(Exception):
    """Control flow: the source raises an exception, or ends the program.

    `kind` is the class of the exception, None where that is not known.
    """

    def __init__(self, kind: Any = None) -> None:
        super().__init__()
        self.kind = path_of(f"builtins.{kind}") if isinstance(kind, str) else kind


class EndlessError(ReadError):
    """The source takes too many steps; ends the interpretation and keeps its results so far."""


def asked(unknown: Unknown, question: str, line: int) -> Unknown:
    """An unknown value at a line, with the question whose answer would replace it."""
    if type(unknown) is Unknown:
        return Unknown(line, unknown.why, question)
    return replace(unknown, line=line, question=question)


NOT_READ = phrase("this kind of expression is not read")


_CONSTANTS = frozenset({bool, bytes, float, int, str, type(None)})


def find_unknown(value: Any, depth: int = 0) -> Unknown | None:
    """The first unknown value in a value and the lists, tuples, dicts and sets in it."""
    if type(value) in _CONSTANTS:
        return None
    if isinstance(value, Unknown):
        return value
    if isinstance(value, Opaque):
        return value.unknown
    if isinstance(value, Path) and not value.is_known:
        return Unknown(0, phrase("{path} is not in this source", path=value.dotted))
    if depth > 20:  # noqa: PLR2004 (a list may contain itself)
        return None
    items: Any = ()
    if isinstance(value, (list, tuple, set)):
        items = value
    elif isinstance(value, dict):
        items = (*value.keys(), *value.values())
    for item in items:
        if unknown := find_unknown(item, depth + 1):
            return unknown
    return None


def is_open(value: Any) -> bool:
    """Whether a list, dict or set has an unknown number of items."""
    return isinstance(value, list | tuple | dict | set) and any(
        isinstance(item, Rest) for item in value
    )
