"""Every kind of data: the script and its data, unpacked elsewhere, reach the app's metrics.

Both train in processes of their own, on TensorFlow or JAX.
"""

import ast
import io
import json
import random
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from django.test import AsyncClient

from builder import database
from builder.datasets import actions
from builder.services import Services
from builder.wire.schemas import ProjectOut
from engine.data.catalogue import DataSets
from engine.document import Document
from engine.protocol import EvaluationEvent, Train
from tests.builder.conftest import new_batch
from tests.builder.datasets.helpers import bring
from tests.builder.datasets.test_bundle import bundle
from tests.builder.datasets.test_using import hash_of
from tests.engine.data.files.archives import cells, npz, picture, workbook, zipped
from tests.engine.data.files.test_masks import png
from tests.engine.scripts import events, run
from tests.engine.training.kinds import BUNDLED

ROWS = 40
KINDS = ["elm", "oak", "beech"]
WORDS = ["good", "fine", "warm", "bad", "cold", "late"]


def table() -> list[list[Any]]:
    """A header, and rows of numbers, a date and classes, some of them missing."""
    draw = random.Random(0)
    rows: list[list[Any]] = [["length", "width", "day", "soil", "kind"]]
    for row in range(ROWS):
        width = "" if row % 9 == 5 else round(draw.gauss(row % 3, 0.3), 2)
        day, soil = f"2026-0{row % 3 + 1}-1{row % 7}", ["clay", "sand", ""][draw.randrange(3)]
        rows.append([round(draw.gauss(3 * (row % 3), 1), 2), width, day, soil, KINDS[row % 3]])
    return rows


def in_text() -> bytes:
    lines = (";".join(str(cell).replace(".", ",") for cell in row) for row in table())
    return "\n".join(lines).encode()


def objects() -> list[dict[str, Any]]:
    header, *rows = table()
    return [
        {name: cell for name, cell in zip(header, row, strict=True) if cell != ""} for row in rows
    ]


def in_parquet() -> bytes:
    file = io.BytesIO()
    pl.DataFrame(objects()).write_parquet(file)
    return file.getvalue()


def pictures(folders: bool) -> dict[str, bytes]:
    """Images of three kinds, each a little different, in a folder for each kind or in one."""
    names = (f"{KINDS[row % 3]}/{row}.png" if folders else f"images/{row}.png" for row in range(24))
    return {name: picture(20, 16, 60 * (row % 3) + row) for row, name in enumerate(names)}


def labelled() -> bytes:
    rows = "".join(f"{row}.png,{KINDS[row % 3]}\n" for row in range(24))
    return zipped({"labels.csv": f"file,label\n{rows}", **pictures(folders=False)})


def masked() -> bytes:
    members = {}
    for number in range(12):
        mask = np.zeros((20, 16), "uint8")
        mask[number % 8 : number % 8 + 8, 4:12] = 255
        pixels = np.stack([255 - mask, mask, mask], -1) // 2 + number
        members |= {f"images/{number}.png": png(pixels), f"masks/{number}.png": png(mask)}
    return zipped(members)


def reviews() -> bytes:
    draw = random.Random(0)
    return zipped(
        {
            f"{kind}/{row}.txt": " ".join(draw.choices(WORDS[3 * at : 3 * at + 4], k=8))
            for at, kind in enumerate(("warm", "late"))
            for row in range(20)
        }
    )


def arrays() -> bytes:
    generator = np.random.default_rng(0)
    y = np.arange(ROWS) % 3
    return npz(x=generator.normal(y[:, None, None], 1, (ROWS, 6, 2)).astype("float32"), y=y)


def points() -> bytes:
    """Points as the page writes what was drawn."""
    draw = random.Random(0)
    rows = ((draw.uniform(-1, 1), draw.uniform(-1, 1)) for _ in range(ROWS))
    lines = (f"{x:.4f},{y:.4f},{'A' if x * y > 0 else 'B'}" for x, y in rows)
    return "\n".join(["x,y,label", *lines, ""]).encode()


STORY = "One day it began, and then it went on and on. " * 12

