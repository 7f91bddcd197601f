"""The API's routes for the history of a project: its revisions and named versions."""

from django.http import HttpRequest, HttpResponse
from ninja import Router

from builder import access, database
from builder.access import Need, visitor
from builder.api.answers import ERRORS, SAVES, ProjectId, Revision, answer, answer_text
from builder.projects import timeline
from builder.projects.revisions import document_at
from builder.services import services
from builder.wire.schemas import HistoryOut, VersionIn, VersionOut
from engine.document import Document

router = Router(tags=["history"], by_alias=True)


@router.get("/projects/{id}/history", response={200: HistoryOut, **ERRORS})
async def project_history(request: HttpRequest, id: ProjectId) -> HttpResponse:
    """When the project was edited, and its named versions, the newest first."""
    visit = await access.enter(visitor(request), id, Need.VIEW)
    return answer(await database.read(timeline.history, visit.project))


@router.get("/projects/{id}/revisions/{revision}", response={200: Document, **ERRORS})
async def document_at_revision(
    request: HttpRequest, id: ProjectId, revision: Revision
) -> HttpResponse:
    """The document as it was at a revision."""
    visit = await access.enter(visitor(request), id, Need.VIEW)
    started = await document_at((await services()).reader, visit.project, revision)
    return answer_text(started.document.encode())


@router.put("/projects/{id}/versions/{revision}", response={200: VersionOut, **ERRORS, **SAVES})
async def name_version(
    request: HttpRequest, id: ProjectId, revision: Revision, body: VersionIn
) -> HttpResponse:
    """Give a revision a name, or another one."""
    visit = await access.enter(visitor(request), id, Need.EDIT)
    return answer(await database.write(timeline.name_version, visit.project, revision, body.name))


@router.delete("/projects/{id}/versions/{revision}", response={204: None, **ERRORS, **SAVES})
async def forget_version(request: HttpRequest, id: ProjectId, revision: Revision) -> HttpResponse:
    """Remove the name of a revision; the revision itself stays."""
    visit = await access.enter(visitor(request), id, Need.EDIT)
    await database.write(timeline.forget_version, visit.project, revision)
    return HttpResponse(status=204)
