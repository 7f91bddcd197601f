"""What a run starts from, if that is another run of its project."""

import json

from builder.access import MissingError
from builder.database import read
from builder.models import Run
from builder.projects.states import State, upgraded
from builder.reading.reader import Reader
from builder.runs import checkpoints
from builder.wire.schemas import StartedFrom, StartIn
from engine.document.batches import REFUSALS
from engine.problems import Problem, problem
from engine.protocol import EpochEvent


def source(run: str, start: StartIn) -> StartedFrom:
    """Return from what a run is to start. Raises MissingError."""
    row = Run.objects.defer("document").get(pk=run)
    if row.outcome is None or not checkpoints.exists(run):
        raise MissingError(problem("no_checkpoint"))
    return StartedFrom(how=start.how, run=run, number=row.number)


async def longer(id: str, more: int, reader: Reader) -> State | list[Problem]:
    """Return the document of a run that has ended, with so many epochs more than it trained.

    Returns problems if a document can't hold as many epochs. Raises UnansweredError.
    """
    run = await read(Run.objects.get, pk=id)
    old = State(run.revision, "", 0, run.document, None)
    old = await upgraded(old, reader)
    epochs = _done(run) + more
    change = {"type": "set", "path": ["training", "epochs"], "value": epochs}
    batch = {"id": "more-epochs", "base": 0, "operations": [change]}
    applied = await reader.edit(old.text, json.dumps(batch).encode())
    if isinstance(applied, list):
        return applied
    if refused := REFUSALS.validate_json(applied.refused):
        return [refusal.problem for refusal in refused]
    return State(run.revision, applied.name, applied.layers, applied.text or old.text, None)


def _done(run: Run) -> int:
    """The epochs that a run has completed."""
    if not run.epoch:
        return 0
    last = EpochEvent.model_validate_json(run.epoch)
    return last.epoch if last.complete else last.epoch - 1
