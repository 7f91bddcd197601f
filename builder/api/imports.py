"""The API's routes that read models from elsewhere: files, and code that somebody edited."""

import asyncio

from django.http import HttpRequest, HttpResponse
from ninja import Router

from builder import access
from builder.access import Need, visitor
from builder.api.answers import ERRORS, ProblemsError, answer
from builder.services import services
from builder.wire.schemas import CodeIn, ImportOut
from engine.document import Document
from engine.imports.files import read_model
from engine.imports.graph_builder import Imported
from engine.imports.merge import merge_edit
from engine.imports.python import from_python
from engine.problems import Problem

router = Router(tags=["import"])

BODY = {
    "requestBody": {
        "required": True,
        "description": "A Layerloom document, a .keras file, Keras's JSON, or Python source. "
        "It is read as data: nothing in it is executed.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


@router.post("/import", response={200: ImportOut, **ERRORS}, openapi_extra=BODY)
async def import_model(request: HttpRequest, name: str = "") -> HttpResponse:
    """Read a file as a document, which is not kept; `name` is what the file was called."""
    read = await asyncio.to_thread(read_model, request.body, name[:200])
    return answer(_out(_sound(read)))


@router.post("/projects/{id}/edited-code", response={200: ImportOut, **ERRORS})
async def apply_code(request: HttpRequest, id: str, edit: CodeIn) -> HttpResponse:
    """The project's document as edited code would have it; nothing is changed.

    What differs between `base` and `source` is merged into the present document: send it with
    the operation `replace`.
    """
    await access.enter(visitor(request), id, Need.VIEW)
    state = await (await services()).rooms.open(id).state()
    return answer(_out(_sound(await asyncio.to_thread(_merged, state.document, edit))))


def _merged(document: Document, edit: CodeIn) -> Imported | list[Problem]:
    new = from_python(edit.source)
    if isinstance(new, list):
        return new
    base = from_python(edit.base)
    base_document = base.document if isinstance(base, Imported) else None
    merged = merge_edit(document, new.document, base_document)
    return Imported(document=merged, problems=new.problems)


def _sound(read: Imported | list[Problem]) -> Imported:
    if isinstance(read, list):
        raise ProblemsError(422, *read)
    return read


def _out(read: Imported) -> ImportOut:
    return ImportOut(document=read.document, problems=read.problems)
