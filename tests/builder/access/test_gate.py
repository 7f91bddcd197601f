"""Every route and message that concerns a project passes the gate with its need."""

import json
from typing import Any, get_args

import pytest
from django.test import AsyncClient

from builder import access, database
from builder.access import Need
from builder.api.application import api
from builder.models import Project
from builder.runs import actions as runs
from builder.services import Services
from builder.socket.incoming import NEEDS
from builder.wire.messages import ClientMessage
from builder.wire.schemas import ProjectOut, RunOut
from tests.builder.conftest import Tab, new_batch, set_epochs

VIEW, EDIT, TRAIN, OWN = Need
ROUTES: dict[tuple[str, str], Need | None] = {
    ("GET", "/api/health"): None,
    ("GET", "/api/environment"): None,
    ("GET", "/api/catalogue"): None,
    ("GET", "/api/templates"): None,
    ("GET", "/api/words/{language}"): None,
    ("GET", "/api/data"): None,
    ("GET", "/api/data/{id}/preview"): None,
    ("GET", "/api/worker/{run}/data/{hash}"): None,  # their token is tested with the routes
    ("PUT", "/api/worker/{run}/results/{hash}"): None,
    ("POST", "/api/import"): None,
    ("POST", "/api/import/uploads"): None,
    ("PUT", "/api/import/uploads/{upload}"): None,
    ("POST", "/api/import/uploads/{upload}/model"): None,
    ("DELETE", "/api/import/uploads/{upload}"): None,
    ("POST", "/api/check"): None,
    ("POST", "/api/code"): None,
    ("POST", "/api/projects"): None,
    ("GET", "/api/projects"): VIEW,
    ("GET", "/api/projects/{id}"): VIEW,
    ("DELETE", "/api/projects/{id}"): OWN,
    ("POST", "/api/projects/{id}/copy"): VIEW,
    ("POST", "/api/projects/{id}/operations"): EDIT,
    ("GET", "/api/projects/{id}/document"): VIEW,
    ("GET", "/api/projects/{id}/check"): VIEW,
    ("GET", "/api/projects/{id}/summary"): VIEW,
    ("GET", "/api/projects/{id}/code"): VIEW,
    ("POST", "/api/projects/{id}/edited-code"): VIEW,
    ("POST", "/api/projects/{id}/layer"): VIEW,
    ("GET", "/api/projects/{id}/repeats"): VIEW,
    ("GET", "/api/projects/{id}/history"): VIEW,
    ("GET", "/api/projects/{id}/revisions/{revision}"): VIEW,
    ("PUT", "/api/projects/{id}/versions/{revision}"): EDIT,
    ("DELETE", "/api/projects/{id}/versions/{revision}"): EDIT,
    ("POST", "/api/projects/{id}/uploads"): EDIT,
    ("GET", "/api/projects/{id}/uploads/{upload}"): EDIT,
    ("PUT", "/api/projects/{id}/uploads/{upload}"): EDIT,
    ("DELETE", "/api/projects/{id}/uploads/{upload}"): EDIT,
    ("GET", "/api/projects/{id}/data"): VIEW,
    ("POST", "/api/projects/{id}/shareable"): EDIT,
    ("GET", "/api/projects/{id}/shareable"): EDIT,
    ("GET", "/api/projects/{id}/data/{data}/uses"): EDIT,
    ("GET", "/api/projects/{id}/data/{data}/original"): VIEW,
    ("DELETE", "/api/projects/{id}/data/{data}"): EDIT,
    ("GET", "/api/projects/{id}/data/{data}/preview"): VIEW,
    ("GET", "/api/projects/{id}/data/{data}/rows"): VIEW,
    ("GET", "/api/projects/{id}/bundle"): VIEW,
    ("GET", "/api/projects/{id}/proposal"): VIEW,
    ("PUT", "/api/projects/{id}/data/{data}/options"): EDIT,
    ("GET", "/api/projects/{id}/runs"): VIEW,
    ("GET", "/api/projects/{id}/queue"): VIEW,
    ("PUT", "/api/projects/{id}/runs/{run}/place"): TRAIN,
    ("POST", "/api/projects/{id}/runs"): TRAIN,
    ("POST", "/api/projects/{id}/races"): TRAIN,
    ("GET", "/api/runs/{id}"): VIEW,
    ("DELETE", "/api/projects/{id}/runs/{run}"): TRAIN,
    ("GET", "/api/runs/{id}/events"): VIEW,
    ("POST", "/api/projects/{id}/runs/{run}/start"): TRAIN,
    ("POST", "/api/projects/{id}/runs/{run}/pause"): TRAIN,
    ("POST", "/api/projects/{id}/runs/{run}/resume"): TRAIN,
    ("POST", "/api/projects/{id}/runs/{run}/stop"): TRAIN,
    ("GET", "/api/runs/{id}/samples"): VIEW,
    ("GET", "/api/runs/{id}/code"): VIEW,
    ("GET", "/api/runs/{id}/artefacts"): VIEW,
    ("GET", "/api/runs/{id}/artefacts/{name}"): VIEW,
}
"""The need of each route on its project; None for routes without an existing project."""

