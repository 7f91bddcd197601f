"""The protocol of requests to a process: a line of JSON, then a body of the given length.

    {"id": 1, "type": "check", "length": 3105}\\n<3105 bytes>
    → {"id": 1, "type": "verdict", "length": 812}\\n<812 bytes>

Bodies are bytes, so that the parent can pass them on without parsing them. The first answer of a
process, "ready", says that it has warmed up. The answer to a request that can't be served has the
type "problems" and a list of problems. Requests are served sequentially; deadlines, memory limits
and restarts are the parent's task. The line of a request may contain descriptions of data sets
besides those that come with Layerloom ("data_sets": an engine.data.catalogue.DataSets).
"""

import gc
import json
import traceback
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO, NamedTuple

from pydantic import TypeAdapter

from engine.data.built_in import BUILT_IN
from engine.data.catalogue import DataSets
from engine.document import Document
from engine.document.reading import read_document
from engine.document.stored import read_stored
from engine.problems import Problem, problem, shown

_PROBLEMS: TypeAdapter[list[Problem]] = TypeAdapter(list[Problem])

COLLECT_BETWEEN = 500_000
"""New objects since the last collection of garbage after which another is due between requests, in
a process whose threshold is higher than this: nobody waits then."""


class Answer(NamedTuple):
    """The answer to a request: its type, its body, and further fields of its line."""

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
    internal_error: Problem,
) -> None:
    """Send "ready" with these fields, then serve requests until the input closes.

    `table` holds the function for each type of request. An exception is answered with
    `internal_error`; out of memory, the process ends, because a new one has its full memory again.
    """
    _write(answers, {"type": "ready", **ready}, b"")
    for line in requests:
        fields = _fields(line)
        length = fields.get("length")
        body = requests.read(length) if isinstance(length, int) and length > 0 else b""
        answer = _reply(table, fields, body, internal_error)
        head = {"id": fields.get("id"), "type": answer.type, **answer.fields}
        _write(answers, head, answer.body)
        del body, answer
        if gc.get_count()[0] > COLLECT_BETWEEN:
            gc.collect()


def _reply(
    table: Mapping[str, Serve], fields: Fields, body: bytes, internal_error: Problem
) -> Answer:
    """Serve one request; an invalid request is answered, too, with problems."""
    serve = table.get(str(fields.get("type")))
    if serve is None:
        request = shown(str(fields.get("type")))
        return problems([problem("not_a_request", request=request)])
    try:
        return serve(fields, body)
    except MemoryError:
        raise
    except Exception:  # a bug must not end the process and lose its caches
        traceback.print_exc()
        return problems([internal_error])


def problems(items: list[Problem]) -> Answer:
    """Return the answer to a request that can't be served."""
    return Answer("problems", _PROBLEMS.dump_json(items))


def on_document(serve: Callable[[Fields, Document], Answer]) -> Serve:
    """Wrap a function of a document as one of a request with a document as its body.

    The document is validated, unless the field `stored` says that it comes from the database.
    """

    def served(fields: Fields, body: bytes) -> Answer:
        document = read_stored(body.decode()) if fields.get("stored") else read_document(body)
        return problems(document) if isinstance(document, list) else serve(fields, document)

    return served


def parse_problems(text: bytes) -> list[Problem]:
    """Return problems from the JSON of a process of ours."""
    return _PROBLEMS.validate_json(text)


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
