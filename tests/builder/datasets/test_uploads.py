"""Files of data are uploaded in parts, and read in another process."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import AsyncClient

from builder import database
from builder.datasets import actions, files
from builder.datasets.quota import OPEN_UPLOADS
from builder.datasets.reader import DataReader
from builder.models import DataFile
from builder.services import Services
from builder.wire.schemas import ProjectOut
from engine.data.description import Description, Options
from tests.builder.conftest import LONG, Tab
from tests.builder.datasets import helpers
from tests.builder.datasets.helpers import TABLE, begin, bring, codes, send, stored


async def test_an_upload_in_parts_can_be_resumed(
    client: AsyncClient, services: Services, project: ProjectOut, home: Path
) -> None:
    begun = await begin(client, project.id, "trees.csv", len(TABLE))
    assert begun.status_code == 201
    upload = begun.json()["id"]
    assert begun.json() == {"id": upload, "bytes": len(TABLE), "received": 0, "part": 8 * 2**20}
    first = await send(client, project.id, upload, 0, TABLE[:100])
    assert first.json()["received"] == 100
    path = f"/api/projects/{project.id}/uploads/{upload}"
    assert (await client.get(path)).json()["received"] == 100
    again = await send(client, project.id, upload, 0, TABLE[:100])
    assert (again.status_code, codes(again)) == (409, ["upload_offset"])
    last = await send(client, project.id, upload, 100, TABLE[100:])
    assert last.json()["received"] == len(TABLE)
    await services.library.wait()
    (file,) = await helpers.files(client, project.id)
    assert (file.id, file.name, file.state, file.current) == (upload, "trees.csv", "ready", True)
    assert file.description is not None
    assert [column.name for column in file.description.data.columns] == ["length", "width", "kind"]
    assert file.description.data.rows == 40
    assert (await client.get(path)).status_code == 404
    assert stored(home) == {"originals": 1, "rows": 1, "uploads": 0, "models": 0}


async def test_an_upload_keeps_to_its_size_and_to_the_limits(
    client: AsyncClient, project: ProjectOut, settings: Any
) -> None:
    upload = (await begin(client, project.id, "a.csv", 3)).json()["id"]
    answer = await send(client, project.id, upload, 0, b"a,b\n")
    assert (answer.status_code, codes(answer)) == (422, ["upload_too_long"])
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 2
    answer = await send(client, project.id, upload, 0, b"a,b")
    assert (answer.status_code, codes(answer)) == (413, ["message_too_large"])
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000
    settings.MAX_DATA_BYTES = 1_000
    answer = await begin(client, project.id, "a.csv", 1_001)
    assert (answer.status_code, codes(answer)) == (413, ["upload_too_large"])


async def test_an_upload_can_be_cancelled(
    client: AsyncClient, project: ProjectOut, home: Path
) -> None:
    upload = (await begin(client, project.id, "a.csv", 3)).json()["id"]
    await send(client, project.id, upload, 0, b"a,")
    path = f"/api/projects/{project.id}/uploads/{upload}"
    assert (await client.delete(path)).status_code == 204
    assert codes(await client.get(path)) == ["no_upload"]
    assert codes(await send(client, project.id, upload, 2, b"b")) == ["no_upload"]
    assert stored(home) == {"originals": 0, "rows": 0, "uploads": 0, "models": 0}


async def test_an_upload_that_was_left_is_removed_after_a_day(
    client: AsyncClient, project: ProjectOut, home: Path
) -> None:
    left, fresh = [
        (await begin(client, project.id, name, 3)).json()["id"] for name in ("a.csv", "b.csv")
    ]
    os.utime(files.upload_path(left), (0, 0))
    await database.write(actions.remove_left)
    assert await database.read(lambda: [row.pk for row in DataFile.objects.all()]) == [fresh]
    assert [path.name for path in files.folder("uploads").iterdir()] == [fresh]


async def test_unfinished_uploads_are_limited(
    client: AsyncClient, project: ProjectOut, make_project: Any
) -> None:
    first, *_ = [
        (await begin(client, project.id, f"{number}.csv", 3)).json()["id"]
        for number in range(OPEN_UPLOADS)
    ]
    refused = await begin(client, project.id, "more.csv", 3)
    assert (refused.status_code, codes(refused)) == (409, ["too_many_uploads"])
    assert (await begin(client, (await make_project()).id, "a.csv", 3)).status_code == 201
    assert (await send(client, project.id, first, 0, b"a\n1")).status_code == 200
    assert (await begin(client, project.id, "more.csv", 3)).status_code == 201


async def test_unfinished_uploads_are_limited_in_size(
    client: AsyncClient, project: ProjectOut, settings: Any
) -> None:
    settings.MAX_DATA_BYTES = 1_000
    for _ in range(2):
        assert (await begin(client, project.id, "a.csv", 1_000)).status_code == 201
    refused = await begin(client, project.id, "a.csv", 1)
    assert (refused.status_code, codes(refused)) == (409, ["too_many_uploads"])


async def test_an_upload_that_was_left_makes_way(
    client: AsyncClient, project: ProjectOut, home: Path
) -> None:
    uploads = [
        (await begin(client, project.id, f"{number}.csv", 3)).json()["id"]
        for number in range(OPEN_UPLOADS)
    ]
    left = files.upload_path(uploads[3])
    os.utime(left, (0, 0))
    assert (await begin(client, project.id, "more.csv", 3)).status_code == 201
    assert not left.exists()
    assert stored(home)["uploads"] == OPEN_UPLOADS


async def test_a_project_is_reached_by_its_own_uploads_only(
    client: AsyncClient, project: ProjectOut, make_project: Any
) -> None:
    other = await make_project()
    upload = (await begin(client, project.id, "a.csv", 3)).json()["id"]
    assert codes(await send(client, other.id, upload, 0, b"a,b")) == ["no_upload"]


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "file_empty"), (b"a,b\n1,2\x00,3\n", "file_has_nul")]
)
async def test_a_file_that_cant_be_read_has_problems(
    client: AsyncClient, services: Services, project: ProjectOut, content: bytes, code: str
) -> None:
    file = await bring(client, services, project.id, content)
    assert file.state == "failed"
    assert file.description is None
    assert [problem.code for problem in file.problems] == [code]


async def test_everyone_in_the_project_sees_how_far_it_is(
    client: AsyncClient, services: Services, project: ProjectOut, open_tab: Callable[[], Tab]
) -> None:
    tab = open_tab()
    assert (await tab.join())["data"] == []
    file = await bring(client, services, project.id)
    reading = await tab.receive("data")
    ready = reading
    if reading["data"]["state"] == "reading":
        ready = await tab.receive("data")
    assert (ready["data"]["id"], ready["data"]["state"]) == (file.id, "ready")
    assert (await client.delete(f"/api/projects/{project.id}/data/{file.id}")).status_code == 204
    assert (await tab.receive("data_removed"))["data"] == file.id
    late = open_tab()
    assert (await late.join())["data"] == []


async def test_names_are_never_paths(
    client: AsyncClient, services: Services, project: ProjectOut
) -> None:
    file = await bring(client, services, project.id, name="../../etc/\x00trees\n.csv")
    assert file.name == "trees.csv"
    assert file.state == "ready"


async def test_a_reading_that_was_interrupted_is_recorded(
    client: AsyncClient, services: Services, project: ProjectOut
) -> None:
    file = await bring(client, services, project.id)
    rows = DataFile.objects.filter(pk=file.id)
    await database.write(rows.update, state="reading", owner="gone")
    await services.library.recover(services.owner.alive)
    (lost,) = await helpers.files(client, project.id)
    assert [problem.code for problem in lost.problems] == ["data_reading_lost"]
    await helpers.read_again(client, services, project.id, file.id, {})
    (again,) = await helpers.files(client, project.id)
    assert (again.state, again.problems) == ("ready", ())


async def test_reads_in_a_process(tmp_path: Path) -> None:
    reader = DataReader(LONG)
    upload, originals, rows = (tmp_path / name for name in ("upload", "originals", "rows"))
    originals.mkdir()
    rows.mkdir()
    upload.write_bytes(TABLE)
    try:
        original = await reader.keep(upload, originals)
        path = originals / original
        description = await reader.read(path, "trees.csv", rows, Options(delimiter=","))
    finally:
        await reader.close()
    assert isinstance(description, Description)
    assert [file.name for file in rows.iterdir()] == [f"{description.data.hash}.npz"]
    assert not upload.exists()


async def test_an_upload_says_how_it_is_read(
    client: AsyncClient, services: Services, project: ProjectOut
) -> None:
    content = b"x,y,label\n" + b"".join(b"%d,%d,%d\n" % (i % 9, i % 7, i % 2) for i in range(40))
    columns = {"label": {"type": "category"}, "y": {"role": "other"}}
    body = {"name": "a.csv", "bytes": len(content), "options": {"columns": columns}}
    path = f"/api/projects/{project.id}/uploads"
    begun = await client.post(path, body, content_type="application/json")
    await send(client, project.id, begun.json()["id"], 0, content)
    await services.library.wait()
    (file,) = await helpers.files(client, project.id)
    assert file.description is not None
    read = {column.name: (column.type, column.role) for column in file.description.columns}
    assert read == {
        "x": ("number", "input"),
        "y": ("number", "other"),
        "label": ("category", "target"),
    }
    original = await client.get(f"/api/projects/{project.id}/data/{file.id}/original")
    assert b"".join([part async for part in original]) == content


async def test_a_file_that_is_gone_is_not_downloaded(
    client: AsyncClient, services: Services, project: ProjectOut
) -> None:
    file = await bring(client, services, project.id)
    row = await database.read(actions.find, project.id, file.id)
    files.original_path(row.original).unlink()
    answer = await client.get(f"/api/projects/{project.id}/data/{file.id}/original")
    assert (answer.status_code, codes(answer)) == (404, ["data_original_missing"])
