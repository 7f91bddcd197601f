"""The HTTP API: parse, one call, respond. Every error response is a `ProblemsOut`."""

import logging

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from builder import database
from builder.access import DeniedError, MissingError
from builder.api import (
    bundles as api_bundles,
)
from builder.api import (
    catalogue as api_catalogue,
)
from builder.api import (
    data as api_data,
)
from builder.api import (
    history as api_history,
)
from builder.api import (
    imports as api_imports,
)
from builder.api import (
    model_files as api_model_files,
)
from builder.api import (
    projects as api_projects,
)
from builder.api import (
    runs as api_runs,
)
from builder.api import (
    sharing as api_sharing,
)
from builder.api import (
    trials as api_trials,
)
from builder.api import (
    words as api_words,
)
from builder.api import (
    workers as api_workers,
)
from builder.api.answers import ProblemsError, StrictParser
from builder.processes.supervised import UnansweredError
from builder.web.security import problem_response
from engine.problems import problem
from engine.problems.validation import MAX_STEP, reason

logger = logging.getLogger(__name__)

api = NinjaAPI(
    title="Layerloom",
    version="1",
    description="Everything the page does, for scripts. Live changes come over "
    "`/ws/projects/{id}`. Every error answer lists problems in words.",
    urls_namespace="api",
    parser=StrictParser(),
)
api.add_router("", api_catalogue.router)
api.add_router("", api_projects.router)
api.add_router("", api_history.router)
api.add_router("", api_imports.router)
api.add_router("", api_model_files.router)
api.add_router("", api_data.router)
api.add_router("", api_sharing.router)
api.add_router("", api_bundles.router)
api.add_router("", api_runs.router)
api.add_router("", api_words.router)
api.add_router("", api_trials.router)
api.add_router("", api_workers.router)


@api.exception_handler(ProblemsError)
def _problems(_: HttpRequest, error: ProblemsError) -> HttpResponse:
    return problem_response(error.status, *error.problems)


@api.exception_handler(MissingError)
def _missing(_: HttpRequest, error: MissingError) -> HttpResponse:
    return problem_response(404, error.problem)


@api.exception_handler(DeniedError)
def _denied(_: HttpRequest, error: DeniedError) -> HttpResponse:
    return problem_response(403, error.problem)


@api.exception_handler(UnansweredError)
def _unanswered(_: HttpRequest, error: UnansweredError) -> HttpResponse:
    return problem_response(503, error.problem)


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, _: Http404) -> HttpResponse:
    return problem_response(404, problem("no_page", path=request.path))


@api.exception_handler(RequestDataTooBig)
def _too_large(_: HttpRequest, __: RequestDataTooBig) -> HttpResponse:
    return problem_response(
        413, problem("message_too_large", limit=settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    )


@api.exception_handler(ValidationError)
def _invalid(_: HttpRequest, error: ValidationError) -> HttpResponse:
    problems = []
    for item in error.errors[:50]:
        place = [str(step)[:MAX_STEP] for step in item["loc"][1:]]
        problems.append(
            problem("bad_request.at" if place else "bad_request", place=place, why=reason(item))
        )
    return problem_response(422, *problems)


@api.exception_handler(HttpError)
def _http(request: HttpRequest, error: HttpError) -> HttpResponse:
    if isinstance(error.__cause__, ProblemsError):  # ninja wraps what its parser raises
        return _problems(request, error.__cause__)
    return problem_response(error.status_code, problem("bad_request", why=str(error)))


@api.exception_handler(Exception)
def _broken(_: HttpRequest, error: Exception) -> HttpResponse:
    if why := database.why_not_saved(error):
        logger.error("Not saved: %s", error)
        return problem_response(
            507 if why == database.DISK_FULL else 503, problem("not_saved", why=why)
        )
    logger.exception("A request failed", exc_info=error)
    return problem_response(500, problem("server_error"))
