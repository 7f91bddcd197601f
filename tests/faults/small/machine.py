"""A state machine that kills web processes, keepers and workers of small runs at any moment.

Whatever is killed, and whatever the channel layer loses, repeats or reorders: the log of each run
has no gap and ends with exactly one true word, and no process is left over.
"""

import json
import os
import select
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.conftest import ROOT, environment
from tests.faults.small.worker import SHARED

PATIENCE = 120.0
"""Seconds for a state to come on a busy machine."""
POLL = 0.02
KEEPER, WORKER = b"tests.faults.small.keeper", b"tests.faults.small.worker"
WEBS, RUNS = 2, 5
STARTS = 3
"""Web processes that have to end before a run that was only being started is given up."""


class World:
    """A home folder, and the process that forks web processes there."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._log = (home / "log").open("w")
        self._forks = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.small.web"],
            cwd=ROOT, env=environment(home), text=True, stderr=self._log,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        )  # fmt: skip
        assert self._told() == "ready\n", (home / "log").read_text()

    def _told(self) -> str:
        assert self._forks.stdout
        return self._forks.stdout.readline()

    def fork(self, **order: Any) -> int:
        """Start a web process; return its id."""
        assert self._forks.stdin
        self._forks.stdin.write(json.dumps(order) + "\n")
        self._forks.stdin.flush()
        return int(self._told())

    def processes(self, *kinds: bytes) -> list[int]:
        """Return the processes of these kinds, of this world."""
        mark = f"LAYERLOOM_HOME={self.home}\0".encode()
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):  # it has ended
                command = (folder / "cmdline").read_bytes()
                if not any(kind in command for kind in kinds):
                    continue
                if mark in (folder / "environ").read_bytes():
                    found.append(int(folder.name))
        return sorted(found)

    def shared(self) -> list[Path]:
        """Return the marks of workers that found another one in their folder."""
        return list(self.home.rglob(SHARED))

    def rows(self, query: str, *values: Any) -> list[Any]:
        """Read the database."""
        with closing(sqlite3.connect(self.home / "layerloom.sqlite3", timeout=30)) as database:
            return database.execute(query, values).fetchall()

    def close(self) -> None:
        """End it all."""
        self._forks.communicate()
        self._log.close()


@contextmanager
def world() -> Iterator[World]:
    """Make a world in a folder of its own, with a short path: it holds sockets."""
    with tempfile.TemporaryDirectory(prefix="small-", ignore_cleanup_errors=True) as folder:
        made = World(Path(folder))
        try:
            yield made
        finally:
            made.close()


def until(what: Any, why: Callable[[], str]) -> Any:
    """Return what a function returns, once that is true."""
    deadline = time.monotonic() + PATIENCE
    while not (found := what()):
        assert time.monotonic() < deadline, why()
        time.sleep(POLL)
    return found


class Web:
    """A web process; there may be several."""

    def __init__(self, world: World, number: int, **order: Any) -> None:
        self._path = world.home / f"web-{number}"
        self.pid = world.fork(path=str(self._path), **order)
        self._watched = os.pidfd_open(self.pid)
        until(self._path.exists, lambda: "a web process did not start")

    def ask(self, **request: Any) -> Any:
        """Ask for something; return the answer."""
        with socket.socket(socket.AF_UNIX) as connected:
            connected.settimeout(PATIENCE)
            until(lambda: connected.connect_ex(str(self._path)) == 0, lambda: "nobody listens")
            connected.sendall(json.dumps(request).encode() + b"\n")
            return json.loads(connected.makefile().readline())

    def kill(self) -> None:
        """Kill it."""
        os.kill(self.pid, signal.SIGKILL)
        self.gone()

    def gone(self) -> None:
        """Wait until it has ended."""
        ended, _, _ = select.select([self._watched], [], [], PATIENCE)
        assert ended, "a web process did not end"
        os.close(self._watched)


class Faults(RuleBasedStateMachine):
    """What may happen to runs."""

    world: ClassVar[World]
    numbers: ClassVar[Iterator[int]] = iter(range(1 << 30))

    def __init__(self) -> None:
        super().__init__()
        self.webs: list[Web] = []
        self.runs: dict[str, int] = {}
        self.stops: Counter[str] = Counter()
        self.killed: Counter[str] = Counter()
        self.seed, self.resume, self.lasting = 0, False, True

    @initialize(seed=st.integers(0, 1000), resume=st.booleans(), lasting=st.booleans())
    def begin(self, seed: int, resume: bool, lasting: bool) -> None:
        """Start the first web process, and its first run; `lasting` ones outlive it."""
        self.seed, self.resume, self.lasting = seed, resume, lasting
        self.start_web()
        self.start_run(100_000, 0)

    @precondition(lambda self: len(self.webs) < WEBS)
    @rule()
    def start_web(self) -> None:
        """Start another web process."""
        number = next(self.numbers)
        order = {"seed": self.seed + number, "resume": self.resume, "lasting": self.lasting}
        self.webs.append(Web(self.world, number, **order))

    @precondition(lambda self: self.webs)
    @rule(which=st.integers(0, WEBS - 1), kindly=st.booleans())
    def end_web(self, which: int, kindly: bool) -> None:
        """End a web process, perhaps by a signal that it can't notice."""
        web = self.webs.pop(which % len(self.webs))
        self.killed["web"] += 1
        if kindly:
            web.ask(what="end")
            web.gone()
        else:
            web.kill()

    @precondition(lambda self: self.webs and len(self.runs) < RUNS)
    @rule(epochs=st.sampled_from([1, 100, 100_000]), which=st.integers(0, WEBS - 1))
    def start_run(self, epochs: int, which: int) -> None:
        """Start a run."""
        run = self.webs[which % len(self.webs)].ask(what="begin", epochs=epochs)
        self.runs[run] = epochs

    @precondition(lambda self: self.webs and self.runs)
    @rule(
        what=st.sampled_from(["pause", "resume", "stop"]),
        web=st.integers(0, WEBS - 1),
        run=st.integers(0, RUNS - 1),
    )
    def ask(self, what: str, web: int, run: int) -> None:
        """Ask any web process to stop a run, or to let it wait or go on."""
        self._ask(what, self.webs[web % len(self.webs)], list(self.runs)[run % len(self.runs)])

    def _ask(self, what: str, web: Web, run: str) -> None:
        if what == "stop":
            self.stops[run] += 1
        web.ask(what=what, run=run)

    @rule(kind=st.sampled_from(["keeper", "worker"]), which=st.integers(0, RUNS - 1))
    def kill(self, kind: str, which: int) -> None:
        """Kill a keeper or a worker, if there is one."""
        if found := self.world.processes(KEEPER if kind == "keeper" else WORKER):
            self.killed[kind] += 1
            with suppress(ProcessLookupError):
                os.kill(found[which % len(found)], signal.SIGKILL)

    @rule(seconds=st.sampled_from([0.01, 0.1, 0.5]))
    def wait(self, seconds: float) -> None:
        """Let the runs go on."""
        time.sleep(seconds)

    def teardown(self) -> None:
        """End all runs, and check what they have left."""
        if not self.runs:
            return
        try:
            self._end_all()
            for run, epochs in self.runs.items():
                self._check(run, epochs)
        finally:
            for web in self.webs:
                web.ask(what="end")
            for web in self.webs:
                web.gone()
            self.webs = []
        if self.killed["web"]:  # the next one clears up what they have left
            self.start_web()
        until(lambda: not self.world.processes(KEEPER, WORKER), lambda: "processes are left over")
        assert not self.world.shared(), "two workers have trained one run at once"
        for web in self.webs:
            web.ask(what="end")
            web.gone()

    def _end_all(self) -> None:
        if not self.webs:
            self.start_web()
        for run in self._going():
            if not self.stops[run]:  # else it stops, whoever has heard of that
                self._ask("stop", self.webs[0], run)
        until(lambda: not self._going(), lambda: f"runs go on: {self._states()}")

    def _going(self) -> list[str]:
        going = self.world.rows("select id from builder_run where outcome is null")
        return [run for (run,) in going if run in self.runs]

    def _states(self) -> list[Any]:
        words = "id, phase, stop, holds, generation, seq, worker"
        return self.world.rows(f"select {words} from builder_run where outcome is null")

    def _check(self, run: str, epochs: int) -> None:
        """Check the log of a run."""
        rows = self.world.rows(
            "select seq, type, body from builder_event where run_id = ? order by seq", run
        )
        assert [seq for seq, _, _ in rows] == list(range(1, len(rows) + 1)), "the log has a gap"
        assert [kind for _, kind, _ in rows].count("ended") == 1, "a run has no or several ends"
        assert rows[-1][1] == "ended", "a run went on after its last word"
        told = [json.loads(body)["epoch"] for _, kind, body in rows if kind == "epoch"]
        assert told == list(range(1, len(told) + 1)), "an epoch is missing, or told twice"
        self._check_word(run, json.loads(rows[-1][2]), told, epochs)

    def _check_word(self, run: str, last: dict[str, Any], told: list[int], epochs: int) -> None:
        """Check that the last word of a run is true."""
        ((outcome,),) = self.world.rows("select outcome from builder_run where id = ?", run)
        assert outcome == last["outcome"]
        match outcome:
            case "finished":
                assert told[-1] == epochs
            case "stopped":
                assert self.stops[run]
                if self.stops[run] == 1:
                    assert last["problem"] is None, "one request to stop was taken for two"
            case "killed":
                assert self.killed["worker"]
            case "lost":
                given_up = last["problem"]["code"] == "run_lost" and self.killed["web"] >= STARTS
                ended = not self.lasting and self.killed["web"]
                assert self.killed["keeper"] or given_up or ended
            case _:
                raise AssertionError(last)
