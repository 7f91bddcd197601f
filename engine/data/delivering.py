"""Sends the files of a run to the origin of its data, by content hash (engine.data.stores).

A worker on another machine has no folder in common with the server. An event names a file and its
hash; the server keeps what was sent under its hash, once all of it was verified.
"""

import hashlib
import json
from contextlib import closing
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import IO

from engine.data.stores import Origin, connect, head, path_at
from engine.problems import Problem, problem

FIRST_PART = 1 << 16
"""Bytes of the first part of a file; the answer to it says how many the others may have."""
ATTEMPTS = 5
"""Connections that may be lost before a file is given up."""


class UndeliveredError(OSError):
    """A file of the run could not be sent; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def deliver(file: Path, origin: Origin) -> str:
    """Send a file; return the SHA-256 of its content in hexadecimal digits.

    After a lost connection it continues where the server says. Raises UndeliveredError.
    """
    detail = ""
    with file.open("rb") as content:
        hash = hashlib.file_digest(content, "sha256").hexdigest()
        for _ in range(ATTEMPTS):
            try:
                with closing(connect(origin)) as connection:
                    _send(connection, content, origin, hash)
                return hash
            except (HTTPException, OSError, ValueError, KeyError) as error:
                detail = f"{type(error).__name__}: {error}"
    raise UndeliveredError(problem("result_not_sent", name=file.name, detail=detail))


def _send(connection: HTTPConnection, content: IO[bytes], origin: Origin, hash: str) -> None:
    """Send a file in parts: each answer says how many bytes have come, and where to go on."""
    size, offset, part = content.seek(0, 2), 0, FIRST_PART
    while True:
        content.seek(offset)
        path = f"{path_at(origin, 'results', hash)}?offset={offset}&bytes={size}"
        connection.request("PUT", path, content.read(part), head(origin))
        answer = connection.getresponse()
        text = answer.read()
        if answer.status != HTTPStatus.OK:
            raise HTTPException(f"HTTP {answer.status} {answer.reason}")
        told = json.loads(text)
        if told["received"] == size:
            return
        if told["received"] == offset:
            raise HTTPException("the server took no bytes")
        offset, part = told["received"], told["part"]
