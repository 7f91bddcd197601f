"""The API's routes for data sets that several projects have; their files are stored once."""

from django.http import HttpRequest, HttpResponse
from ninja import Router

from builder import access, database
from builder.access import DeniedError, MissingError, Need, Visit, Visitor, visitor
from builder.api.answers import ERRORS, SAVES, ProjectId, answer, answer_list
from builder.datasets import actions as data_files
from builder.datasets import sharing
from builder.services import services
from builder.wire.schemas import DataFileOut, DataLinkIn, DataUsesOut, SharedDataOut
from engine.problems import problem

router = Router(tags=["data"], by_alias=True)


@router.get("/projects/{id}/shareable", response={200: list[SharedDataOut], **ERRORS})
async def list_shareable_data(request: HttpRequest, id: ProjectId) -> HttpResponse:
    """Data sets of the other projects on the start page, which this project could use too."""
    visit = await access.enter(visitor(request), id, Need.EDIT)
    return answer_list(
        SharedDataOut, await database.read(sharing.shareable, visit.who, visit.project)
    )


@router.post("/projects/{id}/shareable", response={201: DataFileOut, **ERRORS, **SAVES})
async def link_data_file(request: HttpRequest, id: ProjectId, body: DataLinkIn) -> HttpResponse:
    """Give this project a data set of another one that the visitor may view; nothing is uploaded.

    What the visitor may not view is answered as what does not exist: a hash alone opens nothing.
    """
    visit = await access.enter(visitor(request), id, Need.EDIT)
    source = await _source(visit.who, body.project)
    library = (await services()).library
    return answer(await library.link(source.project, visit.project, body.hash), 201)


async def _source(who: Visitor, address: str) -> Visit:
    try:
        return await access.enter(who, address, Need.VIEW)
    except DeniedError:
        raise MissingError(problem("no_project", id=address)) from None


@router.get("/projects/{id}/data/{data}/uses", response={200: DataUsesOut, **ERRORS})
async def list_uses(request: HttpRequest, id: ProjectId, data: ProjectId) -> HttpResponse:
    """Which other projects have the same data set: they keep it if it is deleted here."""
    visit = await access.enter(visitor(request), id, Need.EDIT)
    row = await database.read(data_files.find, visit.project, data)
    return answer(DataUsesOut(projects=await database.read(sharing.users, visit.who, row)))
