"""A server of its own, with runs in it: asked over HTTP, and its processes counted."""

import json
import time
import urllib.request
from typing import Any

from tests.conftest import Server

PATIENCE = 300.0
"""Seconds for a state to come on a busy machine."""


def call(server: Server, method: str, path: str, body: Any = None) -> Any:
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(f"{server.url}/api{path}", data=data, method=method)
    with urllib.request.urlopen(request, timeout=300) as answer:
        return json.loads(answer.read() or b"null")


def epochs(server: Server, project: str, number: int) -> None:
    """Set how many epochs a project trains, on JAX."""
    operations = [
        {"type": "set", "path": ["training", "epochs"], "value": number},
        {"type": "set", "path": ["target", "backend"], "value": "jax"},
    ]
    batch = {"id": f"batch-epochs-{number}", "base": 0, "operations": operations}
    assert not call(server, "POST", f"/projects/{project}/operations", batch)["refused"]


def until(server: Server, run: str, what: Any) -> Any:
    """Return a run once something holds of it."""
    deadline = time.monotonic() + PATIENCE
    while not what(found := call(server, "GET", f"/runs/{run}")):
        assert time.monotonic() < deadline, found
        time.sleep(0.05)
    return found


def everything(server: Server, run: str) -> list[Any]:
    """Return all events of a run."""
    events: list[Any] = []
    while True:
        after = events[-1]["seq"] if events else 0
        part = call(server, "GET", f"/runs/{run}/events?after={after}&limit=500")
        if not part:
            return events
        events += part


def assert_whole(entries: list[Any]) -> None:
    """Check that a run's log has each epoch once, and one last word."""
    numbers = [entry["seq"] for entry in entries]
    assert numbers == sorted(set(numbers))
    events = [entry["event"] for entry in entries]
    told = [event["epoch"] for event in events if event["type"] == "epoch"]
    assert told == list(range(1, len(told) + 1)), "an epoch is lost or told twice"
    assert [event["type"] for event in events].count("ended") == 1
    assert events[-1]["type"] == "ended"
