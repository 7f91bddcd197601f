"""A project's own data sets are used wherever data sets are, and their files shared by copies."""

import json
from pathlib import Path
from typing import Any

from django.test import AsyncClient

from builder import database
from builder.datasets import actions
from builder.services import Services
from builder.wire.schemas import DataFileOut, ProjectOut
from engine import templates
from tests.builder.conftest import FakeExecutor, new_batch
from tests.builder.datasets.helpers import TABLE, bring, codes, files, read_again, stored

IRIS = next(template.document for template in templates.load() if template.id == "iris")


async def choose(client: AsyncClient, project: str, data: str) -> None:
    operation = {"type": "set", "path": ["training", "data"], "value": data}
    body = json.dumps({"id": new_batch(), "base": 0, "operations": [operation]})
    path = f"/api/projects/{project}/operations"
    answer = await client.post(path, body, content_type="application/json")
    assert answer.json()["refused"] == []


def hash_of(file: DataFileOut) -> str:
    assert file.description is not None
    assert file.description.data.hash is not None
    return file.description.data.hash


async def test_code_and_training_know_the_data_sets_of_the_project(
    client: AsyncClient, services: Services, make_project: Any, executor: FakeExecutor, home: Path
) -> None:
    project = await make_project(IRIS)
    file = await bring(client, services, project.id, name="iris.csv")
    assert file.description is not None
    assert file.description.data.id == "iris_2", "the id of no data set that comes with Layerloom"
    await choose(client, project.id, hash_of(file))
    code = (await client.get(f"/api/projects/{project.id}/code?form=script")).json()
    assert "iris.csv" in code["source"]
    state = await services.rooms.open(project.id).state()
    await services.runner.start(project.id, state)
    handle = await executor.next()
    assert (home / "data" / "rows" / f"{hash_of(file)}.npz").exists()
    assert handle.command.data.files == {}
    assert str(home / "data") not in handle.command.model_dump_json()
    assert handle.command.data.find(handle.command.document.training.data) is not None


async def test_a_model_is_proposed_for_a_data_set(
    client: AsyncClient, services: Services, project: ProjectOut
) -> None:
    file = await bring(client, services, project.id)
    path = f"/api/projects/{project.id}/proposal?data="
    own = (await client.get(path + hash_of(file))).json()
    assert own["document"]["training"]["data"] == hash_of(file)
    columns = [binding["column"] for binding in own["document"]["training"]["bindings"]]
    assert columns == ["width", "kind"], "“length” only numbers the rows"
    assert (await client.get(path + "iris")).json()["document"]["training"]["data"] == "iris"
    for name, code in (("", "no_data"), ("0" * 64, "unknown_data"), ("mnits", "unknown_data")):
        answer = await client.get(path + name)
        assert (answer.status_code, codes(answer)) == (404, [code])


async def test_a_check_follows_when_data_sets_change(
    client: AsyncClient, services: Services, project: ProjectOut, open_tab: Any
) -> None:
    tab = open_tab()
    await tab.join()
    before = await tab.receive("checked")
    file = await bring(client, services, project.id)
    after = await tab.receive("checked")
    assert (after["revision"], after["base"]) == (before["revision"], None)
    preview = await client.get(f"/api/projects/{project.id}/data/{file.id}/preview")
    assert preview.json()["data"] == hash_of(file), "the fake checker repeats the question"


async def test_copies_share_the_files_of_their_data_sets(
    client: AsyncClient, services: Services, project: ProjectOut, home: Path
) -> None:
    file = await bring(client, services, project.id)
    copied = (await client.post(f"/api/projects/{project.id}/copy")).json()["id"]
    (copy,) = await files(client, copied)
    assert (copy.description, copy.state) == (file.description, "ready")
    await client.delete(f"/api/projects/{project.id}")
    assert stored(home) == {"originals": 1, "rows": 1, "uploads": 0, "models": 0}
    assert (await client.delete(f"/api/projects/{copied}/data/{copy.id}")).status_code == 204
    assert stored(home) == {"originals": 0, "rows": 0, "uploads": 0, "models": 0}


