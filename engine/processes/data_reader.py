"""`python -m engine.processes.data_reader`: the process that reads people's data files.

Data files may be hostile, and large ones take minutes. This process is forked by
engine.processes.fork_server, which applies limits, and uses the protocol of
engine.processes.exchange. The libraries that read files start threads, so only the copies import
them.

    keep        "path" is an uploaded file, which is moved to the folder "originals"
                → kept: "original", the SHA-256 of the file, which is now its name
    data        the body is an engine.data.description.Options; "path" is the file, "name" what the
                person calls it; its rows are written to the folder "rows"
                → data (JSON): an engine.data.description.Description
"""

import hashlib
import os
from pathlib import Path
from typing import BinaryIO

from engine.data.description import Options
from engine.problems import Problem, problem
from engine.processes import exchange, fork_server
from engine.processes.exchange import Answer, Fields, Serve, problems


def main() -> None:
    """Fork copies that serve requests."""
    fork_server.run(serve)


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Import the libraries, then serve requests until the input closes."""
    import engine.data.files.reading  # noqa: F401

    exchange.serve(requests, answers, SERVE, {"pid": os.getpid()}, problem("reader_failed"))


def _keep(fields: Fields, _: bytes) -> Answer:
    path = Path(fields["path"])
    with path.open("rb") as file:
        original = hashlib.file_digest(file, "sha256").hexdigest()
    path.replace(Path(fields["originals"]) / original)
    return Answer("kept", b"", {"original": original})


def _data(fields: Fields, body: bytes) -> Answer:
    from engine.data.files.reading import read_file

    options = Options.model_validate_json(body)
    name, rows = str(fields["name"]), Path(fields["rows"])
    description = read_file(Path(fields["path"]), rows, options, name)
    if isinstance(description, Problem):
        return problems([description])
    return Answer("data", description.model_dump_json().encode())


SERVE: dict[str, Serve] = {"keep": _keep, "data": _data}


if __name__ == "__main__":
    main()
