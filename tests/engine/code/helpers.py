"""What the tests of code share: documents in short, and the process that judges sources."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

from engine.code import Form, generate
from engine.document import Document
from engine.document.reading import validate_document

ROOT = Path(__file__).parents[3]
RULES = "E,F,I,N,UP,B,SIM"


def document(*nodes: dict[str, Any], wires: str = "", **rest: Any) -> Document:
    """A document with these nodes; `wires` reads "a b c; a d:query" (a node, then its port)."""
    graph = {"id": "main", "nodes": list(nodes), "edges": edges(wires)}
    graph |= {key: rest.pop(key) for key in ("outputs",) if key in rest}
    graphs = [graph, *rest.pop("graphs", [])]
    read = validate_document({"version": 1, "graphs": graphs, **rest})
    assert isinstance(read, Document), read
    return read


def node(id: str, layer: str, /, name: str = "", **params: Any) -> dict[str, Any]:
    """A node; `shares` and `graph` among the parameters mean the node's own."""
    own = {key: params.pop(key) for key in ("shares", "graph", "position") if key in params}
    return {"id": id, "layer": layer, "name": name, "params": params, **own}


def edges(wires: str) -> list[dict[str, Any]]:
    """Wires from chains: "a b:value" ends in the port value, "a.state_h b" leaves state_h."""
    found: list[dict[str, Any]] = []
    for chain in filter(None, (part.split() for part in wires.split(";"))):
        for before, after in pairwise(chain):
            source, _, source_port = before.partition(":")[0].partition(".")
            target, _, port = after.partition(".")[0].partition(":")
            edge = {"id": f"e{len(found)}", "source": source, "target": target}
            edge["source_port"] = source_port or "output"
            found.append({**edge, "target_port": port or "inputs", "order": len(found)})
    return found


class Judge:
    """The process of server.py; owns its pipes."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def find_errors(self, document: Document, *forms: Form) -> dict[str, str | None]:
        """Run the document's code in these forms; return how each differs from the engine."""
        sources = {form: generate(document, form).source for form in forms}
        assert self._process.stdin
        assert self._process.stdout
        request = {"document": document.to_json(), "sources": sources}
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer: dict[str, str | None] = json.loads(self._process.stdout.readline())
        return answer


@contextmanager
def judge() -> Iterator[Judge]:
    """Start the process, and end it."""
    environment = {**os.environ, "KERAS_BACKEND": "jax", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(Path(__file__).with_name("server.py"))]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        yield Judge(process)
        assert process.stdin
        process.stdin.close()
        assert process.wait(timeout=60) == 0


def ruff_finds(folder: Path) -> str:
    """What `ruff check` and `ruff format --check` say of all files in a folder."""
    from ruff import find_ruff_bin

    said = ""
    for command in (["check", f"--select={RULES}"], ["format", "--check"]):
        done = subprocess.run(
            [find_ruff_bin(), *command, "--isolated", "--no-cache", "--quiet", str(folder)],
            capture_output=True,
            text=True,
            check=False,
        )
        said += done.stdout + done.stderr
    return said
