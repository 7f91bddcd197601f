"""The history over HTTP: stretches, named versions, documents of the past, and copies of them."""

from datetime import timedelta

import pytest
from django.test import AsyncClient
from django.utils import timezone

from builder import database
from builder.models import Operation
from builder.projects import timeline
from builder.services import Services
from builder.wire.schemas import ProjectOut
from tests.builder.conftest import Client, add_node, new_batch, set_epochs


async def edit(client: Client, project: str, *operations: object) -> None:
    body = {"id": new_batch(), "base": 0, "operations": operations}
    url = f"/api/projects/{project}/operations"
    assert (await client.post(url, body, "application/json")).status_code == 200


@pytest.fixture
async def edited(client: Client, project: ProjectOut, services: Services) -> str:
    """A project with three revisions: one of an hour ago, and two of now."""
    await edit(client, project.id, set_epochs(3))
    hour_ago = timezone.now() - timedelta(hours=1)
    await database.write(Operation.objects.filter(revision=1).update, created=hour_ago)
    await edit(client, project.id, add_node("a"))
    await edit(client, project.id, set_epochs(7))
    return project.id


async def test_edits_are_grouped_by_pauses(client: Client, edited: str) -> None:
    history = (await client.get(f"/api/projects/{edited}/history")).json()
    assert history["revision"] == 3
    assert history["first"] == 0
    assert [(s["first"], s["last"]) for s in history["stretches"]] == [(2, 3), (1, 1)]
    assert history["versions"] == []


async def test_documents_of_the_past(client: Client, edited: str) -> None:
    epochs = []
    for revision in range(4):
        answer = await client.get(f"/api/projects/{edited}/revisions/{revision}")
        document = answer.json()
        epochs.append(document["training"]["epochs"])
        assert len(document["graphs"][0]["nodes"]) == (1 if revision > 1 else 0)
    assert epochs == [10, 3, 3, 7]


@pytest.mark.parametrize("revision", [4, 2**62])
async def test_a_revision_that_does_not_exist(client: Client, edited: str, revision: int) -> None:
    for verb, path in (("GET", "revisions"), ("PUT", "versions"), ("DELETE", "versions")):
        url = f"/api/projects/{edited}/{path}/{revision}"
        answer = await client.generic(verb, url, '{"name": "x"}', content_type="application/json")
        assert answer.status_code == 404
        assert answer.json()["problems"][0]["code"] == "no_revision"


async def test_versions_are_named_renamed_and_forgotten(client: Client, edited: str) -> None:
    url = f"/api/projects/{edited}/versions/1"
    for name in ("Before", "Before the change"):
        answer = await client.put(url, {"name": name}, "application/json")
        assert answer.status_code == 200
    history = (await client.get(f"/api/projects/{edited}/history")).json()
    assert [(v["revision"], v["name"]) for v in history["versions"]] == [(1, "Before the change")]
    assert (await client.delete(url)).status_code == 204
    history = (await client.get(f"/api/projects/{edited}/history")).json()
    assert history["versions"] == []
    assert (await client.put(url, {"name": ""}, "application/json")).status_code == 422


async def test_a_copy_of_the_past(client: Client, edited: str) -> None:
    answer = await client.post(f"/api/projects/{edited}/copy?revision=1")
    assert answer.status_code == 201
    copy = answer.json()
    assert copy["document"]["training"]["epochs"] == 3
    assert copy["document"]["graphs"][0]["nodes"] == []
    assert copy["revision"] == 0
    assert copy["name"].endswith(" (copy)")


async def test_a_long_history_lists_the_newest_revisions(
    client: AsyncClient, edited: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timeline, "LONGEST", 2)
    history = (await client.get(f"/api/projects/{edited}/history")).json()
    assert history["first"] == 2
    assert [(s["first"], s["last"]) for s in history["stretches"]] == [(2, 3)]
