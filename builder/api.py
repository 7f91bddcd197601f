"""The HTTP API: parse, one call, respond. Every error answer is a `ProblemsOut`."""

import gzip
import hashlib
import logging
from functools import cache
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from ninja.parser import Parser
from pydantic import BaseModel, TypeAdapter

from builder import database, problems
from builder.checker import CheckerError
from builder.environment import environment
from builder.projects import MissingError
from builder.schemas import Environment, ProblemsOut, TemplateOut
from builder.security import problem_response
from builder.services import services
from engine import catalogue as catalogue_module
from engine import templates
from engine.catalogue import Catalogue
from engine.data.catalogue import DATA, DataSet
from engine.data.catalogue import find as find_data
from engine.data.preview import Preview
from engine.problems import Problem
from engine.reading import read_json

logger = logging.getLogger(__name__)


class ProblemsError(Exception):
    """Ends a request with problems and a status."""

    def __init__(self, status: int, *found: Problem) -> None:
        super().__init__(*(problem.message for problem in found))
        self.status, self.problems = status, found


class StrictParser(Parser):
    """Reads bodies as strictly as documents are read: no NaN, no duplicate keys."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return the body's value. Raises ProblemsError."""
        return read_body(request)


def read_body(request: HttpRequest) -> Any:
    """Return the JSON value of a body. Raises ProblemsError."""
    value = read_json(request.body)
    if isinstance(value, Problem):
        raise ProblemsError(422, value)
    return value


def answer(value: BaseModel, status: int = 200) -> HttpResponse:
    """Return a model as it is described in OpenAPI, by alias."""
    text = value.model_dump_json(by_alias=True)
    return HttpResponse(text, status=status, content_type="application/json")


def answer_list(kind: Any, values: object) -> HttpResponse:
    """Return a list of models."""
    text = TypeAdapter(list[kind]).dump_json(values, by_alias=True)
    return HttpResponse(text, content_type="application/json")


ERRORS = {404: ProblemsOut, 413: ProblemsOut, 422: ProblemsOut}

api = NinjaAPI(
    title="Layerloom",
    version="1",
    description="Everything the page does, for scripts. Live changes come over "
    "`/ws/projects/{id}`. Every error answer lists problems in words.",
    urls_namespace="api",
    parser=StrictParser(),
)


# --- errors ------------------------------------------------------------------------------------
@api.exception_handler(ProblemsError)
def _problems(_: HttpRequest, error: ProblemsError) -> HttpResponse:
    return problem_response(error.status, *error.problems)


@api.exception_handler(MissingError)
def _missing(_: HttpRequest, error: MissingError) -> HttpResponse:
    return problem_response(404, error.problem)


@api.exception_handler(CheckerError)
def _unchecked(_: HttpRequest, error: CheckerError) -> HttpResponse:
    return problem_response(503, error.problem)


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, _: Http404) -> HttpResponse:
    return problem_response(404, problems.no_page(request.path))


@api.exception_handler(RequestDataTooBig)
def _too_large(_: HttpRequest, __: RequestDataTooBig) -> HttpResponse:
    return problem_response(413, problems.too_large(settings.DATA_UPLOAD_MAX_MEMORY_SIZE))


@api.exception_handler(ValidationError)
def _invalid(_: HttpRequest, error: ValidationError) -> HttpResponse:
    found = []
    for item in error.errors[:50]:
        where = " › ".join(str(step)[:80] for step in item["loc"][1:])
        found.append(problems.bad_request(where, str(item["msg"]).removeprefix("Value error, ")))
    return problem_response(422, *found)


@api.exception_handler(HttpError)
def _http(_: HttpRequest, error: HttpError) -> HttpResponse:
    return problem_response(error.status_code, problems.bad_request("", str(error)))


@api.exception_handler(Exception)
def _broken(_: HttpRequest, error: Exception) -> HttpResponse:
    if why := database.why_not_saved(error):
        logger.error("Not saved: %s", error)
        return problem_response(507 if "full" in why else 503, problems.not_saved(why))
    logger.exception("A request failed", exc_info=error)
    return problem_response(500, problems.server_error())


# --- what there is -----------------------------------------------------------------------------
@api.get("/health", response={200: dict[str, str]}, tags=["server"])
async def health(request: HttpRequest) -> HttpResponse:
    """Say that the server answers."""
    return HttpResponse('{"status": "ok"}', content_type="application/json")


@api.get("/environment", response=Environment, tags=["server"])
async def what_this_server_can_do(request: HttpRequest) -> HttpResponse:
    """Backends, devices and versions."""
    return answer(await environment())


@cache
def _catalogue() -> tuple[bytes, bytes, str]:
    plain = catalogue_module.load().model_dump_json(by_alias=True).encode()
    etag = hashlib.sha256(plain).hexdigest()[:32]
    return plain, gzip.compress(plain, mtime=0), f'"{etag}"'


@api.get("/catalogue", response=Catalogue, tags=["catalogue"])
async def layers_and_objects(request: HttpRequest) -> HttpResponse:
    """Every layer and object with its ports and parameters."""
    plain, packed, etag = _catalogue()
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponse(status=304)
    elif "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(packed, content_type="application/json")
        response["Content-Encoding"] = "gzip"
    else:
        response = HttpResponse(plain, content_type="application/json")
    response["ETag"], response["Cache-Control"] = etag, "no-cache"
    response["Vary"] = "Accept-Encoding"
    return response


@api.get("/templates", response=list[TemplateOut], tags=["catalogue"])
async def list_templates(request: HttpRequest) -> HttpResponse:
    """The gallery, in order."""
    return answer_list(TemplateOut, [_template(template) for template in templates.load()])


def _template(template: templates.Template) -> TemplateOut:
    return TemplateOut(
        id=template.id,
        title=template.title,
        teaches=template.teaches,
        tags=template.tags,
        layers=sum(len(graph.nodes) for graph in template.document.graphs),
        data=template.document.training.data,
        graph=template.document.main,
    )


@api.get("/data", response=list[DataSet], tags=["catalogue"])
async def list_data(request: HttpRequest) -> HttpResponse:
    """The data sets."""
    return answer_list(DataSet, DATA)


@api.get("/data/{id}/preview", response={200: Preview, **ERRORS}, tags=["catalogue"])
async def preview_data(request: HttpRequest, id: str) -> HttpResponse:
    """The first rows of a data set, and how its values are spread."""
    if find_data(id) is None:
        raise MissingError(problems.no_data(id))
    preview = await (await services()).checker.preview(id)
    if isinstance(preview, list):
        return problem_response(422, *preview)
    return answer(preview)


from builder import api_projects  # noqa: E402 its routes need what stands above

api.add_router("", api_projects.router)
