"""An ordered log with replay, used by projects (operations) and runs (events).

Rows are numbered and committed, then announced. A viewer states the number of its last row,
receives the rows it missed from the database, and then new ones. Announcements may be lost or
repeated: they only give the log's newest number, and the newest row for viewers one row behind.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import models

from builder.log.hub import Hub, Message

Row = TypeVar("Row", bound=models.Model)

MAX_ATTACHED = 100_000
"""Entries up to this many characters are sent along with their announcement."""


@dataclass(frozen=True)
class Entry:
    """One row as a socket sends it. Slow viewers may skip `transient` ones."""

    number: int
    text: str
    transient: bool = False


def reached(number: int, text: str | None = None, *, transient: bool = False) -> Message:
    """Return the announcement that the newest row of a log is `number`."""
    return {"kind": "reached", "number": number, "text": text, "transient": transient}


@dataclass(frozen=True)
class Log(Generic[Row]):
    """The rows of `model` that belong to one `owner`, numbered from 1 in the field `number`.

    `head` is the field of the owner with the number of its last row. `text` converts a row to the
    message that sockets send; `transient` returns whether slow viewers may skip a row. A viewer is
    sent entries at most every `pace` seconds, those of one such time in one message; with 0, each
    at once and alone.
    """

    name: str
    model: type[Row]
    owner: str
    number: str
    head: str
    text: Callable[[Row], str]
    transient: Callable[[Row], bool] = lambda _: False
    pace: float = 0.0

    def topic(self, owner: str) -> str:
        """Return the topic on which the log of this owner is announced."""
        return f"{self.name}-{owner}"

    def append(self, owner: models.Model, *rows: dict[str, Any]) -> list[Row]:
        """Create the next rows, each with these fields.

        The calling transaction has locked `owner`, and must save it.
        """
        manager = self.model._default_manager
        number = getattr(owner, self.head)
        setattr(owner, self.head, number + len(rows))
        return manager.bulk_create(
            self.model(**{self.owner: owner, self.number: number + place}, **fields)
            for place, fields in enumerate(rows, 1)
        )

    def replay(self, owner: str, after: int, limit: int = 200) -> list[Entry]:
        """Return the next entries after number `after`, oldest first."""
        return [self.entry(row) for row in self.rows(owner, after)[:limit]]

    def rows(self, owner: str, after: int) -> "models.QuerySet[Row]":
        """Return the rows after number `after`, oldest first."""
        chosen = {f"{self.owner}_id": owner, f"{self.number}__gt": after}
        return self.model._default_manager.filter(**chosen).order_by(self.number)

    def entry(self, row: Row) -> Entry:
        """Return a row as a socket sends it."""
        return Entry(getattr(row, self.number), self.text(row), self.transient(row))

    def heads(self, owners: list[str]) -> dict[str, int]:
        """Return the newest number of each of these logs; deleted owners are left out."""
        model: Any = self.model._meta.get_field(self.owner).related_model
        return dict(model._default_manager.filter(pk__in=owners).values_list("pk", self.head))

    async def announce(self, hub: Hub, owner: str, entry: Entry) -> None:
        """Announce an entry to the listeners in all processes."""
        text = entry.text if len(entry.text) <= MAX_ATTACHED else None
        await hub.publish(
            self.topic(owner),
            reached(entry.number, text, transient=entry.transient),
        )
