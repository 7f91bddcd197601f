"""`python -m engine.processes.checker`: the process that holds Keras for the web process.

It is kept ready by the nursery, which forks a fresh one in milliseconds when one has died.
Requests come as JSON lines, answers leave as JSON lines; the first line says that the process
is warm. What is printed goes to standard error and never breaks the protocol.

    {"id": 1, "type": "check", "document": {…}}    → {"id": 1, "type": "verdict", "verdict": {…}}
    {"id": 2, "type": "preview", "data": "digits"} → {"id": 2, "type": "preview", "preview": {…}}
    {"id": 3, "type": "summary", "document": {…}}  → {"id": 3, "type": "summary", "text": "…"}

A request may bring descriptions of data sets ("data_sets": an engine.data.catalogue.DataSets)
besides those that come with Layerloom. One that can't be served is answered with
{"id", "type": "problems", "problems"}. One request is served at a time; deadline, memory and
restart are the parent's.
"""

import gc
import json
import os
import sys
import traceback
from collections.abc import Callable
from importlib.metadata import version
from itertools import chain
from typing import Any, BinaryIO

from pydantic import TypeAdapter

from engine.data.built_in import BUILT_IN
from engine.data.catalogue import DataSets
from engine.document import Document
from engine.document.reading import validate_document
from engine.machine import backends
from engine.machine.backends import CHECKED_ON, environment
from engine.problems import Problem
from engine.problems.graphs import checker_stumbled, not_a_request
from engine.processes import nursery

# A process with threads can't be forked.
QUIET = environment(CHECKED_ON, "cpu", {}) | {"OPENBLAS_NUM_THREADS": "1"}
_PROBLEMS: TypeAdapter[list[Problem]] = TypeAdapter(list[Problem])


def main() -> None:
    """Import Keras, and keep a process ready that answers."""
    os.environ |= QUIET
    import engine.check.summary
    import engine.check.whole  # noqa: F401

    nursery.keep(serve)


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Warm up, say so, and answer until no more requests can come."""
    warm_up()
    ready = {"type": "ready", "pid": os.getpid(), "versions": versions(), "devices": ["cpu"]}
    for line in chain((json.dumps(ready).encode() + b"\n",), map(reply, requests)):
        answers.write(line)
        answers.flush()


def reply(line: bytes) -> bytes:
    """Answer one request line with one line; a broken request gets problems, never silence."""
    try:
        request = json.loads(line)
    except (ValueError, RecursionError):
        request = None
    if not isinstance(request, dict):
        request = {}
    serve = SERVE.get(str(request.get("type")), _unknown)
    head = json.dumps({"id": request.get("id")})[1:-1]
    try:
        body = serve(request)
    except Exception:  # a bug here must not take the process, and all it remembers, with it
        traceback.print_exc()
        body = _problems([checker_stumbled()])
    return f"{{{head}, {body}}}\n".encode()


def _check(document: Document, data: DataSets) -> str:
    from engine.check import check

    return f'"type": "verdict", "verdict": {check(document, data).model_dump_json()}'


def _summary(document: Document, data: DataSets) -> str:
    from engine.check.summary import summary

    text = summary(document, data)
    if isinstance(text, list):
        return _problems(text)
    return f'"type": "summary", "text": {json.dumps(text)}'


def _preview(request: dict[str, Any]) -> str:
    from engine.data.looking import preview

    look = preview(str(request.get("data")), _data(request))
    if isinstance(look, Problem):
        return _problems([look])
    return f'"type": "preview", "preview": {look.model_dump_json()}'


def _unknown(request: dict[str, Any]) -> str:
    return _problems([not_a_request(str(request.get("type")))])


def _problems(problems: list[Problem]) -> str:
    return f'"type": "problems", "problems": {_PROBLEMS.dump_json(problems).decode()}'


def _on_document(serve: Callable[[Document, DataSets], str]) -> Callable[[dict[str, Any]], str]:
    def served(request: dict[str, Any]) -> str:
        document = validate_document(request.get("document"))
        if isinstance(document, list):
            return _problems(document)
        return serve(document, _data(request))

    return served


def _data(request: dict[str, Any]) -> DataSets:
    """The data sets of a request: its own, and those that come with Layerloom."""
    return BUILT_IN.plus(DataSets.model_validate(request.get("data_sets", {})))


SERVE: dict[str, Callable[[dict[str, Any]], str]] = {
    "check": _on_document(_check),
    "summary": _on_document(_summary),
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
