"""The API's routes for projects and documents."""

import asyncio
from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.http import content_disposition_header
from ninja import Router
from pydantic import ValidationError

from builder import access, database
from builder.access import Need, visitor
from builder.api.answers import ERRORS, ProblemsError, answer, answer_list, read_body
from builder.projects import actions as projects
from builder.services import services
from builder.wire.schemas import CodeOut, EditIn, EditOut, ProjectIn, ProjectOut, ProjectSummary
from engine.check.verdict import Verdict
from engine.code import Form, Style, generate
from engine.document import Document
from engine.document.reading import read_document, validate_document
from engine.document.refusals import refused_document
from engine.problems import Problem

router = Router(tags=["projects"])

DOCUMENT = {"$ref": "#/components/schemas/Document"}
PROJECT = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "template": {"type": "string", "description": "The id of a template."},
        "document": DOCUMENT,
    },
}


def body(schema: Mapping[str, object]) -> dict[str, object]:
    """Describe the body of a route that reads it itself, as documents of any version are read."""
    content = {"application/json": {"schema": schema}}
    return {"requestBody": {"required": True, "content": content}}


@router.get("/projects", response=list[ProjectSummary])
async def list_projects(request: HttpRequest) -> HttpResponse:
    """The projects one may see, the one changed last first."""
    who = visitor(request)
    listed = [
        project
        for project in await database.read(projects.every)
        if access.allows(who, project.id, Need.VIEW)
    ]
    return answer_list(ProjectSummary, listed)


@router.post("/projects", response={201: ProjectOut, **ERRORS}, openapi_extra=body(PROJECT))
async def create_project(request: HttpRequest) -> HttpResponse:
    """Make a project: empty, from a template, or from a document."""
    start = projects.starting(_project_in(read_body(request)))
    if isinstance(start, Problem):
        raise ProblemsError(404 if start.code == "no_template" else 422, start)
    return answer(await database.write(projects.create, start), 201)


def _project_in(value: Any) -> ProjectIn:
    """Read the body of a new project; its document may be of an older version."""
    if isinstance(value, dict) and value.get("document") is not None:
        value = {**value, "document": _sound(validate_document(value["document"]))}
    try:
        return ProjectIn.model_validate(value)
    except ValidationError as error:
        raise ProblemsError(422, *refused_document(error)) from None


def _sound(read: Document | list[Problem]) -> Document:
    if isinstance(read, list):
        raise ProblemsError(422, *read)
    return read


@router.get("/projects/{id}", response={200: ProjectOut, **ERRORS})
async def get_project(request: HttpRequest, id: str) -> HttpResponse:
    """A project with its document."""
    await access.enter(visitor(request), id, Need.VIEW)
    return answer(await database.read(projects.get, id))


@router.post("/projects/{id}/copy", response={201: ProjectOut, **ERRORS})
async def copy_project(request: HttpRequest, id: str) -> HttpResponse:
    """Make a project with the same document, without the runs."""
    await access.enter(visitor(request), id, Need.VIEW)
    return answer(await database.write(projects.copy, id), 201)


@router.delete("/projects/{id}", response={204: None, **ERRORS})
async def delete_project(request: HttpRequest, id: str) -> HttpResponse:
    """Remove a project with its runs and their files."""
    await access.enter(visitor(request), id, Need.OWN)
    await (await services()).remove_project(id)
    return HttpResponse(status=204)


@router.post("/projects/{id}/operations", response={200: EditOut, **ERRORS})
async def edit_document(request: HttpRequest, id: str, edit: EditIn) -> HttpResponse:
    """Change the document; sending a batch twice is harmless."""
    await access.enter(visitor(request), id, Need.EDIT)
    room = (await services()).rooms.open(id)
    return answer((await room.edit("api", edit)).answer)


@router.get("/projects/{id}/document", response={200: Document, **ERRORS})
async def download_document(request: HttpRequest, id: str) -> HttpResponse:
    """The document as a file."""
    await access.enter(visitor(request), id, Need.VIEW)
    state = await (await services()).rooms.open(id).state()
    response = HttpResponse(state.text, content_type="application/json")
    return attached(response, f"{state.document.name or 'document'}.json")


def attached(response: HttpResponse, filename: str) -> HttpResponse:
    """Have the browser save an answer as a file, under a name that is safe in a header."""
    header = content_disposition_header(as_attachment=True, filename=filename)
    response["Content-Disposition"] = header or "attachment"
    return response


@router.get("/projects/{id}/check", response={200: Verdict, **ERRORS})
async def check_project(request: HttpRequest, id: str) -> HttpResponse:
    """What the checker says of the document: shapes, parameters, problems."""
    await access.enter(visitor(request), id, Need.VIEW)
    _, verdict = await (await services()).rooms.open(id).verdict()
    return answer(verdict)


@router.get("/projects/{id}/summary", response={200: dict[str, str], **ERRORS})
async def summarise_project(request: HttpRequest, id: str) -> HttpResponse:
    """The table people know from Keras."""
    await access.enter(visitor(request), id, Need.VIEW)
    service = await services()
    state = await service.rooms.open(id).state()
    text = await service.checker.summary(state.text)
    if isinstance(text, list):
        raise ProblemsError(422, *text)
    return JsonResponse({"summary": text})


@router.get("/projects/{id}/code", response={200: CodeOut, **ERRORS})
async def code_of_project(
    request: HttpRequest, id: str, form: Form = "functional", style: Style = "keras"
) -> HttpResponse:
    """The document as Python."""
    await access.enter(visitor(request), id, Need.VIEW)
    state = await (await services()).rooms.open(id).state()
    return answer(await code(state.document, form, style))


@router.post("/check", response={200: Verdict, **ERRORS}, openapi_extra=body(DOCUMENT))
async def check_document(request: HttpRequest) -> HttpResponse:
    """What the checker says of a document that is not kept."""
    document = _sound(read_document(request.body))
    return answer(await (await services()).checker.check(projects.to_text(document)))


@router.post("/code", response={200: CodeOut, **ERRORS}, openapi_extra=body(DOCUMENT))
async def code_of_document(
    request: HttpRequest, form: Form = "functional", style: Style = "keras"
) -> HttpResponse:
    """A document that is not kept, as Python."""
    return answer(await code(_sound(read_document(request.body)), form, style))


async def code(document: Document, form: Form, style: Style) -> CodeOut:
    """Write a document as Python, beside the event loop."""
    made = await asyncio.to_thread(generate, document, form, style)
    return CodeOut(
        form=made.form,
        filename=made.filename,
        source=made.source,
        lines=made.lines,
        problems=tuple(made.problems),
    )
