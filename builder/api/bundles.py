"""The script that trains a model, the file of data that it reads, and what it needs, as a ZIP."""

import asyncio
from collections.abc import AsyncIterator

from django.http import HttpRequest, StreamingHttpResponse
from django.utils.http import content_disposition_header
from ninja import Router

from builder import access, database
from builder.access import Need, visitor
from builder.api.answers import ERRORS, ProblemsError, ProjectId
from builder.api.downloads import FILE
from builder.datasets import bundles
from builder.reading.reader import CodeWanted
from builder.services import services
from builder.wire.schemas import CodeOut
from engine.code.targets import Style

router = Router(tags=["data"], by_alias=True)


@router.get("/projects/{id}/bundle", response={200: None, **ERRORS}, openapi_extra=FILE)
async def download_bundle(
    request: HttpRequest, id: ProjectId, style: Style = "keras", options: bool = False
) -> StreamingHttpResponse:
    """A ZIP with the training script, the data that it reads, and requirements.txt.

    `pip install -r requirements.txt` and `python SCRIPT` train the model anywhere.
    """
    visit = await access.enter(visitor(request), id, Need.VIEW)
    service = await services()
    state, verdict = await service.rooms.open(visit.project).verdict()
    sets, rows = await database.read(bundles.sources, visit.project)
    text, wanted = state.text.encode(), CodeWanted("script", style, options, sets)
    answer = await service.reader.code(text, wanted, stored=True, errors=verdict.errors)
    if isinstance(answer, list):
        raise ProblemsError(422, *answer)
    code = CodeOut.model_validate_json(answer)
    members = bundles.members(code, [row for row in rows if row.hash in state.text])
    response = StreamingHttpResponse(_sent(members), content_type="application/octet-stream")
    name = f"{code.filename.removesuffix('.py')}.zip"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return response


async def _sent(members: list[bundles.Member]) -> AsyncIterator[bytes]:
    parts = bundles.zipped(members)
    while (part := await asyncio.to_thread(next, parts, None)) is not None:
        yield part
