"""The reading of data files by this web process, and its announcement to everyone in the project.

Each reading is a task that outlives the request that started it.
"""

import asyncio
import logging
import time
from collections.abc import Callable

from builder import database
from builder.datasets import actions, files
from builder.datasets.actions import data_file_out
from builder.datasets.reader import DataReader
from builder.log.hub import Hub
from builder.models import DataFile
from builder.processes.supervised import UnansweredError
from builder.wire.messages import DataChanged, DataRemoved
from builder.wire.schemas import DataFileOut
from engine.data.description import Description, Options
from engine.problems import Problem, problem

logger = logging.getLogger(__name__)

REMOVAL_SECONDS = 600.0
"""Seconds between searches for uploads that were left."""


class Library:
    """The files that this process reads; `topic` returns the topic of a project."""

    def __init__(
        self, hub: Hub, reader: DataReader, owner: str, topic: Callable[[str], str]
    ) -> None:
        self._hub, self._reader, self._owner, self._topic = hub, reader, owner, topic
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._next_removal = 0.0

    def prepare(self) -> None:
        """Start the process that reads files, while one is being uploaded."""
        self._reader.warm()

    async def complete(self, upload: str) -> None:
        """Read a file that has been uploaded; does nothing if another process reads it."""
        row = await database.write(actions.begin_reading, upload, self._owner)
        if row:
            await self._start(row, None)

    async def read_again(self, project: str, id: str, options: Options) -> DataFileOut:
        """Read a file with other options. Raises MissingError, BusyError."""
        row = await database.write(actions.begin_again, project, id, options, self._owner)
        await self._start(row, id if row.pk != id else None)
        return data_file_out(row)

    async def link(self, source: str, target: str, hash: str) -> DataFileOut:
        """Give a project a data set of another one. Raises MissingError."""
        row = await database.write(actions.link, source, target, hash)
        await self._changed(row)
        return data_file_out(row)

    async def remove(self, project: str, id: str) -> None:
        """Remove a data file, also one that is being read. Raises MissingError."""
        if task := self._tasks.get(id):
            await database.read(actions.find, project, id)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        for removed in await database.write(actions.remove, project, id):
            await self._announce(project, DataRemoved(data=removed))

    async def recover(self, alive: Callable[[str], bool]) -> None:
        """Record readings that ended processes had begun, and remove uploads that were left."""
        for row in await database.write(actions.recover, alive):
            await self._changed(row)
        if time.monotonic() >= self._next_removal:
            self._next_removal = time.monotonic() + REMOVAL_SECONDS
            await database.write(actions.remove_left)

    async def wait(self) -> None:
        """Wait until everything that is being read has been read."""
        await asyncio.gather(*self._tasks.values())

    async def close(self) -> None:
        """Stop reading; another process, or the next one, records that."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._reader.close()

    async def _start(self, row: DataFile, replaces: str | None) -> None:
        await self._changed(row)
        task = asyncio.create_task(self._read(row, replaces), name=f"data-{row.pk}")
        self._tasks[row.pk] = task
        task.add_done_callback(lambda _: self._tasks.pop(row.pk, None))

    async def _read(self, row: DataFile, replaces: str | None) -> None:
        """Read one file, and record the result, whatever it is."""
        try:
            result = await self._description(row)
            if isinstance(result, Description):
                await self._finish(row, result, replaces)
                return
        except UnansweredError as error:
            result = [error.problem]
        except Exception as error:
            logger.exception("The file of data %s could not be read", row.pk)
            result = [problem("reader_failed", detail=repr(error))]
        failed = await database.write(actions.fail, row.pk, result)
        await self._changed(*filter(None, (failed,)))

    async def _finish(self, row: DataFile, description: Description, replaces: str | None) -> None:
        finished = await database.write(actions.finish, row.pk, description, replaces)
        await self._changed(*finished.changed)
        for id in finished.removed:
            same = finished.changed[0].pk
            await self._announce(row.project_id, DataRemoved(data=id, same=same))

    async def _description(self, row: DataFile) -> Description | list[Problem]:
        original = row.original
        if not original:
            upload, originals = files.upload_path(row.pk), files.folder("originals")
            original = await self._reader.keep(upload, originals)
            await database.write(actions.keep_original, row.pk, original)
        path = files.original_path(original)
        if not path.exists():
            return [problem("data_original_missing", file=row.name)]
        options = Options.model_validate_json(row.options)
        return await self._reader.read(path, row.name, files.folder("rows"), options)

    async def _changed(self, *rows: DataFile) -> None:
        for row in rows:
            await self._announce(row.project_id, DataChanged(data=data_file_out(row)))

    async def _announce(self, project: str, message: DataChanged | DataRemoved) -> None:
        id = message.data.id if isinstance(message, DataChanged) else message.data
        text = message.model_dump_json(by_alias=True)
        latest = {"kind": "data", "key": f"data-{id}", "text": text}
        await self._hub.publish(self._topic(project), latest)
