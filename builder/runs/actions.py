"""Writes runs and their events: create, record, remove.

The queue is in `waiting`, what becomes of the runs of dead processes in `recovering`. All functions
here run on a database thread; builder.runs.runner calls them.
"""

import shutil
import stat
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from django.conf import settings
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils import timezone
from pydantic import TypeAdapter

from builder.access import MissingError
from builder.datasets import actions as data_files
from builder.log.log import Entry, Log
from builder.models import Event, Project, Run, new_id
from builder.predicting.predictors import Model
from builder.projects import actions as projects
from builder.projects.states import State
from builder.runs import checkpoints, results
from builder.wire.messages import Happened
from builder.wire.schemas import EventOut, RunOut, StartedFrom
from engine.document.stored import Settings
from engine.problems import Problem, phrase, problem
from engine.protocol import (
    EVENT,
    ArtefactEvent,
    EndedEvent,
    EpochEvent,
    PhaseEvent,
    RunEvent,
    log_message,
)

Rows: TypeAlias = QuerySet[Run]
_ARTEFACTS: TypeAdapter[tuple[ArtefactEvent, ...]] = TypeAdapter(tuple[ArtefactEvent, ...])


WEIGHTS = "model.keras"
"""The artefact with the weights that a run has trained."""


def _happened(row: Event) -> str:
    return Happened(**dict(event_out(row))).model_dump_json(by_alias=True)


PACE = 0.05
"""Seconds between two messages with events of a run: an epoch may take milliseconds."""

EVENTS = Log("run", Event, "run", "seq", "seq", _happened, lambda row: row.type == "batch", PACE)


def frames_topic(run: str) -> str:
    """Return the topic of the frames of a run's inside view, which are not stored."""
    return f"frames-{run}"


class OverError(Exception):
    """The run has ended, or has another process owner: nothing can be recorded."""


@dataclass(frozen=True)
class Recorded:
    """Recorded events: their entries in the log, the run, and what changed of its summary."""

    entries: tuple[Entry, ...]
    run: RunOut
    changed: frozenset[str]


def event_out(row: Event) -> EventOut:
    """Return an event as it is sent."""
    return EventOut(
        run=row.run_id,
        generation=row.generation,
        seq=row.seq,
        created=row.created,
        event=EVENT.validate_json(row.body),
    )


def run_out(run: Run) -> RunOut:
    """Return a run as it is sent."""
    return RunOut(
        id=run.id,
        project=run.project_id,
        number=run.number,
        revision=run.revision,
        backend=run.backend,
        device=run.device,
        phase=run.phase,
        outcome=run.outcome,
        problem=Problem.model_validate_json(run.problem) if run.problem else None,
        created=run.created,
        started=run.started,
        ended=run.ended,
        epochs=run.epochs,
        epoch=EpochEvent.model_validate_json(run.epoch) if run.epoch else None,
        artefacts=_ARTEFACTS.validate_json(run.artefacts),
        start=checkpoints.started_from(run),
        checkpoint=run.outcome is not None and checkpoints.exists(run.id),
        seq=run.seq,
        race=run.race,
    )


def without_document() -> Rows:
    """Return the runs without their documents, which may be long."""
    return Run.objects.defer("document")


def every(project: str) -> tuple[RunOut, ...]:
    """Return a project's runs, the newest first. Raises MissingError."""
    if not Project.objects.filter(pk=project).exists():
        raise MissingError(problem("no_project", id=project))
    return tuple(
        run_out(run) for run in without_document().filter(project=project).order_by("-number")
    )


def find(id: str) -> Run:
    """Return a run. Raises MissingError."""
    try:
        return without_document().get(pk=id)
    except Run.DoesNotExist:
        raise MissingError(problem("no_run", id=id)) from None


def get(id: str) -> RunOut:
    """Return a run as it is sent. Raises MissingError."""
    return run_out(find(id))


def is_training(id: str) -> bool:
    """Return whether a run has not ended. Raises MissingError."""
    return find(id).outcome is None


