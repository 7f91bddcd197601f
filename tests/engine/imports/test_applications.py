"""Architectures of keras.applications, imported from their JSON, are what Keras made.

Parameters, shapes and the whole configuration up to names, of the model that the engine builds
and of the one that the generated code makes.
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
SHARES = (NAMES[::2], NAMES[1::2])  # two processes at a time


@pytest.fixture(scope="module")
def answers() -> dict[str, dict[str, Any]]:
    """What two fresh processes say, by architecture."""
    environment = {**os.environ, "KERAS_BACKEND": "jax", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "tests.engine.application_cases"]
    processes = [
        subprocess.Popen([*command, *share], stdout=subprocess.PIPE, text=True, env=environment)
        for share in SHARES
    ]
    lines = [line for process in processes for line in process.communicate()[0].splitlines()]
    assert [process.returncode for process in processes] == [0, 0]
    said = map(json.loads, lines)
    return {one["name"]: one for one in said}


@pytest.mark.parametrize("name", NAMES)
def test_application(answers: dict[str, dict[str, Any]], name: str) -> None:
    answer = {key: one for key, one in answers[name].items() if key not in ("name", "seconds")}
    assert answer == {"problems": [], "check": [], "counted": [], "built": [], "code": []}
