"""`python -m engine.processes.reader`: the process that reads foreign files, code and documents.

Malicious files and code may exhaust memory or never end, and a large document takes seconds to
read. In this process, limits apply and the web process is not blocked. It also generates code,
which may take as long. It imports Keras only when a source depends on shapes that Keras infers
(engine.processes.keras_tools), so that it starts quickly; it is forked by
engine.processes.fork_server and uses the protocol of engine.processes.exchange.

    import      the body is a file, "name" its name; of a source, "model" is the index of the model
                to take; answers to its questions, as JSON text, follow the file, of "file" bytes
                → imported: {document, problems, models, taken, questions}
    import_file "path" is an HDF5 file of any size, of which only the structure is read
                → imported
    merge       {"document": …, "edit": {"source", "base"}}     → imported: {document, problems}
    code        the body is a document of "document" bytes, then the list of the errors that the
                check found in it, if any; "form", "style" and, if a script is to have options of
                the command line, "options" → code: engine.code.Code
    repeats     the body is a document → repeats: engine.code.repeats.Repeats
    start       the body is a new project: engine.templates.starting.ProjectIn
                → document: its initial document, with the fields "name" and "layers"
    upgrade     the body is a stored document of any version
                → document: the same in the present version, with "name" and "layers"
    replay      the body is a stored document of "document" bytes, then a JSON list of the batches
                of operations that follow it in the log → document: what they make of it
    settings    the body is a stored document
                → settings: the fields of engine.document.stored.Settings
    edit        the body is a stored document of "document" bytes, then a batch of operations
                → edited: engine.document.batches.Applied; the body is its document, of "document"
                bytes, the operations, of "operations" bytes, and the refusals
"""

import gc
import os
from collections import OrderedDict
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

from pydantic_core import from_json, to_json

from engine import catalogue, templates
from engine.code import generate
from engine.code.repeats import find_repeats
from engine.document import Document
from engine.document.batches import apply_batch, read_batch, replay
from engine.document.reading import validate_document
from engine.document.stored import count_layers, read_stored, settings_of, to_text
from engine.imports.asking import Choices, Unread
from engine.imports.files import read_model
from engine.imports.graph_builder import Imported
from engine.imports.hdf5 import read_hdf5
from engine.imports.merge import merge_edit
from engine.imports.python import from_python
from engine.problems import Problem, problem
from engine.processes import exchange, fork_server
from engine.processes.exchange import (
    Answer,
    Fields,
    Serve,
    data_sets,
    on_document,
    parse_problems,
    problems,
)
from engine.processes.keras_tools import TOOLS
from engine.templates.starting import starting_document

KEPT = 4
"""Documents that are kept parsed: people who edit a large one send many edits of it."""
COLLECT_WITHIN = 20_000_000
"""Threshold of Python's cyclic garbage collector: collecting while a large document is read takes
as long as reading it, so that is left for the time between requests (`exchange.serve`)."""


def main() -> None:
    """Load the catalogue and the templates, then fork copies that serve requests."""
    catalogue.load()
    templates.load()
    fork_server.run(serve)


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Serve requests until the input closes."""
    gc.set_threshold(COLLECT_WITHIN)
    exchange.serve(requests, answers, SERVE, {"pid": os.getpid()}, problem("reader_failed"))


def _import(fields: Fields, body: bytes) -> Answer:
    length = fields.get("file")
    file, answers = (body, b"") if length is None else (body[:length], body[length:])
    choices = Choices(model=fields.get("model"), answers=answers.decode(errors="replace"))
    name = str(fields.get("name", ""))
    result = read_model(file, name, data_sets(fields), TOOLS, choices)
    return problems(result) if isinstance(result, list) else _imported(result)


def _import_file(fields: Fields, _: bytes) -> Answer:
    result = read_hdf5(Path(fields["path"]))
    return problems(result) if isinstance(result, list) else _imported(result)


def _merge(fields: Fields, body: bytes) -> Answer:
    value: Any = from_json(body)
    document = validate_document(value["document"])
    if isinstance(document, list):
        return problems(document)
    edit = value["edit"]
    new = from_python(edit["source"], data_sets(fields), TOOLS, base=edit["base"])
    if not isinstance(new, Imported):
        return problems(new if isinstance(new, list) else list(new.problems))
    base = from_python(edit["base"], data_sets(fields), TOOLS)
    base_document = base.document if isinstance(base, Imported) else None
    merged = merge_edit(document, new.document, base_document)
    result = Imported(document=merged, problems=new.problems)
    return _imported(result, include={"document", "problems"})


def _imported(result: Imported | Unread, include: set[str] | None = None) -> Answer:
    return Answer("imported", result.model_dump_json(by_alias=True, include=include).encode())


def _code(fields: Fields, body: bytes) -> Answer:
    length = int(fields.get("document") or len(body))
    errors = parse_problems(body[length:]) if length < len(body) else []
    return on_document(lambda fields, document: _written(fields, document, errors))(
        fields, body[:length]
    )


def _written(fields: Fields, document: Document, errors: list[Problem]) -> Answer:
    options = bool(fields.get("options"))
    sets = data_sets(fields)
    code = generate(document, fields["form"], fields["style"], sets, options=options, errors=errors)
    return Answer("code", code.model_dump_json(by_alias=True).encode())


def _repeats(_: Fields, document: Document) -> Answer:
    return Answer("repeats", find_repeats(document).model_dump_json().encode())


def _start(_: Fields, body: bytes) -> Answer:
    document = starting_document(body)
    if isinstance(document, list):
        return problems(document)
    return _document(document)


def _upgrade(_: Fields, body: bytes) -> Answer:
    return _document(read_stored(body.decode()))


def _replay(fields: Fields, body: bytes) -> Answer:
    length = int(fields["document"])
    batches = [to_json(batch) for batch in from_json(body[length:])]
    return _document(replay(body[:length].decode(), batches))


def _document(document: Document) -> Answer:
    fields = {"name": document.name, "layers": count_layers(document)}
    return Answer("document", to_text(document).encode(), fields)


def _settings(_: Fields, document: Document) -> Answer:
    return Answer("settings", b"", asdict(settings_of(document)))


def _edit(fields: Fields, body: bytes) -> Answer:
    length = int(fields["document"])
    batch = read_batch(body[length:])
    if isinstance(batch, list):
        return problems(batch)
    text = body[:length].decode()
    applied = apply_batch(_parsed.get(text) or read_stored(text), batch)
    if applied.changed and applied.document:
        _keep(text, applied.text, applied.document)
    parts = [part.encode() for part in (applied.text, applied.operations, applied.refused)]
    head = {"batch": batch.id, "name": applied.name, "layers": applied.layers}
    lengths = {"document": len(parts[0]), "operations": len(parts[1])}
    return Answer("edited", b"".join(parts), head | lengths)


_parsed: OrderedDict[str, Document] = OrderedDict()
"""The documents that the last edits made, by their text."""


def _keep(old: str, new: str, document: Document) -> None:
    """Keep a document instead of the one that it was made from."""
    _parsed.pop(old, None)
    _parsed[new] = document
    while len(_parsed) > KEPT:
        _parsed.popitem(last=False)


SERVE: dict[str, Serve] = {
    "start": _start,
    "import": _import,
    "import_file": _import_file,
    "merge": _merge,
    "code": _code,
    "repeats": on_document(_repeats),
    "upgrade": _upgrade,
    "replay": _replay,
    "settings": on_document(_settings),
    "edit": _edit,
}


if __name__ == "__main__":
    main()
