"""Measures in a process of its own for each backend, as a training run has one."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from bench import Row
from engine.machine.backends import environment

ROOT = Path(__file__).resolve().parent.parent
BACKENDS = ("tensorflow", "jax")


def rows_on(backend: str, module: str, *arguments: str) -> Iterator[Row]:
    """Yield the rows that `python -m MODULE BACKEND ARGUMENTS` prints as JSON."""
    process = subprocess.run(
        [sys.executable, "-m", module, backend, *arguments],
        cwd=ROOT,
        env=os.environ | environment(backend, "cpu", os.environ),
        stdout=subprocess.PIPE,
        check=True,
    )
    for row in json.loads(process.stdout):
        yield Row(*row)
