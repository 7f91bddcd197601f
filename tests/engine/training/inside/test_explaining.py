"""Explanations on both backends: their numbers are those of their definitions."""

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

ROOT = Path(__file__).resolve().parents[4]
PLACES = {"copy_attention", "digits_convolution", "digits_residual", "reviews_text"}
"""Templates with nodes at which Grad-CAM can look."""
BRANCHED = {"copy_attention", "digits_convolution", "nested and shared"}
"""Templates without a node of few values on which alone everything after it depends."""


@pytest.mark.parametrize("backend", INSTALLED)
def test_explanations_are_those_of_their_definitions(backend: str) -> None:
    process = subprocess.run(
        [sys.executable, "-m", "tests.engine.training.inside.explanations"],
        cwd=ROOT, env=os.environ | environment(backend, "cpu", os.environ), capture_output=True,
        text=True, timeout=900, check=False,
    )  # fmt: skip
    assert process.returncode == 0, process.stderr[-3000:]
    distances, said = json.loads(process.stdout.splitlines()[-1])
    assert len(distances) == 6 + backends.get(backend).text
    assert {name: value for name, value in distances.items() if value > 1e-4} == {}
    expected = {template.id for template in templates.load()} | {"nested and shared"}
    if not backends.get(backend).text:
        expected.remove("reviews_text")
    assert said.keys() == expected
    for name, methods in said.items():
        assert methods == {
            "saliency": "explained",
            "occlusion": "explained",
            "grad_cam": "explained" if name in PLACES else "explain_no_places",
            "latent": "latent_nowhere" if name in BRANCHED else "set",
        }, name