Content = Callable[[], bytes]
FILES: dict[str, tuple[str, Content]] = {
    "a table": ("trees.csv", in_text),
    "a workbook": ("trees.xlsx", lambda: workbook({"A &amp; B": cells(table())})),
    "Parquet": ("trees.parquet", in_parquet),
    "JSON lines": ("trees.jsonl", lambda: "\n".join(map(json.dumps, objects())).encode()),
    "a list in JSON": ("trees.json", lambda: json.dumps(objects()).encode()),
    "arrays": ("waves.npz", arrays),
    "images in folders": ("trees.zip", lambda: zipped(pictures(folders=True))),
    "images with a table of labels": ("trees.zip", labelled),
    "images with masks": ("leaves.zip", masked),
    "texts in folders": ("reviews.zip", reviews),
    "a plain text": ("story.txt", STORY.encode),
    "drawn points": ("points.csv", points),
}  # fmt: skip
BACKENDS = {
    "a table": ("tensorflow", "jax"),
    "a workbook": ("jax",),
    "Parquet": ("tensorflow",),
    "JSON lines": ("jax",),
    "a list in JSON": ("tensorflow",),
    "arrays": ("tensorflow",),
    "images in folders": ("tensorflow",),
    "images with a table of labels": ("tensorflow",),
    "images with masks": ("jax",),
    "texts in folders": ("tensorflow",),
    "a plain text": ("jax",),
    "drawn points": ("tensorflow", "jax"),
}
"""Where each kind trains. Scripts read files with the same code on both, so most train on one."""
TASKS = dict.fromkeys(FILES, "classification") | {
    "images with masks": "segmentation",
    "texts in folders": "binary",
    "a plain text": "forecast",
    "drawn points": "binary",
}
OWN_BACKEND = {"texts in folders": "tensorflow"}
"""The only backend that has the layers that are proposed."""
CASES = [(kind, backend) for kind in FILES for backend in BACKENDS[kind]]


@pytest.mark.parametrize(("kind", "backend"), CASES)
async def test_a_script_reaches_the_metrics_of_the_app(  # noqa: PLR0913, PLR0917
    kind: str,
    backend: str,
    client: AsyncClient,
    services: Services,
    project: ProjectOut,
    home: Path,
    tmp_path: Path,
) -> None:
    name, content = FILES[kind]
    file = await bring(client, services, project.id, content(), name)
    assert file.description is not None, file.problems
    assert file.description.data.task == TASKS[kind]
    proposal = (
        await client.get(f"/api/projects/{project.id}/proposal?data={hash_of(file)}")
    ).json()
    assert proposal["backend"] == OWN_BACKEND.get(kind)
    document = proposal["document"]
    document["training"]["epochs"] = 2
    document["target"] = {"backend": backend}
    await replace(client, project.id, document)

    sets = DataSets.model_validate(await database.read(actions.data_sets, project.id))
    named = DataSets(sets=sets.sets)
    trained, elsewhere = tmp_path / "trained", tmp_path / "elsewhere"
    trained.mkdir()
    command = Train(document=Document.model_validate(document), output=str(trained), data=named)
    happened = events(command, home / "data" / "rows")
    (event,) = (event for event in happened if isinstance(event, EvaluationEvent))

    archive = await bundle(client, project.id)
    script, *others = archive.namelist()
    assert others == ["requirements.txt", name]
    archive.extractall(elsewhere)
    output = run((elsewhere / script).read_text("utf-8"), elsewhere)
    (text,) = re.findall(r"^Evaluation on the \w+ rows: (.*)$", output, re.MULTILINE)
    printed = ast.literal_eval(text)
    assert printed == pytest.approx(event.metrics, rel=1e-3)


def test_jax_trains_what_the_test_of_proposals_leaves_to_this_one() -> None:
    assert {TASKS[kind] for kind, backend in CASES if backend == "jax"} == BUNDLED


async def replace(client: AsyncClient, project: str, document: dict[str, Any]) -> None:
    """Put a document in the place of the project's."""
    operations = [{"type": "replace", "document": document}]
    body = json.dumps({"id": new_batch(), "base": 0, "operations": operations})
    path = f"/api/projects/{project}/operations"
    answer = await client.post(path, body, content_type="application/json")
    assert answer.json()["refused"] == []
