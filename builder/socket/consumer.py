"""The WebSocket of a project: reads messages, and answers errors without closing the socket."""

import asyncio
import logging
from contextlib import AsyncExitStack
from typing import Any

from channels.consumer import get_handler_name
from channels.exceptions import StopConsumer
from channels.generic.websocket import AsyncWebsocketConsumer

from builder import database, tasks
from builder.access import DeniedError, MissingError
from builder.processes.supervised import UnansweredError
from builder.services import services
from builder.socket.incoming import batch_id, read
from builder.socket.tab import Tab
from builder.wire.messages import (
    Failed,
)
from engine.problems import Problem, problem

logger = logging.getLogger(__name__)


class ProjectConsumer(AsyncWebsocketConsumer):  # type: ignore[misc]
    """The socket of one tab."""

    # The hub listens to the channel layer for the whole process.
    channel_layer_alias = ""

    tab: Tab

    async def dispatch(self, message: dict[str, Any]) -> None:
        """Call the handler. Channels would first wait for the shared database thread."""
        await getattr(self, get_handler_name(message))(message)

    async def websocket_disconnect(self, _: dict[str, Any]) -> None:
        """End, without Channels' use of the shared thread."""
        raise StopConsumer

    async def connect(self) -> None:
        """Accept; the page then sends `Join` with its name and revision."""
        self.tab = Tab(await services(), self.scope, self._send_text, self._close_soon)
        self.at_end.push_async_callback(self.tab.leave)
        await self.accept()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serve one socket; cleans up however it ends, also when the server shuts down."""
        async with AsyncExitStack() as self.at_end:
            await super().__call__(scope, receive, send)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Read one message and handle it; errors are answered and never close the socket."""
        message = read(text_data or bytes_data or "")
        if isinstance(message, Failed):
            self.tab.answer(message)
            return
        try:
            await self.tab.handle(message)
        except MissingError as error:
            self.tab.answer_missing(error.problem)
        except (DeniedError, UnansweredError) as error:
            self.tab.fail(error.problem, batch_id(message))
        except Exception as error:
            self.tab.fail(_describe(error), batch_id(message))

    async def _send_text(self, text: str) -> None:
        await self.send(text_data=text)

    def _close_soon(self, code: int) -> None:
        tasks.start(self._close_after_answers(code))

    async def _close_after_answers(self, code: int) -> None:
        await asyncio.sleep(0)
        await self.close(code)


def _describe(error: Exception) -> Problem:
    if why := database.why_not_saved(error):
        logger.error("Not saved: %s", error)
        return problem("not_saved", why=why)
    logger.exception("A message could not be handled")
    return problem("server_error")
