"""The inside view: what it costs a training, and how long an answer to a person's stroke takes.

A training with frames is compared with one without in turn, in one process for each backend. The
answers come from a real server, over the socket of a page, with every node of a template in view.
"""

import json
import statistics
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from math import prod
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin

from bench import Row
from bench.backends import BACKENDS, rows_on
from bench.fitting import Fits
from bench.socket import server
from bench.timing import milliseconds, ratios
from engine import templates
from engine.document import Document

TEMPLATES = {"digits_dense": 20, "digits_convolution": 4}
"""Templates and the epochs of one fit, long enough for many frames."""
PAIRS = 9
LIMIT = 1.03
STROKES = 40
ANSWER = 0.100
"""Seconds within which 95 % of the answers are to come."""


def rows() -> Iterator[Row]:
    """The cost for each backend and model; the answers of each template."""
    for backend in BACKENDS:
        yield from rows_on(backend, "bench.inside")
    with tempfile.TemporaryDirectory() as home, server(Path(home)) as (url, _):
        for template in templates.load():
            yield _answers(url, template.id, template.document)


# --- the cost for a training ----------------------------------------------------------------------


def measure(backend: str) -> list[Row]:
    """Measure in this process, whose Keras uses `backend`."""
    return [_cost(backend, name, epochs) for name, epochs in TEMPLATES.items()]


def _cost(backend: str, template: str, epochs: int) -> Row:
    plain, watched, frames = _fits(template, epochs)
    plain(), watched()  # compiles
    before = frames()
    ratio, work, fit = ratios(plain, watched, PAIRS)
    detail = (
        f"{(frames() - before) / PAIRS:.1f} frames in a fit of {milliseconds(fit)}, median of "
        f"{PAIRS} pairs, {work:.3f} in CPU time; limit {LIMIT}"
    )
    return Row(f"fit with / without frames, {template}, {backend}", f"{ratio:.3f}", detail)


def _fits(
    template: str, epochs: int
) -> tuple[Callable[[], object], Callable[[], object], Callable[[], int]]:
    """Return a fit, one with all nodes in view, and the number of frames so far."""
    from engine.protocol import Probe
    from engine.protocol.frames import Frame, Look
    from engine.training.inside.live import Live
    from engine.training.inside.subject import Subject
    from engine.training.looking import Looking

    fits = Fits(template, epochs)
    frames: list[Frame] = []
    shown = threading.Event()

    def emit(frame: Frame) -> None:
        frames.append(frame)
        shown.set()

    looking = Looking()
    live = Live(Subject(fits.networks[1], fits.document, fits.data), looking, emit)
    live.begin()
    nodes = tuple((node.id,) for node in fits.document.main.nodes)
    looking.request(Probe(look=Look(nodes=nodes)))

    def watched() -> object:
        return fits.fit(1, between=live.between)

    while not shown.is_set():
        watched()
    return lambda: fits.fit(0), watched, lambda: len(frames)


# --- the answers to strokes -----------------------------------------------------------------------


def _answers(url: str, name: str, document: Document) -> Row:
    body = json.dumps({"document": document.to_json()}).encode()
    request = urllib.request.Request(f"{url}/api/projects", data=body)
    with urllib.request.urlopen(request, timeout=60) as answer:
        project = str(json.load(answer)["id"])
    address = f"{url.replace('http', 'ws')}/ws/projects/{project}"
    with connect(address, origin=Origin(url), max_size=None, compression=None) as socket:
        socket.send(json.dumps({"type": "join", "name": "bench"}))
        page = _Page(socket, document)
        page.stroke(0)  # opens the model
        page.stroke(0)
        times = [page.stroke(at) for at in range(STROKES)]
    p95 = statistics.quantiles(times, n=100)[94]
    detail = f"p50 {milliseconds(statistics.median(times))}; limit {milliseconds(ANSWER)}"
    return Row(f"stroke to answer, {name} (p95)", milliseconds(p95), detail)


class _Page:
    """A page that gives inputs of its own, with all nodes in view."""

    def __init__(self, socket: ClientConnection, document: Document) -> None:
        self._socket, self._document = socket, document
        self._received = 0

    def stroke(self, at: int) -> float:
        """Give an input; return the seconds until the answer has come."""
        look = {
            "sample": self._sample(at),
            "nodes": [[node.id] for node in self._document.main.nodes],
            "detail": None,
        }
        began = time.perf_counter()
        self._socket.send(json.dumps({"type": "inspect", "run": None, "look": look}))
        while (frame := self._receive())["type"] != "frame":
            pass
        assert frame["problem"] is None, frame["problem"]
        return time.perf_counter() - began

    def _receive(self) -> Any:
        text = self._socket.recv(timeout=120)
        self._received += 1
        self._socket.send(json.dumps({"type": "acknowledge", "messages": self._received}))
        return json.loads(text)

    def _sample(self, at: int) -> Any:
        values, texts = {}, {}
        for node in self._document.main.nodes:
            if node.layer == "Input" and node.params.get("dtype") == "string":
                texts[node.id] = f"a film that I liked {at} times"
            elif node.layer == "Input":
                values[node.id] = [at / 100] * prod(axis or 8 for axis in node.params["shape"])
        return {"type": "own", "values": values, "texts": texts}


if __name__ == "__main__":
    json.dump(measure(sys.argv[1]), sys.stdout)
