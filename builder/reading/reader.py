"""The client of the reader, a process that reads untrusted files and generates code.

Its input may be hostile, or so large that parsing it would block the web process's event loop.
Bodies are passed to and from it as bytes, which the web process never parses.
"""

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from builder.processes.process import Reply
from builder.processes.supervised import Supervised, parts, problems
from engine.document.batches import Applied
from engine.document.stored import Settings
from engine.problems import Problem
from engine.processes import child


@dataclass(frozen=True)
class Started:
    """A document as JSON, with the fields that the list of projects shows."""

    name: str
    layers: int
    document: str


@dataclass(frozen=True)
class CodeWanted:
    """Which code of a document is wanted; `options` are those of a script's command line.

    `data_sets` are the project's own (engine.data.catalogue.DataSets).
    """

    form: str = "functional"
    style: str = "keras"
    options: bool = False
    data_sets: Mapping[str, Any] = field(default_factory=dict)


class _Process(Supervised):
    CODES = {"died": "reader_died", "slow": "reader_slow", "missing": "reader_missing"}


class Reader(_Process):
    """The reader of a web process. All requests raise UnansweredError if they get no answer."""

    def __init__(self, seconds: float, memory_mb: int = 0, command: Sequence[str] = ()) -> None:
        command = command or child.command("engine.processes.reader")
        super().__init__("reader", command, seconds, memory_mb)
        self._second = _Process("second reader", command, seconds, memory_mb)

    async def ask(self, type: str, body: bytes = b"", **fields: object) -> Reply:
        """Send a request to a process that is idle, and return its answer.

        There are two, so that one slow file or batch does not hold up everybody; the second one
        starts when it is needed first. Raises UnansweredError.
        """
        if self.busy and not self._second.busy:
            return await self._second.ask(type, body, **fields)
        return await super().ask(type, body, **fields)

    async def close(self) -> None:
        """End the processes; later requests fail."""
        await asyncio.gather(super().close(), self._second.close())

    async def read(
        self, body: bytes, name: str, model: int | None = None, file: int | None = None
    ) -> bytes | list[Problem]:
        """Return the document in a file, as JSON, with problems for what could not be read.

        Of source, `model` is the index of the model to read. The answers to its questions, as JSON
        text, follow the `file` bytes of the file. The result may ask questions instead of holding
        a document.
        """
        return _body(await self.ask("import", body, name=name, model=model, file=file))

    async def read_file(self, path: Path) -> bytes | list[Problem]:
        """Return the document in an HDF5 file of any size, like `read`."""
        return _body(await self.ask("import_file", path=str(path)))

    async def merge(
        self, document: str, source: str, base: str, sets: Mapping[str, Any] | None = None
    ) -> bytes | list[Problem]:
        """Merge an edit of its code into a stored document; the result is JSON like `read`'s.

        `sets` are the project's own data sets.
        """
        edit = json.dumps({"source": source, "base": base})
        body = f'{{"document": {document}, "edit": {edit}}}'
        return _body(await self.ask("merge", body.encode(), data_sets=sets or {}))

    async def code(
        self, document: bytes, wanted: CodeWanted, *, stored: bool, errors: str = ""
    ) -> bytes | list[Problem]:
        """Return the code of a document, as JSON; `stored`: it comes from the database.

        `errors` are those of its verdict, as JSON: the code has comments about them.
        """
        body, fields = document + errors.encode(), asdict(wanted)
        reply = await self.ask("code", body, document=len(document), stored=stored, **fields)
        return _body(reply)

    async def repeats(self, document: bytes) -> bytes | list[Problem]:
        """Return the repeated parts of a stored document, as JSON."""
        return _body(await self.ask("repeats", document, stored=True))

    async def edit(self, document: str, batch: bytes) -> Applied | list[Problem]:
        """Apply a batch to a stored document; `batch` is a `Batch`, or a message that holds one."""
        stored = document.encode()
        reply = await self.ask("edit", stored + batch, document=len(stored))
        if reply.type == "problems":
            return problems(reply)
        text, operations, refused = parts(reply, "document", "operations")
        fields = {name: reply.fields[name] for name in ("batch", "name", "layers")}
        return Applied(**fields, text=text, operations=operations, refused=refused)

    async def upgrade(self, document: str) -> Started:
        """Return a stored document in the present version. Raises ValueError if it is damaged."""
        reply = await self.ask("upgrade", document.encode())
        if reply.type == "problems":
            raise ValueError(problems(reply)[0].message)
        return _started(reply)

    async def replay(self, document: str, batches: Sequence[str]) -> Started:
        """Return what batches from the log make of a stored document.

        Raises ValueError if it is damaged.
        """
        stored = document.encode()
        body = stored + f"[{','.join(batches)}]".encode()
        reply = await self.ask("replay", body, document=len(stored))
        if reply.type == "problems":
            raise ValueError(problems(reply)[0].message)
        return _started(reply)

    async def settings(self, document: str) -> Settings:
        """Return the training settings of a stored document. Raises UnansweredError."""
        reply = await self.ask("settings", document.encode(), stored=True)
        if reply.type == "problems":
            raise ValueError(problems(reply)[0].message)
        return Settings(**{field.name: reply.fields[field.name] for field in fields(Settings)})

    async def start(self, body: bytes) -> Started | list[Problem]:
        """Return the document that a new project starts from; `body` is a `ProjectIn`."""
        reply = await self.ask("start", body)
        return problems(reply) if reply.type == "problems" else _started(reply)


def _started(reply: Reply) -> Started:
    return Started(reply.fields["name"], reply.fields["layers"], reply.body.decode())


def _body(reply: Reply) -> bytes | list[Problem]:
    return reply.body if reply.type != "problems" else problems(reply)
