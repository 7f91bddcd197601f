"""The hub: one per process, between the channel layer and this process's own listeners.

Sockets don't listen to the channel layer themselves: a message crosses it once per process and
is passed on by plain calls. So fifty viewers cost one channel, and no handler waits for another.
"""

import asyncio
import logging
from collections.abc import Callable
from typing import Any
from weakref import WeakValueDictionary

from channels.layers import BaseChannelLayer

from builder.models import new_id

logger = logging.getLogger(__name__)

Message = dict[str, Any]
Listener = Callable[[str, Message], None]

PAUSE = 1.0
"""Seconds until a channel layer that failed is tried again."""


class Hub:
    """Who in this process listens to which topic; owns the process's channel.

    `name` tells this process from others. Every message has a `kind`.
    """

    def __init__(self, layer: BaseChannelLayer) -> None:
        self._layer = layer
        self.name = new_id()
        self._channel = ""
        self._listeners: dict[str, set[Listener]] = {}
        self._joined: set[str] = set()
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._reader: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Open the channel and begin to hand on what arrives."""
        self._channel = await self._layer.new_channel()
        self._reader = asyncio.create_task(self._read(), name="hub")

    async def close(self) -> None:
        """Leave every topic and stop."""
        if self._reader:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)
        topics = list(self._listeners)
        self._listeners.clear()
        for topic in topics:
            await self._settle(topic)

    async def subscribe(self, topic: str, listener: Listener) -> None:
        """Call `listener` with (topic, message) from now on; it must not block or raise.

        When this returns, everything that is published arrives.
        """
        self._listeners.setdefault(topic, set()).add(listener)
        await self._settle(topic)

    async def unsubscribe(self, topic: str, listener: Listener) -> None:
        """Undo `subscribe`; harmless when there is nothing to undo."""
        listeners = self._listeners.get(topic)
        if listeners is None:
            return
        listeners.discard(listener)
        if not listeners:
            del self._listeners[topic]
            await self._settle(topic)

    async def _settle(self, topic: str) -> None:
        """Have this process in the topic's group if it has listeners, and else out of it.

        One call at a time per topic: the last one to run sees who listens by then, so that a
        layer that takes its time never ends with the answer to an older question.
        """
        async with self._locks.setdefault(topic, asyncio.Lock()):
            if topic not in self._listeners:
                self._joined.discard(topic)
                await self._layer.group_discard(topic, self._channel)
            elif topic not in self._joined:
                await self._layer.group_add(topic, self._channel)
                self._joined.add(topic)

    async def publish(self, topic: str, message: Message) -> None:
        """Send a message to the listeners of `topic` in every process.

        What is published is stored or soon out of date: a layer that fails loses it, and the
        sweep (builder.services) finds what was stored.
        """
        try:
            await self._layer.group_send(topic, {"type": "hub", "topic": topic, **message})
        except Exception:
            logger.exception("The channel layer lost a message to %s", topic)

    def topics(self) -> list[str]:
        """Return the topics that somebody in this process listens to."""
        return list(self._listeners)

    def deliver(self, topic: str, message: Message) -> None:
        """Hand a message to the listeners in this process alone."""
        for listener in list(self._listeners.get(topic, ())):
            try:
                listener(topic, message)
            except Exception:
                logger.exception("A listener to %s failed", topic)

    async def _read(self) -> None:
        while True:
            try:
                message = await self._layer.receive(self._channel)
            except Exception:
                # A Redis that restarts: what was missed is found by the sweep (builder.services).
                logger.exception("The channel layer failed")
                await asyncio.sleep(PAUSE)
                continue
            self.deliver(message["topic"], message)
