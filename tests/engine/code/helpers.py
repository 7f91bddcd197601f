"""Helpers for tests of code: a short notation for documents, and a process that runs sources."""

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
FIELDS = ("shares", "graph", "position", "frozen", "training")
RULES = "E,F,I,N,UP,B,SIM"
IGNORED = "N812"
"""F is what PyTorch's own documentation calls torch.nn.functional."""


def document(*nodes: dict[str, Any], wires: str = "", **rest: Any) -> Document:
    """A document with these nodes; `wires` reads "a b c; a d:query" (a node, then its port)."""
    graph = {"id": "main", "nodes": list(nodes), "edges": edges(wires)}
    graph |= {key: rest.pop(key) for key in ("outputs",) if key in rest}
    graphs = [graph, *rest.pop("graphs", [])]
    read = validate_document({"version": 1, "graphs": graphs, **rest})
    assert isinstance(read, Document), read
    return read


def node(id: str, layer: str, /, name: str = "", **params: Any) -> dict[str, Any]:
    """A node; those of the names in `FIELDS` are its fields, not parameters."""
    own = {key: params.pop(key) for key in FIELDS if key in params}
    return {"id": id, "layer": layer, "name": name, "params": params, **own}


def edges(wires: str) -> list[dict[str, Any]]:
    """Edges from chains: "a b:value" enters the port value, "a.state_h b" leaves state_h."""
    result: list[dict[str, Any]] = []
    for names in filter(None, (part.split() for part in wires.split(";"))):
        for first, second in pairwise(names):
            source, _, source_port = first.partition(":")[0].partition(".")
            target, _, port = second.partition(".")[0].partition(":")
            edge = {"id": f"e{len(result)}", "source": source, "target": target}
            edge["source_port"] = source_port or "output"
            result.append({**edge, "target_port": port or "inputs", "order": len(result)})
    return result


class Comparer:
    """The process of server.py, which compares models; owns its pipes."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self._process = process

    def differences(self, document: Document, *forms: Form) -> dict[str, str | None]:
        """Run the code in these forms; return how each model differs from the engine's."""
        sources = {form: generate(document, form).source for form in forms}
        assert self._process.stdin
        assert self._process.stdout
        request = {"document": document.to_json(), "sources": sources}
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer: dict[str, str | None] = json.loads(self._process.stdout.readline())
        return answer


@contextmanager
def comparer() -> Iterator[Comparer]:
    """Start the process; end it on exit."""
    environment = {**os.environ, "KERAS_BACKEND": "jax", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, str(Path(__file__).with_name("server.py"))]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        yield Comparer(process)
        assert process.stdin
        process.stdin.close()
        assert process.wait(timeout=60) == 0


def ruff_output(folder: Path) -> str:
    """The output of `ruff check` and `ruff format --check` for a folder."""
    from ruff import find_ruff_bin

    output = ""
    for command in (["check", f"--select={RULES}", f"--ignore={IGNORED}"], ["format", "--check"]):
        process = subprocess.run(
            [find_ruff_bin(), *command, "--isolated", "--no-cache", "--quiet", str(folder)],
            capture_output=True,
            text=True,
            check=False,
        )
        output += process.stdout + process.stderr
    return output
