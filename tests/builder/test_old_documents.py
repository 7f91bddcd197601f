"""Documents stored by an earlier version open wherever a stored document is read."""

import json
from pathlib import Path
from typing import Any

import pytest

from builder import database
from builder.models import Project, Run, Snapshot
from builder.runs import commands
from builder.services import Services
from engine.__main__ import main
from engine.code import generate
from engine.document import Document
from engine.document.stored import read_stored
from engine.protocol import COMMAND, Train
from tests.builder.conftest import Client, FakeExecutor, Tab, new_batch
from tests.builder.projects.test_history import document_at
from tests.documents import OLD


@pytest.fixture(params=OLD, ids=lambda path: f"{path.parent.name}/{path.stem}")
def path(request: pytest.FixtureRequest) -> Path:
    """A document of an earlier version."""
    path: Path = request.param
    return path


@pytest.fixture
def text(path: Path) -> str:
    """The text of the document."""
    return path.read_text(encoding="utf-8")


@pytest.fixture
def expected(text: str) -> Document:
    """The document migrated to the current version."""
    return read_stored(text)


@pytest.fixture
async def stored(services: Services, text: str) -> str:
    """The id of a project stored by an earlier version."""

    def store() -> str:
        row = Project.objects.create(name="Old", document=text)
        Snapshot.objects.create(project=row, revision=0, document=text)
        return row.pk

    return await database.write(store)


async def test_opens_in_a_room(stored: str, services: Services, expected: Document) -> None:
    state = await services.rooms.open(stored).state()
    assert state.document == expected
    assert json.loads(state.text) == expected.to_json()
    assert await database.read(document_at, stored, 0) == expected


async def test_opens_on_the_page(stored: str, expected: Document) -> None:
    tab = Tab(stored)
    welcome = await tab.join()
    assert welcome["document"] == expected.to_json()
    await tab.edit({"type": "set", "path": ["name"], "value": "Renamed"})
    assert (await tab.receive("edited"))["revision"] == 1
    await tab.leave()
    row = await database.read(Project.objects.get, pk=stored)
    assert json.loads(row.document) == expected.to_json() | {"name": "Renamed"}


async def test_opens_over_http(stored: str, client: Client, expected: Document) -> None:
    project = f"/api/projects/{stored}"
    whole = expected.to_json()
    assert (await client.get(project)).json()["document"] == whole
    assert (await client.get(f"{project}/document")).json() == whole
    copied = (await client.post(f"{project}/copy")).json()["document"]
    assert copied == whole | {"name": f"{expected.name} (copy)"}
    for form in ("functional", "script", "notebook"):
        code = await client.get(f"{project}/code?form={form}")
        assert code.json()["source"] == generate(expected, form).source
    verdict = (await client.get(f"{project}/check")).json()
    assert verdict["totals"]["nodes"] == sum(len(graph.nodes) for graph in expected.graphs)
    assert (await client.get(f"{project}/summary")).status_code == 200


async def test_trains(
    stored: str, services: Services, executor: FakeExecutor, text: str, expected: Document
) -> None:
    state = await services.rooms.open(stored).state()
    run = (await services.runner.start(stored, state)).id
    handle = await executor.started.get()
    assert handle.command.document == expected
    await database.write(Run.objects.filter(pk=run).update, document=text)
    command, _ = await database.write(commands.begin, run)
    trained = COMMAND.validate_json(command.line())
    assert isinstance(trained, Train)
    assert trained.document == expected


async def test_is_accepted_from_clients(client: Client, text: str, expected: Document) -> None:
    def body(value: Any) -> dict[str, Any]:
        return {"data": value, "content_type": "application/json"}

    imported = await client.post("/api/import", **body(text))
    assert imported.json()["document"] == expected.to_json()
    created = await client.post("/api/projects", **body({"document": json.loads(text)}))
    assert created.json()["document"] == expected.to_json()
    source = (await client.post("/api/code", **body(text))).json()["source"]
    assert source == generate(expected, "functional").source
    assert (await client.post("/api/check", **body(text))).status_code == 200

    replace = {"type": "replace", "document": json.loads(text) | {"name": "Replaced"}}
    batch = {"id": new_batch(), "base": 0, "operations": [replace]}
    edits = f"/api/projects/{created.json()['id']}/operations"
    assert (await client.post(edits, **body(batch))).json() == {"revision": 1, "refused": []}
    replaced = await client.get(f"/api/projects/{created.json()['id']}/document")
    assert replaced.json() == expected.to_json() | {"name": "Replaced"}


def test_opens_on_the_command_line(
    path: Path, expected: Document, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["code", str(path)]) == 0
    assert capsys.readouterr().out.strip() == generate(expected, "functional").source.strip()