BODIES = {
    "operations": {"id": new_batch(), "base": 0, "operations": [set_epochs(3)]},
    "edited-code": {"source": "", "base": ""},
    "start": {"how": "continue"},
    "races": {"backends": ["tensorflow", "jax"]},
    "stop": {"when": "now"},
    "layer": {"backend": "jax", "layer": "none", "inputs": [{"shape": [1], "values": [1.0]}]},
    "place": {"place": 1},
    "0": {"name": "First"},
    "uploads": {"name": "iris.csv", "bytes": 3},
    "shareable": {"project": "a", "hash": "0" * 64},
}
MESSAGES: dict[str, tuple[Need | None, dict[str, Any]]] = {
    "join": (VIEW, {"revision": None, "name": ""}),
    "edit": (EDIT, {"id": new_batch(), "base": 0, "operations": [set_epochs(3)]}),
    "move": (VIEW, {"cursor": {"x": 1, "y": 2}}),
    "watch": (VIEW, {"after": 0}),
    "unwatch": (None, {}),
    "inspect": (VIEW, {"look": {"nodes": []}}),
    "ask_verdict": (VIEW, {}),
    "acknowledge": (None, {"messages": 0}),
}
GUARDED = [route for route, need in ROUTES.items() if need and "{id}" in route[1]]


INSIDE = ("layer_not_alone", "no_artefact", "no_data_file", "python_no_model", "unknown_data")
"""What routes answer to these requests after the gate."""


@pytest.fixture
def requested(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Need]]:
    """Deny everything from now on, and record the requested needs."""
    requests: list[tuple[str, Need]] = []

    def deny(_: access.Visitor, project: str, need: Need) -> bool:
        requests.append((project, need))
        return False

    monkeypatch.setattr(access, "allows", deny)
    return requests


@pytest.fixture
async def run(project: ProjectOut, services: Services) -> RunOut:
    state = await services.rooms.open(project.id).state()
    return await services.runner.start(project.id, state)


async def request_route(
    client: AsyncClient, route: tuple[str, str], run: RunOut, project: str
) -> Any:
    """Send a valid request to a route, which names the project by this identifier."""
    verb, path = route
    id = run.id if path.startswith("/api/runs") else project
    own = {"upload": "upload", "data": "data"}
    address = path.format(id=id, run=run.id, name="model.keras", revision=0, **own)
    body = json.dumps(BODIES.get(address.rpartition("/")[2], {}))
    address += "?offset=0" if "{upload}" in path and verb == "PUT" else ""
    address += "?data=unknown" if path.endswith("/proposal") else ""
    return await client.generic(verb, address, body, content_type="application/json")


@pytest.fixture
async def view(project: ProjectOut) -> str:
    """The identifier of the project's view-only link."""
    return (await database.read(Project.objects.get, pk=project.id)).view


def test_every_route_has_a_need() -> None:
    paths = api.get_openapi_schema()["paths"]
    assert set(ROUTES) == {(verb.upper(), path) for path, verbs in paths.items() for verb in verbs}
    for (_, path), need in ROUTES.items():
        assert need or not path.startswith(("/api/projects/", "/api/runs/"))


@pytest.mark.parametrize("route", GUARDED, ids=" ".join)
async def test_no_route_bypasses_the_gate(
    route: tuple[str, str], client: AsyncClient, run: RunOut, requested: list[tuple[str, Need]]
) -> None:
    answer = await request_route(client, route, run, run.project)
    assert answer.status_code == 403
    assert [problem["code"] for problem in answer.json()["problems"]] == ["no_access"]
    assert requested == [(run.project, ROUTES[route])]
    assert (await database.read(runs.get, run.id)).outcome is None


