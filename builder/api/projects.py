"""The API's routes for projects and documents."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.http import content_disposition_header
from ninja import Router

from builder import access, database
from builder.access import Need, visitor
from builder.api.answers import (
    ALWAYS,
    ERRORS,
    SAVES,
    ProblemsError,
    ProjectId,
    Revision,
    Word,
    answer_list,
    answer_text,
)
from builder.datasets import actions as data_files
from builder.projects import actions as projects
from builder.projects.revisions import document_at
from builder.projects.states import LARGE
from builder.reading.reader import CodeWanted, Started
from builder.services import services
from builder.wire.schemas import CodeOut, EditIn, EditOut, ProjectOut, ProjectSummary, Repeats
from engine import templates
from engine.check.verdict import Verdict
from engine.code.targets import Form, Style
from engine.document import Document
from engine.document.batches import read_batch
from engine.document.stored import renamed
from engine.values import MAX_NAME

router = Router(tags=["projects"], by_alias=True)

DOCUMENT = {"$ref": "#/components/schemas/Document"}
PROJECT = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "name": {"anyOf": [{"type": "string", "maxLength": MAX_NAME}, {"type": "null"}]},
        "template": {
            "anyOf": [{"enum": [template.id for template in templates.load()]}, {"type": "null"}],
            "description": "The id of a template; not with a document.",
        },
        "document": {"anyOf": [DOCUMENT, {"type": "null"}]},
    },
}


def body(schema: Mapping[str, object]) -> dict[str, object]:
    """Describe the body of a route that parses it itself: documents may have any version."""
    content = {"application/json": {"schema": schema}}
    return {"requestBody": {"required": True, "content": content}}


def inlined(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a JSON Schema with its definitions in the places that refer to them."""
    definitions = schema.pop("$defs", {})

    def place(value: Any) -> Any:
        if isinstance(value, list):
            return [place(item) for item in value]
        if not isinstance(value, dict):
            return value
        if name := value.get("$ref"):
            return place(definitions[name.removeprefix("#/$defs/")])
        return {key: place(item) for key, item in value.items() if key != "discriminator"}

    return place(schema)  # type: ignore[no-any-return]


@router.get("/projects", response={200: list[ProjectSummary], **ALWAYS})
async def list_projects(request: HttpRequest) -> HttpResponse:
    """The projects that the visitor may view, the last changed first.

    The list gives the id of each, and with it everything: a server can be set not to answer it.
    """
    who = visitor(request)
    every = await database.read(projects.every)
    return answer_list(ProjectSummary, [row for row in every if access.may_list(who, row.id)])


@router.post(
    "/projects", response={201: ProjectOut, **ERRORS, **SAVES}, openapi_extra=body(PROJECT)
)
async def create_project(request: HttpRequest) -> HttpResponse:
    """Create a project: empty, from a template, or from a document."""
    started = await (await services()).reader.start(request.body)
    if isinstance(started, list):
        raise ProblemsError(404 if started[0].code == "no_template" else 422, *started)
    summary = await database.write(projects.store, started.name, started.layers, started.document)
    return answer_text(with_document(summary, started.document), 201)


def with_document(summary: ProjectSummary, document: str) -> bytes:
    """Return a `ProjectOut` as JSON; its document is already JSON and is not parsed."""
    head = summary.model_dump_json(by_alias=True).removesuffix("}")
    return f'{head},"document":{document}}}'.encode()


@router.get("/projects/{id}", response={200: ProjectOut, **ERRORS})
async def get_project(request: HttpRequest, id: ProjectId) -> HttpResponse:
    """A project with its document."""
    visit = await access.enter(visitor(request), id, Need.VIEW)
    state = await (await services()).rooms.open(visit.project).state()
    summary = await database.read(projects.get, visit.project)
    known = {
        "id": visit.address,
        "name": state.name,
        "layers": state.layers,
        "revision": state.revision,
    }
    return answer_text(with_document(summary.model_copy(update=known), state.text))


@router.post("/projects/{id}/copy", response={201: ProjectOut, **ERRORS, **SAVES})
async def copy_project(
    request: HttpRequest, id: ProjectId, revision: Revision | None = None, word: Word = "copy"
) -> HttpResponse:
    """Copy a project's document, at a revision or the newest, and its data into a new project.

    `word` is added to the name in parentheses, in the language of whoever copies.
    """
    visit = await access.enter(visitor(request), id, Need.VIEW)
    service = await services()
    if revision is None:
        state = await service.rooms.open(visit.project).state()
        copied = Started(state.name, state.layers, state.text)
    else:
        copied = await document_at(service.reader, visit.project, revision)
    name = f"{copied.name[: 197 - len(word)]} ({word})"
    text = renamed(copied.document, copied.name, name)
    summary = await database.write(projects.store, name, copied.layers, text, visit.project)
    return answer_text(with_document(summary, text), 201)


