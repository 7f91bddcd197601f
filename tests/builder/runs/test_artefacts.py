"""The files of runs: which become artefacts, how they are served, and when they are removed."""

import asyncio
from pathlib import Path

from django.test import AsyncClient

from builder import database
from builder.models import Event
from builder.runs import actions as runs
from builder.services import Services
from builder.wire.schemas import ProjectOut
from engine.protocol import (
    ArtefactEvent,
    LogEvent,
)
from tests.builder.conftest import FakeExecutor
from tests.builder.runs.helpers import FINISHED, Opener, ended, start


async def test_only_plain_files_in_the_runs_folder_become_artefacts(
    project: ProjectOut, services: Services, executor: FakeExecutor, home: Path
) -> None:
    (home / "secret.key").write_text("secret")
    run = await start(services, project)
    worker = await executor.next()
    folder = Path(worker.command.output)
    (folder / "link").symlink_to(home / "secret.key")
    (folder / "folder").mkdir()
    (folder / ".hidden").write_text("x")
    (folder / "good.txt").write_text("x")
    bad = ["../../secret.key", "/etc/passwd", "link", "folder", ".hidden", "..", "", "a\0b", "no"]
    worker.emit(*(ArtefactEvent(name=name, bytes=1) for name in [*bad, "good.txt"]), FINISHED)
    last = await ended(services, run.id)
    assert [artefact.name for artefact in last.artefacts] == ["good.txt"]
    events = await database.read(runs.events, run.id, 0, 100)
    assert len([entry for entry in events if isinstance(entry.event, LogEvent)]) == len(bad)


async def test_artefacts_are_served_by_recorded_name_only(
    project: ProjectOut,
    services: Services,
    executor: FakeExecutor,
    home: Path,
    client: AsyncClient,
) -> None:
    run = await start(services, project)
    worker = await executor.next()
    folder = Path(worker.command.output)
    (folder / "model 1.keras").write_bytes(b"w" * 600_000)
    (folder / "unnamed.txt").write_text("not recorded")
    worker.emit(ArtefactEvent(name="model 1.keras", bytes=600_000), FINISHED)
    await ended(services, run.id)
    url = f"/api/runs/{run.id}/artefacts"
    assert [artefact["name"] for artefact in (await client.get(url)).json()] == ["model 1.keras"]
    answer = await client.get(f"{url}/model%201.keras")
    assert answer.status_code == 200
    assert b"".join([chunk async for chunk in answer.streaming_content]) == b"w" * 600_000
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["Content-Length"] == "600000"
    assert answer["X-Content-Type-Options"] == "nosniff"
    tricks = ["unnamed.txt", "..%2F..%2Fsecret.key", "%2e%2e", "..", "%2Fetc%2Fpasswd", "a%00b"]
    for trick in tricks:
        assert (await client.get(f"{url}/{trick}")).status_code == 404, trick
    (folder / "model 1.keras").unlink()
    (folder / "model 1.keras").symlink_to("/etc/passwd")
    assert (await client.get(f"{url}/model%201.keras")).status_code == 404


async def test_removing_a_run_removes_its_files_and_events(
    open_tab: Opener,
    project: ProjectOut,
    services: Services,
    executor: FakeExecutor,
    client: AsyncClient,
) -> None:
    tab = open_tab()
    await tab.join()
    run = await start(services, project)
    worker = await executor.next()
    refusal = await client.delete(f"/api/projects/{project.id}/runs/{run.id}")
    assert (refusal.status_code, refusal.json()["problems"][0]["code"]) == (409, "run_going")
    worker.emit(FINISHED)
    await ended(services, run.id)
    assert (await client.delete(f"/api/projects/{project.id}/runs/{run.id}")).status_code == 204
    assert (await tab.receive("run_removed"))["run"] == run.id
    assert not Path(worker.command.output).exists()
    assert await database.read(Event.objects.count) == 0
    assert (await client.get(f"/api/runs/{run.id}")).status_code == 404


async def test_deleting_a_project_ends_its_runs(
    project: ProjectOut, services: Services, executor: FakeExecutor
) -> None:
    await start(services, project)
    worker = await executor.next()
    await services.remove_project(project.id)
    await asyncio.wait_for(worker.stopped.wait(), 30)
    assert not Path(worker.command.output).exists()
