"""Tests of builder.database: threads for database work."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from builder import database
from builder.models import Project

ROUNDS = 20
LONG = 30.0
MEGABYTE = "x" * 1_000_000

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite has such a log"),
]


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    database.close()


async def test_checkpoint_keeps_the_log_short() -> None:
    log = Path(f"{connection.settings_dict['NAME']}-wal")
    for _ in range(ROUNDS):
        await database.write(Project.objects.create, name="Large", document=MEGABYTE)
        database._checkpoints().submit(lambda: None).result()
    assert log.stat().st_size < database.CHECKPOINT_BYTES + 2 * len(MEGABYTE)


async def test_a_write_does_not_wait_for_a_checkpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    written = threading.Event()
    waits: list[bool] = []
    monkeypatch.setattr(database, "_log_is_long", lambda: True)
    monkeypatch.setattr(database, "_checkpoint", lambda: waits.append(written.wait(LONG)))
    await database.write(Project.objects.create, name="Small")
    assert waits == []
    written.set()
    await asyncio.to_thread(database.close)
    assert waits == [True]
