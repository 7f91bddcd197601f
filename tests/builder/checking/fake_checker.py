"""A fake checker without Keras; the name of a document selects a failure."""

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any, BinaryIO

sys.path.append(str(Path(__file__).parents[3]))
from engine.check.verdict import Verdict
from engine.problems import problem
from engine.processes import exchange
from engine.processes.checker import revision_verdict
from engine.processes.fork_server import run


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until the stream ends."""
    table = {
        "preview": preview,
        "check": check,
        "errors": errors,
        "check_revision": check_revision,
        "summary": summary,
    }

    def handler(type: str) -> exchange.Serve:
        return lambda fields, body: table[type](fields, load_and_fail(body, answers))

    handlers = {type: handler(type) for type in table}
    ready = {"pid": os.getpid(), "versions": {}, "devices": []}
    exchange.serve(requests, answers, handlers, ready, problem("checker_failed"))


def load_and_fail(body: bytes, answers: BinaryIO) -> dict[str, Any]:
    """Return the document of a request, after the failure that its name selects."""
    document: dict[str, Any] = json.loads(body or b"{}")
    match document.get("name"):
        case "gibberish":
            answers.write(b"this is no JSON\n")
        case "die":
            print("out of memory", file=sys.stderr)
            sys.stderr.flush()
            os._exit(9)
        case "hang":
            signal.pause()
        case "hungry":
            bytearray(2_000_000_000)
    return document


def preview(fields: exchange.Fields, _: dict[str, Any]) -> exchange.Answer:
    table = {"data": fields["data"], "rows": 3, "indices": [], "columns": []}
    return exchange.Answer("preview", json.dumps(table).encode())


def summary(_: exchange.Fields, document: dict[str, Any]) -> exchange.Answer:
    return exchange.Answer("summary", f"Model: {document['name']}".encode())


def check(_: exchange.Fields, document: dict[str, Any]) -> exchange.Answer:
    return exchange.Answer("verdict", json.dumps(verdict(document)).encode())


def errors(_: exchange.Fields, document: dict[str, Any]) -> exchange.Answer:
    return exchange.Answer("errors", json.dumps(verdict(document)["problems"]).encode())


def check_revision(fields: exchange.Fields, document: dict[str, Any]) -> exchange.Answer:
    return revision_verdict(fields, Verdict.model_validate(verdict(document)))


def verdict(document: dict[str, Any]) -> dict[str, Any]:
    """Return a verdict whose totals count the nodes of the document."""
    problem = {"code": "broken", "message": "This model is broken.", "severity": "error"}
    backend = document.get("target", {}).get("backend")
    broken = document["name"] in ("broken", f"broken on {backend}")
    return {
        "ok": not broken,
        "nodes": {node["id"]: {} for node in document["graphs"][0]["nodes"]},
        "totals": {"nodes": sum(len(graph["nodes"]) for graph in document["graphs"])},
        "problems": [problem] if broken else [],
    }


if __name__ == "__main__":
    run(serve)
