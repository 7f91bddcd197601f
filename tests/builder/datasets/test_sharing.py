"""Data sets are shared between projects by hash, and a hash opens nothing by itself."""

from pathlib import Path
from typing import Any

import pytest
from django.test import AsyncClient

from builder import access, database
from builder.access import Need
from builder.models import Project
from builder.services import Services
from builder.wire.schemas import DataFileOut, ProjectOut
from tests.builder.datasets.helpers import TABLE, bring, codes, files, stored
from tests.builder.datasets.test_using import hash_of

OTHER_TABLE = TABLE.replace(b"oak", b"ash")


async def link(client: AsyncClient, project: str, source: str, hash: str) -> Any:
    """Ask for a data set of another project."""
    body = {"project": source, "hash": hash}
    path = f"/api/projects/{project}/shareable"
    return await client.post(path, body, content_type="application/json")


async def shareable(client: AsyncClient, project: str) -> list[tuple[str, str]]:
    """The titles and projects of what a project could use."""
    answer = await client.get(f"/api/projects/{project}/shareable")
    assert answer.status_code == 200
    return [(item["title"], item["project_name"]) for item in answer.json()]


async def uses(client: AsyncClient, project: str, file: str) -> list[str]:
    """The names of other projects that have a data set."""
    answer = await client.get(f"/api/projects/{project}/data/{file}/uses")
    names: list[str] = answer.json()["projects"]
    return names


@pytest.fixture
async def other(client: AsyncClient) -> str:
    """Another project."""
    body = {"name": "Other"}
    made = await client.post("/api/projects", body, content_type="application/json")
    id: str = made.json()["id"]
    return id


@pytest.fixture
async def file(client: AsyncClient, services: Services, project: ProjectOut) -> DataFileOut:
    """A data set of the first project."""
    return await bring(client, services, project.id)


async def test_a_data_set_is_linked_without_an_upload(
    client: AsyncClient, project: ProjectOut, other: str, file: DataFileOut, home: Path
) -> None:
    assert await shareable(client, other) == [("trees", "Untitled")]
    assert await shareable(client, project.id) == []
    answer = await link(client, other, project.id, hash_of(file))
    assert answer.status_code == 201
    (linked,) = await files(client, other)
    assert linked == DataFileOut.model_validate(answer.json())
    assert (linked.name, linked.description) == (file.name, file.description)
    assert linked.id != file.id
    assert await shareable(client, other) == []
    assert stored(home) == {"originals": 1, "rows": 1, "uploads": 0, "models": 0}
    again = await link(client, other, project.id, hash_of(file))
    assert again.json()["id"] == linked.id


async def test_a_linked_data_set_gets_an_id_of_its_own(
    client: AsyncClient, services: Services, project: ProjectOut, other: str, file: DataFileOut
) -> None:
    await bring(client, services, other, OTHER_TABLE)
    await link(client, other, project.id, hash_of(file))
    ids = [one.description.data.id for one in await files(client, other) if one.description]
    assert ids == ["trees", "trees_2"]


async def test_deleting_says_who_else_uses_it_and_leaves_it_to_them(
    client: AsyncClient, project: ProjectOut, other: str, file: DataFileOut, home: Path
) -> None:
    assert await uses(client, project.id, file.id) == []
    linked = (await link(client, other, project.id, hash_of(file))).json()["id"]
    assert await uses(client, project.id, file.id) == ["Other"]
    assert await uses(client, other, linked) == ["Untitled"]
    await client.delete(f"/api/projects/{project.id}/data/{file.id}")
    assert stored(home) == {"originals": 1, "rows": 1, "uploads": 0, "models": 0}
    rows = await client.get(f"/api/projects/{other}/data/{linked}/rows")
    assert rows.status_code == 200
    assert b"".join([part async for part in rows.streaming_content]).startswith(b"PK")
    await client.delete(f"/api/projects/{other}/data/{linked}")
    assert stored(home) == {"originals": 0, "rows": 0, "uploads": 0, "models": 0}


async def test_a_hash_opens_nothing_by_itself(
    client: AsyncClient, services: Services, project: ProjectOut, other: str, file: DataFileOut
) -> None:
    """What another project has is answered as what does not exist."""
    body = {"name": "Third"}
    made = await client.post("/api/projects", body, content_type="application/json")
    third = made.json()["id"]
    known = await link(client, other, third, hash_of(file))
    unknown = await link(client, other, third, "0" * 64)
    assert (known.status_code, unknown.status_code) == (404, 404)
    [refused], [absent] = (answer.json()["problems"] for answer in (known, unknown))
    assert refused["arguments"].pop("id") == hash_of(file)
    assert absent["arguments"].pop("id") == "0" * 64
    assert refused["message"].replace(hash_of(file), "0" * 64) == absent["message"]
    assert (refused["code"], refused["hint"]) == (absent["code"], absent["hint"])
    own = await link(client, other, other, hash_of(file))
    assert (own.status_code, codes(own)) == (404, ["no_data_file"])
    assert await files(client, other) == []


@pytest.mark.parametrize("hash", ["../../etc/passwd", "0" * 63, "A" * 64, "", "0" * 64 + "\n"])
async def test_a_hash_is_a_hash(
    client: AsyncClient, project: ProjectOut, other: str, hash: str
) -> None:
    answer = await link(client, other, project.id, hash)
    assert answer.status_code == 422


async def test_a_project_that_may_not_be_viewed_does_not_exist(
    client: AsyncClient,
    project: ProjectOut,
    other: str,
    file: DataFileOut,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def allows(_: access.Visitor, asked: str, __: Need) -> bool:
        return asked != project.id

    monkeypatch.setattr(access, "allows", allows)
    denied = await link(client, other, project.id, hash_of(file))
    absent = await link(client, other, "absent", hash_of(file))
    assert (denied.status_code, absent.status_code) == (404, 404)
    assert codes(denied) == codes(absent) == ["no_project"]
    assert await shareable(client, other) == []


async def test_a_view_only_link_gives_its_data_sets_and_takes_none(
    client: AsyncClient, project: ProjectOut, other: str, file: DataFileOut
) -> None:
    view = (await database.read(Project.objects.get, pk=project.id)).view
    given = await link(client, other, view, hash_of(file))
    assert given.status_code == 201
    assert project.id not in given.content.decode()
    refused = await link(client, view, other, hash_of(file))
    assert (refused.status_code, codes(refused)) == (403, ["view_only"])


async def test_unlisted_projects_are_named_to_nobody(
    client: AsyncClient, project: ProjectOut, other: str, file: DataFileOut, settings: Any
) -> None:
    settings.LIST_PROJECTS = False
    assert await shareable(client, other) == []
    linked = await link(client, other, project.id, hash_of(file))
    assert linked.status_code == 201, "who has its address may use its data"
    assert await uses(client, other, linked.json()["id"]) == []
