"""Architectures of keras.applications, imported from their JSON, equal Keras's models.

Compares parameter counts, shapes and the configuration except for names, of the model that the
engine builds and of the one that the generated code builds.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.engine.application_cases import NAMES

ROOT = Path(__file__).parents[3]
PARTS = (NAMES[::2], NAMES[1::2])  # for two processes


@pytest.fixture(scope="module")
def answers() -> dict[str, dict[str, Any]]:
    """The output of two fresh processes, by architecture."""
    environment = {**os.environ, "KERAS_BACKEND": "jax", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.engine.application_cases"]
    processes = [
        subprocess.Popen([*command, *names], stdout=subprocess.PIPE, text=True, env=environment)
        for names in PARTS
    ]
    lines = [line for process in processes for line in process.communicate()[0].splitlines()]
    assert [process.returncode for process in processes] == [0, 0]
    return {answer["name"]: answer for answer in map(json.loads, lines)}


@pytest.mark.parametrize("name", NAMES)
def test_application(answers: dict[str, dict[str, Any]], name: str) -> None:
    differences = {
        key: value for key, value in answers[name].items() if key not in ("name", "seconds")
    }
    assert differences == {"problems": [], "check": [], "counted": [], "built": [], "code": []}
