"""What the worker of a run is told. All functions here run on a database thread."""

import json

from django.conf import settings

from builder.access import MissingError, worker_token
from builder.datasets import actions as data_files
from builder.models import Run, new_id
from builder.runs import checkpoints
from engine.data.stores import Origin
from engine.problems import problem
from engine.protocol import TrainText


def begin(id: str) -> tuple[TrainText, str]:
    """Prepare a run's folder; return the command for its worker, and the worker's name.

    A worker that asks this server for rows sends its results there, too. Raises MissingError.
    """
    run = Run.objects.filter(pk=id).first()
    if run is None:
        raise MissingError(problem("no_run", id=id))
    run.worker, run.heard = new_id(), 0
    run.save(update_fields=["worker", "heard"])
    return _command(run), run.worker


def _command(run: Run) -> TrainText:
    folder, start = checkpoints.empty_folder(run)
    sets = json.dumps({"sets": data_files.data_sets(run.project_id)["sets"]})
    output, origin = str(folder), "null"
    if settings.WORKER_URL:
        output, origin = "", _origin(run.id).model_dump_json()
    begin = start.model_dump_json() if start else "null"
    race = bool(run.race)
    return TrainText(run.document, run.backend, run.device, output, sets, origin, begin, race)


def _origin(run: str) -> Origin:
    """Where the worker of a run fetches rows and sends results (builder.api.workers)."""
    return Origin(url=f"{settings.WORKER_URL}/api/worker/{run}", token=worker_token(run))
