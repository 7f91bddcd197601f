"""A fork server leaves nothing of its copies."""

import socket
import subprocess
import sys
from pathlib import Path

from engine.processes.executors.process import ROOT

SERVER = """
import tempfile
from engine.processes.fork_server import run

def serve(requests, answers):
    requests.readline()
    answers.write(tempfile.mkstemp()[1].encode() + b"\\n")
    answers.flush()
    requests.readline()

run(serve)
"""


def written_by_a_copy(control: socket.socket) -> tuple[socket.socket, Path]:
    """The socket to a new copy, and a temporary file that it has written."""
    ours, theirs = socket.socketpair()
    with theirs:
        socket.send_fds(control, [b"+"], [theirs.fileno()])
    ours.sendall(b"write\n")
    return ours, Path(ours.makefile().readline().strip())


def test_temporary_files_of_a_copy_are_removed_after_it() -> None:
    ours, theirs = socket.socketpair()
    with (
        ours,
        theirs,
        subprocess.Popen(
            [sys.executable, "-c", SERVER], stdin=theirs.fileno(), cwd=ROOT
        ) as process,
    ):
        theirs.close()
        first, file = written_by_a_copy(ours)
        assert file.is_file()
        second, other = written_by_a_copy(ours)  # takes the place of the first
        assert not file.parent.exists()
        assert other.is_file()
        ours.close()
        assert process.wait(60) == 0
        assert not other.parent.exists()
        first.close()
        second.close()
