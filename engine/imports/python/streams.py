"""Iterators: generators, generator expressions, iter(…), and the results of zip and map."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from engine.imports.python.journal import Journal
from engine.imports.python.unknown import EndlessError, RaisedError, ReadError, Rest, Unknown
from engine.problems import phrase


@dataclass(eq=False)
class Stream:
    """An iterator of the source; `compute` evaluates its items, which can be taken once.

    What remains of it after a loop, which may have been left early, is unknown. `reads` says what
    the items are computed from, as a value to compare.
    """

    journal: Journal
    compute: Callable[[], list[Any]]
    reads: Callable[[], Any]
    items: list[Any] | Unknown | None = None  # or unknown, where an alternative took some
    is_used: bool | Unknown = False

    def take(self, line: int) -> list[Any]:
        """All items that remain; from now on they are used."""
        items = self._remaining(line)
        self.spend()
        return items

    def spend(self) -> None:
        """Announce that the items may have been taken."""
        self.journal.put(vars(self), "is_used", value=True)

    def next(self, line: int, default: list[Any]) -> Any:
        """The next item, or the default. Raises RaisedError where there is none."""
        items = self._remaining(line)
        if not items and default:
            return default[0]
        if not items:
            raise RaisedError
        if isinstance(items[0], Rest):
            return Unknown(line, items[0].why)
        self.journal.put(vars(self), "items", items[1:])
        return items[0]

    def _remaining(self, line: int) -> list[Any]:
        for unknown in (self.is_used, self.items):
            if isinstance(unknown, Unknown):
                return [Rest(line, unknown.why, unknown.question)]
        if self.is_used:
            return [Rest(line, phrase("what remains of an iterator that was used before"))]
        if not isinstance(self.items, list):
            try:
                items = self.compute()
            except EndlessError:
                raise
            except ReadError as error:
                items = [Rest(line, error.why, error.question)]
            self.journal.put(vars(self), "items", items)
            return items
        return list(self.items)


def stream(
    journal: Journal, compute: Callable[[], list[Any]], reads: Callable[[], Any] = lambda: None
) -> Stream:
    """An iterator whose items are evaluated when the first one is taken."""
    result = Stream(journal, compute, reads)
    journal.new(vars(result))
    return result


def drained(values: list[Any], line: int) -> list[Any]:
    """Arguments with the items of iterators in their place, as a list."""
    return [value.take(line) if isinstance(value, Stream) else value for value in values]
