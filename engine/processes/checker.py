"""`python -m engine.processes.checker`: the process that runs Keras for the web process.

A fork server (engine.processes.fork_server) replaces it in milliseconds if it has died. It uses the
protocol of engine.processes.exchange. Anything printed goes to standard error.

    check, summary    the body is a document      → verdict (JSON), summary (text)
    preview           "data" names a data set     → preview (JSON)
"""

import gc
import os
import sys
from importlib.metadata import version
from typing import BinaryIO

from engine.document import Document
from engine.machine import backends
from engine.machine.backends import CHECKED_ON, environment
from engine.problems import Problem, problem
from engine.processes import exchange, fork_server
from engine.processes.exchange import Answer, Fields, Serve, data_sets, on_document, problems

# A process with threads can't be forked.
QUIET = environment(CHECKED_ON, "cpu", {}) | {"OPENBLAS_NUM_THREADS": "1"}


def main() -> None:
    """Import Keras, then fork copies that serve requests."""
    os.environ |= QUIET

    fork_server.run(serve)


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Warm up, then serve requests until the input closes."""
    warm_up()
    ready = {"pid": os.getpid(), "versions": versions(), "devices": ["cpu"]}
    exchange.serve(requests, answers, SERVE, ready, problem("checker_failed"))


def _check(fields: Fields, document: Document) -> Answer:
    from engine.check import check

    return Answer("verdict", check(document, data_sets(fields)).model_dump_json().encode())


def _summary(fields: Fields, document: Document) -> Answer:
    from engine.check.summary import summary

    text = summary(document, data_sets(fields))
    return problems(text) if isinstance(text, list) else Answer("summary", text.encode())


def _preview(fields: Fields, _: bytes) -> Answer:
    from engine.data.previewing import preview

    result = preview(str(fields.get("data")), data_sets(fields))
    if isinstance(result, Problem):
        return problems([result])
    return Answer("preview", result.model_dump_json().encode())


SERVE: dict[str, Serve] = {
    "check": on_document(_check),
    "summary": on_document(_summary),
    "preview": _preview,
}


def versions() -> dict[str, str]:
    """Return the versions of Keras, of the check's backend and of Python."""
    libraries = ("keras", backends.get(CHECKED_ON).package)
    return {name: version(name) for name in libraries} | {"python": sys.version.split()[0]}


def warm_up() -> None:
    """Check every template, so that the first request does not pay for Keras's lazy initialization.

    TensorFlow, which layers for text need, is not imported before they are used: it takes seconds
    and 350 MB.
    """
    from engine.check import check
    from engine.keras.lean import without_tensorflow
    from engine.templates import load

    with without_tensorflow():
        for template in load():
            check(template.document)
    gc.collect()
    gc.freeze()  # the garbage collector need not scan Keras's objects again


if __name__ == "__main__":
    main()
