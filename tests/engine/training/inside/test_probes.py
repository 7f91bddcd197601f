"""Probes on every template and both backends: the values are those of Keras's own layers."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine import templates
from engine.machine import backends
from engine.machine.backends import environment
from tests.engine.engines import INSTALLED
from tests.engine.imports.test_weights import nested_and_shared

ROOT = Path(__file__).resolve().parents[4]


@pytest.mark.parametrize("backend", INSTALLED)
def test_probed_values_are_those_of_the_layers(backend: str) -> None:
    process = subprocess.run(
        [sys.executable, "-m", "tests.engine.training.inside.cases"],
        cwd=ROOT, env=os.environ | environment(backend, "cpu", os.environ), capture_output=True,
        text=True, timeout=900, check=False,
    )  # fmt: skip
    assert process.returncode == 0, process.stderr[-3000:]
    apart = dict(json.loads(line) for line in process.stdout.splitlines())
    every = {template.id: len(template.document.main.nodes) for template in templates.load()}
    every["nested and shared"] = len(nested_and_shared().main.nodes) + 1
    if not backends.get(backend).text:
        del every["reviews_text"]
    assert apart.keys() == every.keys()
    for name, (nodes, distance) in apart.items():
        assert nodes >= every[name], name
        assert distance < 1e-5, name
