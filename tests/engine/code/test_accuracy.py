"""The training script of every template reaches, seed for seed, what the run in the app reaches."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from engine import templates

ROOT = Path(__file__).parents[3]
NAMES = [template.id for template in templates.load()]
Metrics = dict[str, float]


@pytest.fixture(scope="module")
def reached() -> dict[str, tuple[Metrics, Metrics]]:
    """The metrics of the last epoch, in the app and by the script, of every template."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.engine.accuracy_cases", *NAMES],
        cwd=ROOT,
        env={**os.environ, "KERAS_BACKEND": "tensorflow"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    answers = map(json.loads, done.stdout.splitlines())
    return {answer["template"]: (answer["app"], answer["script"]) for answer in answers}


@pytest.mark.parametrize("template", NAMES)
def test_a_script_reaches_what_the_app_reaches(
    reached: dict[str, tuple[Metrics, Metrics]], template: str
) -> None:
    app, script = reached[template]
    assert app == pytest.approx(script, rel=1e-4)
    assert {"loss", "val_loss"} < set(app)
