"""The log begins with a snapshot, and any revision can be rebuilt from it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from django.apps.registry import Apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from builder import database
from builder.models import VIEW_PREFIX, Operation, Project, Snapshot, new_id
from builder.projects import history
from builder.services import Services
from builder.wire.schemas import EditIn, ProjectOut
from engine import templates
from engine.document import Document
from engine.document.batches import replay
from engine.document.operations import OPERATION
from engine.document.stored import read_stored, to_text
from tests.builder.conftest import Client, add_node, new_batch, set_epochs


def edit(*operations: object) -> EditIn:
    values = tuple(OPERATION.validate_python(operation) for operation in operations)
    return EditIn(id=new_batch(), base=0, operations=values)


def document_at(project: str, revision: int) -> Document | None:
    source = history.past(project, revision)
    return replay(source.document, source.batches) if source else None


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
        assert await database.read(document_at, project.id, revision) == document


async def test_a_revision_that_the_log_lacks_is_none(
    project: ProjectOut, services: Services
) -> None:
    await services.rooms.open(project.id).edit("c", edit(set_epochs(3)))
    assert await database.read(document_at, project.id, 2) is None
    assert await database.read(document_at, "nothere12345", 0) is None
    await database.write(Operation.objects.all().delete)
    assert await database.read(document_at, project.id, 1) is None


async def test_every_way_to_create_a_project_stores_a_snapshot(client: Client) -> None:
    template = templates.load()[0]
    bodies = [{}, {"template": template.id}, {"document": template.document.to_json()}]
    answers = [(await client.post("/api/projects", body, "application/json")) for body in bodies]
    ids = [answer.json()["id"] for answer in answers]
    copied = await client.post(f"/api/projects/{ids[1]}/copy")
    for id in [*ids, copied.json()["id"]]:
        row = await database.read(Project.objects.get, pk=id)
        assert await database.read(document_at, id, 0) == read_stored(row.document)


async def test_snapshots_are_deleted_with_their_project(
    project: ProjectOut, services: Services
) -> None:
    await services.remove_project(project.id)
    assert await database.read(Snapshot.objects.count) == 0


@dataclass(frozen=True)
class Early:
    """The database as it was at first: its models, and what migrates it."""

    models: Apps
    migrate: Callable[[], None]

    def store(self, name: str, revision: int) -> str:
        """Store a project with the last of its operations; return its id."""
        row = self.models.get_model("builder", "Project").objects.create(
            id=new_id(), name=name, revision=revision, document=to_text(Document(name=name))
        )
        self.models.get_model("builder", "Operation").objects.create(
            project=row, revision=revision, batch="b" * 8, client="c", body="[]"
        )
        return str(row.pk)


@pytest.fixture
def early(transactional_db: None) -> Iterator[Early]:
    newest = MigrationExecutor(connection).loader.graph.leaf_nodes("builder")

    def migrate() -> None:
        MigrationExecutor(connection).migrate(newest)

    state = MigrationExecutor(connection).migrate([("builder", "0001_initial")])
    yield Early(state.apps, migrate)
    migrate()


def test_migration_adds_a_snapshot_of_the_current_revision(early: Early) -> None:
    id = early.store("Old", revision=40)
    early.migrate()
    assert snapshots(id) == [40]
    assert document_at(id, 40) == Document(name="Old")
    assert document_at(id, 39) is None


def test_migration_gives_each_project_a_view_only_link_of_its_own(early: Early) -> None:
    ids = {early.store(name, revision=1) for name in ("Old", "Older")}
    early.migrate()
    links = {project.view for project in Project.objects.filter(pk__in=ids)}
    assert len(links) == 2
    assert all(link.startswith(VIEW_PREFIX) for link in links)
