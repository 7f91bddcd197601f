"""Large requests are handled outside the event loop: small requests are answered meanwhile."""

import contextlib
import http.client
import json
import threading
import time
import urllib.error
import urllib.request
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.conftest import Server

WORDS = [f"a word of the vocabulary {index}" for index in range(20_000)]
DENSE = {"id": "dense", "layer": "Dense", "params": {"units": 4}}


def document(nodes: list[dict[str, Any]], **training: Any) -> dict[str, Any]:
    graph = {"id": "main", "nodes": nodes}
    return {"version": 1, "graphs": [graph], "training": training}


def text_layer(id: str) -> dict[str, Any]:
    return {"id": id, "layer": "TextVectorization", "params": {"vocabulary": WORDS}}


LARGE = document([text_layer(f"text{index}") for index in range(14)])  # 9 MB
BINDINGS = document(
    [DENSE], bindings=[{"node": f"n{index}", "column": "x"} for index in range(100_000)]
)
SHARED = document(
    [DENSE, *({"id": f"n{i}", "layer": "Dense", "shares": "dense"} for i in range(4_000))]
)
REPLACE = {
    "id": "large-batch",
    "base": 0,
    "operations": [{"type": "replace", "document": LARGE}],
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        pytest.param("/api/check", LARGE, id="check"),
        pytest.param("/api/code", LARGE, id="code"),
        pytest.param("/api/code", BINDINGS, id="bindings"),
        pytest.param("/api/code", SHARED, id="shared"),
        pytest.param("/api/import", LARGE, id="import"),
        pytest.param("/api/projects", {"document": LARGE}, id="create"),
        pytest.param("/api/projects/{id}/operations", REPLACE, id="operations"),
    ],
)
def test_a_large_request_does_not_delay_small_requests(
    server: Server, path: str, value: Any
) -> None:
    path = path.format(id=json.loads(post(server, "/api/projects", b"{}"))["id"])
    body = json.dumps(value).encode()
    done = threading.Event()
    duration = 0.0

    def send() -> None:
        nonlocal duration
        start = time.perf_counter()
        with contextlib.suppress(
            urllib.error.HTTPError
        ):  # over the time limit of its process: accepted
            post(server, path, body)
        duration = time.perf_counter() - start
        done.set()

    large = threading.Thread(target=send)
    large.start()
    waits = list(waits_until(server, done))
    large.join()
    assert len(waits) > 10, "the server answered almost no requests meanwhile"
    assert max(waits) < duration / 3, f"{max(waits):.2f} s of {duration:.2f} s"


def waits_until(server: Server, done: threading.Event) -> Any:
    """Yield the response time of each small request until the large request is done."""
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=120)
    while not done.is_set():
        start = time.perf_counter()
        connection.request("GET", "/api/health")
        connection.getresponse().read()
        yield time.perf_counter() - start
    connection.close()


def post(server: Server, path: str, body: bytes) -> bytes:
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(server.url + path, body, headers)
    with urllib.request.urlopen(request, timeout=120) as answer:
        data: bytes = answer.read()
    return data
