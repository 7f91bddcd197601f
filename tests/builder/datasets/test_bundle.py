"""The ZIP of a script and its data runs elsewhere, and holds no name that could do harm there."""

import json
import subprocess
import sys
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.test import AsyncClient

from builder.datasets.bundles import is_safe
from builder.services import Services
from engine import templates
from tests.builder.conftest import new_batch
from tests.builder.datasets.helpers import TABLE, bring
from tests.builder.datasets.test_using import hash_of

IRIS = next(template.document for template in templates.load() if template.id == "iris")


async def bundle(client: AsyncClient, project: str) -> zipfile.ZipFile:
    answer = await client.get(f"/api/projects/{project}/bundle")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/octet-stream"
    content = b"".join([part async for part in answer.streaming_content])
    archive = zipfile.ZipFile(BytesIO(content))
    assert archive.testzip() is None
    return archive


async def with_own_data(client: AsyncClient, services: Services, project: str, name: str) -> None:
    """Bring a table, and train the model that is proposed for it, for one epoch."""
    file = await bring(client, services, project, name=name)
    path = f"/api/projects/{project}/proposal?data={hash_of(file)}"
    document = (await client.get(path)).json()["document"]
    document["training"]["epochs"] = 1
    operations = [{"type": "replace", "document": document}]
    body = json.dumps({"id": new_batch(), "base": 0, "operations": operations})
    path = f"/api/projects/{project}/operations"
    answer = await client.post(path, body, content_type="application/json")
    assert answer.json()["refused"] == []


async def test_a_bundle_trains_in_a_folder_of_its_own(
    client: AsyncClient, services: Services, make_project: Any, tmp_path: Path
) -> None:
    project = await make_project(IRIS)
    await with_own_data(client, services, project.id, "oaks and elms.csv")
    archive = await bundle(client, project.id)
    script, *others = archive.namelist()
    assert others == ["requirements.txt", "oaks and elms.csv"]
    assert archive.read("oaks and elms.csv") == TABLE
    *commands, _, _ = needed = archive.read("requirements.txt").decode().splitlines()
    assert commands == ["# pip install -r requirements.txt", f"# python {script}"]
    needed = needed[len(commands) :]
    assert [package.partition(">")[0] for package in needed] == ["keras", "tensorflow"]
    archive.extractall(tmp_path)
    command = [sys.executable, "-I", script]
    ended = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert len(list(tmp_path.glob("*.keras"))) == 1


async def test_a_bundle_of_built_in_data_holds_the_script_alone(
    client: AsyncClient, make_project: Any
) -> None:
    project = await make_project(IRIS)
    archive = await bundle(client, project.id)
    assert archive.namelist()[1:] == ["requirements.txt"]
    assert "scikit-learn" in archive.read("requirements.txt").decode().split()


@pytest.mark.parametrize("name", ["..", "train.py", "requirements.txt", "C:trees.csv", "con.csv"])
async def test_data_with_a_name_that_could_do_harm_is_given_another_one(
    client: AsyncClient, services: Services, make_project: Any, name: str
) -> None:
    project = await make_project(IRIS)
    await with_own_data(client, services, project.id, name)
    archive = await bundle(client, project.id)
    script, _, data = archive.namelist()
    assert data.endswith(".npz")
    assert is_safe(data)
    assert repr(data).replace("'", '"') in archive.read(script).decode()


HARMFUL = ["", ".", "..", "a/b", "a\\b", "a:b", "a|b", "a. ", "~a", "-rf", ".bashrc", "ä" * 101]
HARMFUL += ["NUL", "com1.csv", "x.PY", "Requirements.txt", "a\x00b", "a\nb", "a\u202eb"]


@pytest.mark.parametrize("name", HARMFUL)
def test_names_that_could_do_harm(name: str) -> None:
    assert not is_safe(name)


@pytest.mark.parametrize("name", ["trees.csv", "Bäume 2026 (neu).csv", "a.b.tsv", "data"])
def test_plain_names(name: str) -> None:
    assert is_safe(name)