def model(id: str) -> Model | None:
    """Return the model that a run has trained, or that of the newest checkpoint while it trains.

    None if there is neither. Raises MissingError.
    """
    run = Run.objects.filter(pk=id).first()
    if run is None:
        raise MissingError(problem("no_run", id=id))
    if run.outcome is None:
        name, weights = f"{id}-training", checkpoints.path(id)
    else:
        name, weights = id, artefact_path(id, WEIGHTS)
    if weights is None:
        return None
    sets: Mapping[str, Any] = data_files.data_sets(run.project_id)
    return Model(f"run-{id}", name, run.backend, run.document, str(weights), sets)


def events(id: str, after: int, limit: int) -> list[EventOut]:
    """Return a run's next events after number `after`. Raises MissingError."""
    find(id)
    return [event_out(row) for row in EVENTS.rows(id, after)[:limit]]


@dataclass(frozen=True)
class Request:
    """Who wants a run ("": nobody knows), the bytes that it may need, and from what it starts."""

    person: str = ""
    memory: int = 0
    start: StartedFrom | None = None


def create(  # noqa: PLR0913, PLR0917
    project: str,
    state: State,
    settings: Settings,
    owner: str,
    request: Request,
    race: str = "",
) -> Recorded:
    """Create a queued run of a project's document, which has these settings.

    It may start from the checkpoint of another run, or take part in a race. Raises MissingError.
    """
    start, person = request.start, request.person or project
    with transaction.atomic():
        parent: Project = projects.locked(project)
        last = Run.objects.filter(project=parent).aggregate(last=Max("number"))["last"] or 0
        going = Run.objects.filter(person=person, outcome=None)
        run = Run.objects.create(
            project=parent,
            number=last + 1,
            revision=state.revision,
            document=state.text,
            backend=settings.backend,
            device=settings.device,
            epochs=settings.epochs,
            owner=owner,
            start=start.model_dump_json() if start else None,
            race=race,
            person=person,
            place=(going.aggregate(last=Max("place"))["last"] or 0) + 1,
            memory=request.memory,
        )
        if start:
            checkpoints.bring(start.run, run.id)
        return append(run, PhaseEvent(phase="queued"))


def create_race(
    project: str, entries: Sequence[tuple[State, Settings, Request]], owner: str
) -> tuple[Recorded, ...]:
    """Create a queued run for each document of a race, which come with their settings, or none.

    Raises MissingError.
    """
    race = new_id()
    with transaction.atomic():
        return tuple(create(project, *entry[:2], owner, entry[2], race) for entry in entries)


def going_with(project: str, data: str) -> bool:
    """Return whether a run that has not ended trains on the data set with this hash."""
    going = Run.objects.filter(project=project, outcome=None)
    return going.filter(document__contains=data).exists()


def document(id: str) -> str:
    """Return the document that a run trains, as stored. Raises MissingError."""
    text: str | None = Run.objects.filter(pk=id).values_list("document", flat=True).first()
    if text is None:
        raise MissingError(problem("no_run", id=id))
    return text


def record(id: str, generation: int, *events: RunEvent, number: int = 0) -> Recorded | None:
    """Write the next events of a run; None if they only repeat the phase, or were recorded before.

    `number` is that of the last event where its process keeps it until it is recorded, else 0.
    Raises OverError if the run has ended or has another owner, MissingError if it was deleted.
    """
    with transaction.atomic():
        run = without_document().select_for_update().filter(pk=id).first()
        if run is None:
            raise MissingError(problem("no_run", id=id))
        if run.outcome is not None or run.generation != generation:
            raise OverError(id)
        if 0 < number <= run.heard:
            return None
        if number:
            run.heard = number
            run.save(update_fields=["heard"])
        new = [_validated(run, event) for event in _without_repeats(run, events)]
        return append(run, *new) if new else None


def _without_repeats(run: Run, events: Sequence[RunEvent]) -> Iterator[RunEvent]:
    """Leave out phases that the run is in, and epochs that are in its log.

    A run that goes on from its checkpoint tells the epochs before it again, and trains those after
    it again: either may be there.
    """
    phase, epoch = run.phase, EpochEvent.model_validate_json(run.epoch) if run.epoch else None
    for event in events:
        if isinstance(event, PhaseEvent):
            if event.phase == phase:
                continue
            phase = event.phase
        elif isinstance(event, EpochEvent):
            if epoch and event.epoch < epoch.epoch + epoch.complete:
                continue
            epoch = event
        yield event


