"""The ordered log with replay: one idea, used by projects (operations) and runs (events).

A row is committed, numbered, then announced. Whoever listens knows the number it has, is given
what it missed from the database, and then what is new. Announcements may be lost or come twice:
they only say how far the log has come, and carry the newest entry for those one step behind.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import models

from builder.log.hub import Hub, Message

Row = TypeVar("Row", bound=models.Model)

CARRIED = 100_000
"""Entries up to this many characters travel with their announcement."""


@dataclass(frozen=True)
class Entry:
    """One row as a socket sends it. A `passing` one may be left out for whoever is slow."""

    number: int
    text: str
    passing: bool = False


def reached(number: int, text: str | None = None, *, passing: bool = False) -> Message:
    """Return the announcement that a log has come to `number`."""
    return {"kind": "reached", "number": number, "text": text, "passing": passing}


@dataclass(frozen=True)
class Log(Generic[Row]):
    """The rows of `model` that belong to one `owner`, numbered from 1 by the field `number`.

    `head` is the owner's own field that holds its last number; `text` makes a row into what
    the socket sends, and `passing` says of which rows the newest is enough.
    """

    name: str
    model: type[Row]
    owner: str
    number: str
    head: str
    text: Callable[[Row], str]
    passing: Callable[[Row], bool] = lambda _: False

    def topic(self, owner: str) -> str:
        """Return the name under which the log of this owner is announced."""
        return f"{self.name}-{owner}"

    def append(self, owner: models.Model, **fields: Any) -> Row:
        """Write the next row; call it in a transaction that has locked `owner` and saves it."""
        number = getattr(owner, self.head) + 1
        setattr(owner, self.head, number)
        manager = self.model._default_manager
        return manager.create(**{self.owner: owner, self.number: number}, **fields)

    def replay(self, owner: str, after: int, limit: int = 200) -> list[Entry]:
        """Return the next entries after number `after`, oldest first."""
        return [self.entry(row) for row in self.rows(owner, after)[:limit]]

    def rows(self, owner: str, after: int) -> "models.QuerySet[Row]":
        """Return the rows after number `after`, oldest first."""
        chosen = {f"{self.owner}_id": owner, f"{self.number}__gt": after}
        return self.model._default_manager.filter(**chosen).order_by(self.number)

    def entry(self, row: Row) -> Entry:
        """Return a row as a socket sends it."""
        return Entry(getattr(row, self.number), self.text(row), self.passing(row))

    def heads(self, owners: list[str]) -> dict[str, int]:
        """Return the last number of each of these logs; owners that are gone are missing."""
        model: Any = self.model._meta.get_field(self.owner).related_model
        return dict(model._default_manager.filter(pk__in=owners).values_list("pk", self.head))

    async def announce(self, hub: Hub, owner: str, entry: Entry) -> None:
        """Tell every listener, in every process, that the log has reached this entry."""
        carried = entry.text if len(entry.text) <= CARRIED else None
        await hub.publish(
            self.topic(owner),
            reached(entry.number, carried, passing=entry.passing),
        )
