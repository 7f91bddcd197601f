"""`python -m engine.processes.reader`: the process that reads what comes from elsewhere.

Files and code of strangers may be made to take all memory or to never end, and a large document
holds whoever reads it for seconds: this process may, within its limits, because nobody else waits
for it. It also writes code, which takes as long. It imports no Keras, so that it starts at once,
is kept by the nursery, and speaks the protocol of engine.processes.exchange.

    import      the body is a file, "name" its name             → imported: {document, problems}
    merge       {"document": …, "edit": {"source", "base"}}     → imported: {document, problems}
    code        the body is a document; "form" and "style"      → code: engine.code.Code
    start       the body is a new project: engine.templates.starting.ProjectIn
                → document: the document it starts from, with "name" and "layers" of it
"""

import os
from typing import Any, BinaryIO

from pydantic_core import from_json

from engine import catalogue, templates
from engine.code import generate
from engine.document import Document
from engine.document.reading import validate_document
from engine.imports.files import read_model
from engine.imports.graph_builder import Imported
from engine.imports.merge import merge_edit
from engine.imports.python import from_python
from engine.problems import Problem, problem
from engine.processes import exchange, nursery
from engine.processes.exchange import Answer, Fields, Serve, data_sets, on_document, problems
from engine.templates.starting import starting_document


def main() -> None:
    """Import what reading takes, and keep a process ready that answers."""
    catalogue.load()
    templates.load()
    nursery.keep(serve)


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer until no more requests can come."""
    exchange.serve(requests, answers, SERVE, {"pid": os.getpid()}, problem("reader_stumbled"))


def _import(fields: Fields, body: bytes) -> Answer:
    return _imported(read_model(body, str(fields.get("name", "")), data_sets(fields)))


def _merge(fields: Fields, body: bytes) -> Answer:
    value: Any = from_json(body)
    document = validate_document(value["document"])
    if isinstance(document, list):
        return problems(document)
    new = from_python(value["edit"]["source"], data_sets(fields))
    if isinstance(new, list):
        return problems(new)
    base = from_python(value["edit"]["base"], data_sets(fields))
    base_document = base.document if isinstance(base, Imported) else None
    merged = merge_edit(document, new.document, base_document)
    return _imported(Imported(document=merged, problems=new.problems))


def _imported(read: Imported | list[Problem]) -> Answer:
    if isinstance(read, list):
        return problems(read)
    return Answer("imported", read.model_dump_json(by_alias=True).encode())


def _code(fields: Fields, document: Document) -> Answer:
    code = generate(document, fields["form"], fields["style"], data_sets(fields))
    return Answer("code", code.model_dump_json(by_alias=True).encode())


def _start(_: Fields, body: bytes) -> Answer:
    document = starting_document(body)
    if isinstance(document, list):
        return problems(document)
    layers = sum(len(graph.nodes) for graph in document.graphs)
    text = document.model_dump_json(by_alias=True)
    return Answer("document", text.encode(), {"name": document.name, "layers": layers})


SERVE: dict[str, Serve] = {
    "start": _start,
    "import": _import,
    "merge": _merge,
    "code": on_document(_code),
}


if __name__ == "__main__":
    main()
