"""How a process answers questions: a line of JSON, then as many bytes as the line says.

    {"id": 1, "type": "check", "length": 3105}\\n<3105 bytes>
    → {"id": 1, "type": "verdict", "length": 812}\\n<812 bytes>

Bodies travel as bytes, so that whoever asks can pass them on without parsing them. The first line
of a process says that it is warm. A request that can't be served is answered with the type
"problems" and a list of them. One request is served at a time; deadline, memory and restart are
the parent's. The line of a request may bring descriptions of data sets besides those that come
with Layerloom ("data_sets": an engine.data.catalogue.DataSets).
"""

import json
import traceback
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO, NamedTuple

from pydantic import TypeAdapter

from engine.data.built_in import BUILT_IN
from engine.data.catalogue import DataSets
from engine.document import Document
from engine.document.reading import read_document, read_stored
from engine.problems import Problem, problem, shown

_PROBLEMS: TypeAdapter[list[Problem]] = TypeAdapter(list[Problem])


class Answer(NamedTuple):
    """The answer to a request: its type, its body, and what else its first line says."""

    type: str
    body: bytes
    fields: Mapping[str, object] = {}


Fields = dict[str, Any]
Serve = Callable[[Fields, bytes], Answer]


def serve(
    requests: BinaryIO,
    answers: BinaryIO,
    table: Mapping[str, Serve],
    ready: Mapping[str, object],
    stumbled: Problem,
) -> None:
    """Say that the process is ready, and answer until no more requests can come.

    `stumbled` is the answer where this process has a bug. Where it runs out of memory it ends:
    a fresh one has all of it.
    """
    _write(answers, {"type": "ready", **ready}, b"")
    for line in requests:
        fields = _fields(line)
        length = fields.get("length")
        body = requests.read(length) if isinstance(length, int) and length > 0 else b""
        answer = _reply(table, fields, body, stumbled)
        head = {"id": fields.get("id"), "type": answer.type, **answer.fields}
        _write(answers, head, answer.body)


def _reply(table: Mapping[str, Serve], fields: Fields, body: bytes, stumbled: Problem) -> Answer:
    """Answer one request; one that is broken gets problems, never silence."""
    serve = table.get(str(fields.get("type")))
    if serve is None:
        request = shown(str(fields.get("type")))
        return problems([problem("not_a_request", request=request)])
    try:
        return serve(fields, body)
    except MemoryError:
        raise
    except Exception:  # a bug here must not take the process, and all it remembers, with it
        traceback.print_exc()
        return problems([stumbled])


def problems(found: list[Problem]) -> Answer:
    """Return the answer to what can't be served."""
    return Answer("problems", _PROBLEMS.dump_json(found))


def on_document(serve: Callable[[Fields, Document], Answer]) -> Serve:
    """Serve requests whose body is a document: one of ours if `stored`, else one to validate."""

    def served(fields: Fields, body: bytes) -> Answer:
        read = read_stored(body.decode()) if fields.get("stored") else read_document(body)
        return problems(read) if isinstance(read, list) else serve(fields, read)

    return served


def data_sets(fields: Fields) -> DataSets:
    """Return the data sets of a request: its own, and those that come with Layerloom."""
    return BUILT_IN.plus(DataSets.model_validate(fields.get("data_sets", {})))


def _fields(line: bytes) -> Fields:
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _write(answers: BinaryIO, head: Mapping[str, object], body: bytes) -> None:
    answers.write(json.dumps({**head, "length": len(body)}).encode() + b"\n")
    answers.write(body)
    answers.flush()
