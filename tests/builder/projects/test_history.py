"""The log: it begins with a snapshot, and any revision can be rebuilt from it."""

from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from builder import database
from builder.models import Operation, Project, Snapshot
from builder.projects import actions as projects
from builder.projects import history
from builder.services import Services
from builder.wire.schemas import EditIn, ProjectOut
from engine import templates
from engine.document import Document
from engine.document.operations import OPERATION
from tests.builder.conftest import Client, add_node, new_batch, set_epochs


def edit(*operations: object) -> EditIn:
    values = tuple(OPERATION.validate_python(operation) for operation in operations)
    return EditIn(id=new_batch(), base=0, operations=values)


def snapshots(project: str) -> list[int]:
    rows = Snapshot.objects.filter(project=project).order_by("revision")
    return list(rows.values_list("revision", flat=True))


async def test_any_revision_is_rebuilt_from_the_log(
    project: ProjectOut, parts: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "SNAPSHOT_EVERY", 3)
    room = parts.rooms.open(project.id)
    documents = [project.document]
    batches = [
        [add_node("a"), add_node("b")],
        [set_epochs(3)],
        [{"type": "remove", "path": ["graphs", "main", "nodes", "a"]}, set_epochs("many")],
        [{"type": "replace", "document": Document(name="Another").to_json()}],
        [add_node("a", "Input")],
        [{"type": "set", "path": ["name"], "value": "Again"}],
        [set_epochs(7)],
    ]
    for batch in batches:
        documents.append((await room.edit("c", edit(*batch))).state.document)

    assert await database.read(snapshots, project.id) == [0, 3, 6]
    for revision, document in enumerate(documents):
        assert await database.read(history.document_at, project.id, revision) == document


async def test_a_revision_that_the_log_does_not_hold(project: ProjectOut, parts: Services) -> None:
    await parts.rooms.open(project.id).edit("c", edit(set_epochs(3)))
    assert await database.read(history.document_at, project.id, 2) is None
    assert await database.read(history.document_at, "nothere12345", 0) is None
    await database.write(Operation.objects.all().delete)
    assert await database.read(history.document_at, project.id, 1) is None


async def test_every_way_to_make_a_project_begins_with_a_snapshot(client: Client) -> None:
    template = templates.load()[0]
    bodies = [{}, {"template": template.id}, {"document": template.document.to_json()}]
    made = [(await client.post("/api/projects", body, "application/json")) for body in bodies]
    ids = [answer.json()["id"] for answer in made]
    copied = await client.post(f"/api/projects/{ids[1]}/copy")
    for id in [*ids, copied.json()["id"]]:
        whole = await database.read(projects.get, id)
        assert await database.read(history.document_at, id, 0) == whole.document


async def test_a_snapshot_goes_with_its_project(project: ProjectOut, parts: Services) -> None:
    await parts.remove_project(project.id)
    assert await database.read(Snapshot.objects.count) == 0


@pytest.fixture
def before_snapshots(transactional_db: None) -> Iterator[Callable[[], None]]:
    """The database as it was before there were snapshots; call it to migrate."""
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes("builder")
    MigrationExecutor(connection).migrate([("builder", "0001_initial")])
    yield lambda: MigrationExecutor(connection).migrate(newest)
    MigrationExecutor(connection).migrate(newest)


def test_projects_made_before_snapshots_get_one_of_what_they_are(
    before_snapshots: Callable[[], None],
) -> None:
    text = projects.to_text(Document(name="Old"))
    old = Project.objects.create(name="Old", revision=40, document=text)
    Operation.objects.create(project=old, revision=40, batch="b" * 8, client="c", body="[]")
    before_snapshots()
    assert snapshots(old.pk) == [40]
    assert history.document_at(old.pk, 40) == Document(name="Old")
    assert history.document_at(old.pk, 39) is None