@router.delete("/projects/{id}", response={204: None, **ERRORS, **SAVES})
async def delete_project(request: HttpRequest, id: ProjectId) -> HttpResponse:
    """Remove a project with its runs and their files."""
    visit = await access.enter(visitor(request), id, Need.OWN)
    await (await services()).remove_project(visit.project)
    return HttpResponse(status=204)


@router.post(
    "/projects/{id}/operations",
    response={200: EditOut, **ERRORS, **SAVES},
    openapi_extra=body(inlined(EditIn.model_json_schema())),
)
async def edit_document(request: HttpRequest, id: ProjectId) -> HttpResponse:
    """Change the document; sending a batch again has no effect."""
    visit = await access.enter(visitor(request), id, Need.EDIT)
    content = request.body
    batch = content if len(content) > LARGE else read_batch(content)
    if isinstance(batch, list):
        raise ProblemsError(422, *batch)
    done = await (await services()).rooms.open(visit.project).edit("api", batch)
    if isinstance(done, list):
        raise ProblemsError(422, *done)
    return answer_text(f'{{"revision":{done.revision},"refused":{done.refused}}}'.encode())


@router.get("/projects/{id}/document", response={200: Document, **ERRORS})
async def download_document(request: HttpRequest, id: ProjectId) -> HttpResponse:
    """The document as a file."""
    visit = await access.enter(visitor(request), id, Need.VIEW)
    state = await (await services()).rooms.open(visit.project).state()
    response = HttpResponse(state.text, content_type="application/json")
    return attached(response, f"{state.name or 'document'}.json")


def attached(response: HttpResponse, filename: str) -> HttpResponse:
    """Make the browser save a response as a file; the name is escaped for the header."""
    header = content_disposition_header(as_attachment=True, filename=filename)
    response["Content-Disposition"] = header or "attachment"
    return response


@router.get("/projects/{id}/check", response={200: Verdict, **ERRORS})
async def check_project(request: HttpRequest, id: ProjectId) -> HttpResponse:
    """The verdict on the document: shapes, parameters, problems."""
    visit = await access.enter(visitor(request), id, Need.VIEW)
    _, verdict = await (await services()).rooms.open(visit.project).verdict()
    return answer_text(verdict.text.encode())


@router.get("/projects/{id}/summary", response={200: dict[str, str], **ERRORS})
async def summarise_project(request: HttpRequest, id: ProjectId) -> HttpResponse:
    """The document's summary, as Keras prints it."""
    visit = await access.enter(visitor(request), id, Need.VIEW)
    service = await services()
    state = await service.rooms.open(visit.project).state()
    sets = await database.read(data_files.data_sets, visit.project)
    text = await service.checker.summary(state.text, sets)
    if isinstance(text, list):
        raise ProblemsError(422, *text)
    return JsonResponse({"summary": text})


@router.get("/projects/{id}/code", response={200: CodeOut, **ERRORS})
async def code_of_project(
    request: HttpRequest,
    id: ProjectId,
    form: Form = "functional",
    style: Style = "keras",
    options: bool = False,
) -> HttpResponse:
    """The Python code of the document; `options` gives a script options of the command line."""
    visit = await access.enter(visitor(request), id, Need.VIEW)
    service = await services()
    state, verdict = await service.rooms.open(visit.project).verdict()
    sets = await database.read(data_files.data_sets, visit.project)
    text, wanted = state.text.encode(), CodeWanted(form, style, options, sets)
    code = await service.reader.code(text, wanted, stored=True, errors=verdict.errors)
    return answer_text(code)


@router.get("/projects/{id}/repeats", response={200: Repeats, **ERRORS})
async def repeats_of_project(request: HttpRequest, id: ProjectId) -> HttpResponse:
    """The repeated parts of the document, which the page can fold."""
    visit = await access.enter(visitor(request), id, Need.VIEW)
    service = await services()
    state = await service.rooms.open(visit.project).state()
    return answer_text(await service.reader.repeats(state.text.encode()))


@router.post("/check", response={200: Verdict, **ERRORS}, openapi_extra=body(DOCUMENT))
async def check_document(request: HttpRequest) -> HttpResponse:
    """The verdict on a document that is not stored."""
    return answer_text(await (await services()).checker.check_foreign(request.body))


@router.post("/code", response={200: CodeOut, **ERRORS}, openapi_extra=body(DOCUMENT))
async def code_of_document(
    request: HttpRequest,
    form: Form = "functional",
    style: Style = "keras",
    options: bool = False,
) -> HttpResponse:
    """The Python code of a document that is not stored; errors of its check become comments."""
    service = await services()
    document, wanted = request.body, CodeWanted(form, style, options)
    errors = await service.checker.foreign_errors(document)
    if isinstance(errors, list):
        raise ProblemsError(422, *errors)
    return answer_text(await service.reader.code(document, wanted, stored=False, errors=errors))
