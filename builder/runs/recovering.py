"""What becomes of the runs of web processes that have ended."""

from collections.abc import Callable, Sequence

from django.db import transaction
from django.db.models import Q

from builder.runs import checkpoints
from builder.runs.actions import Recorded, append, ended, without_document
from engine.problems import problem
from engine.protocol import PhaseEvent


def recover(owner: str, alive: Callable[[str], bool], resume: bool) -> Sequence[Recorded]:
    """Take over the runs that were in progress in web processes that have ended.

    They are recorded as lost, stay paused if they were and left a checkpoint, or are queued to go
    on from it with `resume`. Runs that wait belong to no process: any may start them.
    """
    recorded: list[Recorded] = []
    with transaction.atomic():
        going = without_document().select_for_update().filter(outcome=None)
        in_progress = Q(holds=True) | ~Q(phase__in=("queued", "paused"))
        for run in going.filter(in_progress).order_by("created"):
            if alive(run.owner):
                continue
            run.owner, run.generation, run.holds = owner, run.generation + 1, False
            run.save(update_fields=["owner", "generation", "holds"])
            if run.phase == "queued":
                continue  # it was to be started, and waits again
            kept = checkpoints.exists(run.id)
            if run.phase == "paused" and kept:
                continue
            if resume and kept:
                recorded.append(append(run, PhaseEvent(phase="queued")))
            else:
                recorded.append(append(run, ended("lost", problem("run_lost"), run)))
    return recorded
