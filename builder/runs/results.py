"""What workers without a folder in common with the server send: files of a run, by content hash.

A file lies in the run's folder under a hidden name, the hash, until an event of the run names it.
These functions run on threads; `run` must be an id from the database, `hash` hexadecimal digits.
"""

import hashlib
from pathlib import Path

from django.conf import settings

from builder.datasets import files
from builder.datasets.files import OffsetError
from builder.projects.actions import run_folder


class WrongContentError(ValueError):
    """What was sent has another hash."""


class TooMuchError(ValueError):
    """A run's folder would exceed the limit."""


def take(run: str, hash: str, offset: int, part: bytes, total: int) -> int:
    """Append a part of a file of `total` bytes; return how many bytes of it have come.

    A part that does not begin there is not taken. All files of a run together have at most the size
    of a file of data.
    Raises FileNotFoundError, TooMuchError, TooLongError, WrongContentError.
    """
    whole, growing = _sent(run, hash), _sent(run, f"{hash}.part")
    if whole.exists():
        return total
    if not growing.exists():
        others = sum(path.stat().st_size for path in run_folder(run).iterdir())
        if others + total > settings.MAX_DATA_BYTES:
            raise TooMuchError
        growing.touch()
    try:
        received = files.append(growing, offset, part, total)
    except OffsetError as error:
        return error.received
    if received == total:
        _finish(growing, whole, hash)
    return received


def adopt(run: str, hash: str, name: str) -> None:
    """Give a file that was sent its name, a plain one; do nothing if there is no such file."""
    whole = _sent(run, hash)
    if whole.exists():
        whole.replace(whole.with_name(name))


def _sent(run: str, name: str) -> Path:
    return run_folder(run) / f".{name}"


def _finish(growing: Path, whole: Path, hash: str) -> None:
    with growing.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != hash:
        growing.unlink()
        raise WrongContentError
    growing.replace(whole)
