"""The queue of runs in the database, which all web processes share.

All functions here run on a database thread. Those that change something do so in a transaction
that only one process has at a time, so that two never start the same run, or too many.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Min
from django.utils import timezone

from builder.access import MissingError
from builder.models import Event, Run
from builder.runs import actions as runs
from builder.runs import stops
from builder.runs.actions import Recorded, Rows, without_document
from builder.runs.order import Capacity, Forecast, Item, alone, forecast, lines, moved, startable
from builder.wire.schemas import WaitingOut
from engine.problems import phrase, problem
from engine.protocol import (
    EVENT,
    BatchEvent,
    EndedEvent,
    EpochEvent,
    PhaseEvent,
    When,
    log_message,
)

LOCK = 13_043
"""The number of PostgreSQL's lock for changes of the queue; SQLite has one writer at a time."""


class NotWaitingError(Exception):
    """The run does not wait (any more), or was started by somebody else."""


@dataclass(frozen=True)
class Claimed:
    """Runs to start, what their logs were told, and a paused run that is to make room.

    Of that run: its id and its process owner.
    """

    started: Sequence[str] = ()
    told: Sequence[Recorded] = ()
    park: tuple[str, str] | None = None


@contextmanager
def _alone() -> Iterator[None]:
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        yield


def claim(owner: str, going: Iterable[str], capacity: Capacity) -> Claimed:
    """Give places to the runs that are next; they belong to the web process `owner` from now on.

    `going` are the runs that have a process in it, though they may be deleted in the database.
    """
    with _alone():
        waiting = {run.id: run for run in _waiting()}
        if not waiting:
            return Claimed()
        held = list(_held())
        running = [_item(run) for run in held]
        gone = set(going) - {item.id for item in running} - waiting.keys()
        running.extend(Item(id, f"gone {id}") for id in gone)
        items = [_item(run) for run in waiting.values()]
        chosen = [waiting[id] for id in startable(items, running, capacity)]
        for run in chosen:
            run.generation += run.owner != owner
            run.owner, run.holds, run.stop = owner, True, stops.anew(run.stop)
            run.save(update_fields=["generation", "owner", "holds", "stop"])
            runs.take_turn(run.person)
        left = len(waiting) > len(chosen)
        paused = min((r for r in held if r.phase == "paused"), key=lambda r: r.since, default=None)
        started = [run.id for run in chosen]
        told = [_tell(run, capacity) for run in chosen if alone([_item(run)], capacity)]
        return Claimed(started, told, (paused.id, paused.owner) if left and paused else None)


def _tell(run: Run, capacity: Capacity) -> Recorded:
    """Say in the log of a run that it may need more memory than there is."""
    words = phrase(
        "This run may need {needed:bytes}, and this machine has {limit:bytes} for runs: it trains"
        " without others beside it, and may run out of memory.",
        needed=run.memory,
        limit=capacity.memory,
    )
    return runs.append(run, log_message(words))


def free(id: str) -> None:
    """Take back the place of a run without a process, which will go on from its checkpoint."""
    Run.objects.filter(pk=id).update(holds=False)


def requeue(id: str, stop: When | None = None) -> Recorded | None:
    """Queue a paused run without a process; None if it has one. Raises MissingError."""
    with _alone():
        run = _locked(id)
        if run.outcome is not None or run.phase != "paused" or run.holds:
            return None
        first = _waiting().filter(person=run.person).aggregate(first=Min("place"))["first"]
        run.place, run.since = (first or 1) - 1, timezone.now()
        if stop:
            run.stop = stops.asked(run.stop, stop)
        run.save(update_fields=["place", "since", "stop"])
        return runs.append(run, PhaseEvent(phase="queued"))


def stop(id: str, when: When) -> Recorded | None:
    """Stop a run without a process; None if it has one, or has ended. Raises MissingError.

    One that was paused is queued: a process has to evaluate and save its model. Of one that has a
    process, the request is kept.
    """
    if recorded := requeue(id, when):
        return recorded
    with _alone():
        run = _locked(id)
        if run.outcome is not None:
            return None
        if run.holds or run.phase != "queued":
            run.stop = stops.asked(run.stop, when)
            run.save(update_fields=["stop"])
            return None
        return runs.append(run, EndedEvent(outcome="stopped"))


