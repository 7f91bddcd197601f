"""Fixtures for every test: a database of its own per session, and a real server to talk to."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import hypothesis
import pytest

# A landing is judged by its own change, not by luck: the same examples every time. `make fuzz`
# draws new ones, more of them; what it finds becomes an `@example` or a test of its own.
hypothesis.settings.register_profile("same", derandomize=True, deadline=None)
hypothesis.settings.register_profile("fuzz", deadline=None, print_blob=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Keep the test database in a file: several threads share it, and no other test session."""
    from django.db import connections

    name = tmp_path_factory.mktemp("database") / "test.sqlite3"
    if connections["default"].vendor == "sqlite":
        connections["default"].settings_dict["TEST"]["NAME"] = str(name)


@dataclass(frozen=True)
class Server:
    """A server in a process of its own: where it answers, and where it keeps things."""

    url: str
    home: Path
    process: subprocess.Popen[str]


def environment(home: Path, **more: str) -> dict[str, str]:
    """Return the environment of a server that keeps everything in `home`."""
    rest = {k: v for k, v in os.environ.items() if not k.startswith("LAYERLOOM_")}
    return {**rest, "LAYERLOOM_HOME": str(home), "PYTHONUNBUFFERED": "1", **more}


def start_server(home: Path, port: str = "0", **more: str) -> Server:
    """Start a server, on a free port unless one is given, and wait until it answers."""
    manage = [sys.executable, str(ROOT / "manage.py")]
    env = environment(home, **more)
    subprocess.run([*manage, "migrate", "--verbosity", "0"], cwd=ROOT, env=env, check=True)
    log = (home / "server.log").open("w")
    with log:
        process = subprocess.Popen(
            [*manage, "serve", "--port", port],
            cwd=ROOT,
            env=env,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
    assert process.stdout
    line = process.stdout.readline()
    assert "http://" in line, (home / "server.log").read_text()
    url = line.split("http://")[1].split("/")[0]
    server = Server(f"http://{url}", home, process)
    wait_for_health(server)
    return server


def wait_for_health(server: Server) -> None:
    """Return once the server answers; the socket listens before, so this seldom asks twice."""
    deadline = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(f"{server.url}/api/health", timeout=60).close()
        except (TimeoutError, urllib.error.URLError):
            assert server.process.poll() is None, (server.home / "server.log").read_text()
            assert time.monotonic() < deadline, "the server does not answer"
        else:
            return


def stop_server(server: Server) -> None:
    """End a server and wait until it is gone."""
    server.process.terminate()
    try:
        server.process.wait(30)
    finally:
        server.process.kill()
        server.process.wait()
        assert server.process.stdout
        server.process.stdout.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real server with an empty home; `.url`, `.home` and `.process` say the rest."""
    running = start_server(tmp_path_factory.mktemp("home"))
    yield running
    stop_server(running)
