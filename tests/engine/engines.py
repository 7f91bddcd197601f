"""The backends that tests compute on: TensorFlow and JAX, and PyTorch where it is installed."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from engine.machine.backends import BACKENDS, environment

INSTALLED = [backend.id for backend in BACKENDS if find_spec(backend.package)]
ROOT = Path(__file__).resolve().parents[2]


def printed(module: str, backend: str, *arguments: str, device: str = "cpu") -> Any:
    """Return what a module of tests.engine, in a process of its own, prints as JSON."""
    process = subprocess.run(
        [sys.executable, "-m", f"tests.engine.{module}", *arguments],
        cwd=ROOT, env=os.environ | environment(backend, device, os.environ), capture_output=True,
        text=True, timeout=900, check=False,
    )  # fmt: skip
    assert process.returncode == 0, process.stderr[-3000:]
    return json.loads(process.stdout)