def move(id: str, person: str, place: int) -> None:
    """Give a waiting run another place among those of its person.

    Raises NotWaitingError, MissingError.
    """
    with _alone():
        run = _locked(id)
        if run.outcome is not None or run.holds or run.phase != "queued" or run.person != person:
            raise NotWaitingError(id)
        line = lines(map(_item, _waiting().filter(person=person)))[person]
        for other, at in moved(line, id, place).items():
            Run.objects.filter(pk=other).update(place=at)


def devices() -> set[str]:
    """Return the devices of the runs that wait."""
    return set(_waiting().values_list("device", flat=True))


def shown(capacity: Capacity) -> dict[str, tuple[WaitingOut, ...]]:
    """Return the waiting runs of each project, with when they are expected to start."""
    waiting = list(_waiting())
    if not waiting:
        return {}
    now = timezone.now()
    items = [_item(run, _expected(run)) for run in waiting]
    running = [_item(run, _left(run, now)) for run in _held()]
    by_run = {entry.id: entry for entry in forecast(items, running, capacity)}
    places = {
        item.id: (number, len(line), alone(group, capacity))
        for line in lines(items).values()
        for number, group in enumerate(line, 1)
        for item in group
    }
    projects: dict[str, list[WaitingOut]] = {}
    for run in sorted(waiting, key=lambda run: by_run[run.id].position):
        out = _out(run, by_run[run.id], places[run.id], len(waiting), now)
        projects.setdefault(run.project_id, []).append(out)
    return {project: tuple(each) for project, each in projects.items()}


def _out(
    run: Run, at: Forecast, line: tuple[int, int, bool], waiting: int, now: datetime
) -> WaitingOut:
    place, places, by_itself = line
    start = None if math.isinf(at.seconds) else now + timedelta(seconds=at.seconds)
    return WaitingOut(
        run=run.id,
        person=run.person,
        position=at.position,
        waiting=waiting,
        place=place,
        places=places,
        start=start,
        alone=by_itself,
    )


def _waiting() -> Rows:
    """The runs that wait, in the order of their creation."""
    return without_document().filter(outcome=None, phase="queued", holds=False).order_by("created")


def _held() -> Rows:
    return without_document().filter(outcome=None, holds=True).order_by("created")


def _locked(id: str) -> Run:
    run = without_document().select_for_update().filter(pk=id).first()
    if run is None:
        raise MissingError(problem("no_run", id=id))
    return run


def _item(run: Run, seconds: float = math.inf) -> Item:
    return Item(
        run.id,
        run.person,
        run.race,
        run.device,
        run.memory,
        run.since.timestamp(),
        run.place,
        seconds,
    )


def _left(run: Run, now: datetime) -> float:
    """Return in how many seconds a run in progress is expected to end, by its last progress."""
    if run.phase in {"evaluating", "saving"}:
        return 0.0
    if run.phase != "training":
        return math.inf
    rows = Event.objects.filter(run=run, type__in=("batch", "epoch"))
    row = rows.order_by("-seq").first()
    event = EVENT.validate_json(row.body) if row else None
    if row is None or not isinstance(event, BatchEvent | EpochEvent) or event.left is None:
        return math.inf
    return max(0.0, event.left - (now - row.created).total_seconds())


def _expected(run: Run) -> float:
    """Return how many seconds a run will take, by the last one of its project like it."""
    like = without_document().filter(
        project=run.project_id, backend=run.backend, device=run.device, epoch__isnull=False
    )
    last = like.order_by("-number").values_list("epoch", flat=True).first()
    if last is None:
        return math.inf
    measured = EpochEvent.model_validate_json(last)
    done = EpochEvent.model_validate_json(run.epoch).epoch if run.epoch else 0
    return max(0, run.epochs - done) * measured.seconds / measured.epoch
