"""A race starts a run on each of its backends at once, or none."""

from collections.abc import Awaitable, Callable

import pytest
from django.test import AsyncClient

from builder import database
from builder.api import environment
from builder.projects import states
from builder.runs import actions as runs
from builder.services import Services
from builder.wire.schemas import ProjectOut
from engine.document import Document
from engine.templates import find
from tests.builder.api.test_api import post
from tests.builder.conftest import FakeExecutor
from tests.builder.runs.helpers import FINISHED, ended, start

Make = Callable[[Document], Awaitable[ProjectOut]]
BOTH = {"backends": ["tensorflow", "jax"]}


@pytest.mark.parametrize("large", [False, True])
async def test_the_runs_of_a_race_start_together(  # noqa: PLR0913, PLR0917
    large: bool,
    client: AsyncClient,
    make_project: Make,
    services: Services,
    executor: FakeExecutor,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    iris = find("iris")
    assert iris is not None
    project = await make_project(iris.document)
    if large:
        monkeypatch.setattr(states, "LARGE", 10)
    before = await start(services, project)  # it takes the only place
    answer = await post(client, f"/api/projects/{project.id}/races", BOTH)
    assert answer.status_code == 201, answer.content
    race = answer.json()
    assert [run["backend"] for run in race] == BOTH["backends"]
    assert [run["number"] for run in race] == [2, 3]
    assert race[0]["race"] == race[1]["race"] != ""
    alone = await executor.next()
    assert not alone.command.race
    assert before.race == ""
    alone.emit(FINISHED)
    await ended(services, before.id)
    workers = [await executor.next(), await executor.next()]  # in any order
    backends = {worker.command.document.target.backend for worker in workers}
    assert backends == set(BOTH["backends"])
    for worker in workers:
        assert worker.command.race
        worker.emit(FINISHED)
    for run in race:
        await ended(services, run["id"])


@pytest.mark.parametrize(
    ("name", "backends", "code"),
    [
        ("broken on jax", ["tensorflow", "jax"], "broken"),
        ("iris", ["jax", "torch"], "backend_missing"),
        ("iris", ["jax"], "bad_request"),
        ("iris", ["jax", "jax"], "bad_request"),
        ("iris", ["jax", "theano"], "no_race"),
    ],
)
async def test_no_run_of_a_race_starts_if_one_cannot_train(  # noqa: PLR0913, PLR0917
    name: str,
    backends: list[str],
    code: str,
    client: AsyncClient,
    make_project: Make,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    present = environment.backend_version
    monkeypatch.setattr(
        environment, "backend_version", lambda row: None if row.id == "torch" else present(row)
    )
    iris = find("iris")
    assert iris is not None
    document = iris.document.model_copy(update={"name": name})
    project = await make_project(document)
    answer = await post(client, f"/api/projects/{project.id}/races", {"backends": backends})
    assert answer.status_code == 422
    assert code in [problem["code"] for problem in answer.json()["problems"]]
    assert await database.read(runs.every, project.id) == ()
