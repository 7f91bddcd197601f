"""`python -m engine.checker`: the warm process that holds Keras for the web process.

Requests come as JSON lines on standard input, answers leave as JSON lines on what was standard
output when the process began; from then on standard output is standard error, so that a stray
print never breaks the protocol. The first line says that the process is warm.

    {"id": 1, "type": "check", "document": {…}}    → {"id": 1, "type": "verdict", "verdict": {…}}
    {"id": 2, "type": "preview", "data": "digits"} → {"id": 2, "type": "preview", "preview": {…}}
    {"id": 3, "type": "summary", "document": {…}}  → {"id": 3, "type": "summary", "text": "…"}

A request that can't be served is answered with {"id", "type": "problems", "problems"}. One
request is served at a time; deadline and restart are the parent's. Memory is limited with
RLIMIT_DATA where LAYERLOOM_CHECKER_MEMORY_MB says so, because TensorFlow and JAX reserve far
more address space than they use.
"""

import gc
import json
import os
import resource
import sys
import traceback
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from pydantic import TypeAdapter

from engine.document import Document
from engine.problems import Problem
from engine.problems_of_graphs import checker_stumbled, not_a_request
from engine.reading import validate_document
from engine.worker import die_with_parent, take_protocol

MEMORY_MB = "LAYERLOOM_CHECKER_MEMORY_MB"
QUIET = {
    "KERAS_BACKEND": "jax",
    "JAX_PLATFORMS": "cpu",
    "CUDA_VISIBLE_DEVICES": "-1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
}
_PROBLEMS: TypeAdapter[list[Problem]] = TypeAdapter(list[Problem])


def main() -> None:
    """Warm up, say so, and answer until standard input closes."""
    die_with_parent()
    protocol = take_protocol()
    os.environ |= QUIET
    _limit_memory(os.environ.get(MEMORY_MB))
    warm_up()
    ready = {"type": "ready", "versions": versions(), "devices": ["cpu"]}
    protocol.write(json.dumps(ready).encode() + b"\n")
    protocol.flush()
    for line in sys.stdin.buffer:
        protocol.write(reply(line))
        protocol.flush()
    os._exit(0)  # JAX's threads take their time to say goodbye


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


def _check(document: Document) -> str:
    from engine.check import check

    return f'"type": "verdict", "verdict": {check(document).model_dump_json()}'


def _summary(document: Document) -> str:
    from engine.summary import summary

    text = summary(document)
    if isinstance(text, list):
        return _problems(text)
    return f'"type": "summary", "text": {json.dumps(text)}'


def _preview(request: dict[str, Any]) -> str:
    from engine.data.looking import preview

    look = preview(str(request.get("data")))
    if isinstance(look, Problem):
        return _problems([look])
    return f'"type": "preview", "preview": {look.model_dump_json()}'


def _unknown(request: dict[str, Any]) -> str:
    return _problems([not_a_request(str(request.get("type")))])


def _problems(problems: list[Problem]) -> str:
    return f'"type": "problems", "problems": {_PROBLEMS.dump_json(problems).decode()}'


def _on_document(serve: Callable[[Document], str]) -> Callable[[dict[str, Any]], str]:
    def served(request: dict[str, Any]) -> str:
        document = validate_document(request.get("document"))
        return _problems(document) if isinstance(document, list) else serve(document)

    return served


SERVE: dict[str, Callable[[dict[str, Any]], str]] = {
    "check": _on_document(_check),
    "summary": _on_document(_summary),
    "preview": _preview,
}


def _limit_memory(megabytes: str | None) -> None:
    if megabytes:
        limit = int(megabytes) * 1_000_000
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def versions() -> dict[str, str]:
    """The versions that judge: of Keras, of the backend, of Python."""
    found = {name: version(name) for name in ("keras", "jax")}
    return found | {"python": sys.version.split()[0]}


def warm_up() -> None:
    """Check every template, so that the first edit finds Keras's common paths trodden."""
    from engine.check import check
    from engine.templates import load

    for template in load():
        check(template.document)
    gc.collect()
    gc.freeze()  # Keras's own objects need no further visits by the collector


if __name__ == "__main__":
    main()
