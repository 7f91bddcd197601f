"""Fixtures for all tests: a database file for the session, and a real server process."""

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

from engine.machine import backends
from engine.machine.backends import COMPILED

# The same examples every time, so that a change can't fail by chance. `make fuzz` draws new ones,
# and more; a failure that it finds becomes an `@example` or a test.
hypothesis.settings.register_profile("same", derandomize=True, deadline=None)
hypothesis.settings.register_profile("fuzz", deadline=None, print_blob=True)
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "same"))

ROOT = Path(__file__).resolve().parent.parent

# What JAX compiles is kept for all processes of the tests: many train the same models.
os.environ.setdefault(COMPILED, str(ROOT / ".pytest_cache" / "compiled"))
os.environ |= backends.get("jax").variables


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Keep the test database in a file, which the threads of this test session share."""
    from django.db import connections

    name = tmp_path_factory.mktemp("database") / "test.sqlite3"
    if connections["default"].vendor == "sqlite":
        connections["default"].settings_dict["TEST"]["NAME"] = str(name)


PATIENCE = 300.0
"""Seconds for a server to respond on a busy machine."""


@dataclass(frozen=True)
class Server:
    """A server process: its address and its home folder."""

    url: str
    home: Path
    process: subprocess.Popen[str]


def environment(home: Path, **more: str) -> dict[str, str]:
    """Return the environment of a server with this home folder."""
    rest = {name: value for name, value in os.environ.items() if not name.startswith("LAYERLOOM_")}
    return {**rest, "LAYERLOOM_HOME": str(home), "PYTHONUNBUFFERED": "1", **more}


def start_server(home: Path, port: str = "0", **more: str) -> Server:
    """Start a server, by default on a free port, and wait until it responds.

    Its runs don't give way: beside other tests, they would get too little of the processor. They
    end with it, unless the test says otherwise.
    """
    manage = [sys.executable, str(ROOT / "manage.py")]
    ours = {"LAYERLOOM_RUN_NICENESS": "0", "LAYERLOOM_RUN_ORPHAN_MINUTES": "0"}
    env = environment(home, **{**ours, **more})
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
    try:
        wait_for_health(server)
    except BaseException:
        stop_server(server)
        raise
    return server


def refused_start(env: dict[str, str], port: str = "0") -> str:
    """Start a server that refuses to start; return what it prints to standard error."""
    command = [sys.executable, str(ROOT / "manage.py"), "serve", f"--port={port}"]
    done = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    return done.stderr


def wait_for_health(server: Server) -> None:
    """Wait until the server responds; its socket listens, so one request usually suffices."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            urllib.request.urlopen(f"{server.url}/api/health", timeout=PATIENCE).close()
        except (TimeoutError, urllib.error.URLError):
            assert server.process.poll() is None, (server.home / "server.log").read_text()
            assert time.monotonic() < deadline, "the server does not respond"
        else:
            return


def stop_server(server: Server) -> None:
    """Terminate a server and wait until its process has ended."""
    server.process.terminate()
    try:
        server.process.wait(PATIENCE)
    finally:
        server.process.kill()
        server.process.wait()
        assert server.process.stdout
        server.process.stdout.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A real server with an empty home folder."""
    # On a busy machine, importing TensorFlow for layers of text takes longer than the default.
    running = start_server(tmp_path_factory.mktemp("home"), LAYERLOOM_CHECK_SECONDS="30")
    yield running
    stop_server(running)
