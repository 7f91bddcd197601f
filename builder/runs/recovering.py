"""What becomes of the runs of web processes that have ended."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from builder.models import Event, Run
from builder.runs import checkpoints
from builder.runs.actions import Recorded, Rows, append, ended, without_document
from engine.problems import problem
from engine.protocol import EVENT, PhaseEvent

STARTS = 3
"""How often a run is started whose web process ends before anything comes of it."""


@dataclass(frozen=True)
class Recovered:
    """What was recorded, and the runs that still live: their ids, to be followed from now on."""

    recorded: Sequence[Recorded]
    living: Sequence[str]


def ended_owners(alive: Callable[[str], bool]) -> frozenset[str]:
    """Return the web processes that have ended while runs of theirs were in progress."""
    return frozenset(run.owner for run in _in_progress() if not alive(run.owner))


def recover(
    owner: str, ended_before: frozenset[str], resume: bool, living: frozenset[str] | None
) -> Recovered:
    """Take over the runs that were in progress in web processes that have ended.

    Those are `ended_before`, and `living` the names of workers that have outlived them, asked after
    their end, for they may have started some until then: their runs go on. The others are recorded
    as lost, stay paused if they were and left a checkpoint, or are queued to go on from it with
    `resume`. Those that were only being started are queued again. If it is not known which workers
    live (None), nothing is decided yet. Runs that wait belong to no process: any may start them.
    """
    recorded: list[Recorded] = []
    going_on: list[str] = []
    with transaction.atomic():
        for run in _in_progress().select_for_update().filter(owner__in=ended_before):
            if living is None and run.worker:
                continue
            lives = run.worker in (living or ())
            run.owner, run.generation, run.holds = owner, run.generation + 1, lives
            run.save(update_fields=["owner", "generation", "holds"])
            if lives:
                going_on.append(run.id)
                continue
            if run.phase == "queued":
                continue  # it was to be started, and waits again
            kept = checkpoints.exists(run.id)
            if run.phase == "paused" and kept:
                continue
            if (resume and kept) or _may_start_again(run):
                recorded.append(append(run, PhaseEvent(phase="queued")))
            else:
                recorded.append(append(run, ended("lost", problem("run_lost"), run)))
    return Recovered(recorded, going_on)


def _in_progress() -> Rows:
    going = Q(holds=True) | ~Q(phase__in=("queued", "paused"))
    return without_document().filter(going, outcome=None).order_by("created")


def _may_start_again(run: Run) -> bool:
    """Whether a run was only being started, and not time after time: that may be what kills."""
    if run.phase != "starting":
        return False
    phases = Event.objects.filter(run=run, type="phase").order_by("-seq")
    last = [EVENT.validate_json(row.body) for row in phases[: 2 * STARTS]]
    began = [
        isinstance(event, PhaseEvent) and event.phase in {"queued", "starting"} for event in last
    ]
    return len(last) < 2 * STARTS or not all(began)


def unwanted(living: frozenset[str]) -> frozenset[str]:
    """Return the workers of runs that have ended, or that were deleted."""
    going = Run.objects.filter(outcome=None, worker__in=living)
    return living - set(going.values_list("worker", flat=True))
