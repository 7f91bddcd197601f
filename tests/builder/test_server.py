"""A real server process."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import pytest
import websockets
from django.core.management import call_command

from tests.conftest import ROOT, Server, environment, refused_start, start_server, stop_server

HEAVY = ("keras", "tensorflow", "jax", "torch", "numpy", "sklearn", "scipy", "h5py")
BOOT = f"""
import sys
import builder.asgi, builder.urls, daphne.server
from engine import catalogue, templates
catalogue.load(); templates.load()
import engine.code
print(sorted(set(sys.modules) & set({HEAVY})))
"""


def call(server: Server, method: str, path: str, body: Any = None) -> Any:
    data = json.dumps(body).encode() if body is not None else None
    request = urllib.request.Request(f"{server.url}{path}", data=data, method=method)
    with urllib.request.urlopen(request, timeout=120) as answer:
        return json.loads(answer.read() or b"null")


def children(pid: int) -> list[int]:
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for task in tasks for child in task.read_text().split()]


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_the_web_process_imports_no_machine_learning_library(tmp_path: Path) -> None:
    env = environment(tmp_path, DJANGO_SETTINGS_MODULE="builder.settings")
    printed = subprocess.run(
        [sys.executable, "-c", BOOT], env=env, cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert printed.stdout.strip() == "[]"


@pytest.mark.django_db
def test_migrations_match_the_models() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_checks_previews_and_writes_code(server: Server) -> None:
    project = call(server, "POST", "/api/projects", {"template": "iris"})
    assert call(server, "GET", f"/api/projects/{project['id']}/check")["ok"]
    assert call(server, "GET", f"/api/projects/{project['id']}/code?form=script")["source"]
    assert call(server, "GET", "/api/data/iris/preview")["rows"] == 150
    assert (
        "Total params" in call(server, "GET", f"/api/projects/{project['id']}/summary")["summary"]
    )


async def test_a_socket_joins_and_other_sites_are_refused(server: Server) -> None:
    project = await asyncio.to_thread(call, server, "POST", "/api/projects", {})
    url = f"{server.url.replace('http', 'ws')}/ws/projects/{project['id']}"
    async with websockets.connect(url, origin=server.url) as tab:  # type: ignore[arg-type]
        await tab.send(json.dumps({"type": "join"}))
        async with asyncio.timeout(120):
            seen = [json.loads(await tab.recv())["type"] for _ in range(2)]
    assert seen == ["welcome", "checked"]
    with pytest.raises(websockets.InvalidStatus) as refused:
        await websockets.connect(url, origin="http://evil.example")  # type: ignore[arg-type]
    assert refused.value.response.status_code == 403


def test_a_port_in_use_is_reported(server: Server, tmp_path: Path) -> None:
    port = server.url.rsplit(":", 1)[1]
    printed = refused_start(environment(server.home), port)
    assert f"Port {port} is in use" in printed
    assert "Traceback" not in printed


@pytest.mark.parametrize("port", ["65536", "-1", "http"])
def test_an_invalid_port_is_reported(tmp_path: Path, port: str) -> None:
    printed = refused_start(environment(tmp_path), port)
    assert "a port is a number from 0 to 65535" in printed


def test_an_outdated_database_is_reported(tmp_path: Path) -> None:
    printed = refused_start(environment(tmp_path))
    assert "manage.py migrate" in printed


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_child_processes_end_with_the_server(tmp_path: Path, ending: signal.Signals) -> None:
    server = start_server(tmp_path)
    call(server, "GET", "/api/data/iris/preview")  # the checker is running
    started = children(server.process.pid)
    assert started
    watched = [os.pidfd_open(pid) for pid in started]
    server.process.send_signal(ending)
    server.process.wait(60)
    for descriptor in watched:
        with open(descriptor) as file:  # noqa: PTH123 a process, not a path
            asyncio.run(wait_for_exit(file.fileno()))
    assert not any(alive(pid) for pid in started)
    stop_server(server)


async def wait_for_exit(descriptor: int) -> None:
    """Return once the process behind a descriptor has ended."""
    loop, done = asyncio.get_running_loop(), asyncio.Event()
    loop.add_reader(descriptor, done.set)
    async with asyncio.timeout(60):
        await done.wait()
    loop.remove_reader(descriptor)


def test_saved_edits_survive_a_crash_and_active_runs_are_lost(tmp_path: Path) -> None:
    server = start_server(tmp_path)
    project = call(server, "POST", "/api/projects", {"template": "iris"})
    edit = {
        "id": "batch-before-the-crash",
        "base": 0,
        "operations": [{"type": "set", "path": ["training", "epochs"], "value": 100_000}],
    }
    assert call(server, "POST", f"/api/projects/{project['id']}/operations", edit)["revision"] == 1
    run = call(server, "POST", f"/api/projects/{project['id']}/runs")
    while call(server, "GET", f"/api/runs/{run['id']}")["phase"] in {"queued", "starting"}:
        pass
    server.process.kill()
    stop_server(server)
    again = start_server(tmp_path)
    try:
        assert call(again, "GET", f"/api/projects/{project['id']}")["revision"] == 1
        assert call(again, "POST", f"/api/projects/{project['id']}/operations", edit) == {
            "revision": 1,
            "refused": [],
        }
        stored = call(again, "GET", f"/api/runs/{run['id']}")
        assert (stored["outcome"], stored["problem"]["code"]) == ("lost", "run_lost")
        events = call(again, "GET", f"/api/runs/{run['id']}/events")
        assert [entry["event"]["type"] for entry in events].count("ended") == 1
    finally:
        stop_server(again)


def test_the_server_prints_its_address_on_one_line(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    env = environment(tmp_path)
    manage = [sys.executable, ROOT / "manage.py"]
    subprocess.run([*manage, "migrate", "--verbosity", "0"], env=env, cwd=ROOT, check=True)
    process = subprocess.Popen(
        [*manage, "serve", "--port", str(port)],
        env=env,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout
    line = process.stdout.readline()
    process.terminate()
    process.wait(60)
    process.stdout.close()
    assert line == f"Layerloom is at http://127.0.0.1:{port}/ (Ctrl+C stops it)\n"
