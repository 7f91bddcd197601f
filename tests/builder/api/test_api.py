"""The HTTP API: responses, and every error as problems with the right status."""

import gzip
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from django.db import OperationalError
from django.test import AsyncClient

from builder import database
from builder.api import environment
from builder.api.application import api
from builder.processes import devices
from builder.projects import actions as projects
from builder.projects.states import LARGE
from builder.services import Services
from builder.wire.schemas import ProjectOut
from engine import catalogue, templates
from engine.data.built_in import BUILT_IN
from engine.document import Document, ObjectSpec, Training
from engine.document.stored import count_layers
from engine.machine.backends import BACKENDS
from tests.builder.conftest import Tab, add_node, new_batch, set_epochs

JSON = "application/json"


def codes(answer: Any) -> list[str]:
    assert answer["Content-Type"].startswith(JSON)
    assert set(answer.json()) == {"problems"}
    return [problem["code"] for problem in answer.json()["problems"]]


async def post(client: AsyncClient, path: str, body: Any) -> Any:
    text = body if isinstance(body, str | bytes) else json.dumps(body)
    return await client.post(path, text, content_type=JSON)


async def test_health(client: AsyncClient) -> None:
    assert (await client.get("/api/health")).json() == {"status": "ok"}


async def test_the_catalogue_is_compressed_and_cached(client: AsyncClient) -> None:
    answer = await client.get("/api/catalogue", headers={"Accept-Encoding": "gzip"})
    assert answer["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(answer.content)) == catalogue.load().model_dump(mode="json")
    plain = await client.get("/api/catalogue")
    assert plain.content == gzip.decompress(answer.content)
    again = await client.get("/api/catalogue", headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


async def test_templates_and_data_are_listed(client: AsyncClient) -> None:
    listed = (await client.get("/api/templates")).json()
    assert [row["id"] for row in listed] == [template.id for template in templates.load()]
    listed = (await client.get("/api/data")).json()
    assert listed == [data_set.model_dump(mode="json") for data_set in BUILT_IN.sets]


async def test_data_can_be_previewed(client: AsyncClient) -> None:
    assert (await client.get("/api/data/digits/preview")).json()["data"] == "digits"
    missing = await client.get("/api/data/nothing/preview")
    assert (missing.status_code, codes(missing)) == (404, ["unknown_data"])


async def test_the_environment_lists_backends_and_devices(
    client: AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(devices.shutil, "which", lambda _: None)
    answer = (await client.get("/api/environment")).json()
    assert [backend["id"] for backend in answer["backends"]] == [row.id for row in BACKENDS]
    cpu = {"id": "cpu", "title": "CPU", "memory_bytes": None, "free_bytes": None}
    assert answer["devices"] == [cpu]
    assert 1 <= answer["cpu_parts"] <= 8


def test_a_missing_backend_has_an_install_hint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "backend_version", lambda _: None)
    hints = [environment.backend(row).hint for row in BACKENDS]
    assert hints == [
        "Run “make install” again.",
        "Run “make install” again.",
        "Install it with: .venv/bin/pip install '.[torch]'",
        "Install it with: make legacy-theano",
        "Install it with: make legacy-cntk",
    ]


# --- projects ----------------------------------------------------------------------------------
async def test_creates_an_empty_project(client: AsyncClient) -> None:
    answer = await post(client, "/api/projects", {})
    assert answer.status_code == 201
    created = answer.json()
    assert created["document"] == Document().to_json()
    assert (await client.get(f"/api/projects/{created['id']}")).json() == created


async def test_creates_a_project_from_each_template(client: AsyncClient) -> None:
    for template in templates.load():
        created = (await post(client, "/api/projects", {"template": template.id})).json()
        assert created["name"] == created["document"]["name"] == template.title
        assert created["document"]["graphs"] == template.document.to_json()["graphs"]
        assert created["layers"] == count_layers(template.document)


async def test_creates_a_project_from_a_document_with_aliased_fields(client: AsyncClient) -> None:
    training = Training(optimizer=ObjectSpec(class_="SGD", params={"momentum": 0.9}))
    document = Document(name="Mine", training=training)
    body = {"document": document.to_json(), "name": "Ours"}
    created = (await post(client, "/api/projects", body)).json()
    assert created["document"] == {**document.to_json(), "name": "Ours"}
    assert created["document"]["training"]["optimizer"]["class"] == "SGD"


async def test_lists_projects_by_last_change(
    client: AsyncClient, make_project: Callable[..., Awaitable[ProjectOut]]
) -> None:
    first, second = await make_project(Document(name="a")), await make_project(Document(name="b"))
    edit = {"id": new_batch(), "base": 0, "operations": [add_node("n1")]}
    await post(client, f"/api/projects/{first.id}/operations", edit)
    listed = (await client.get("/api/projects")).json()
    assert [row["id"] for row in listed] == [first.id, second.id]
    assert (listed[0]["revision"], listed[0]["layers"], listed[0]["runs"]) == (1, 1, 0)
    assert "document" not in listed[0]


async def test_a_copy_is_independent(client: AsyncClient, project: ProjectOut) -> None:
    answer = await client.post(f"/api/projects/{project.id}/copy")
    assert answer.status_code == 201
    copy = answer.json()
    assert (copy["name"], copy["revision"]) == ("Untitled (copy)", 0)
    assert copy["id"] != project.id
    german = (await client.post(f"/api/projects/{project.id}/copy?word=Kopie")).json()
    assert (german["name"], german["document"]["name"]) == ("Untitled (Kopie)",) * 2
    wrong = await client.post(f"/api/projects/{project.id}/copy?word=a%20(b)")
    assert wrong.status_code == 422
    await client.delete(f"/api/projects/{project.id}")
    assert (await client.get(f"/api/projects/{copy['id']}")).status_code == 200


async def test_a_deleted_project_is_gone(client: AsyncClient, project: ProjectOut) -> None:
    url = f"/api/projects/{project.id}"
    assert (await client.delete(url)).status_code == 204
    for method in (client.get, client.delete):
        answer = await method(url)
        assert (answer.status_code, codes(answer)) == (404, ["no_project"])


async def test_an_edit_over_http_is_sent_to_sockets(
    client: AsyncClient, project: ProjectOut, open_tab: Callable[..., Tab]
) -> None:
    tab = open_tab()
    await tab.join()
    edit = {"id": new_batch(), "base": 0, "operations": [set_epochs(3), set_epochs("x")]}
    answer = await post(client, f"/api/projects/{project.id}/operations", edit)
    assert answer.json()["revision"] == 1
    assert [item["index"] for item in answer.json()["refused"]] == [1]
    assert (await tab.receive("edited"))["id"] == edit["id"]
    again = await post(client, f"/api/projects/{project.id}/operations", edit)
    assert again.json() == answer.json()


async def test_downloads_the_document(
    client: AsyncClient, make_project: Callable[..., Awaitable[ProjectOut]]
) -> None:
    project = await make_project(Document(name='My "model"\r\nX: y / ünïcode'))
    answer = await client.get(f"/api/projects/{project.id}/document")
    assert answer.json() == project.document.to_json()
    assert answer["Content-Disposition"].startswith("attachment;")
    assert "\n" not in answer["Content-Disposition"]


async def test_check_summary_and_code_of_a_project(
    client: AsyncClient, project: ProjectOut
) -> None:
    url = f"/api/projects/{project.id}"
    assert (await client.get(f"{url}/check")).json()["ok"] is True
    assert (await client.get(f"{url}/summary")).json() == {"summary": "Model: Untitled"}
    for form in ("functional", "script", "notebook"):
        code = (await client.get(f"{url}/code?form={form}")).json()
        assert code["form"] == form
        assert code["source"]
    bad = await client.get(f"{url}/code?form=poem")
    assert (bad.status_code, codes(bad)) == (422, ["bad_request"])


async def test_check_and_code_of_a_document_that_is_not_stored(client: AsyncClient) -> None:
    document = Document(name="broken").to_json()
    verdict = (await post(client, "/api/check", document)).json()
    assert (verdict["ok"], verdict["problems"][0]["code"]) == (False, "broken")
    code = (await post(client, "/api/code?form=script", document)).json()
    assert (code["form"], code["filename"].endswith(".py")) == ("script", True)


async def test_errors_of_a_document_that_is_not_stored_are_comments(client: AsyncClient) -> None:
    for name, comment in {"fine": False, "broken": "broken", "die": "checker"}.items():
        document = Document(name=name).to_json()
        source = (await post(client, "/api/code", document)).json()["source"]
        errors = [line for line in source.splitlines() if line.startswith("# ")][:-1]
        assert comment in errors[0] if comment else not errors, source


async def test_a_script_has_options_when_they_are_asked_for(
    client: AsyncClient, project: ProjectOut
) -> None:
    url = f"/api/projects/{project.id}/code?form=script"
    stored = [(await client.get(url + end)).json()["source"] for end in ("", "&options=true")]
    assert ["argparse" in source for source in stored] == [False, True]
    other = (await post(client, "/api/code?form=script&options=true", Document().to_json())).json()
    assert "argparse" in other["source"]


# --- errors ------------------------------------------------------------------------------------
BAD_DOCUMENTS = {
    "nothing": "",
    "no JSON": "{nope",
    "no object": "[1, 2]",
    "no version": "{}",
    "a future version": '{"version": 99}',
    "a wrong type": '{"version": 1, "name": 5}',
    "an unknown field": '{"version": 1, "owner": "me"}',
    "NaN": '{"version": 1, "training": {"split": NaN}}',
    "infinity": '{"version": 1, "training": {"split": 1e400}}',
    "a key twice": '{"version": 1, "version": 1}',
    "deep nesting": '{"version": 1, "a": ' + "[" * 100_000 + "]" * 100_000 + "}",
    "bad UTF-8": b'{"version": 1, "name": "\xff"}',
    "a lone surrogate": '{"version": 1, "name": "\\ud800"}',
    "NUL": '{"version": 1, "name": "\\u0000"}',
}


@pytest.mark.parametrize("body", BAD_DOCUMENTS.values(), ids=BAD_DOCUMENTS.keys())
@pytest.mark.parametrize("path", ["/api/check", "/api/code", "/api/projects"])
async def test_a_bad_document_is_refused(client: AsyncClient, path: str, body: Any) -> None:
    if path == "/api/projects":
        text = body if isinstance(body, bytes) else body.encode()
        body = b'{"document": ' + text + b"}"
    answer = await post(client, path, body)
    assert answer.status_code == 422
    assert codes(answer)


VALID_EDIT = {"id": "x" * 8, "base": 0, "operations": [set_epochs(1)]}
TWO_STARTS = {"template": "iris", "document": {"version": 1}}
MISSING = "/api/projects/nothere"
NO_RUN = "/api/runs/nothere"
BAD_REQUESTS: list[tuple[str, str, Any, int, str]] = [
    ("POST", "/api/projects", {"template": "nothing"}, 404, "no_template"),
    ("POST", "/api/projects", TWO_STARTS, 422, "template_and_document"),
    ("POST", "/api/projects", {"colour": "red"}, 422, "bad_document"),
    ("POST", "/api/projects", [], 422, "bad_document"),
    ("POST", "/api/projects/{id}/operations", {}, 422, "bad_request"),
    ("POST", "/api/projects/{id}/operations", {"id": "x", "base": 0}, 422, "bad_request"),
    ("POST", f"{MISSING}/operations", VALID_EDIT, 404, "no_project"),
    ("GET", MISSING, None, 404, "no_project"),
    ("GET", f"{MISSING}/document", None, 404, "no_project"),
    ("GET", f"{MISSING}/check", None, 404, "no_project"),
    ("GET", f"{MISSING}/summary", None, 404, "no_project"),
    ("GET", f"{MISSING}/code", None, 404, "no_project"),
    ("GET", f"{MISSING}/runs", None, 404, "no_project"),
    ("POST", f"{MISSING}/runs", None, 404, "no_project"),
    ("POST", f"{MISSING}/copy", None, 404, "no_project"),
    ("DELETE", MISSING, None, 404, "no_project"),
    ("GET", NO_RUN, None, 404, "no_run"),
    ("GET", f"{NO_RUN}/events", None, 404, "no_run"),
    ("GET", f"{NO_RUN}/events?after=-1", None, 422, "bad_request"),
    ("GET", f"{NO_RUN}/events?limit=0", None, 422, "bad_request"),
    ("GET", f"{NO_RUN}/artefacts", None, 404, "no_run"),
    ("GET", f"{NO_RUN}/artefacts/x", None, 404, "no_run"),
    ("POST", "/api/projects/{id}/runs/nothere/stop", {}, 404, "no_run"),
    ("POST", "/api/projects/{id}/runs/nothere/stop", {"when": "never"}, 422, "bad_request"),
    ("DELETE", "/api/projects/{id}/runs/nothere", None, 404, "no_run"),
    ("GET", "/api/nothing", None, 404, "no_page"),
    ("POST", "/api/nothing", None, 404, "no_page"),
    ("PUT", "/api/projects", {}, 405, "wrong_method"),
    ("GET", "/api/projects/a'b/../c", None, 404, "no_page"),
]


@pytest.mark.parametrize("attempt", BAD_REQUESTS, ids=lambda row: f"{row[0]} {row[1]} {row[4]}")
async def test_bad_requests_are_answered_with_problems(
    client: AsyncClient, project: ProjectOut, attempt: tuple[str, str, Any, int, str]
) -> None:
    method, path, body, status, code = attempt
    data = "" if body is None else json.dumps(body)
    answer = await client.generic(method, path.replace("{id}", project.id), data, content_type=JSON)
    assert (answer.status_code, codes(answer)[0]) == (status, code)


async def test_a_large_batch_is_parsed_by_the_reader_only(
    client: AsyncClient, project: ProjectOut, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("builder.api.projects.read_batch", lambda _: 1 / 0)
    monkeypatch.setattr("builder.projects.rooms.apply_batch", lambda *_: 1 / 0)
    operations = [*[set_epochs(3)] * (LARGE // 40), set_epochs("many")]
    edit = {"id": new_batch(), "base": 0, "operations": operations}
    answer = await post(client, f"/api/projects/{project.id}/operations", edit)
    result = answer.json()
    assert (answer.status_code, result["revision"]) == (200, 1)
    assert [refusal["index"] for refusal in result["refused"]] == [LARGE // 40]
    answer = await post(client, f"/api/projects/{project.id}/operations", edit | {"base": -1})
    assert (answer.status_code, codes(answer)) == (422, ["bad_request"])


async def test_a_body_beyond_the_limit_is_refused(client: AsyncClient, settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    answer = await post(client, "/api/check", " " * 101)
    assert (answer.status_code, codes(answer)) == (413, ["message_too_large"])


async def test_a_full_disk_is_reported(
    client: AsyncClient, project: ProjectOut, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OperationalError("database or disk is full")

    monkeypatch.setattr("builder.projects.rooms.Room._write", full)
    edit = {"id": new_batch(), "base": 0, "operations": [set_epochs(3)]}
    answer = await post(client, f"/api/projects/{project.id}/operations", edit)
    assert (answer.status_code, codes(answer)) == (507, ["not_saved"])
    assert "the disk is full" in answer.json()["problems"][0]["message"]


async def test_a_bug_is_answered_without_a_traceback(
    client: AsyncClient, project: ProjectOut, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projects, "get", lambda _: 1 / 0)
    answer = await client.get(f"/api/projects/{project.id}")
    assert (answer.status_code, codes(answer)) == (500, ["server_error"])
    assert b"ZeroDivision" not in answer.content


async def test_a_missing_checker_is_reported(
    client: AsyncClient, project: ProjectOut, services: Services
) -> None:
    await services.checker.close()
    answer = await client.get(f"/api/projects/{project.id}/summary")
    assert (answer.status_code, codes(answer)) == (503, ["checker_missing"])
    verdict = (await client.get(f"/api/projects/{project.id}/check")).json()
    assert [problem["code"] for problem in verdict["problems"]] == ["checker_missing"]


# --- OpenAPI -----------------------------------------------------------------------------------
def references(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
        return own.union(*map(references, value.values()))
    return set().union(*map(references, value)) if isinstance(value, list) else set()


async def test_the_openapi_schema_describes_every_route(client: AsyncClient) -> None:
    schema = (await client.get("/api/openapi.json")).json()
    assert schema["openapi"].startswith("3.")
    assert len(schema["paths"]) >= 18
    known = {f"#/components/schemas/{name}" for name in schema["components"]["schemas"]}
    assert references(schema) <= known
    assert schema["paths"]["/api/check"]["post"]["requestBody"]["required"]
    for path, methods in schema["paths"].items():
        for operation in methods.values():
            assert operation["description"], path
            success = [status for status in operation["responses"] if status < "300"]
            assert success, path


async def test_the_docs_load_nothing_from_other_sites(client: AsyncClient) -> None:
    page = (await client.get("/api/docs")).content.decode()
    assert "://" not in page.replace("http://localhost", "")
    for script in ("swagger-ui-bundle.js", "swagger-ui-init.js", "swagger-ui.css"):
        assert (await client.get(f"/static/ninja/{script}")).status_code == 200


def test_no_route_blocks_the_event_loop() -> None:
    views = [
        operation
        for _, router in api._routers
        for path in router.path_operations.values()
        for operation in path.operations
    ]
    assert len(views) >= 20
    assert all(operation.is_async for operation in views)


async def test_get_requests_change_nothing(client: AsyncClient, project: ProjectOut) -> None:
    before = await database.read(projects.every)
    for path in ("", "/document", "/check", "/summary", "/code", "/runs"):
        await client.get(f"/api/projects/{project.id}{path}")
    assert await database.read(projects.every) == before
