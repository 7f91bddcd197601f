"""The checkpoints in the folders of runs, from which runs go on or start.

These functions run on threads; `run` must be an id from the database.
"""

import os
import shutil
from pathlib import Path

from builder.access import MissingError
from builder.models import Run
from builder.projects.actions import run_folder
from builder.wire.schemas import StartedFrom
from engine.problems import problem
from engine.protocol import How, Start

FILE = "checkpoint.npz"
"""What a worker writes (engine.training.checkpoints.keeping)."""
START = "start.npz"
"""The checkpoint of another run from which this one starts."""


def exists(run: str) -> bool:
    """Whether a run has left a checkpoint."""
    return (run_folder(run) / FILE).is_file()


def path(run: str) -> Path | None:
    """Return the checkpoint that a run has left, if it is here."""
    return (run_folder(run) / FILE).resolve() if exists(run) else None


def bring(source: str, run: str) -> None:
    """Give a new run the checkpoint of another one, which may be deleted then.

    Raises MissingError.
    """
    folder = run_folder(run)
    folder.mkdir(parents=True)
    found = run_folder(source) / FILE
    try:
        try:
            os.link(found, folder / START)
        except FileNotFoundError:
            raise
        except OSError:  # a file system without links
            shutil.copyfile(found, folder / START)
    except FileNotFoundError:
        shutil.rmtree(folder, ignore_errors=True)
        raise MissingError(problem("no_checkpoint")) from None


def started_from(run: Run) -> StartedFrom | None:
    """What a run starts from, if that is another run."""
    return StartedFrom.model_validate_json(run.start) if run.start else None


def empty_folder(run: Run) -> tuple[Path, Start | None]:
    """Make the folder of a run ready for its worker; return it, and what the worker starts from.

    A run that has a checkpoint of its own goes on from there.
    """
    folder = run_folder(run.id)
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.iterdir():
        if path.name not in {FILE, START}:
            path.unlink()
    if (folder / FILE).is_file():
        return folder, _start("resume", folder / FILE, run.number)
    source = started_from(run)
    if source and (folder / START).is_file():
        return folder, _start(source.how, folder / START, source.number)
    return folder, None


def _start(how: How, file: Path, number: int) -> Start:
    return Start(how=how, file=str(file.resolve()), run=number)
