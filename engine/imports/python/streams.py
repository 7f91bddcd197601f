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

    def take(self, line: int, at_once: bool = True) -> list[Any]:
        """All items that remain; from now on they are used.

        Where the source does not take them at once, what it changes for them is unknown.
        """
        items = self._remaining(line, at_once)
        self.spend()
        return items

    def spend(self) -> None:
        """Announce that the items may have been taken."""
        self.journal.put(vars(self), "is_used", value=True)

    def next(self, line: int, default: list[Any]) -> Any:
        """The next item, or the default. Raises RaisedError where there is none."""
        items = self._remaining(line, at_once=False)
        if not items and default:
            return default[0]
        if not items:
            raise RaisedError("StopIteration")
        if isinstance(items[0], Rest):
            return Unknown(line, items[0].why)
        self.journal.put(vars(self), "items", items[1:])
        return items[0]

    def _remaining(self, line: int, at_once: bool) -> list[Any]:
        for unknown in (self.is_used, self.items):
            if isinstance(unknown, Unknown):
                return [Rest(line, unknown.why, unknown.question)]
        if self.is_used:
            return [Rest(line, phrase("what remains of an iterator that was used before"))]
        if not isinstance(self.items, list):
            items = self._computed(line, at_once)
            self.journal.put(vars(self), "items", items)
            return items
        return list(self.items)

    def _computed(self, line: int, at_once: bool) -> list[Any]:
        self.journal.begin()
        try:
            items = self.compute()
        except EndlessError:
            self.journal.commit()
            raise
        except ReadError as error:
            items = [Rest(line, error.why, error.question)]
        except BaseException:
            self.journal.commit()
            raise
        changes = self.journal.rollback()
        differing = [] if at_once else self.journal.differing(changes)
        if not differing or len(items) == 1:
            self.journal.redo(changes)
            return items
        unknown = Unknown(line, phrase("what a generator changes between its items"))
        for container, keys in differing:
            self.journal.forget(container, keys, unknown)
        return [Rest(unknown.line, unknown.why)]


def stream(
    journal: Journal, compute: Callable[[], list[Any]], reads: Callable[[], Any] = lambda: None
) -> Stream:
    """An iterator whose items are evaluated when the first one is taken."""
    result = Stream(journal, compute, reads)
    journal.new(vars(result))
    return result


def drained(values: list[Any], line: int, at_once: bool = True) -> list[Any]:
    """Arguments with the items of iterators in their place, as a list."""
    return [value.take(line, at_once) if isinstance(value, Stream) else value for value in values]
