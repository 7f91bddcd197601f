"""Large edits: what a batch of 5,000 nodes and edges costs on the server and in the page."""

import json
import subprocess
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench import Row
from bench.socket import ROOT, server
from bench.timing import milliseconds

NODES = 5_000
ROUNDS = 3
SERVER_LIMIT, PAGE_LIMIT = 0.250, 0.100
RATIO_LIMIT = 2.2
"""What twice the nodes may cost, against once."""

Times = dict[str, float]


def rows() -> Iterator[Row]:
    """Adding, removing, restoring and moving all nodes; on the server, then in the page."""
    with tempfile.TemporaryDirectory() as home, server(Path(home)) as (url, _):
        once, twice = (_on_server(url, count) for count in (NODES, 2 * NODES))
    yield from _rows("server", once, twice, SERVER_LIMIT)
    once, twice = (_in_page(count) for count in (NODES, 2 * NODES))
    yield from _rows("page", once, twice, PAGE_LIMIT)


def _rows(where: str, once: Times, twice: Times, limit: float) -> Iterator[Row]:
    for name, seconds in once.items():
        detail = f"{milliseconds(seconds)} for {NODES:,} nodes, limit {milliseconds(limit)}"
        yield Row(f"{where}: {name} / its limit", f"{seconds / limit:.2f}", detail)
        detail = f"{milliseconds(twice[name])} for {2 * NODES:,} nodes, limit {RATIO_LIMIT}"
        yield Row(f"{where}: {name}, twice / once", f"{twice[name] / seconds:.2f}", detail)


def _on_server(url: str, count: int) -> Times:
    """Seconds until the server has committed each batch: the least of several rounds."""
    sent = batches(count)
    best: Times = {}
    for round in range(ROUNDS):
        project = str(_post(f"{url}/api/projects", {})["id"])
        for name, operations in sent.items():
            body = {"id": f"{name[:5]}-{round:06}", "base": 0, "operations": operations}
            seconds = _send(f"{url}/api/projects/{project}/operations", body)
            best[name] = min(best.get(name, seconds), seconds)
            with urllib.request.urlopen(f"{url}/api/projects/{project}/check", timeout=600):
                pass  # the checker is done, and leaves the processor to the next batch
    return best


def batches(count: int) -> dict[str, list[dict[str, Any]]]:
    """Batches to send one after the other; removing is what undoes adding, and the reverse."""
    nodes, edges = (["graphs", "main", kind] for kind in ("nodes", "edges"))
    layers = [
        {"id": f"n{i}", "layer": "Dense", "params": {"units": 8}, "position": {"x": 0, "y": 96 * i}}
        for i in range(count)
    ]
    wires = [{"id": f"e{i}", "source": f"n{i - 1}", "target": f"n{i}"} for i in range(1, count)]
    members = [*((nodes, item) for item in layers), *((edges, item) for item in wires)]
    add = [{"type": "add", "path": path, "item": item} for path, item in members]
    remove = [{"type": "remove", "path": [*path, item["id"]]} for path, item in reversed(members)]
    place = {"x": 8, "y": 8}
    tidy = [
        {"type": "set", "path": [*nodes, item["id"], "position"], "value": place} for item in layers
    ]
    return {"add": add, "remove": remove, "restore": add, "tidy": tidy}


def _send(address: str, body: dict[str, Any]) -> float:
    data = json.dumps(body).encode()
    request = urllib.request.Request(address, data, {"Content-Type": "application/json"})
    began = time.perf_counter()
    with urllib.request.urlopen(request, timeout=600) as answer:
        text = answer.read()
    seconds = time.perf_counter() - began
    assert json.loads(text)["refused"] == []
    return seconds


def _post(address: str, body: dict[str, Any]) -> dict[str, Any]:
    request = urllib.request.Request(address, json.dumps(body).encode())
    with urllib.request.urlopen(request, timeout=60) as answer:
        value: dict[str, Any] = json.load(answer)
    return value


def _in_page(count: int) -> Times:
    """Seconds that the page's own code takes, as frontend/bench.js measures them."""
    done = subprocess.run(
        ["node", "bench.js", str(count)], cwd=ROOT / "frontend", capture_output=True, check=True
    )
    return {name: value / 1000 for name, value in json.loads(done.stdout).items()}
