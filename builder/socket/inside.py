"""The inside view of one tab: what it looks at, and the frames that it is sent.

Frames pass by: a newer one replaces one that still waits to be sent, and none is stored.
"""

import asyncio
import time
from collections.abc import Callable

from builder import database
from builder.access import MissingError
from builder.log.hub import Message
from builder.log.viewer import Viewer
from builder.runs import actions as runs
from builder.services import Services
from builder.wire.messages import Inspect
from engine.problems import problem
from engine.protocol.frames import Look

EDITOR, VIEWER = 0.1, 0.5
"""Seconds between two frames for somebody who may edit, and for the others."""


class Inside:
    """What one tab looks at; owns its subscription to the frames of a run."""

    def __init__(self, services: Services, client: str, viewer: Viewer) -> None:
        self._services, self._client, self._viewer = services, client, viewer
        self._run: str | None = None
        self._pace = Pace(lambda text: viewer.send_latest("frame", text))

    async def inspect(self, message: Inspect, project: str, leads: bool) -> None:
        """Look at what the message says, and no more at what was looked at before.

        Raises MissingError.
        """
        run = message.run if message.look.nodes else None
        if run is not None and (await database.read(runs.find, run)).project_id != project:
            raise MissingError(problem("no_run", id=run))
        self._pace.seconds = EDITOR if leads else VIEWER
        if run != self._run:
            await self.stop()
        if run is not None:
            await self._follow(run, message.look, leads)

    async def _follow(self, run: str, look: Look, leads: bool) -> None:
        if self._run is None:
            self._run = run
            await self._services.hub.subscribe(runs.frames_topic(run), self._on_frame)
        await self._services.runner.look(run, self._client, look, leads)

    async def stop(self) -> None:
        """Look at nothing."""
        run, self._run = self._run, None
        self._pace.cancel()
        self._viewer.forget("frame")
        if run is not None:
            await self._services.hub.unsubscribe(runs.frames_topic(run), self._on_frame)
            await self._services.runner.look(run, self._client, Look(), leads=False)

    def _on_frame(self, _: str, message: Message) -> None:
        self._pace.send(message["text"])


class Pace:
    """Passes on the latest of many texts, at most one every `seconds`; owns the one that waits."""

    def __init__(self, send: Callable[[str], None], seconds: float = EDITOR) -> None:
        self._send, self.seconds = send, seconds
        self._waiting: str | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._next = 0.0

    def send(self, text: str) -> None:
        """Pass on a text now, or when it is due unless a later one comes."""
        self._waiting = text
        if self._timer is None:
            wait = max(0.0, self._next - time.monotonic())
            self._timer = asyncio.get_running_loop().call_later(wait, self._pass)

    def cancel(self) -> None:
        """Drop the text that waits."""
        if self._timer:
            self._timer.cancel()
        self._timer = self._waiting = None

    def _pass(self) -> None:
        text, self._waiting, self._timer = self._waiting, None, None
        if text is not None:
            self._next = time.monotonic() + self.seconds
            self._send(text)
