"""Speaks the checker's protocol without Keras; a document's name says what it does to it."""

import json
import sys
import time


def main() -> None:
    """Answer requests until standard input ends."""
    print(json.dumps({"type": "ready", "versions": {}, "devices": []}), flush=True)
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps({"id": request["id"], **reply(request)}), flush=True)


def reply(request: dict) -> dict:
    """Return the answer to one request, or do what the document asks for."""
    if request["type"] == "preview":
        return {"type": "preview", "preview": {"data": request["data"], "rows": 3, "columns": []}}
    document = request["document"]
    if document["name"] == "die":
        print("out of memory", file=sys.stderr)
        sys.exit(9)
    if document["name"] == "hang":
        time.sleep(1_000)
    if document["name"] == "gibberish":
        print("this is no JSON", flush=True)
    if request["type"] == "summary":
        return {"type": "summary", "text": f"Model: {document['name']}"}
    return {"type": "verdict", "verdict": verdict(document)}


def verdict(document: dict) -> dict:
    """Return a verdict that tells documents apart by their number of nodes."""
    problem = {"code": "broken", "message": "This model is broken.", "severity": "error"}
    broken = document["name"] == "broken"
    return {
        "ok": not broken,
        "totals": {"nodes": sum(len(graph["nodes"]) for graph in document["graphs"])},
        "problems": [problem] if broken else [],
    }


if __name__ == "__main__":
    main()
