"""Tasks that run to their end even when the request that started them is cancelled."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class Tasks:
    """Owns the tasks of one owner until they are done; asyncio keeps only weak references."""

    def __init__(self) -> None:
        self._running: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Start a task, and keep a reference to it until it is done."""
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def finish(self, work: Coroutine[Any, Any, T]) -> T:
        """Return the result of some work, which continues even when the caller is cancelled."""
        return await asyncio.shield(self.start(work))

    def running(self) -> list[asyncio.Task[Any]]:
        """Return the tasks that are not done."""
        return list(self._running)


_shared = Tasks()
start, finish = _shared.start, _shared.finish
"""For tasks that the shutdown of the server does not wait for."""
