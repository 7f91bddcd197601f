"""The API's routes for people's own data: uploads in parts, and the data sets of a project."""

import asyncio
from typing import Annotated

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from ninja import Query, Router

from builder import access, database
from builder.access import MissingError, Need, visitor
from builder.api.answers import (
    ERRORS,
    SAVES,
    ProblemsError,
    ProjectId,
    answer,
    answer_list,
)
from builder.api.downloads import FILE, download
from builder.api.parts import CONFLICT, PART, append_part, part_limit
from builder.datasets import actions as data_files
from builder.datasets import files
from builder.datasets.actions import BusyError
from builder.datasets.quota import QuotaError
from builder.models import DataFile
from builder.runs import actions as runs
from builder.services import services
from builder.wire.schemas import DataFileOut, UploadIn, UploadOut
from engine.data.description import Description, Options
from engine.data.preview import Preview, with_statistics
from engine.problems import problem
from engine.templates.proposing import Proposal
from engine.values import MAX_NAME, NO_NUL

router = Router(tags=["data"], by_alias=True)


@router.post("/projects/{id}/uploads", response={201: UploadOut, **CONFLICT, **ERRORS, **SAVES})
async def begin_upload(request: HttpRequest, id: ProjectId, body: UploadIn) -> HttpResponse:
    """Begin to upload a file of data; its parts follow."""
    visit = await access.enter(visitor(request), id, Need.EDIT)
    limit = settings.MAX_DATA_BYTES
    if body.bytes > limit:
        name = data_files.plain_name(body.name)
        raise ProblemsError(
            413, problem("upload_too_large", file=name, size=body.bytes, limit=limit)
        )
    (await services()).library.prepare()
    try:
        row = await database.write(data_files.create, visit.project, body)
    except QuotaError as error:
        raise ProblemsError(409, error.problem) from None
    return answer(_upload(row, 0), 201)


@router.get("/projects/{id}/uploads/{upload}", response={200: UploadOut, **ERRORS})
async def get_upload(request: HttpRequest, id: ProjectId, upload: ProjectId) -> HttpResponse:
    """How much of an upload has come: it continues from there."""
    visit = await access.enter(visitor(request), id, Need.EDIT)
    row = await database.read(data_files.upload, visit.project, upload)
    try:
        return answer(_upload(row, await asyncio.to_thread(files.received, row.pk)))
    except FileNotFoundError:
        raise MissingError(problem("no_upload", id=upload)) from None


@router.put(
    "/projects/{id}/uploads/{upload}",
    response={200: UploadOut, **CONFLICT, **ERRORS, **SAVES},
    openapi_extra=PART,
)
async def continue_upload(
    request: HttpRequest,
    id: ProjectId,
    upload: ProjectId,
    offset: Annotated[int, Query(ge=0, lt=2**62)],
) -> HttpResponse:
    """Send the part of the file that begins at byte `offset`; after the last, the file is read."""
    visit = await access.enter(visitor(request), id, Need.EDIT)
    row = await database.read(data_files.upload, visit.project, upload)
    received = await append_part(files.upload_path(row.pk), request, offset, row.bytes)
    if received == row.bytes:
        await (await services()).library.complete(row.pk)
    return answer(_upload(row, received))


@router.delete("/projects/{id}/uploads/{upload}", response={204: None, **ERRORS, **SAVES})
async def cancel_upload(request: HttpRequest, id: ProjectId, upload: ProjectId) -> HttpResponse:
    """Cancel an upload; what has come of it is deleted."""
    visit = await access.enter(visitor(request), id, Need.EDIT)
    row = await database.read(data_files.upload, visit.project, upload)
    await database.write(data_files.remove, visit.project, row.pk)
    return HttpResponse(status=204)


@router.get("/projects/{id}/data", response={200: list[DataFileOut], **ERRORS})
async def list_data_files(request: HttpRequest, id: ProjectId) -> HttpResponse:
    """The project's own files of data; documents name a data set by the hash of its rows."""
    visit = await access.enter(visitor(request), id, Need.VIEW)
    return answer_list(DataFileOut, await database.read(data_files.every, visit.project))


