"""Runs database work on threads of its own, so that it never blocks the event loop.

Channels and Django would run all of it on one shared thread. SQLite allows one writer at a time,
so there is one writer thread, and writers of this process never wait for each other's locks.
Nor do they wait for a checkpoint, which copies SQLite's write-ahead log to the database file and
flushes both to the disk: that has a thread, too.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from pathlib import Path
from typing import ParamSpec, TypeVar

from django.db import OperationalError, close_old_connections, connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from engine.problems import Phrase, phrase

P = ParamSpec("P")
T = TypeVar("T")

CHECKPOINT_BYTES = 4_000_000
"""Length of SQLite's write-ahead log from which a checkpoint is due; SQLite's own default."""


@cache
def _readers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(4, thread_name_prefix="database-read")


@cache
def _writers() -> ThreadPoolExecutor:
    size = 1 if connection.vendor == "sqlite" else 4
    return ThreadPoolExecutor(size, thread_name_prefix="database-write")


@cache
def _checkpoints() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(1, thread_name_prefix="database-checkpoint")


async def read(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a function that only reads."""
    return await _run_in(_readers(), partial(function, *args, **kwargs))


async def write(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a function that writes. Once started it finishes even when the caller is cancelled."""
    return await asyncio.shield(_run_in(_writers(), partial(_write, function, *args, **kwargs)))


def _write(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    try:
        return function(*args, **kwargs)
    finally:
        if _log_is_long():
            _checkpoints().submit(_with_open_connection, _checkpoint)


def _log_is_long() -> bool:
    """Whether SQLite's log holds more than a checkpoint's worth of pages; it is cut after one."""
    if connection.vendor != "sqlite":
        return False
    log = Path(f"{connection.settings_dict['NAME']}-wal")
    return log.exists() and log.stat().st_size > CHECKPOINT_BYTES


CHECKPOINT = "PRAGMA wal_checkpoint(PASSIVE)"


def _checkpoint() -> None:
    """Copy the log to the database file as far as readers allow, without blocking writers."""
    with connection.cursor() as cursor:
        cursor.execute(CHECKPOINT)


def _run_in(pool: ThreadPoolExecutor, function: Callable[[], T]) -> asyncio.Future[T]:
    return asyncio.get_running_loop().run_in_executor(pool, _with_open_connection, function)


_opened: set[BaseDatabaseWrapper] = set()


def _with_open_connection(function: Callable[[], T]) -> T:
    close_old_connections()
    _opened.add(connections["default"])
    return function()


DISK_FULL = phrase("the disk is full")


def why_not_saved(error: Exception) -> Phrase | None:
    """Return why the database or the disk can't store a change; None if the error is a bug."""
    if isinstance(error, OSError) and error.errno in (28, 122):  # ENOSPC, EDQUOT
        return DISK_FULL
    if isinstance(error, OperationalError):
        text = str(error).lower()
        if "full" in text or "no space" in text:
            return DISK_FULL
        if "readonly" in text or "read-only" in text:
            return phrase("the database is read-only")
        return phrase("the database can't be reached")
    return None


def close() -> None:
    """Shut down the threads and their connections; the next use starts new ones."""
    for pool in (_readers, _writers, _checkpoints):
        if pool.cache_info().currsize:
            pool().shutdown()
        pool.cache_clear()
    while _opened:
        wrapper = _opened.pop()
        wrapper.inc_thread_sharing()
        wrapper.close()
