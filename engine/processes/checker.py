"""`python -m engine.processes.checker`: the process that holds Keras for the web process.

It is kept ready by the nursery, which forks a fresh one in milliseconds when one has died, and
speaks the protocol of engine.processes.exchange. What is printed goes to standard error.

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
from engine.processes import exchange, nursery
from engine.processes.exchange import Answer, Fields, Serve, data_sets, on_document, problems

# A process with threads can't be forked.
QUIET = environment(CHECKED_ON, "cpu", {}) | {"OPENBLAS_NUM_THREADS": "1"}


def main() -> None:
    """Import Keras, and keep a process ready that answers."""
    os.environ |= QUIET

    nursery.keep(serve)


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Warm up, say so, and answer until no more requests can come."""
    warm_up()
    ready = {"pid": os.getpid(), "versions": versions(), "devices": ["cpu"]}
    exchange.serve(requests, answers, SERVE, ready, problem("checker_stumbled"))


def _check(fields: Fields, document: Document) -> Answer:
    from engine.check import check

    return Answer("verdict", check(document, data_sets(fields)).model_dump_json().encode())


def _summary(fields: Fields, document: Document) -> Answer:
    from engine.check.summary import summary

    text = summary(document, data_sets(fields))
    return problems(text) if isinstance(text, list) else Answer("summary", text.encode())


def _preview(fields: Fields, _: bytes) -> Answer:
    from engine.data.previewing import preview

    look = preview(str(fields.get("data")), data_sets(fields))
    if isinstance(look, Problem):
        return problems([look])
    return Answer("preview", look.model_dump_json().encode())


SERVE: dict[str, Serve] = {
    "check": on_document(_check),
    "summary": on_document(_summary),
    "preview": _preview,
}


def versions() -> dict[str, str]:
    """The versions that judge: of Keras, of the backend, of Python."""
    found = {name: version(name) for name in ("keras", backends.get(CHECKED_ON).package)}
    return found | {"python": sys.version.split()[0]}


def warm_up() -> None:
    """Check every template, so that the first edit finds Keras's common paths trodden.

    TensorFlow, which layers for text need, stays out until somebody uses them: it takes seconds
    and 350 MB.
    """
    from engine.check import check
    from engine.keras.lean import without_tensorflow
    from engine.templates import load

    with without_tensorflow():
        for template in load():
            check(template.document)
    gc.collect()
    gc.freeze()  # Keras's own objects need no further visits by the collector


if __name__ == "__main__":
    main()
