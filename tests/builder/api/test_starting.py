"""A document without errors that this server can't train is refused before there is a run."""

from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from django.test import AsyncClient

from builder.api import environment
from builder.processes import devices
from builder.wire.schemas import ProjectOut
from engine.document import Document
from engine.templates import find
from tests.builder.api.test_api import post

Make = Callable[[Document], Awaitable[ProjectOut]]

CASES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "no layer, no data": ({}, ["empty", "no_data"]),
    "no data": ({"training": {"data": ""}}, ["no_data"]),
    "another GPU": ({"target": {"backend": "jax", "device": "gpu:3"}}, ["device_missing"]),
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
    installed = environment.installed
    monkeypatch.setattr(
        environment, "installed", lambda name: None if name == "torch" else installed(name)
    )
    project = await make_project(Document.model_validate(values))
    answer = await post(client, f"/api/projects/{project.id}/runs", {})
    assert answer.status_code == 422
    assert [problem["code"] for problem in answer.json()["problems"]] == expected
    assert (await client.get(f"/api/projects/{project.id}/runs")).json() == []
