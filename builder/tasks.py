"""Tasks that run to their end even when the request that started them is cancelled."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

_running: set[asyncio.Task[Any]] = set()
"""asyncio itself keeps only weak references to tasks."""


def start(work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
    """Start a task, and keep a reference to it until it is done."""
    task = asyncio.create_task(work)
    _running.add(task)
    task.add_done_callback(_running.discard)
    return task


async def finish(work: Coroutine[Any, Any, T]) -> T:
    """Return the result of some work, which goes on even when the caller is cancelled."""
    return await asyncio.shield(start(work))
