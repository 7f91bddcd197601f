"""Finds the rows of data sets by content hash: in a folder of this machine, or at their origin.

A command names data by hash, never by path, so that a worker on another machine understands it. The
folder keeps what was fetched; a file is in it under its hash, and only once all of it was verified.
"""

import hashlib
import os
import tempfile
from collections.abc import Callable
from contextlib import closing
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from engine.data.catalogue import DataSet, DataSets
from engine.problems import At, Problem, problem
from engine.values import Frozen

FOLDER = "LAYERLOOM_WORKER_DATA"
"""The variable that names the folder in which a worker finds rows, and keeps fetched ones."""
SECONDS = 30.0
"""Seconds without data after which a connection fails; fetching a large file may take longer."""
_CHUNK = 1 << 20


class Origin(Frozen):
    """The server as a worker reaches it, with `token` as Bearer; or a store (engine.data.shared).

    Rows that the folder lacks are at GET `url`/data/HASH; results go to PUT `url`/results/HASH. In
    a store, they are data/HASH and results/`run`/HASH.
    """

    url: str
    token: str = ""
    run: str = ""


Fetch = Callable[[DataSet, Path, Origin], Problem | None]
"""Writes the rows of a data set to a file; returns why it could not."""


def worker_folder() -> Path:
    """Return the folder of the environment, or one in the home folder of the person."""
    return Path(os.environ.get(FOLDER) or Path.home() / ".cache" / "layerloom" / "data")


def rows_file(folder: Path, hash: str) -> Path:
    """Return where a folder holds the rows of the data set with this hash."""
    return folder / f"{hash}.npz"


def fetch(data: DataSet, file: Path, origin: Origin) -> Problem | None:
    """Fetch the rows of a data set from a server; see Fetch."""
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with closing(connect(origin)) as connection:
            path = path_at(origin, "data", data.hash or "")
            connection.request("GET", path, headers=head(origin))
            answer = connection.getresponse()
            # A redirection is refused too: the token is for this server alone.
            if answer.status != HTTPStatus.OK:
                return not_fetched(data, f"HTTP {answer.status} {answer.reason}")
            with tempfile.NamedTemporaryFile(dir=file.parent, prefix=".", delete=False) as part:
                return _keep(data, answer, part, file)
    except (HTTPException, OSError) as error:
        return not_fetched(data, f"{type(error).__name__}: {error}")


def located(
    sets: DataSets, name: str, folder: Path, origin: Origin | None = None, fetch: Fetch = fetch
) -> DataSets | Problem:
    """Return data sets with the file of the one that a document calls `name`; fetch it if need be.

    Whoever loads the file verifies its hash again: the folder may have been changed.
    """
    data = sets.find(name)
    if data is None or data.hash is None:
        return sets
    file = rows_file(folder, data.hash)
    if not file.exists():
        if origin is None:
            return problem("data_not_stored", At(param="data"), title=data.title)
        if refused := fetch(data, file, origin):
            return refused
    return sets.model_copy(update={"files": {**sets.files, data.id: str(file)}})


def connect(origin: Origin) -> HTTPConnection:
    """Return a connection to the origin, which is opened with the first request."""
    parts = urlsplit(origin.url)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    return kind(parts.netloc, timeout=SECONDS)


def path_at(origin: Origin, *parts: str) -> str:
    """Return the path of an address under that of the origin."""
    return "/".join([urlsplit(origin.url).path.rstrip("/"), *parts])


def head(origin: Origin) -> dict[str, str]:
    """Return the headers that show the token."""
    return {"Authorization": f"Bearer {origin.token}"}


def _keep(data: DataSet, answer: HTTPResponse, part: IO[bytes], file: Path) -> Problem | None:
    """Write an answer to a file, which gets its name once its hash is right."""
    hash = hashlib.sha256()
    temporary = Path(part.name)
    try:
        while chunk := answer.read(_CHUNK):
            hash.update(chunk)
            part.write(chunk)
        part.flush()
        os.fsync(part.fileno())
        if hash.hexdigest() != data.hash:
            return not_fetched(data, "another content came: its hash differs")
        temporary.replace(file)
    finally:
        temporary.unlink(missing_ok=True)
    return None


def not_fetched(data: DataSet, detail: str) -> Problem:
    """Return why rows are not here."""
    return problem("data_not_fetched", At(param="data"), title=data.title, detail=detail)
