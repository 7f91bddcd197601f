"""The ASGI application releases what belongs to a request as soon as it is answered."""

import asyncio
import gc
from typing import Any

from django.core.handlers.asgi import ASGIRequest

from builder.asgi import application
from tests.builder.conftest import HOST


async def answer() -> list[dict[str, Any]]:
    """Send a request, and disconnect when it is answered, as Daphne does; return the answer."""
    scope = {
        "type": "http", "method": "GET", "path": "/api/health", "query_string": b"",
        "headers": [(b"host", HOST.encode())],
    }  # fmt: skip
    answered = asyncio.Event()
    messages = iter([{"type": "http.request", "body": b""}, {"type": "http.disconnect"}])
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        message = next(messages)
        if message["type"] == "http.disconnect":
            await answered.wait()
        return message

    async def send(message: Any) -> None:
        sent.append(message)
        if message["type"] == "http.response.body" and not message.get("more_body"):
            answered.set()

    await application(scope, receive, send)
    return sent


def requests() -> int:
    return sum(type(item) is ASGIRequest for item in gc.get_objects())


async def test_an_answered_request_is_freed_without_the_garbage_collector() -> None:
    await answer()
    gc.collect()
    gc.disable()
    try:
        before = requests()
        assert (await answer())[0]["status"] == 200
        assert requests() == before
    finally:
        gc.enable()
