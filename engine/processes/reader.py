"""`python -m engine.processes.reader`: the process that reads foreign files, code and documents.

Malicious files and code may exhaust memory or never end, and a large document takes seconds to
read. In this process, limits apply and the web process is not blocked. It also generates code,
which may take as long. It does not import Keras, so that it starts quickly; it is forked by
engine.processes.fork_server and uses the protocol of engine.processes.exchange.

    import      the body is a file, "name" its name             → imported: {document, problems}
    merge       {"document": …, "edit": {"source", "base"}}     → imported: {document, problems}
    code        the body is a document; "form" and "style"      → code: engine.code.Code
    start       the body is a new project: engine.templates.starting.ProjectIn
                → document: its initial document, with the fields "name" and "layers"
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
from engine.processes import exchange, fork_server
from engine.processes.exchange import Answer, Fields, Serve, data_sets, on_document, problems
from engine.templates.starting import starting_document


def main() -> None:
    """Load the catalogue and the templates, then fork copies that serve requests."""
    catalogue.load()
    templates.load()
    fork_server.run(serve)


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Serve requests until the input closes."""
    exchange.serve(requests, answers, SERVE, {"pid": os.getpid()}, problem("reader_failed"))


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


def _imported(result: Imported | list[Problem]) -> Answer:
    if isinstance(result, list):
        return problems(result)
    return Answer("imported", result.model_dump_json(by_alias=True).encode())


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
