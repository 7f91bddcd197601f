"""Asks the reader: the process that reads what comes from elsewhere, and writes code.

What it is given may be made to do harm, or be so large that reading it would hold every socket
of the web process. Bodies go to it and come from it as bytes, which this process never parses.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from builder.processes.process import Reply
from builder.processes.supervised import Supervised, problems
from engine.problems import Problem
from engine.processes import child


@dataclass(frozen=True)
class Started:
    """The document of a new project, as JSON, with what the list of projects shows of it."""

    name: str
    layers: int
    document: str


class Reader(Supervised):
    """The one reader of a web process. Every question raises UnansweredError without an answer."""

    CODES = {"died": "reader_died", "slow": "reader_slow", "missing": "reader_missing"}

    def __init__(self, seconds: float, memory_mb: int = 0, command: Sequence[str] = ()) -> None:
        command = command or child.command("engine.processes.reader")
        super().__init__("reader", command, seconds, memory_mb)

    async def read(self, file: bytes, name: str) -> bytes | list[Problem]:
        """Return what a file holds, as JSON: a document, and problems of what was left out."""
        return _body(await self.ask("import", file, name=name))

    async def merge(self, document: str, source: str, base: str) -> bytes | list[Problem]:
        """Return our document with an edit of its code, as JSON like `read`."""
        edit = json.dumps({"source": source, "base": base})
        body = f'{{"document": {document}, "edit": {edit}}}'
        return _body(await self.ask("merge", body.encode()))

    async def code(
        self, document: bytes, form: str, style: str, *, stored: bool
    ) -> bytes | list[Problem]:
        """Return a document as code, as JSON; `stored` says that it is one of ours."""
        reply = await self.ask("code", document, form=form, style=style, stored=stored)
        return _body(reply)

    async def start(self, body: bytes) -> Started | list[Problem]:
        """Return the document that a new project starts from; `body` is a `ProjectIn`."""
        reply = await self.ask("start", body)
        if reply.type == "problems":
            return problems(reply)
        return Started(reply.fields["name"], reply.fields["layers"], reply.body.decode())


def _body(reply: Reply) -> bytes | list[Problem]:
    return reply.body if reply.type != "problems" else problems(reply)
