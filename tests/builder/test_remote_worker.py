"""A worker with a data folder of its own fetches the rows that its command names by hash."""

import json
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import AsyncClient

from builder import access, database
from builder.models import Run
from builder.services import Services
from builder.wire.schemas import ProjectOut
from engine.data.stores import rows_file
from tests.builder.conftest import new_batch
from tests.builder.datasets.helpers import TABLE, bring, codes
from tests.builder.datasets.test_using import hash_of
from tests.conftest import Server, start_server, stop_server

PAUSE = 0.2
"""Seconds between two questions."""


def free_port() -> str:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return str(found.getsockname()[1])


@pytest.fixture
def apart(tmp_path: Path) -> Iterator[Server]:
    """A server whose workers have an empty folder for data."""
    port, home = free_port(), tmp_path / "home"
    home.mkdir()
    worker = {
        "LAYERLOOM_WORKER_URL": f"http://127.0.0.1:{port}",
        "LAYERLOOM_WORKER_DATA": str(tmp_path / "worker"),
    }
    server = start_server(home, port, LAYERLOOM_CHECK_SECONDS="60", **worker)
    yield server
    stop_server(server)


def call(server: Server, verb: str, path: str, body: bytes = b"") -> Any:
    """Send a request; return the JSON of the answer."""
    request = urllib.request.Request(f"{server.url}/api{path}", body or None, method=verb)
    kind = "application/octet-stream" if verb == "PUT" else "application/json"
    request.add_header("Content-Type", kind)
    try:
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.loads(answer.read() or b"null")
    except urllib.error.HTTPError as error:
        raise AssertionError(f"{error.code} {error.read().decode()}") from None


def until_ready(server: Server, project: str) -> Any:
    """Ask for the project's data set until it has been read."""
    while True:
        (file,) = call(server, "GET", f"/projects/{project}/data")
        time.sleep(PAUSE)
        if file["state"] != "reading":
            assert file["state"] == "ready", file
            return file["description"]["data"]["hash"]


def until_ended(server: Server, run: str) -> Any:
    """Ask for a run until it has ended."""
    while True:
        found = call(server, "GET", f"/runs/{run}")
        time.sleep(PAUSE)
        if found["outcome"]:
            return found


def test_a_worker_with_an_empty_folder_fetches_what_it_trains_on(
    apart: Server, tmp_path: Path
) -> None:
    project = call(apart, "POST", "/projects", b"{}")["id"]
    begin = json.dumps({"name": "trees.csv", "bytes": len(TABLE)}).encode()
    upload = call(apart, "POST", f"/projects/{project}/uploads", begin)["id"]
    call(apart, "PUT", f"/projects/{project}/uploads/{upload}?offset=0", TABLE)
    hash = until_ready(apart, project)
    proposed = call(apart, "GET", f"/projects/{project}/proposal?data={hash}")["document"]
    proposed["training"]["epochs"] = 1
    batch = {
        "id": new_batch(),
        "base": 0,
        "operations": [{"type": "replace", "document": proposed}],
    }
    answer = call(apart, "POST", f"/projects/{project}/operations", json.dumps(batch).encode())
    assert answer["refused"] == []
    assert not (tmp_path / "worker").exists()
    run = call(apart, "POST", f"/projects/{project}/runs")["id"]
    ended = until_ended(apart, run)
    assert (ended["outcome"], ended["problem"]) == ("finished", None)
    fetched = rows_file(tmp_path / "worker", hash)
    assert [*(tmp_path / "worker").iterdir()] == [fetched]
    rows = rows_file(apart.home / "data" / "rows", hash)
    assert fetched.read_bytes() == rows.read_bytes()
    with pytest.raises(AssertionError, match=r"^404"):
        call(apart, "GET", f"/worker/{run}/data/{hash}")


async def test_the_token_of_a_run_opens_the_data_of_its_project_while_it_lasts(
    client: AsyncClient, services: Services, project: ProjectOut
) -> None:
    file = await bring(client, services, project.id)
    state = await services.rooms.open(project.id).state()
    run = (await services.runner.start(project.id, state)).id
    made = await client.post("/api/projects", {"name": "Other"}, content_type="application/json")
    other = await bring(client, services, made.json()["id"], TABLE.replace(b"oak", b"ash"))

    async def ask(run: str, hash: str, token: str) -> Any:
        return await client.get(
            f"/api/worker/{run}/data/{hash}", headers={"Authorization": f"Bearer {token}"}
        )

    token = access.worker_token(run)
    given = await ask(run, hash_of(file), token)
    assert given.status_code == 200
    assert b"".join([part async for part in given.streaming_content]).startswith(b"PK")
    for refused, code in (
        (await ask(run, hash_of(other), token), "no_data_file"),
        (await ask(run, "0" * 64, token), "no_data_file"),
        (await ask(run, hash_of(file), ""), "no_run"),
        (await ask(run, hash_of(file), access.worker_token("another")), "no_run"),
        (await ask("absent", hash_of(file), access.worker_token("absent")), "no_run"),
    ):
        assert (refused.status_code, codes(refused)) == (404, [code])
    assert (await ask(run, "../../secret.key", token)).status_code == 404
    await database.write(Run.objects.filter(pk=run).update, outcome="finished")
    assert codes(await ask(run, hash_of(file), token)) == ["no_run"]
