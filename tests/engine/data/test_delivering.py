"""Files of a run are sent in parts, and a lost connection is continued."""

import hashlib
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from engine.data.delivering import ATTEMPTS, FIRST_PART, UndeliveredError, deliver
from engine.data.stores import Origin
from engine.training.failures import explain
from tests.engine.data.serving import serving

CONTENT = bytes(range(256)) * 1_000


class Store(ThreadingHTTPServer):
    """A server that takes the parts of one file; `lost` says which requests are not answered."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Taking)
        self.content = b""
        self.asked: list[str] = []
        self.lost: set[int] = set()
        self.deaf = False


class Taking(BaseHTTPRequestHandler):
    """Takes a part that follows what has come."""

    server: Store

    def do_PUT(self) -> None:
        """Append a part; answer how much has come."""
        server, url = self.server, urlsplit(self.path)
        part = self.rfile.read(int(self.headers["Content-Length"]))
        server.asked.append(f"{url.path} {self.headers['Authorization']}")
        if not server.deaf and int(parse_qs(url.query)["offset"][0]) == len(server.content):
            server.content += part
        if len(server.asked) in server.lost:
            self.close_connection = True
            return
        body = json.dumps({"received": len(server.content), "part": 100_000}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Print nothing."""


@pytest.fixture
def store() -> Iterator[Store]:
    with serving(Store()) as server:
        yield server


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "model.keras"
    path.write_bytes(CONTENT)
    return path


def origin(store: Store) -> Origin:
    return Origin(url=f"http://127.0.0.1:{store.server_port}/run", token="secret")


@pytest.mark.parametrize("lost", [set(), {1}, {2, 3}])
def test_a_file_arrives_whole(lost: set[int], store: Store, file: Path) -> None:
    store.lost = lost
    hash = deliver(file, origin(store))
    assert hash == hashlib.sha256(CONTENT).hexdigest()
    assert store.content == CONTENT
    assert set(store.asked) == {f"/run/results/{hash} Bearer secret"}
    parts = 1 + -(-(len(CONTENT) - FIRST_PART) // 100_000)
    assert len(store.asked) == parts + len(lost)


def test_an_empty_file_arrives(store: Store, file: Path) -> None:
    file.write_bytes(b"")
    deliver(file, origin(store))
    assert len(store.asked) == 1


def test_a_file_that_can_not_be_sent_loses_the_run(store: Store, file: Path) -> None:
    store.deaf = True
    with pytest.raises(UndeliveredError) as refused:
        deliver(file, origin(store))
    assert len(store.asked) == ATTEMPTS
    outcome, reason = explain(refused.value)
    assert (outcome, reason.code) == ("lost", "result_not_sent")
    assert "model.keras" in reason.message
    assert "took no bytes" in (reason.detail or "")
