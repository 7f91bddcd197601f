"""Runs on this machine outlive their server: the next one takes them up, and nothing is lost."""

import os
import signal
import time
from pathlib import Path

import pytest

from tests.builder.runs.servers import PATIENCE, assert_whole, call, epochs, everything, until
from tests.conftest import Server, start_server, stop_server

LONG = 100_000
KEEPER, WORKER = b"engine.processes.keeping.keeper", b"engine.processes.worker"


def start(home: Path, minutes: float = 10) -> Server:
    more = {
        "LAYERLOOM_RUN_ORPHAN_MINUTES": str(minutes),
        "LAYERLOOM_CHECK_SECONDS": "300",  # a busy machine is no failure of runs
        "LAYERLOOM_READER_SECONDS": "300",
    }
    return start_server(home, **more)


def processes(home: Path, *kinds: bytes) -> list[int]:
    """Return the processes of a home folder that keep runs, or train."""
    mark = f"LAYERLOOM_HOME={home}\0".encode()
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
            if mark in (folder / "environ").read_bytes() and any(kind in command for kind in kinds):
                found.append(int(folder.name))
        except OSError:  # it has ended
            continue
    return found


def gone(home: Path) -> None:
    """Wait until nothing keeps runs or trains any more."""
    deadline = time.monotonic() + PATIENCE
    while left := processes(home, KEEPER, WORKER):
        assert time.monotonic() < deadline, f"left over: {left}"
        time.sleep(0.05)


def training(server: Server) -> tuple[str, str, int]:
    """Start a long run; return its project and id, and the epoch it has reached."""
    project = call(server, "POST", "/projects", {"template": "iris"})["id"]
    epochs(server, project, LONG)
    run = call(server, "POST", f"/projects/{project}/runs")["id"]
    reached = until(server, run, lambda run: run["epoch"] and run["epoch"]["epoch"] > 3)
    return project, run, reached["epoch"]["epoch"]


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_a_run_outlives_its_server(ending: signal.Signals, tmp_path: Path) -> None:
    server = start(tmp_path)
    project, run, epoch = training(server)
    server.process.send_signal(ending)
    server.process.wait(PATIENCE)
    assert server.process.stdout
    told = server.process.stdout.read()
    assert ("Training runs that go on: 1." in told) == (ending != signal.SIGKILL)
    stop_server(server)
    assert len(processes(tmp_path, KEEPER)) == 1
    assert len(processes(tmp_path, WORKER)) == 1, "it trains on, and no spare is left"
    again = start(tmp_path)
    try:
        until(again, run, lambda run: run["outcome"] or run["epoch"]["epoch"] > epoch + 50)
        call(again, "POST", f"/projects/{project}/runs/{run}/stop", {"when": "now"})
        ended = until(again, run, lambda run: run["outcome"])
        assert (ended["outcome"], ended["problem"]) == ("stopped", None)
        assert_whole(everything(again, run))
    finally:
        stop_server(again)
    gone(tmp_path)


def test_a_run_that_nobody_takes_up_stops_and_keeps_its_model(tmp_path: Path) -> None:
    server = start(tmp_path, minutes=0.01)
    _, run, _ = training(server)
    server.process.kill()
    stop_server(server)
    deadline = time.monotonic() + PATIENCE
    while processes(tmp_path, WORKER):
        assert time.monotonic() < deadline, "it trains on"
        time.sleep(0.05)
    again = start(tmp_path)
    try:
        ended = until(again, run, lambda run: run["outcome"])
        assert ended["outcome"] == "stopped"
        assert "model.keras" in {file["name"] for file in ended["artefacts"]}
        entries = everything(again, run)
        assert_whole(entries)
        logged = [entry["event"].get("text", "") for entry in entries]
        assert any("no server has taken this run up" in text for text in logged)
    finally:
        stop_server(again)
    gone(tmp_path)


def test_a_lost_keeper_is_the_end_of_its_run_and_the_next_run_starts(tmp_path: Path) -> None:
    server = start(tmp_path)
    try:
        project, run, _ = training(server)
        (keeper,) = processes(tmp_path, KEEPER)
        os.kill(keeper, signal.SIGKILL)
        ended = until(server, run, lambda run: run["outcome"])
        assert (ended["outcome"], ended["problem"]["code"]) == ("lost", "keeper_lost")
        assert_whole(everything(server, run))
        epochs(server, project, 2)
        run = call(server, "POST", f"/projects/{project}/runs")["id"]
        assert until(server, run, lambda run: run["outcome"])["outcome"] == "finished"
    finally:
        stop_server(server)
    gone(tmp_path)


def test_without_an_orphan_time_runs_end_with_their_server(tmp_path: Path) -> None:
    server = start(tmp_path, minutes=0)
    training(server)
    server.process.kill()
    stop_server(server)
    gone(tmp_path)
