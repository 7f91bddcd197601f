"""`python -m engine train` in a terminal."""

import json
import signal
import subprocess
import sys
from pathlib import Path

from engine.processes.executors.process import ROOT
from engine.protocol import EVENT, EpochEvent
from tests.engine.runs import document, final_event


def test_the_command_line_trains_and_stops_on_ctrl_c(tmp_path: Path) -> None:
    source = tmp_path / "iris.json"
    source.write_text(json.dumps(document("iris").to_json()))
    options = ["--backend", "jax", "--epochs", "100000", "--output", str(tmp_path / "run")]
    with subprocess.Popen(
        [sys.executable, "-m", "engine", "train", str(source), *options],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        events = []
        for text in process.stdout:
            events.append(EVENT.validate_json(text))
            if isinstance(events[-1], EpochEvent) and events[-1].epoch == 1:
                process.send_signal(signal.SIGINT)
    assert process.returncode == 0
    assert final_event(events).outcome == "stopped"
    assert (tmp_path / "run" / "model.keras").exists()
