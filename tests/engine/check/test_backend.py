"""The check runs on JAX, whatever was imported before it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]

CHECK = """
from engine.check import check
from tests.engine.documents import chain, node
document = chain(
    node("a", "Input", shape=[5, 4]), node("b", "LSTM", units=3), node("c", "Dense", units=2)
)
verdict = check(document)
import keras
print(keras.config.backend(), verdict.nodes["b"].multiply_adds)
"""


def run(first: str) -> subprocess.CompletedProcess[str]:
    """Check a document in a fresh process that imports `first` before the check."""
    environment = {key: value for key, value in os.environ.items() if key != "KERAS_BACKEND"}
    return subprocess.run(
        [sys.executable, "-c", f"import {first}\n{CHECK}"],
        cwd=ROOT,
        env=environment | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


@pytest.mark.parametrize(
    "first", ["engine.check", "engine.keras.build", "engine.training.compiling"]
)
def test_the_check_runs_on_jax_for_any_order_of_imports(first: str) -> None:
    result = run(first)
    assert result.stdout.split() == ["jax", "420"], result.stderr[-2000:]


def test_the_check_raises_if_keras_runs_on_another_backend() -> None:
    """Someone imported Keras before the engine, and Keras chose its own default backend."""
    result = run("os; os.environ['KERAS_BACKEND'] = 'tensorflow'; import keras")
    assert result.returncode != 0
    assert "The check needs Keras on jax, and Keras runs on tensorflow" in result.stderr
