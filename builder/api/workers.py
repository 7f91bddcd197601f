"""The API's route for workers: the rows that a run's command names by hash (engine.data.stores)."""

from typing import Annotated

from django.http import HttpRequest, StreamingHttpResponse
from ninja import Path, Router

from builder import access, database
from builder.access import MissingError
from builder.api.answers import ERRORS, RunId
from builder.api.downloads import FILE, download
from builder.datasets import actions as data_files
from builder.datasets import files
from engine.problems import problem

router = Router(tags=["data"], by_alias=True)

Hash = Annotated[str, Path(pattern=r"^[0-9a-f]{64}$")]
BEARER = "Bearer "


@router.get("/worker/{run}/data/{hash}", response={200: None, **ERRORS}, openapi_extra=FILE)
async def fetch_rows(request: HttpRequest, run: RunId, hash: Hash) -> StreamingHttpResponse:
    """The rows of a data set, for the worker of a run that has not ended: its token is Bearer."""
    token = request.headers.get("Authorization", "").removeprefix(BEARER)
    project = await access.enter_as_worker(run, token)
    path = files.rows_path(hash)
    if not await database.read(data_files.has_rows, project, hash) or not path.exists():
        raise MissingError(problem("no_data_file", id=hash))
    return download(path, path.name)
