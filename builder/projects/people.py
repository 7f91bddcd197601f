"""The people in a project and their cursors: shown to each other, never stored."""

import asyncio
import contextlib

from builder.log.hub import Hub
from builder.wire.messages import Arrived, Departed, Person, Presence

FASTEST = 0.05
"""Minimal number of seconds between two announcements of one person's presence."""
BUDGET = 2_000
"""Presence messages per second in one project, counted at their receivers."""
COLORS = 12


class Seat:
    """One socket's presence in a project; owns what the others see of it."""

    def __init__(self, hub: Hub, topic: str, person: Person) -> None:
        self._hub, self._topic = hub, topic
        self.person = person
        self._moving: asyncio.Task[None] | None = None

    async def arrive(self) -> None:
        """Announce this person, and ask those in other processes to announce themselves."""
        await self.show()
        await self._hub.publish(
            self._topic, {"kind": "roll_call", "hub": self._hub.name, "client": self.person.client}
        )

    async def show(self) -> None:
        """Announce this person's present state."""
        await self._publish(Arrived(person=self.person))

    def move(self, presence: Presence, people: int) -> None:
        """Record new presence; it is announced after a pause, together with later moves."""
        self.person = self.person.model_copy(update={"presence": presence})
        if self._moving is None or self._moving.done():
            self._moving = asyncio.create_task(self._show_soon(people), name="presence")

    async def leave(self) -> None:
        """Announce that this person has left."""
        if self._moving:
            self._moving.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._moving
        await self._publish(Departed(client=self.person.client))

    async def _show_soon(self, people: int) -> None:
        await asyncio.sleep(max(FASTEST, people * people / BUDGET))
        await self.show()

    async def _publish(self, message: Arrived | Departed) -> None:
        client = self.person.client
        text = message.model_dump_json(by_alias=True)
        await self._hub.publish(
            self._topic, {"kind": "latest", "key": f"person-{client}", "text": text, "from": client}
        )


def free_color(taken: list[Person]) -> int:
    """Return the least used color, the first of them."""
    counts = [sum(person.color == color for person in taken) for color in range(COLORS)]
    return counts.index(min(counts))
