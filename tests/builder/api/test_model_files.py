"""Large files of models: they are uploaded in parts, and read in the reader."""

import json
import os
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from django.test import AsyncClient

from builder.datasets import files
from tests.builder.api.test_imports import codes

UPLOADS = "/api/import/uploads"
LARGEST_BODY = 20_000_000
LAYERS = [
    {"class_name": "InputLayer", "config": {"batch_input_shape": [None, 4], "name": "x"}},
    {"class_name": "Dense", "config": {"name": "y", "units": 2}},
]
MODEL = {"class_name": "Sequential", "config": {"name": "m", "layers": LAYERS}}


def hdf5(path: Path, attributes: dict[str, str]) -> bytes:
    """A file of more bytes than one request may have."""
    with h5py.File(path, "w") as file:
        file.attrs.update(attributes)
        file.create_dataset("model_weights", data=np.ones(LARGEST_BODY // 4 + 1, "float32"))
    return path.read_bytes()


async def send(client: AsyncClient, data: bytes) -> Any:
    """Upload a file, and ask for its model."""
    begun = await client.post(
        UPLOADS, json.dumps({"bytes": len(data)}), content_type="application/json"
    )
    assert begun.status_code == 201
    upload = begun.json()
    for offset in range(0, len(data), upload["part"]):
        part = data[offset : offset + upload["part"]]
        path = f"{UPLOADS}/{upload['id']}?offset={offset}&bytes={len(data)}"
        sent = await client.put(path, part, content_type="application/octet-stream")
        assert sent.json()["received"] == offset + len(part)
    return await client.post(f"{UPLOADS}/{upload['id']}/model")


async def test_a_large_hdf5_file_is_read_and_removed(client: AsyncClient, tmp_path: Path) -> None:
    data = hdf5(tmp_path / "m.h5", {"model_config": json.dumps(MODEL), "keras_version": "2.4.0"})
    assert len(data) > LARGEST_BODY
    answer = await send(client, data)
    assert answer.status_code == 200
    layers = [node["layer"] for node in answer.json()["document"]["graphs"][0]["nodes"]]
    assert layers == ["Input", "Dense"]
    assert list(files.folder("models").iterdir()) == []


@pytest.mark.parametrize("data", [b"\x89HDF", b"PK"])
async def test_other_files_are_refused_and_removed(client: AsyncClient, data: bytes) -> None:
    answer = await send(client, data)
    assert answer.status_code == 422
    assert codes(answer) == ["import_bad_hdf5"]
    assert list(files.folder("models").iterdir()) == []


async def test_a_file_over_the_limit_is_refused(client: AsyncClient, settings: Any) -> None:
    settings.MAX_DATA_BYTES = 10
    body = json.dumps({"bytes": 11})
    begun = await client.post(UPLOADS, body, content_type="application/json")
    assert (begun.status_code, codes(begun)) == (413, ["model_too_large"])
    part = await client.put(f"{UPLOADS}/none?offset=0&bytes=11", b"x", content_type="text/plain")
    assert part.status_code == 413


async def test_a_part_has_its_place(client: AsyncClient) -> None:
    begun = await client.post(UPLOADS, '{"bytes": 4}', content_type="application/json")
    path = f"{UPLOADS}/{begun.json()['id']}"
    wrong = await client.put(f"{path}?offset=2&bytes=4", b"ab", content_type="text/plain")
    assert (wrong.status_code, codes(wrong)) == (409, ["upload_offset"])
    long = await client.put(f"{path}?offset=0&bytes=4", b"abcde", content_type="text/plain")
    assert (long.status_code, codes(long)) == (422, ["upload_too_long"])
    assert (await client.delete(path)).status_code == 204
    assert (await client.post(f"{path}/model")).status_code == 404


async def test_uploads_are_few_at_a_time_and_idle_ones_make_way(client: AsyncClient) -> None:
    async def begin() -> Any:
        return await client.post(UPLOADS, '{"bytes": 4}', content_type="application/json")

    for _ in range(files.MOST_MODELS):
        assert (await begin()).status_code == 201
    refused = await begin()
    assert (refused.status_code, codes(refused)) == (409, ["too_many_models"])
    idle = next(files.folder("models").iterdir())
    os.utime(idle, (0, 0))
    assert (await begin()).status_code == 201
    assert not idle.exists()
