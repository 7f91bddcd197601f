"""The API's routes that import models: from files, and from edited code."""

from typing import Annotated

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from builder import access, database
from builder.access import Need, visitor
from builder.api.answers import ERRORS, ProjectId, answer_text
from builder.datasets import actions as data_files
from builder.services import services
from builder.wire.schemas import CodeIn, EditedCodeOut, ImportOut

MAX_MODELS = 10_000
"""Models of one source."""

router = Router(tags=["import"], by_alias=True)

BODY = {
    "requestBody": {
        "required": True,
        "description": "A Layerloom document, a .keras file, Keras's JSON, or Python source. "
        "It is read as data: nothing in it is executed.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.post("/import", response={200: ImportOut, **ERRORS}, openapi_extra=BODY)
async def import_model(
    request: HttpRequest,
    name: str = "",
    model: Annotated[int | None, Query(ge=0, lt=MAX_MODELS)] = None,
    file: Annotated[int | None, Query(ge=0)] = None,
) -> HttpResponse:
    """Convert a file to a document, which is not stored; `name` is the name of the file.

    Of Python source with several models, `model` is the index of the one to read. Where answers to
    its questions follow the file in the body, `file` is the length of the file in bytes. They are a
    JSON object of their keys and values, which are numbers, lists or text, 10,000 characters
    together; text that is a Python literal stands for its value.
    """
    reader = (await services()).reader
    return answer_text(await reader.read(request.body, name[:200], model, file))


@router.post("/projects/{id}/edited-code", response={200: EditedCodeOut, **ERRORS})
async def apply_code(request: HttpRequest, id: ProjectId, edit: CodeIn) -> HttpResponse:
    """The project's document with an edit of its code; nothing is stored.

    What differs between `base` and `source` is merged into the present document: send it with
    the operation `replace`.
    """
    visit = await access.enter(visitor(request), id, Need.VIEW)
    service = await services()
    state = await service.rooms.open(visit.project).state()
    sets = await database.read(data_files.data_sets, visit.project)
    return answer_text(await service.reader.merge(state.text, edit.source, edit.base, sets))
