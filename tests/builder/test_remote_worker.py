"""A worker with a data folder of its own fetches rows, and sends its results, by hash."""

import hashlib
import json
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.test import AsyncClient
from websockets.sync.client import connect
from websockets.typing import Origin

from builder import access, database
from builder.models import Run
from builder.projects.actions import run_folder
from builder.services import Services
from builder.wire.schemas import ProjectOut
from engine.data.stores import rows_file
from tests.builder.conftest import new_batch
from tests.builder.datasets.helpers import TABLE, bring, codes
from tests.builder.datasets.test_using import hash_of
from tests.conftest import Server, start_server, stop_server


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


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


@contextmanager
def joined(server: Server, project: str) -> Iterator[Iterator[Any]]:
    """Join a project; the iterator waits for its messages."""
    address = f"{server.url.replace('http', 'ws')}/ws/projects/{project}"
    with connect(address, origin=Origin(server.url), max_size=None) as socket:
        socket.send(json.dumps({"type": "join"}))
        messages = map(json.loads, socket)
        assert next(messages)["type"] == "welcome"
        yield messages


def bring_trees(server: Server, project: str, messages: Iterator[Any]) -> str:
    """Upload a table; return the hash of its rows once it has been read."""
    begin = json.dumps({"name": "trees.csv", "bytes": len(TABLE)}).encode()
    upload = call(server, "POST", f"/projects/{project}/uploads", begin)["id"]
    call(server, "PUT", f"/projects/{project}/uploads/{upload}?offset=0", TABLE)
    files = (message["data"] for message in messages if message["type"] == "data")
    file = next(found for found in files if found["state"] != "reading")
    assert file["state"] == "ready", file
    return str(file["description"]["data"]["hash"])


def test_a_worker_with_an_empty_folder_fetches_what_it_trains_on(
    apart: Server, tmp_path: Path
) -> None:
    project = call(apart, "POST", "/projects", b"{}")["id"]
    with joined(apart, project) as messages:
        hash = bring_trees(apart, project, messages)
        proposed = call(apart, "GET", f"/projects/{project}/proposal?data={hash}")["document"]
        proposed["training"]["epochs"] = 1
        replace = {"type": "replace", "document": proposed}
        batch = json.dumps({"id": new_batch(), "base": 0, "operations": [replace]}).encode()
        assert call(apart, "POST", f"/projects/{project}/operations", batch)["refused"] == []
        assert not (tmp_path / "worker").exists()
        run = call(apart, "POST", f"/projects/{project}/runs")["id"]
        runs = (message["run"] for message in messages if message["type"] == "run")
        ended = next(found for found in runs if found["outcome"])
    assert (ended["outcome"], ended["problem"]) == ("finished", None)
    fetched = rows_file(tmp_path / "worker", hash)
    assert [*(tmp_path / "worker").iterdir()] == [fetched]
    results = apart.home / "runs" / run
    sent = {item["name"]: item["hash"] for item in call(apart, "GET", f"/runs/{run}/artefacts")}
    assert {path.name: sha256(path.read_bytes()) for path in results.iterdir()} == sent
    assert {"model.keras", "history.json", "results.json", "predictions-validation.npz"} <= {*sent}
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


async def test_results_are_sent_in_parts_and_kept_once_they_are_whole(
    client: AsyncClient, project: ProjectOut, settings: Any
) -> None:
    fields = {"number": 1, "revision": 0, "document": "{}", "backend": "jax", "device": "cpu"}
    create = partial(Run.objects.create, project_id=project.id, epochs=1, owner="another", **fields)
    run = (await database.write(create)).pk
    folder = run_folder(run)
    folder.mkdir(parents=True)
    content, token = b"weights" * 9, access.worker_token(run)
    hash = sha256(content)

    async def send(part: bytes, offset: int, hash: str = hash, **head: Any) -> Any:
        path = f"/api/worker/{run}/results/{hash}?offset={offset}&bytes={len(content)}"
        head.setdefault("Authorization", f"Bearer {token}")
        return await client.put(path, part, content_type="application/octet-stream", headers=head)

    assert (await send(content[:20], 0)).json()["received"] == 20
    assert (await send(content[:20], 0)).json()["received"] == 20, "it had come already"
    assert (await send(content[30:], 30)).json()["received"] == 20, "ten bytes are missing"
    assert [path.name for path in folder.iterdir()] == [f".{hash}.part"]
    assert (await send(content[20:], 20)).json()["received"] == len(content)
    assert (folder / f".{hash}").read_bytes() == content
    wrong = await send(content, 0, "0" * 64)
    assert (wrong.status_code, codes(wrong)) == (422, ["result_differs"])
    assert [path.name for path in folder.iterdir()] == [f".{hash}"]
    assert codes(await send(content + b"!", 0, "1" * 64)) == ["upload_too_long"]
    assert (await send(content, 0, "../../secret")).status_code == 404
    assert codes(await send(content, 0, Authorization="Bearer")) == ["no_run"]
    settings.MAX_DATA_BYTES = len(content) + 9
    assert codes(await send(content, 0, "2" * 64)) == ["upload_too_large"]
    await database.write(Run.objects.filter(pk=run).update, outcome="finished")
    assert codes(await send(content, 0)) == ["no_run"]
