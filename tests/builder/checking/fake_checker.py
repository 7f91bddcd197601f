"""Speaks the checker's protocol without Keras; a document's name says what it does to it."""

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any, BinaryIO

sys.path.append(str(Path(__file__).parents[3]))
from engine.processes.nursery import keep


def serve(requests: BinaryIO, answers: BinaryIO) -> None:
    """Answer requests until no more can come."""
    say(answers, {"type": "ready", "pid": os.getpid(), "versions": {}, "devices": []})
    for line in requests:
        request = json.loads(line)
        if request.get("document", {}).get("name") == "gibberish":
            answers.write(b"this is no JSON\n")
        say(answers, {"id": request["id"], **reply(request)})


def say(answers: BinaryIO, message: dict[str, Any]) -> None:
    """Write one line."""
    answers.write(json.dumps(message).encode() + b"\n")
    answers.flush()


def reply(request: dict[str, Any]) -> dict[str, Any]:
    """Return the answer to one request, or do what the document asks for."""
    if request["type"] == "preview":
        return {"type": "preview", "preview": {"data": request["data"], "rows": 3, "columns": []}}
    document = request["document"]
    if document["name"] == "die":
        print("out of memory", file=sys.stderr)
        sys.exit(9)
    if document["name"] == "hang":
        signal.pause()
    if document["name"] == "hungry":
        bytearray(2_000_000_000)
    if request["type"] == "summary":
        return {"type": "summary", "text": f"Model: {document['name']}"}
    return {"type": "verdict", "verdict": verdict(document)}


def verdict(document: dict[str, Any]) -> dict[str, Any]:
    """Return a verdict that tells documents apart by their number of nodes."""
    problem = {"code": "broken", "message": "This model is broken.", "severity": "error"}
    broken = document["name"] == "broken"
    return {
        "ok": not broken,
        "totals": {"nodes": sum(len(graph["nodes"]) for graph in document["graphs"])},
        "problems": [problem] if broken else [],
    }


if __name__ == "__main__":
    keep(serve)
