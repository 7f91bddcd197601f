"""Children end with their parent at any time."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from engine.processes import child
from engine.processes.executors.process import ROOT

IMPORTING = "import time; time.sleep(600)"
PARENT = """
import os, subprocess, sys, time
from engine.processes import child
os.environ["PYTHONPATH"] = sys.argv[1]
started = subprocess.Popen(child.command("importing"), stdin=subprocess.PIPE)
time.sleep(600)
"""


def test_a_child_ends_with_its_parent_during_imports(tmp_path: Path) -> None:
    """The child keeps the parent's output open and never reads its own input."""
    (tmp_path / "importing.py").write_text(f"print('importing', flush=True)\n{IMPORTING}")
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == "importing\n"
        parent.send_signal(signal.SIGKILL)
        assert parent.stdout.read() == ""


def test_a_child_whose_parent_has_ended_exits() -> None:
    script = "from engine.processes.child import end_with; end_with(1); print('alive')"
    process = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, check=False
    )
    assert (process.returncode, process.stdout) == (1, b"")


def test_a_module_gets_its_own_arguments(tmp_path: Path) -> None:
    (tmp_path / "shows.py").write_text("import sys; print(__name__, *sys.argv[1:])")
    process = subprocess.run(
        child.command("shows", "--one", "2"),
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(tmp_path)},
        capture_output=True,
        check=True,
    )
    assert process.stdout == b"__main__ --one 2\n"


ORPHANED = """
import os, signal
from engine.processes import fork_server

real = fork_server.end_with

def late(parent):
    os.kill(parent, signal.SIGKILL)
    while os.getppid() == parent:
        pass
    real(parent)

fork_server.end_with = late
fork_server.run(lambda requests, answers: answers.write(b"alive"))
"""


def test_a_copy_whose_fork_server_died_while_it_was_forked_exits() -> None:
    control, theirs = socket.socketpair()
    with control, theirs:
        process = subprocess.Popen([sys.executable, "-c", ORPHANED], stdin=theirs, cwd=ROOT)
        ours, descriptor = socket.socketpair()
        with ours:
            with descriptor:
                socket.send_fds(control, [b"+"], [descriptor.fileno()])
            assert process.wait(30) == -signal.SIGKILL
            assert ours.recv(10) == b""