@router.get("/projects/{id}/data/{data}/preview", response={200: Preview, **ERRORS})
async def preview_data_file(request: HttpRequest, id: ProjectId, data: ProjectId) -> HttpResponse:
    """The first rows of a file of data, and the distribution of its values."""
    visit = await access.enter(visitor(request), id, Need.VIEW)
    row = await database.read(data_files.find, visit.project, data)
    if row.state != "ready":
        raise ProblemsError(422, problem("data_not_ready", file=row.name))
    sets = await database.read(data_files.data_sets, visit.project)
    preview = await (await services()).checker.preview(row.hash, sets)
    if isinstance(preview, list):
        raise ProblemsError(422, *preview)
    description = Description.model_validate_json(row.description or "{}")
    return answer(with_statistics(preview, description))


@router.get(
    "/projects/{id}/data/{data}/original", response={200: None, **ERRORS}, openapi_extra=FILE
)
async def download_original(
    request: HttpRequest, id: ProjectId, data: ProjectId
) -> StreamingHttpResponse:
    """A file of data as it was uploaded."""
    visit = await access.enter(visitor(request), id, Need.VIEW)
    row = await database.read(data_files.find, visit.project, data)
    path = files.original_path(row.original)
    if not row.original or not path.exists():
        raise MissingError(problem("data_original_missing", file=row.name))
    return download(path, row.name)


@router.get("/projects/{id}/data/{data}/rows", response={200: None, **ERRORS}, openapi_extra=FILE)
async def download_rows(
    request: HttpRequest, id: ProjectId, data: ProjectId
) -> StreamingHttpResponse:
    """The columns of a file of data as an .npz file, as generated code loads it."""
    visit = await access.enter(visitor(request), id, Need.VIEW)
    row = await database.read(data_files.find, visit.project, data)
    if row.state != "ready":
        raise ProblemsError(422, problem("data_not_ready", file=row.name))
    description = Description.model_validate_json(row.description or "{}")
    return download(files.rows_path(row.hash), f"{description.data.id}.npz")


@router.get("/projects/{id}/proposal", response={200: Proposal, **ERRORS})
async def propose_model(
    request: HttpRequest,
    id: ProjectId,
    data: Annotated[str, Query(max_length=MAX_NAME, pattern=NO_NUL)],
) -> HttpResponse:
    """A first model for a data set, which a document calls `data`; nothing is changed."""
    visit = await access.enter(visitor(request), id, Need.VIEW)
    proposal = await database.read(data_files.proposal, visit.project, data)
    if isinstance(proposal, list):
        raise ProblemsError(422, *proposal)
    return answer(proposal)


@router.put(
    "/projects/{id}/data/{data}/options",
    response={202: DataFileOut, **CONFLICT, **ERRORS, **SAVES},
)
async def read_data_again(
    request: HttpRequest, id: ProjectId, data: ProjectId, body: Options
) -> HttpResponse:
    """Read a file of data again with other options; options that are null are guessed."""
    visit = await access.enter(visitor(request), id, Need.EDIT)
    try:
        again = await (await services()).library.read_again(visit.project, data, body)
    except BusyError as error:
        raise ProblemsError(409, problem("data_not_ready", file=str(error))) from None
    return answer(again, 202)


@router.delete("/projects/{id}/data/{data}", response={204: None, **CONFLICT, **ERRORS, **SAVES})
async def delete_data_file(
    request: HttpRequest, id: ProjectId, data: ProjectId, force: bool = False
) -> HttpResponse:
    """Delete a file of data with its rows; `force` deletes it although the model trains on it."""
    visit = await access.enter(visitor(request), id, Need.EDIT)
    row = await database.read(data_files.find, visit.project, data)
    service = await services()
    if row.hash and not force:
        state = await service.rooms.open(visit.project).state()
        if row.hash in state.text:
            raise ProblemsError(409, problem("data_in_use", file=row.name))
    going = await database.read(runs.going_with, visit.project, row.hash)
    if row.hash and going:
        raise ProblemsError(409, problem("data_in_use.runs", file=row.name))
    await service.library.remove(visit.project, data)
    return HttpResponse(status=204)


def _upload(row: DataFile, received: int) -> UploadOut:
    return UploadOut(id=row.pk, bytes=row.bytes, received=received, part=part_limit())
