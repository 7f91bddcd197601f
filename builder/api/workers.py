"""The API's routes for workers: rows and results by hash (engine.data.stores, .delivering)."""

import asyncio
from functools import partial
from typing import Annotated

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from ninja import Path, Query, Router

from builder import access, database
from builder.access import MissingError
from builder.api.answers import ERRORS, SAVES, ProblemsError, RunId, answer
from builder.api.downloads import FILE, download
from builder.api.parts import PART, part_limit
from builder.datasets import actions as data_files
from builder.datasets import files
from builder.datasets.files import TooLongError
from builder.runs import results
from builder.runs.results import TooMuchError, WrongContentError
from builder.wire.schemas import UploadOut
from engine.problems import problem

router = Router(tags=["data"], by_alias=True)

Hash = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]
BEARER = "Bearer "


@router.get("/worker/{run}/data/{hash}", response={200: None, **ERRORS}, openapi_extra=FILE)
async def fetch_rows(request: HttpRequest, run: RunId, hash: Hash) -> StreamingHttpResponse:
    """The rows of a data set, for the worker of a run that has not ended: its token is Bearer."""
    project = await _enter(request, run)
    path = files.rows_path(hash)
    if not await database.read(data_files.has_rows, project, hash) or not path.exists():
        raise MissingError(problem("no_data_file", id=hash))
    return download(path, path.name)


@router.put(
    "/worker/{run}/results/{hash}",
    response={200: UploadOut, **ERRORS, **SAVES},
    openapi_extra=PART,
)
async def take_result(
    request: HttpRequest,
    run: RunId,
    hash: Hash,
    offset: Annotated[int, Query(ge=0, lt=2**62)],
    bytes: Annotated[int, Query(ge=0, lt=2**62)],
) -> HttpResponse:
    """Send the part that begins at byte `offset` of a file of the run, which has `bytes` in all.

    A part that does not follow what has come is not taken: `received` says where to go on.
    """
    await _enter(request, run)
    if len(request.body) > part_limit():
        raise ProblemsError(413, problem("message_too_large", limit=part_limit()))
    try:
        take = partial(results.take, run, hash, offset, request.body, bytes)
        received = await asyncio.to_thread(take)
    except TooMuchError:
        limit = settings.MAX_DATA_BYTES
        large = problem("upload_too_large", file=hash, size=bytes, limit=limit)
        raise ProblemsError(413, large) from None
    except TooLongError:
        raise ProblemsError(422, problem("upload_too_long", size=bytes)) from None
    except WrongContentError:
        raise ProblemsError(422, problem("result_differs")) from None
    except FileNotFoundError:  # the run was deleted meanwhile
        raise MissingError(problem("no_run", id=run)) from None
    return answer(UploadOut(id=hash, bytes=bytes, received=received, part=part_limit()))


async def _enter(request: HttpRequest, run: str) -> str:
    """Let the worker of a run in by its token; return the run's project. Raises MissingError."""
    token = request.headers.get("Authorization", "").removeprefix(BEARER)
    return await access.enter_as_worker(run, token)