async def test_deleting_says_what_uses_a_data_set(
    client: AsyncClient, services: Services, project: ProjectOut
) -> None:
    file = await bring(client, services, project.id)
    await choose(client, project.id, hash_of(file))
    path = f"/api/projects/{project.id}/data/{file.id}"
    answer = await client.delete(path)
    assert (answer.status_code, codes(answer)) == (409, ["data_in_use"])
    state = await services.rooms.open(project.id).state()
    run = await services.runner.start(project.id, state)
    assert codes(await client.delete(f"{path}?force=true")) == ["data_in_use"]
    await services.runner.stop(run.id, "now")


async def test_a_data_set_in_use_can_be_deleted_all_the_same(
    client: AsyncClient, services: Services, project: ProjectOut
) -> None:
    file = await bring(client, services, project.id)
    await choose(client, project.id, hash_of(file))
    path = f"/api/projects/{project.id}/data/{file.id}?force=true"
    assert (await client.delete(path)).status_code == 204
    assert await files(client, project.id) == []
    assert codes(await client.delete(path)) == ["no_data_file"]


async def test_a_file_read_with_other_options_is_a_new_reading(
    client: AsyncClient, services: Services, project: ProjectOut, home: Path
) -> None:
    file = await bring(client, services, project.id)
    options = {"columns": {"width": {"type": "category", "role": "target"}}}
    answer = await read_again(client, services, project.id, file.id, options)
    assert (answer.status_code, answer.json()["state"]) == (202, "reading")
    before, after = await files(client, project.id)
    assert (before.id, before.current, after.current) == (file.id, False, True)
    assert hash_of(before) == hash_of(file) != hash_of(after)
    assert after.description is not None
    assert after.description.data.id == "trees"
    assert after.description.options.columns["width"].type == "category"
    assert after.description.data.column("width").classes == tuple("0123456")  # type: ignore[union-attr]
    sets = await database.read(actions.data_sets, project.id)
    assert [data["hash"] for data in sets["sets"]] == [hash_of(before), hash_of(after)]
    assert await client.delete(f"/api/projects/{project.id}/data/{after.id}")
    assert stored(home) == {"originals": 0, "rows": 0, "uploads": 0, "models": 0}


async def test_the_same_rows_are_one_data_set(
    client: AsyncClient, services: Services, project: ProjectOut
) -> None:
    file = await bring(client, services, project.id)
    await read_again(
        client, services, project.id, file.id, {"columns": {"width": {"role": "other"}}}
    )
    (again,) = await files(client, project.id)
    assert (again.id, hash_of(again)) == (file.id, hash_of(file))
    assert again.description is not None
    assert again.description.data.column("width").role == "other"  # type: ignore[union-attr]


async def test_options_that_dont_fit_leave_the_data_set_as_it_is(
    client: AsyncClient, services: Services, project: ProjectOut
) -> None:
    file = await bring(client, services, project.id)
    await read_again(client, services, project.id, file.id, {"columns": {"kind": {"type": "date"}}})
    kept, failed = await files(client, project.id)
    assert kept == file
    assert (failed.state, [item.code for item in failed.problems]) == (
        "failed",
        ["column_without_dates"],
    )


async def test_a_file_can_be_brought_twice(
    client: AsyncClient, services: Services, project: ProjectOut
) -> None:
    first = await bring(client, services, project.id)
    path = f"/api/projects/{project.id}/uploads"
    body = json.dumps({"name": "again.csv", "bytes": len(TABLE)})
    id = (await client.post(path, body, content_type="application/json")).json()["id"]
    await client.put(f"{path}/{id}?offset=0", TABLE, content_type="application/octet-stream")
    await services.library.wait()
    (file,) = await files(client, project.id)
    assert (file.id, hash_of(file)) == (first.id, hash_of(first))
