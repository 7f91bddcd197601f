"""A document without errors that this server can't train is refused before there is a run."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from django.test import AsyncClient

from builder.api import environment
from builder.processes import devices
from builder.wire.schemas import ProjectOut
from engine.document import Document, Target
from engine.templates import find
from tests.builder.api.test_api import post
from tests.builder.conftest import FakeExecutor

Make = Callable[[Document], Awaitable[ProjectOut]]

CASES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "no layer, no data": ({}, ["empty", "no_data"]),
    "no data": ({"training": {"data": ""}}, ["no_data"]),
    "another GPU": ({"target": {"backend": "jax", "device": "gpu:3"}}, ["device_missing"]),
    "a GPU too many": ({"target": {"backend": "jax", "device": "gpu:0,1"}}, ["device_missing"]),
    "too many parts": (
        {"target": {"backend": "jax", "device": "cpu:0,1,2"}, "training": {"batch_size": 33}},
        ["device_missing"],
    ),
    "no backend": ({"target": {"backend": "torch", "device": "cpu"}}, ["backend_missing"]),
}


@pytest.mark.parametrize("case", CASES)
async def test_what_this_server_cannot_train_is_refused(
    case: str, client: AsyncClient, make_project: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    changes, expected = CASES[case]
    iris = find("iris")
    assert iris is not None
    values = iris.document.to_json() if changes else Document().to_json()
    for name, change in changes.items():
        values[name] |= change
    monkeypatch.setattr(devices.shutil, "which", lambda _: None)
    monkeypatch.setattr(environment, "cpu_parts", lambda: 2)
    present = environment.backend_version
    monkeypatch.setattr(
        environment, "backend_version", lambda row: None if row.id == "torch" else present(row)
    )
    project = await make_project(Document.model_validate(values))
    answer = await post(client, f"/api/projects/{project.id}/runs", {})
    assert answer.status_code == 422
    assert [problem["code"] for problem in answer.json()["problems"]] == expected
    assert (await client.get(f"/api/projects/{project.id}/runs")).json() == []


async def test_a_run_on_theano_is_not_paused(
    client: AsyncClient,
    executor: FakeExecutor,
    make_project: Make,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(environment, "backend_version", lambda _: "1.0.5")
    iris = find("iris")
    assert iris is not None
    target = Target(backend="theano")
    project = await make_project(iris.document.model_copy(update={"target": target}))
    run = (await post(client, f"/api/projects/{project.id}/runs", {})).json()
    handle = await executor.next()
    assert handle.command.document.target.backend == "theano"
    answer = await post(client, f"/api/projects/{project.id}/runs/{run['id']}/pause", {})
    assert answer.status_code == 422
    (refused,) = answer.json()["problems"]
    assert refused["message"] == "A run on Theano can't be paused."
