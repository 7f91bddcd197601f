"""The WebSocket of a view-only link: it follows everything, changes nothing, and learns no id."""

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from builder import database
from builder.models import Project
from builder.projects.states import LARGE
from builder.services import Services
from builder.wire.schemas import ProjectOut
from tests.builder.conftest import FakeExecutor, Tab, add_node, new_batch, set_epochs
from tests.builder.runs.helpers import FINISHED, start

Opener = Callable[..., Tab]


@pytest.fixture
async def view(project: ProjectOut) -> str:
    """The identifier of the project's view-only link."""
    return (await database.read(Project.objects.get, pk=project.id)).view


@pytest.fixture
async def viewer(view: str) -> AsyncIterator[Tab]:
    """A tab that is opened by the view-only link."""
    tab = Tab(view)
    yield tab
    await tab.leave()


async def test_the_welcome_names_the_link(open_tab: Opener, viewer: Tab, view: str) -> None:
    editor = await open_tab().join()
    assert (editor["view"], editor["view_only"]) == (view, False)
    welcome = await viewer.join()
    assert (welcome["view"], welcome["view_only"]) == (view, True)


@pytest.mark.parametrize("padding", [0, LARGE])
async def test_edits_by_a_view_only_link_are_refused(
    project: ProjectOut, viewer: Tab, padding: int
) -> None:
    await viewer.join()
    batch = new_batch()
    operations = [set_epochs(3)]
    text = json.dumps({"type": "edit", "id": batch, "base": 0, "operations": operations})
    await viewer.socket.send_to(text_data=text + " " * padding)
    failed = await viewer.receive("failed")
    assert (failed["problem"]["code"], failed["id"]) == ("view_only", batch)
    row = await database.read(Project.objects.get, pk=project.id)
    assert (row.revision, row.document) == (0, project.document.model_dump_json(by_alias=True))


async def test_a_view_only_link_follows_everything_and_learns_no_id(
    open_tab: Opener, viewer: Tab, project: ProjectOut, services: Services, executor: FakeExecutor
) -> None:
    editor = open_tab()
    await editor.join(name="Ada")
    await viewer.join(name="Bob")
    await viewer.send(type="move", cursor={"x": 1, "y": 2})
    await editor.receive(
        "arrived", where=lambda message: bool(message["person"]["presence"]["cursor"])
    )
    await editor.edit(add_node("n1"))
    edited = await viewer.receive("edited")
    assert edited["operations"][0]["item"]["id"] == "n1"
    await viewer.receive("checked", where=lambda message: message["revision"] == 1)
    run = await start(services, project)
    await viewer.receive("run")
    await viewer.send(type="watch", run=run.id, after=0)
    await viewer.receive("happened")
    (await executor.next()).emit(FINISHED)
    await viewer.receive("happened", where=lambda message: message["event"]["type"] == "ended")
    await services.remove_project(project.id)
    assert (await viewer.receive("failed"))["problem"]["code"] == "no_project"
    assert project.id not in json.dumps(viewer.received)


def _points(message: Any) -> bool:
    return bool(message["person"]["presence"]["cursor"])


async def test_workers_get_ready_for_what_editors_may_train(
    open_tab: Opener, viewer: Tab, project: ProjectOut, executor: FakeExecutor
) -> None:
    await viewer.join()
    assert executor.expected == []
    tab = open_tab()
    await tab.join()
    other = {"type": "set", "path": ["target", "backend"], "value": "tensorflow"}
    await tab.edit(other)
    await tab.edit(set_epochs(3))  # messages are handled in order
    await tab.receive("edited", where=lambda message: message["revision"] == 2)
    first = project.document.target
    assert executor.expected == [(first.backend, "cpu"), ("tensorflow", "cpu")]
