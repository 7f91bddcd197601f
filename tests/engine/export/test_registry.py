"""Every format is written completely or not at all, and has one object in the registry."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import keras
import pytest

from engine.data.built_in import BUILT_IN
from engine.export.exporter import Exporter
from engine.export.keras_file import KERAS
from engine.export.registry import EVERY_RUN, EXPORTERS
from engine.protocol import LogEvent, RunEvent
from engine.training import run
from engine.training.commands import Commands
from tests.engine.runs import train_command

pytestmark = pytest.mark.filterwarnings(  # Keras on JAX
    "ignore:__array__ implementation:DeprecationWarning"
)
each_format = pytest.mark.parametrize("exporter", EXPORTERS, ids=lambda exporter: exporter.id)


@pytest.fixture(scope="module")
def model() -> keras.Model:
    return keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])


def test_no_two_formats_share_an_id_or_a_suffix() -> None:
    assert len({exporter.id for exporter in EXPORTERS}) == len(EXPORTERS)
    assert len({exporter.suffix for exporter in EXPORTERS}) == len(EXPORTERS)
    assert set(EVERY_RUN) <= set(EXPORTERS)


@each_format
def test_no_incomplete_file_is_left_behind(
    exporter: Exporter, model: keras.Model, tmp_path: Path
) -> None:
    (tmp_path / f"partial-model{exporter.suffix}").symlink_to("/dev/full")
    with pytest.raises(OSError, match="space"):
        exporter.save(model, tmp_path)
    assert list(tmp_path.iterdir()) == []
    path = exporter.save(model, tmp_path)
    assert list(tmp_path.iterdir()) == [path] == [tmp_path / f"model{exporter.suffix}"]


@each_format
def test_damage_is_found_before_the_file_gets_its_name(
    exporter: Exporter, model: keras.Model, tmp_path: Path
) -> None:
    def write(model: Any, path: Path) -> None:
        """Write the file, then flip a byte in the middle of it."""
        exporter.write(model, path)
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 0xFF
        path.write_bytes(data)

    with pytest.raises(OSError, match="not written completely"):
        replace(exporter, write=write).save(model, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_keras_file_gives_the_same_weights_back(model: keras.Model, tmp_path: Path) -> None:
    loaded = keras.saving.load_model(KERAS.save(model, tmp_path))
    assert [w.tolist() for w in loaded.get_weights()] == [w.tolist() for w in model.get_weights()]


def test_a_run_writes_what_it_can_and_names_what_is_missing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = replace(KERAS, id="other", title="Other", suffix=".other", requires=("no_such_module",))
    monkeypatch.setattr(run, "EVERY_RUN", (other, KERAS))
    events: list[RunEvent] = []
    command = train_command(tmp_path, "iris", epochs=1)
    assert run.train(command, BUILT_IN, events.append, Commands()).outcome == "finished"
    texts = [event.text for event in events if isinstance(event, LogEvent)]
    assert texts == ["There is no Other file: no_such_module is not installed."]
    assert (Path(command.output) / "model.keras").exists()


def test_the_registry_imports_no_keras() -> None:
    script = "import sys, engine.export.registry; sys.exit('keras' in sys.modules)"
    subprocess.run([sys.executable, "-c", script], check=True)
