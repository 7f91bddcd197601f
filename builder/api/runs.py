"""The API's routes for runs and the files they leave."""

from typing import Annotated, Literal

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from ninja import Query, Router
from pydantic import Field

from builder import access, database
from builder.access import Need, Visit, visitor
from builder.api.answers import (
    ERRORS,
    SAVES,
    ProblemsError,
    ProjectId,
    RunId,
    answer,
    answer_list,
    answer_text,
)
from builder.api.downloads import FILE, download
from builder.api.environment import training_obstacles
from builder.datasets import actions as data_files
from builder.projects.actions import run_folder
from builder.projects.states import State
from builder.reading.reader import CodeWanted
from builder.runs import actions as runs
from builder.runs import starting
from builder.runs.actions import OverError, Request
from builder.runs.waiting import NotWaitingError
from builder.services import services
from builder.wire.schemas import (
    CodeOut,
    EventOut,
    PlaceIn,
    ProblemsOut,
    RaceIn,
    RunOut,
    StartedFrom,
    StartIn,
    StopIn,
    WaitingOut,
)
from engine.machine import backends
from engine.problems import problem
from engine.protocol import ArtefactEvent
from engine.results.description import FILE as FILE_OF_RESULTS
from engine.results.description import Samples, Wanted

router = Router(tags=["runs"], by_alias=True)

CONFLICT = {409: ProblemsOut}


@router.get("/projects/{id}/runs", response={200: list[RunOut], **ERRORS})
async def list_runs(request: HttpRequest, id: ProjectId) -> HttpResponse:
    """A project's runs, the newest first."""
    visit = await access.enter(visitor(request), id, Need.VIEW)
    return answer_list(RunOut, await database.read(runs.every, visit.project))


@router.post("/projects/{id}/runs", response={201: RunOut, **ERRORS, **SAVES})
async def start_run(request: HttpRequest, id: ProjectId) -> HttpResponse:
    """Train the present document, which must have no errors; this server must be able to."""
    visit = await access.enter(visitor(request), id, Need.TRAIN)
    return await _train_present(visit)


@router.post("/projects/{id}/races", response={201: list[RunOut], **ERRORS, **SAVES})
async def start_race(request: HttpRequest, id: ProjectId, body: RaceIn) -> HttpResponse:
    """Train the present document on several backends at once, from the same first weights.

    It must be able to train on each of them: all runs are started, or none.
    """
    visit = await access.enter(visitor(request), id, Need.TRAIN)
    if old := [row for row in map(backends.get, body.backends) if row.environment]:
        raise ProblemsError(422, problem("no_race", title=old[0].title))
    service = await services()
    room, runner = service.rooms.open(visit.project), service.runner
    entries = []
    for state in await room.on_backends(body.backends):
        verdict = await room.verdict_on(state)
        if not verdict.ok:
            return answer_text(f'{{"problems":{verdict.errors}}}'.encode(), 422)
        if obstacles := await training_obstacles(await runner.settings(state)):
            raise ProblemsError(422, *obstacles)
        entries.append((state, Request(visit.who.person, verdict.memory)))
    return answer_list(RunOut, await runner.race(visit.project, entries), 201)


@router.post("/projects/{id}/runs/{run}/start", response={201: RunOut, **ERRORS, **SAVES})
async def start_from_run(
    request: HttpRequest, id: ProjectId, run: RunId, body: StartIn
) -> HttpResponse:
    """Start a run from the checkpoint of another one, which has ended.

    It continues that one, with the same document, or takes its weights for the present document.
    """
    visit = await access.enter_with_run(visitor(request), id, run, Need.TRAIN)
    source = await database.read(starting.source, run, body)
    if body.how == "weights":
        return await _train_present(visit, source)
    state = await starting.longer(run, body.epochs, (await services()).reader)
    if isinstance(state, list):
        raise ProblemsError(422, *state)
    memory = (await database.read(runs.find, run)).memory
    return await _train(visit.project, state, Request(visit.who.person, memory, source))


async def _train_present(visit: Visit, start: StartedFrom | None = None) -> HttpResponse:
    """Queue a run of the present document, which must have no errors."""
    state, verdict = await (await services()).rooms.open(visit.project).verdict()
    if not verdict.ok:
        return answer_text(f'{{"problems":{verdict.errors}}}'.encode(), 422)
    return await _train(visit.project, state, Request(visit.who.person, verdict.memory, start))


async def _train(project: str, state: State, wanted: Request) -> HttpResponse:
    """Queue a run of a document without errors. This server must be able to train it."""
    runner = (await services()).runner
    if obstacles := await training_obstacles(await runner.settings(state)):
        raise ProblemsError(422, *obstacles)
    return answer(await runner.start(project, state, wanted), 201)


@router.get("/runs/{id}", response={200: RunOut, **ERRORS})
async def get_run(request: HttpRequest, id: RunId) -> HttpResponse:
    """A run: its phase, last epoch, files and outcome."""
    await access.view_run(visitor(request), id)
    return answer(await database.read(runs.get, id))


@router.get("/runs/{id}/events", response={200: list[EventOut], **ERRORS})
async def list_events(
    request: HttpRequest,
    id: RunId,
    after: Annotated[int, Field(ge=0)] = 0,
    limit: Annotated[int, Field(ge=1, le=10_000)] = 1_000,
) -> HttpResponse:
    """A run's events after number `after`, oldest first."""
    await access.view_run(visitor(request), id)
    return answer_list(EventOut, await database.read(runs.events, id, after, limit))


