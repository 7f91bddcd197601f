"""Who is on a project, and where: shown to the others, never stored."""

import asyncio
import contextlib

from builder.log.hub import Hub
from builder.wire.messages import Arrived, Departed, Person, Presence

FASTEST = 0.05
"""Seconds between two announcements of one person's place, at least."""
BUDGET = 2_000
"""Announcements that one project may cause each second, counted at their receivers."""
COLORS = 12
DRAGGED = 2_000
"""Who drags more nodes than this is shown without them: a drag is told many times a second."""


class Seat:
    """One socket's place among the people of a project; owns what the others see of it."""

    def __init__(self, hub: Hub, topic: str, person: Person) -> None:
        self._hub, self._topic = hub, topic
        self.person = person
        self._moving: asyncio.Task[None] | None = None

    async def arrive(self) -> None:
        """Tell the others, and ask those in other processes to tell us."""
        await self.show()
        await self._hub.publish(
            self._topic, {"kind": "roll_call", "hub": self._hub.name, "client": self.person.client}
        )

    async def show(self) -> None:
        """Tell the others where this person is now."""
        await self._publish(Arrived(person=self.person))

    def move(self, presence: Presence, people: int) -> None:
        """Note a new place; it is told after a moment, together with what follows meanwhile."""
        if len(presence.dragging) > DRAGGED:
            presence = presence.model_copy(update={"dragging": {}})
        self.person = self.person.model_copy(update={"presence": presence})
        if self._moving is None or self._moving.done():
            self._moving = asyncio.create_task(self._show_soon(people), name="presence")

    async def leave(self) -> None:
        """Tell the others that this person is gone."""
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
    """Return the first color that fewest of these people have."""
    counts = [sum(person.color == color for person in taken) for color in range(COLORS)]
    return counts.index(min(counts))
