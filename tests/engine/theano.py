"""The old interpreter with Theano, for tests that need it; elsewhere they are skipped."""

import json
import os
import subprocess
from typing import Any

import pytest

from engine.machine.theano import OWN, python
from tests.engine.engines import ROOT

PYTHON = python()
needs_theano = pytest.mark.skipif(
    PYTHON is None,
    reason=f"no Theano here: no {OWN.parent.parent.name} with Theano 1.0.5 and Keras 2.3.1",
)


def run(source: str, given: Any = None) -> str:
    """Return what a source prints in the old interpreter; it reads `given` as JSON."""
    variables = {**os.environ, "KERAS_BACKEND": "theano"}
    process = subprocess.run(
        [str(PYTHON), "-c", source], cwd=ROOT, env=variables, input=json.dumps(given),
        capture_output=True, text=True, timeout=900, check=False,
    )  # fmt: skip
    assert process.returncode == 0, process.stderr[-3000:]
    return process.stdout
