"""Responses of the API: models as JSON, and every error as `ProblemsOut`."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Path as PathParam
from ninja.parser import Parser
from pydantic import BaseModel, Field, TypeAdapter

from builder.wire.schemas import ProblemsOut
from engine.document.reading import read_json
from engine.problems import Problem


class ProblemsError(Exception):
    """Ends a request with an error status and problems."""

    def __init__(self, status: int, *problems: Problem) -> None:
        super().__init__(*(problem.message for problem in problems))
        self.status, self.problems = status, problems


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


def answer_text(body: bytes | list[Problem], status: int = 200) -> HttpResponse:
    """Return JSON from another process. Raises ProblemsError for problems."""
    if isinstance(body, list):
        raise ProblemsError(422, *body)
    return HttpResponse(body, status=status, content_type="application/json")


def answer_list(kind: Any, values: Any, status: int = 200) -> HttpResponse:
    """Return a list of models."""
    text = TypeAdapter(list[kind]).dump_json(list(values), by_alias=True)
    return HttpResponse(text, status=status, content_type="application/json")


ProjectId = Annotated[str, PathParam(pattern=r"^[A-Za-z0-9]{1,16}$")]
RunId = ProjectId
Revision = Annotated[int, Field(ge=0, lt=2**63)]
Word = Annotated[str, Field(pattern=r"^[^\W\d_]{1,20}$")]

ALWAYS = dict.fromkeys((400, 403), ProblemsOut)
"""Errors of all addresses: an unknown Host, and requests from another site."""
ERRORS = {**ALWAYS, **dict.fromkeys((404, 413, 422, 503), ProblemsOut)}
"""Errors of addresses with an id, a body or a request to another process."""
SAVES = {507: ProblemsOut}
"""Errors of addresses that write: the disk is full."""
