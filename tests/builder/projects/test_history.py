"""The log begins with a snapshot, and any revision can be rebuilt from it."""

from collections.abc import Callable, Iterator

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from builder import database
from builder.models import Operation, Project, Snapshot
from builder.projects import history
from builder.services import Services
from builder.wire.schemas import EditIn, ProjectOut
from engine import templates
from engine.document import Document
from engine.document.operations import OPERATION
from engine.document.stored import read_stored, to_text
from tests.builder.conftest import Client, add_node, new_batch, set_epochs


def edit(*operations: object) -> EditIn:
    values = tuple(OPERATION.validate_python(operation) for operation in operations)
    return EditIn(id=new_batch(), base=0, operations=values)


def snapshots(project: str) -> list[int]:
    rows = Snapshot.objects.filter(project=project).order_by("revision")
    return list(rows.values_list("revision", flat=True))


async def test_any_revision_is_rebuilt_from_the_log(
    project: ProjectOut, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "SNAPSHOT_EVERY", 3)
    room = services.rooms.open(project.id)
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
        await room.edit("c", edit(*batch))
        documents.append(read_stored((await room.state()).text))

    assert await database.read(snapshots, project.id) == [0, 3, 6]
    for revision, document in enumerate(documents):
        assert await database.read(history.document_at, project.id, revision) == document


async def test_a_revision_that_the_log_lacks_is_none(
    project: ProjectOut, services: Services
) -> None:
    await services.rooms.open(project.id).edit("c", edit(set_epochs(3)))
    assert await database.read(history.document_at, project.id, 2) is None
    assert await database.read(history.document_at, "nothere12345", 0) is None
    await database.write(Operation.objects.all().delete)
    assert await database.read(history.document_at, project.id, 1) is None


async def test_every_way_to_create_a_project_stores_a_snapshot(client: Client) -> None:
    template = templates.load()[0]
    bodies = [{}, {"template": template.id}, {"document": template.document.to_json()}]
    answers = [(await client.post("/api/projects", body, "application/json")) for body in bodies]
    ids = [answer.json()["id"] for answer in answers]
    copied = await client.post(f"/api/projects/{ids[1]}/copy")
    for id in [*ids, copied.json()["id"]]:
        row = await database.read(Project.objects.get, pk=id)
        assert await database.read(history.document_at, id, 0) == read_stored(row.document)


async def test_snapshots_are_deleted_with_their_project(
    project: ProjectOut, services: Services
) -> None:
    await services.remove_project(project.id)
    assert await database.read(Snapshot.objects.count) == 0


@pytest.fixture
def before_snapshots(transactional_db: None) -> Iterator[Callable[[], None]]:
    """The database before snapshots were added; call the value to migrate."""
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes("builder")
    MigrationExecutor(connection).migrate([("builder", "0001_initial")])
    yield lambda: MigrationExecutor(connection).migrate(newest)
    MigrationExecutor(connection).migrate(newest)


def test_migration_adds_a_snapshot_of_the_current_revision(
    before_snapshots: Callable[[], None],
) -> None:
    text = to_text(Document(name="Old"))
    project = Project.objects.create(name="Old", revision=40, document=text)
    Operation.objects.create(project=project, revision=40, batch="b" * 8, client="c", body="[]")
    before_snapshots()
    assert snapshots(project.pk) == [40]
    assert history.document_at(project.pk, 40) == Document(name="Old")
    assert history.document_at(project.pk, 39) is None
