"""A small table, and requests that bring it to a project."""

import json
from pathlib import Path
from typing import Any

from django.test import AsyncClient

from builder.services import Services
from builder.wire.schemas import DataFileOut

TABLE = b"length,width,kind\n" + b"".join(
    b"%d.5,%d,%s\n" % (row, row % 7, b"oak" if row % 2 else b"elm") for row in range(40)
)


async def begin(client: AsyncClient, project: str, name: str, size: int) -> Any:
    """Begin an upload; return the answer."""
    body = json.dumps({"name": name, "bytes": size})
    path = f"/api/projects/{project}/uploads"
    return await client.post(path, body, content_type="application/json")


async def send(client: AsyncClient, project: str, upload: str, offset: int, part: bytes) -> Any:
    """Send a part of an upload; return the answer."""
    path = f"/api/projects/{project}/uploads/{upload}?offset={offset}"
    return await client.put(path, part, content_type="application/octet-stream")


async def bring(
    client: AsyncClient,
    services: Services,
    project: str,
    content: bytes = TABLE,
    name: str = "trees.csv",
) -> DataFileOut:
    """Upload a file in one part, and return what it was read as."""
    id = (await begin(client, project, name, len(content))).json()["id"]
    assert (await send(client, project, id, 0, content)).status_code == 200
    await services.library.wait()
    return next(file for file in await files(client, project) if file.id == id)


async def files(client: AsyncClient, project: str) -> list[DataFileOut]:
    """Return a project's data files."""
    listed = (await client.get(f"/api/projects/{project}/data")).json()
    return [DataFileOut.model_validate(item) for item in listed]


async def read_again(
    client: AsyncClient, services: Services, project: str, id: str, options: dict[str, Any]
) -> Any:
    """Read a file with other options, and return the answer once that is done."""
    path = f"/api/projects/{project}/data/{id}/options"
    answer = await client.put(path, json.dumps(options), content_type="application/json")
    await services.library.wait()
    return answer


def codes(answer: Any) -> list[str]:
    """Return the codes of the problems in an answer."""
    return [problem["code"] for problem in answer.json()["problems"]]


def stored(home: Path) -> dict[str, int]:
    """Return how many files each folder of data holds."""
    return {path.name: len([*path.iterdir()]) for path in sorted((home / "data").iterdir())}
