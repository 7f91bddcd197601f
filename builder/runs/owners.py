"""Detects which web processes are alive: each holds a file lock while it runs.

The operating system releases the lock however a process ends, so no heartbeat is needed. All web
processes share the home folder, which also holds the files of runs.
"""

import fcntl
import os
from pathlib import Path

from builder.models import new_id


class Owner:
    """This web process as a process owner of runs; holds its lock until `release`."""

    def __init__(self, home: Path) -> None:
        self.id = new_id()
        self._folder = home / "owners"
        self._folder.mkdir(parents=True, exist_ok=True)
        self._file = os.open(self._path(self.id), os.O_CREAT | os.O_RDWR, 0o600)
        fcntl.flock(self._file, fcntl.LOCK_EX)

    @property
    def lock(self) -> int:
        """The descriptor of the lock: a process that inherits it holds the lock, too."""
        return self._file

    def alive(self, owner: str) -> bool:
        """Return whether this owner is alive; deletes the lock file of a dead one."""
        path = self._path(owner)
        try:
            file = os.open(path, os.O_RDWR)
        except FileNotFoundError:
            return False
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        else:
            path.unlink(missing_ok=True)
            return False
        finally:
            os.close(file)

    def release(self) -> None:
        """Release the lock."""
        self._path(self.id).unlink(missing_ok=True)
        os.close(self._file)

    def _path(self, owner: str) -> Path:
        return self._folder / f"{owner}.lock"
