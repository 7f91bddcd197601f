"""The files behind data sets, in the home folder: uploads by id, all others by content hash.

Large files of models are uploaded in the same way; they are removed once they have been read.

Nothing here uses a name from outside as a path. These functions run on threads.
"""

import fcntl
import math
import os
import secrets
import shutil
import time
from pathlib import Path

from django.conf import settings

from engine.data.stores import rows_file

FOLDERS = ("uploads", "models", "originals", "rows")
MOST_MODELS = 16
"""Files of models that may be on their way at once."""
IDLE_SECONDS = 600.0
"""Time without a new part after which the upload of a model makes way for another."""
LEFT_SECONDS = 86_400.0
"""Age after which an upload that was left, and other temporary files, are removed."""


class OffsetError(ValueError):
    """A part of an upload does not begin where the part before it ended."""

    def __init__(self, received: int) -> None:
        super().__init__(received)
        self.received = received


class TooManyError(ValueError):
    """There are as many files of models on their way as there may be."""


class TooLongError(ValueError):
    """A part of an upload exceeds the announced size."""


def folder(name: str) -> Path:
    """Return a folder of data files, which now exists."""
    path = Path(settings.HOME) / "data" / name
    path.mkdir(parents=True, exist_ok=True)
    return path


def upload_path(id: str) -> Path:
    """Return the file of an upload; `id` must be from the database."""
    return folder("uploads") / id


def model_path(id: str) -> Path:
    """Return the file of a model that is uploaded; `id` must be letters and digits only."""
    return folder("models") / id


def begin_model() -> str:
    """Create the empty file of a model that will be uploaded; return its id, a secret.

    Uploads of which nothing has come for minutes make way. Raises TooManyError.
    """
    before = time.time() - IDLE_SECONDS
    for path in folder("models").iterdir():
        if modified(path) < before:
            remove(path)
    if len(list(folder("models").iterdir())) >= MOST_MODELS:
        raise TooManyError
    id = secrets.token_hex(8)
    model_path(id).touch()
    return id


def original_path(hash: str) -> Path:
    """Return the file with this content, as it was uploaded."""
    return folder("originals") / hash


def rows_path(hash: str) -> Path:
    """Return the .npz file with this content, in which the rows of a data set are."""
    return rows_file(folder("rows"), hash)


def begin(id: str) -> None:
    """Create the empty file of an upload."""
    upload_path(id).touch()


def received(id: str) -> int:
    """Return how many bytes of an upload there are. Raises FileNotFoundError."""
    return upload_path(id).stat().st_size


def append(path: Path, offset: int, part: bytes, total: int) -> int:
    """Append a part to an upload of `total` bytes; return how many bytes there are now.

    Raises FileNotFoundError, OffsetError, TooLongError.
    """
    with path.open("r+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        size = file.seek(0, os.SEEK_END)
        if offset != size:
            raise OffsetError(size)
        if size + len(part) > total:
            raise TooLongError
        file.write(part)
    return size + len(part)


def old(age: float = LEFT_SECONDS) -> list[Path]:
    """Return the files and temporary folders that nothing has written to for so many seconds."""
    before = time.time() - age
    paths = [path for name in FOLDERS for path in folder(name).iterdir()]
    return [path for path in paths if modified(path) < before]


def modified(path: Path) -> float:
    """Return when a path was written to last, in seconds; infinity if it is gone."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # it was finished or cancelled meanwhile
        return math.inf


def remove(path: Path) -> None:
    """Remove a file or a temporary folder, if it is still there."""
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