def take_turn(person: str) -> None:
    """Let the waiting runs of a person wait anew: one of theirs has started or ended."""
    waiting = Run.objects.filter(person=person, outcome=None, phase="queued", holds=False)
    waiting.update(since=timezone.now())


def append(run: Run, *events: RunEvent) -> Recorded:
    """Append events in the present transaction, and update the run's summary."""
    rows = EVENTS.append(
        run,
        *(
            {
                "generation": run.generation,
                "type": event.type,
                "body": event.model_dump_json(by_alias=True),
            }
            for event in events
        ),
    )
    changed = frozenset(
        name
        for event, row in zip(events, rows, strict=True)
        for name in _summarise(run, event, row)
    )
    if epochs := [row.seq for row in rows if row.type == "epoch"]:
        Event.objects.filter(run=run, type="batch", seq__lt=epochs[-1]).delete()
    run.save(update_fields=["seq", *changed])
    return Recorded(tuple(map(EVENTS.entry, rows)), run_out(run), changed)


def _validated(run: Run, event: RunEvent) -> RunEvent:
    """Accept an artefact only if it is a regular file in the run's folder, or was sent there."""
    if not isinstance(event, ArtefactEvent):
        return event
    if event.hash and is_plain(event.name):
        results.adopt(run.id, event.hash, event.name)
    if artefact_path(run.id, event.name):
        return event
    words = phrase("The file “{name}” is missing from the run's folder.", name=event.name[:80])
    return log_message(words, "error")


def _summarise(run: Run, event: RunEvent, row: Event) -> list[str]:
    """Update the run's summary for an event; return the names of changed fields."""
    match event:
        case PhaseEvent():
            run.phase, run.since = event.phase, row.created
            if run.started is None and event.phase != "queued":
                run.started = row.created
            return ["phase", "started", "since"]
        case EpochEvent():
            run.epoch = event.model_dump_json()
            return ["epoch"]
        case ArtefactEvent():
            run.artefacts = _ARTEFACTS.dump_json(
                (*_ARTEFACTS.validate_json(run.artefacts), event)
            ).decode()
            return ["artefacts"]
        case EndedEvent():
            run.outcome, run.ended = event.outcome, row.created
            run.problem = event.problem.model_dump_json() if event.problem else None
            run.holds = False
            take_turn(run.person)
            return ["outcome", "ended", "problem", "holds"]
    return []


def ended(outcome: str, problem: Problem | None, run: Run | RunOut) -> EndedEvent:
    """Return the last event of a run whose worker did not send one."""
    seconds = (timezone.now() - run.started).total_seconds() if run.started else 0.0
    return EndedEvent.model_validate(
        {"outcome": outcome, "problem": problem, "seconds": max(0.0, seconds)}
    )


def remove(id: str) -> str:
    """Remove a run with its events and files; return its project. Raises MissingError, OverError
    (the run is still going).
    """
    with transaction.atomic():
        run = find(id)
        if run.outcome is None:
            raise OverError(id)
        run.delete()
    shutil.rmtree(projects.run_folder(id), ignore_errors=True)
    return run.project_id


def artefact(id: str, name: str) -> tuple[ArtefactEvent, Path]:
    """Return an artefact of a run and its path. Raises MissingError."""
    for recorded in _ARTEFACTS.validate_json(find(id).artefacts):
        if recorded.name == name and (path := artefact_path(id, name)):
            return recorded, path
    raise MissingError(problem("no_artefact", name=name))


def is_plain(name: str) -> bool:
    """Whether a name is that of a file that is not hidden, without a folder."""
    return bool(name) and name == Path(name).name and name[0] != "." and "\\" not in name


def artefact_path(id: str, name: str) -> Path | None:
    """Return the path of a run's file if it is a regular file, not a link, in the run's folder."""
    if not is_plain(name):
        return None
    path = Path(settings.HOME) / "runs" / id / name
    try:
        return path if stat.S_ISREG(path.lstat().st_mode) else None
    except (OSError, ValueError):
        return None