@router.post(
    "/projects/{id}/runs/{run}/stop", response={202: RunOut, **CONFLICT, **ERRORS, **SAVES}
)
async def stop_run(request: HttpRequest, id: ProjectId, run: RunId, body: StopIn) -> HttpResponse:
    """Stop a run now, or after its present epoch."""
    await access.enter_with_run(visitor(request), id, run, Need.TRAIN)
    try:
        return answer(await (await services()).runner.stop(run, body.when), 202)
    except OverError:
        raise ProblemsError(409, problem("run_over")) from None


@router.post(
    "/projects/{id}/runs/{run}/pause", response={202: RunOut, **CONFLICT, **ERRORS, **SAVES}
)
async def pause_run(request: HttpRequest, id: ProjectId, run: RunId) -> HttpResponse:
    """Pause a run after its next step."""
    await access.enter_with_run(visitor(request), id, run, Need.TRAIN)
    row = backends.find((await database.read(runs.find, run)).backend)
    if row and row.environment:
        raise ProblemsError(422, problem("no_pause", title=row.title))
    return await _pause(run, "pause")


@router.post(
    "/projects/{id}/runs/{run}/resume", response={202: RunOut, **CONFLICT, **ERRORS, **SAVES}
)
async def resume_run(request: HttpRequest, id: ProjectId, run: RunId) -> HttpResponse:
    """Let a paused run go on."""
    await access.enter_with_run(visitor(request), id, run, Need.TRAIN)
    return await _pause(run, "resume")


async def _pause(run: str, kind: Literal["pause", "resume"]) -> HttpResponse:
    try:
        return answer(await (await services()).runner.pause(run, kind), 202)
    except OverError:
        raise ProblemsError(409, problem("run_over")) from None


@router.get("/projects/{id}/queue", response={200: list[WaitingOut], **ERRORS})
async def list_waiting(request: HttpRequest, id: ProjectId) -> HttpResponse:
    """The runs of a project that wait, in the order in which they will start."""
    visit = await access.enter(visitor(request), id, Need.VIEW)
    return answer_list(WaitingOut, await (await services()).runner.queue.shown(visit.project))


@router.put(
    "/projects/{id}/runs/{run}/place",
    response={200: list[WaitingOut], **CONFLICT, **ERRORS, **SAVES},
)
async def move_run(request: HttpRequest, id: ProjectId, run: RunId, body: PlaceIn) -> HttpResponse:
    """Give a waiting run another place among the runs of the person who asks."""
    visit = await access.enter_with_run(visitor(request), id, run, Need.TRAIN)
    runner = (await services()).runner
    try:
        await runner.move(run, visit.who.person or visit.project, body.place)
    except NotWaitingError:
        raise ProblemsError(409, problem("run_not_waiting")) from None
    return answer_list(WaitingOut, await runner.queue.shown(visit.project))


@router.delete("/projects/{id}/runs/{run}", response={204: None, **CONFLICT, **ERRORS, **SAVES})
async def delete_run(request: HttpRequest, id: ProjectId, run: RunId) -> HttpResponse:
    """Delete a run that has ended, with its events and files."""
    await access.enter_with_run(visitor(request), id, run, Need.TRAIN)
    try:
        await (await services()).runner.remove(run)
    except OverError:
        raise ProblemsError(409, problem("run_going")) from None
    return HttpResponse(status=204)


@router.get("/runs/{id}/code", response={200: CodeOut, **ERRORS})
async def code_of_run(request: HttpRequest, id: RunId) -> HttpResponse:
    """The training script of the document that a run trained, which had no errors."""
    project = await access.view_run(visitor(request), id)
    text = await database.read(runs.document, id)
    sets = await database.read(data_files.data_sets, project)
    reader = (await services()).reader
    wanted = CodeWanted("script", "keras", False, sets)
    return answer_text(await reader.code(text.encode(), wanted, stored=True, errors="[]"))


@router.get("/runs/{id}/samples", response={200: Samples, **ERRORS})
async def list_samples(request: HttpRequest, id: RunId, wanted: Query[Wanted]) -> HttpResponse:
    """Rows of the data set that the trained model was evaluated on, such as the worst errors."""
    project = await access.view_run(visitor(request), id)
    await database.read(runs.artefact, id, FILE_OF_RESULTS)
    sets = await database.read(data_files.data_sets, project)
    checker = (await services()).checker
    return answer_text(await checker.samples(run_folder(id), wanted, sets))


@router.get("/runs/{id}/artefacts", response={200: list[ArtefactEvent], **ERRORS})
async def list_artefacts(request: HttpRequest, id: RunId) -> HttpResponse:
    """The artefacts of a run."""
    await access.view_run(visitor(request), id)
    return answer_list(ArtefactEvent, (await database.read(runs.get, id)).artefacts)


@router.get("/runs/{id}/artefacts/{name}", response={200: None, **ERRORS}, openapi_extra=FILE)
async def download_artefact(request: HttpRequest, id: RunId, name: str) -> StreamingHttpResponse:
    """Download an artefact of a run."""
    await access.view_run(visitor(request), id)
    known, path = await database.read(runs.artefact, id, name)
    return download(path, known.name)
