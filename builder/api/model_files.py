"""The API's routes for files of models that are too large for one request: upload, then read."""

import asyncio
from typing import Annotated

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from builder.access import MissingError
from builder.api.answers import ERRORS, SAVES, ProblemsError, ProjectId, answer, answer_text
from builder.api.parts import CONFLICT, PART, append_part, part_limit
from builder.datasets import files
from builder.services import services
from builder.wire.schemas import ImportOut, ModelUploadIn, UploadOut
from engine.problems import problem

router = Router(tags=["import"], by_alias=True)

Total = Annotated[int, Query(ge=0, lt=2**62)]


@router.post("/import/uploads", response={201: UploadOut, **CONFLICT, **ERRORS, **SAVES})
async def begin_model_upload(request: HttpRequest, body: ModelUploadIn) -> HttpResponse:
    """Begin to upload a large file of a model; its parts follow."""
    _check_size(body.bytes)
    try:
        id = await asyncio.to_thread(files.begin_model)
    except files.TooManyError:
        raise ProblemsError(409, problem("too_many_models", count=files.MOST_MODELS)) from None
    return answer(UploadOut(id=id, bytes=body.bytes, received=0, part=part_limit()), 201)


@router.put(
    "/import/uploads/{upload}",
    response={200: UploadOut, **CONFLICT, **ERRORS, **SAVES},
    openapi_extra=PART,
)
async def continue_model_upload(
    request: HttpRequest, upload: ProjectId, offset: Total, bytes: Total
) -> HttpResponse:
    """Send the part that begins at byte `offset` of a file that has `bytes` bytes."""
    _check_size(bytes)
    received = await append_part(files.model_path(upload), request, offset, bytes)
    return answer(UploadOut(id=upload, bytes=bytes, received=received, part=part_limit()))


@router.post("/import/uploads/{upload}/model", response={200: ImportOut, **ERRORS})
async def import_uploaded_model(request: HttpRequest, upload: ProjectId) -> HttpResponse:
    """Convert an uploaded HDF5 file to a document; neither of them is stored."""
    path = files.model_path(upload)
    if not await asyncio.to_thread(path.exists):
        raise MissingError(problem("no_upload", id=upload))
    try:
        return answer_text(await (await services()).reader.read_file(path))
    finally:
        await asyncio.to_thread(files.remove, path)


@router.delete("/import/uploads/{upload}", response={204: None, **ERRORS})
async def cancel_model_upload(request: HttpRequest, upload: ProjectId) -> HttpResponse:
    """Cancel an upload; what has come of it is deleted."""
    await asyncio.to_thread(files.remove, files.model_path(upload))
    return HttpResponse(status=204)


def _check_size(bytes: int) -> None:
    limit = settings.MAX_DATA_BYTES
    if bytes > limit:
        raise ProblemsError(413, problem("model_too_large", size=bytes, limit=limit))
