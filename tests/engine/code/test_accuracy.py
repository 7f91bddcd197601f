"""For the same seed, a template's training script reaches the same metrics as the app."""

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
def metrics() -> dict[str, tuple[Metrics, Metrics]]:
    """The metrics of the last epoch, in the app and by the script, of every template."""
    process = subprocess.run(
        [sys.executable, "-m", "tests.engine.accuracy_cases", *NAMES],
        cwd=ROOT,
        env={**os.environ, "KERAS_BACKEND": "tensorflow"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert process.returncode == 0, process.stderr[-3000:]
    answers = map(json.loads, process.stdout.splitlines())
    return {answer["template"]: (answer["app"], answer["script"]) for answer in answers}


@pytest.mark.parametrize("template", NAMES)
def test_script_and_app_reach_the_same_metrics(
    metrics: dict[str, tuple[Metrics, Metrics]], template: str
) -> None:
    app, script = metrics[template]
    assert app == pytest.approx(script, rel=1e-4)
    assert {"loss", "val_loss"} < set(app)
