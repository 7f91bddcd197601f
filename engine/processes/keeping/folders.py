"""Where keepers are found: each has a folder with a socket, a lock while it lives, and a log.

The operating system releases the lock however a process ends.
"""

import fcntl
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

SOCKET, LOCK, LOG = "socket", "lock", "log"
LONGEST = 100
"""Characters of the path of a socket; the system takes few more."""


def make(parent: Path, name: str) -> tuple[Path, int]:
    """Make the folder of a keeper; return it with the descriptor of its lock, which is held.

    A process that inherits the descriptor holds the lock, too.
    """
    parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=".", dir=parent))
    lock = os.open(new / LOCK, os.O_CREAT | os.O_RDWR, 0o600)
    fcntl.flock(lock, fcntl.LOCK_EX)
    return new.rename(parent / name), lock


def present(parent: Path) -> list[Path]:
    """Return the folders of all keepers, perhaps with some that have ended."""
    if not parent.is_dir():
        return []
    return [found for found in parent.iterdir() if not found.name.startswith(".")]


def ended(folder: Path) -> bool:
    """Return whether the keeper of a folder has ended, however."""
    try:
        lock = os.open(folder / LOCK, os.O_RDWR)
    except FileNotFoundError:
        return True
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    else:
        return True
    finally:
        os.close(lock)


def remove(folder: Path) -> str:
    """Remove the folder of a keeper that has ended; return what it has logged."""
    logged = ""
    with suppress(OSError):
        logged = (folder / LOG).read_text(encoding="utf-8", errors="replace")
    shutil.rmtree(folder, ignore_errors=True)
    return logged


@contextmanager
def address(folder: Path) -> Iterator[str]:
    """Yield a path of a folder's socket that is short enough for the system."""
    path = str(folder / SOCKET)
    if len(path) <= LONGEST:
        yield path
        return
    with tempfile.TemporaryDirectory(prefix="layerloom-") as short:
        link = Path(short, "keeper")
        link.symlink_to(folder)
        yield str(link / SOCKET)


def listen(folder: Path) -> socket.socket:
    """Return a socket that only this user can connect to."""
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    before = os.umask(0o177)
    try:
        with address(folder) as path:
            listening.bind(path)
    finally:
        os.umask(before)
    listening.listen()
    return listening
