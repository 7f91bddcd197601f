"""Large edits: what a batch of 5,000 nodes and edges costs on the server and in the page."""

import json
import statistics
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
SIZES = (NODES, 2 * NODES)
ROUNDS = 9
SERVER_LIMIT, PAGE_LIMIT = 0.250, 0.100
RATIO_LIMIT = 2.2
"""What twice the nodes may cost, against once."""

Rounds = dict[str, list[float]]
"""Seconds that each step took, by round."""


def rows() -> Iterator[Row]:
    """Adding, removing, restoring and moving all nodes; on the server, then in the page."""
    with tempfile.TemporaryDirectory() as home, server(Path(home)) as (url, _):
        yield from _rows("server", *_on_server(url), SERVER_LIMIT)
    yield from _rows("page", *_in_page(), PAGE_LIMIT)


def _rows(where: str, once: Rounds, twice: Rounds, limit: float) -> Iterator[Row]:
    """The least of all rounds, and the median of the ratios of both sizes in one round.

    What else runs on the machine only adds to the first, and slows both sizes of a round.
    """
    for name, times in once.items():
        seconds = min(times)
        detail = f"{milliseconds(seconds)} for {NODES:,} nodes, limit {milliseconds(limit)}"
        yield Row(f"{where}: {name} / its limit", f"{seconds / limit:.2f}", detail)
        ratio = statistics.median(b / a for a, b in zip(times, twice[name], strict=True))
        seconds = min(twice[name])
        detail = f"{milliseconds(seconds)} for {2 * NODES:,} nodes, limit {RATIO_LIMIT}"
        yield Row(f"{where}: {name}, twice / once", f"{ratio:.2f}", detail)


def _on_server(url: str) -> list[Rounds]:
    """Seconds until the server has committed each batch.

    Batches of `NODES` nodes and of twice as many take turns.
    """
    sizes = [batches(count) for count in SIZES]
    rounds: list[Rounds] = [{} for _ in SIZES]
    for _ in range(ROUNDS):
        for sent, times in zip(sizes, rounds, strict=True):
            for name, seconds in _round(url, sent).items():
                times.setdefault(name, []).append(seconds)
    return rounds


def _round(url: str, sent: dict[str, list[dict[str, Any]]]) -> dict[str, float]:
    """Seconds that each batch takes, sent to a new project one after the other."""
    times: dict[str, float] = {}
    project = str(_post(f"{url}/api/projects", {})["id"])
    for name, operations in sent.items():
        body = {"id": f"{name}-batch", "base": 0, "operations": operations}
        times[name] = _send(f"{url}/api/projects/{project}/operations", body)
        with urllib.request.urlopen(f"{url}/api/projects/{project}/check", timeout=600):
            pass  # the checker is done, and leaves the processor to the next batch
    return times


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


def _in_page() -> list[Rounds]:
    """Seconds that the page's own code takes by size, as frontend/bench.js measures them."""
    command = ["node", "bench.js", *map(str, SIZES)]
    done = subprocess.run(command, cwd=ROOT / "frontend", capture_output=True, check=True)
    by_size = json.loads(done.stdout)
    return [
        {name: [value / 1000 for value in times] for name, times in by_size[str(size)].items()}
        for size in SIZES
    ]