@pytest.mark.parametrize("route", GUARDED, ids=" ".join)
async def test_a_view_only_link_views_and_does_no_more(
    route: tuple[str, str], client: AsyncClient, run: RunOut, view: str
) -> None:
    before = await stored(run)
    answer = await request_route(client, route, run, view)
    text = answer.text if not answer.streaming else ""
    assert run.project not in text
    if ROUTES[route] is VIEW:
        assert answer.status_code in (200, 201) or answer.json()["problems"][0]["code"] in INSIDE
    else:
        assert answer.status_code == 403
        assert [problem["code"] for problem in answer.json()["problems"]] == ["view_only"]
    assert await stored(run) == before


async def stored(run: RunOut) -> object:
    """What a request without permission must leave as it is."""
    project = await database.read(Project.objects.get, pk=run.project)
    versions = await database.read(project.versions.count)
    outcomes = await database.read(list, project.runs.values_list("pk", "outcome"))
    return project.document, project.revision, versions, outcomes


async def test_a_copy_by_a_view_only_link_can_be_edited(
    client: AsyncClient, project: ProjectOut, view: str
) -> None:
    copied = (await client.post(f"/api/projects/{view}/copy")).json()
    assert copied["id"] not in (project.id, view)
    body = json.dumps(BODIES["operations"])
    path = f"/api/projects/{copied['id']}/operations"
    answer = await client.post(path, body, content_type="application/json")
    assert (answer.status_code, answer.json()["revision"]) == (200, 1)


async def test_a_run_is_reached_through_its_own_project_only(
    client: AsyncClient, run: RunOut, make_project: Any
) -> None:
    other = await make_project()
    for verb, path in (("POST", f"{run.id}/stop"), ("DELETE", run.id)):
        address = f"/api/projects/{other.id}/runs/{path}"
        answer = await client.generic(verb, address, "{}", content_type="application/json")
        assert answer.status_code == 404
        assert [problem["code"] for problem in answer.json()["problems"]] == ["no_run"]
    assert (await database.read(runs.get, run.id)).outcome is None


async def test_the_list_of_projects_can_be_switched_off(
    client: AsyncClient, project: ProjectOut, settings: Any
) -> None:
    assert [listed["id"] for listed in (await client.get("/api/projects")).json()] == [project.id]
    settings.LIST_PROJECTS = False
    assert (await client.get("/api/projects")).json() == []


async def test_lists_only_visible_projects(
    client: AsyncClient, project: ProjectOut, monkeypatch: pytest.MonkeyPatch, make_project: Any
) -> None:
    other = await make_project()
    monkeypatch.setattr(access, "allows", lambda _, id, need: (id, need) == (other.id, VIEW))
    listed = (await client.get("/api/projects")).json()
    assert [shown["id"] for shown in listed] == [other.id]


def test_every_message_has_a_need() -> None:
    union = get_args(get_args(ClientMessage)[0])
    types = {message.model_fields["type"].default: message for message in union}
    assert set(MESSAGES) == set(types)
    assert {name: NEEDS.get(message) for name, message in types.items()} == {
        name: need for name, (need, _) in MESSAGES.items()
    }


@pytest.mark.parametrize("type", [name for name, (need, _) in MESSAGES.items() if need])
async def test_no_message_bypasses_the_gate(
    type: str, open_tab: Any, run: RunOut, request: pytest.FixtureRequest
) -> None:
    tab: Tab = open_tab()
    await tab.join()
    requested = request.getfixturevalue("requested")
    need, message = MESSAGES[type]
    await tab.send(type=type, **message, **({"run": run.id} if type == "watch" else {}))
    failed = await tab.receive("failed")
    assert (failed["problem"]["code"], failed["id"]) == ("no_access", message.get("id"))
    assert requested == [(run.project, need)]


@pytest.mark.parametrize("id", ["nothere", "x" * 40])
async def test_missing_projects_are_reported_before_access_is_checked(
    id: str, services: Services, requested: list[tuple[str, Need]]
) -> None:
    with pytest.raises(access.MissingError):
        await access.enter(access.visitor(None), id, VIEW)
    with pytest.raises(access.MissingError):
        await access.view_run(access.visitor(None), id)
    assert requested == []
