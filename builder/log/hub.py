"""The hub: publish and subscribe within one process, connected to the channel layer.

Sockets don't subscribe to the channel layer themselves: it delivers a message once per process,
and the hub calls the listeners. Fifty viewers cost one channel, and no handler waits for another.
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
"""Seconds before a failed channel layer is tried again."""


class Hub:
    """The listeners of this process by topic; owns the process's channel.

    `name` identifies this process. Every message has a `kind`.
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
        """Open the channel and start delivering messages."""
        self._channel = await self._layer.new_channel()
        self._reader = asyncio.create_task(self._read(), name="hub")

    async def close(self) -> None:
        """Unsubscribe from every topic and stop."""
        if self._reader:
            self._reader.cancel()
            await asyncio.gather(self._reader, return_exceptions=True)
        topics = list(self._listeners)
        self._listeners.clear()
        for topic in topics:
            await self._update_group(topic)

    async def subscribe(self, topic: str, listener: Listener) -> None:
        """Call `listener` with (topic, message) from now on; it must not block or raise.

        Messages published after this returns are delivered.
        """
        self._listeners.setdefault(topic, set()).add(listener)
        await self._update_group(topic)

    async def unsubscribe(self, topic: str, listener: Listener) -> None:
        """Undo `subscribe`; does nothing if the listener is not subscribed."""
        listeners = self._listeners.get(topic)
        if listeners is None:
            return
        listeners.discard(listener)
        if not listeners:
            del self._listeners[topic]
            await self._update_group(topic)

    async def _update_group(self, topic: str) -> None:
        """Join the topic's group if it has listeners, leave it otherwise.

        Calls for one topic run one at a time, and each looks at the listeners only when it runs:
        with a slow layer, too, the last call leaves the group as the listeners need it.
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

        If the layer fails, the message is lost. That is acceptable: messages are outdated soon,
        or announce rows that are stored, which the sweep (builder.services) finds.
        """
        try:
            await self._layer.group_send(topic, {"type": "hub", "topic": topic, **message})
        except Exception:
            logger.exception("The channel layer lost a message to %s", topic)

    def topics(self) -> list[str]:
        """Return the topics that have listeners in this process."""
        return list(self._listeners)

    def deliver(self, topic: str, message: Message) -> None:
        """Call the listeners in this process only."""
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
                # Redis may be restarting. The sweep (builder.services) finds missed rows.
                logger.exception("The channel layer failed")
                await asyncio.sleep(PAUSE)
                continue
            self.deliver(message["topic"], message)
