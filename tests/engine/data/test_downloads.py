"""Data sets that are downloaded once: without a network they say so; once there, they train."""

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import joblib
import numpy as np
import pytest

from engine.data.built_in import BUILT_IN
from engine.processes.executors.local import LocalExecutor
from engine.protocol import StartedEvent, Train
from engine.templates.proposing import Proposal, propose
from tests.conftest import ROOT
from tests.engine.runs import all_events, final_event

ROWS = 40
REMOTE = [data.id for data in BUILT_IN.sets if data.download]
LOAD = """
import json, sys
from engine.data.built_in import BUILT_IN
from engine.data.loading import load
from engine.problems import Problem
loaded = load(sys.argv[1], BUILT_IN)
print(json.dumps(loaded.code if isinstance(loaded, Problem) else
    {name: rows.shape for name, rows in loaded.items()}))
"""


def without_network(folder: Path) -> dict[str, str]:
    """An environment with an empty cache, in which every connection is refused."""
    nowhere = dict.fromkeys(("http_proxy", "https_proxy"), "http://127.0.0.1:1")
    own = {"KERAS_HOME": str(folder), "SCIKIT_LEARN_DATA": str(folder), "no_proxy": ""}
    return {**os.environ, **nowhere, **own, "KERAS_BACKEND": "jax"}


def loaded(data: str, folder: Path) -> object:
    """What another process says of a data set: the code of a problem, or the shapes."""
    command = [sys.executable, "-c", LOAD, data]
    environment = without_network(folder)
    ended = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    return json.loads(ended.stdout.splitlines()[-1])


def write_fashion(folder: Path) -> Path:
    """Write a small Fashion-MNIST where Keras keeps the real one."""
    kept = folder / "datasets" / "fashion-mnist"
    kept.mkdir(parents=True)
    rng = np.random.default_rng(0)
    for part in ("train", "t10k"):
        labels = (np.arange(ROWS) % 10).astype("uint8").tobytes()
        images = rng.integers(0, 256, ROWS * 28 * 28, "uint8").tobytes()
        (kept / f"{part}-labels-idx1-ubyte.gz").write_bytes(gzip.compress(bytes(8) + labels))
        (kept / f"{part}-images-idx3-ubyte.gz").write_bytes(gzip.compress(bytes(16) + images))
    return kept


@pytest.mark.parametrize("data", REMOTE)
def test_without_a_network_nothing_is_left_behind(data: str, tmp_path: Path) -> None:
    assert loaded(data, tmp_path) == "needs_network"
    assert [path for path in tmp_path.rglob("*") if path.is_file() and path.suffix != ".json"] == []


def test_what_is_there_needs_no_network(tmp_path: Path) -> None:
    write_fashion(tmp_path)
    assert loaded("fashion_mnist", tmp_path) == {"image": [ROWS, 28, 28, 1], "article": [ROWS]}


def test_what_scikit_learn_has_fetched_needs_no_network(tmp_path: Path) -> None:
    rows = np.random.default_rng(0).uniform(1, 9, (ROWS, 9))
    joblib.dump(rows, tmp_path / "cal_housing_py3.pkz", compress=6)
    assert loaded("california_housing", tmp_path) == {"features": [ROWS, 8], "value": [ROWS, 1]}


def test_half_a_file_is_named_as_such(tmp_path: Path) -> None:
    images = write_fashion(tmp_path) / "train-images-idx3-ubyte.gz"
    images.write_bytes(images.read_bytes()[:-5_000])
    assert loaded("fashion_mnist", tmp_path) == "data_unreadable"


async def test_a_run_trains_on_what_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_fashion(tmp_path)
    for name, value in without_network(tmp_path).items():
        monkeypatch.setenv(name, value)
    data = BUILT_IN.find("fashion_mnist")
    assert data is not None
    proposal = propose(data, data.id)
    assert isinstance(proposal, Proposal)
    document = proposal.document
    training = document.training.model_copy(update={"epochs": 1})
    target = document.target.model_copy(update={"backend": "jax"})
    document = document.model_copy(update={"training": training, "target": target})
    (tmp_path / "run").mkdir()
    executor = LocalExecutor(spare=False)
    command = Train(document=document, output=str(tmp_path / "run"))
    events = await all_events(await executor.start(command.as_text()))
    await executor.close()
    assert final_event(events).outcome == "finished"
    (started,) = [event for event in events if isinstance(event, StartedEvent)]
    assert started.samples + started.validation_samples + started.test_samples == ROWS
