"""Rows that are read in batches train like rows in memory, without taking their memory."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from engine.machine.backends import environment

ROOT = Path(__file__).resolve().parents[3]


def printed(module: str, backend: str, *arguments: str) -> Any:
    """What a module of this folder prints as JSON on a backend."""
    process = subprocess.run(
        [sys.executable, "-m", f"tests.engine.training.{module}", *arguments],
        cwd=ROOT, env=os.environ | environment(backend, "cpu", os.environ), capture_output=True,
        text=True, timeout=900, check=False,
    )  # fmt: skip
    assert process.returncode == 0, process.stderr[-3000:]
    return json.loads(process.stdout)


@pytest.mark.parametrize("backend", ["tensorflow", "jax"])
def test_rows_in_batches_train_to_the_same_weights(backend: str, tmp_path: Path) -> None:
    apart = printed("batch_cases", backend, "weights", str(tmp_path))
    assert len(apart) == (9 if backend == "tensorflow" else 4)
    for name, (weights, metrics) in apart.items():
        assert weights == pytest.approx(0, abs=1e-6), name
        assert metrics == pytest.approx(0, abs=1e-5), name


@pytest.mark.parametrize("backend", ["tensorflow", "jax"])
def test_mapped_rows_do_not_fill_the_memory(backend: str, tmp_path: Path) -> None:
    measured = printed("batch_cases", backend, "memory", str(tmp_path))
    assert measured["looks"] > 100
    assert measured["growth"] < measured["data"] / 2
