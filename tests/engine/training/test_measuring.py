"""The numbers of layers and slow motion are those of Keras's own steps; measuring changes none."""

from pathlib import Path

import pytest

from engine.data.built_in import BUILT_IN
from engine.protocol import LayersEvent, RunEvent, Train
from engine.training.commands import Commands
from engine.training.measuring.measuring import MOST_EVENTS
from engine.training.run import train
from tests.engine.engines import INSTALLED, printed
from tests.engine.runs import document


@pytest.mark.parametrize("backend", INSTALLED)
def test_steps_are_those_of_keras(backend: str) -> None:
    apart = printed("training.step_cases", backend)
    assert len(apart) == (15 if backend == "tensorflow" else 14)
    for name, found in apart.items():
        assert found["layers"] > 1, name
        assert (found["still"], found["back"], found["again"]) == (0, 0, 0), name
        assert found["moved"] > 1e-5, name
        assert found["numbers"] < 1e-6, name
        assert found["weights"] < 1e-6, name


@pytest.mark.filterwarnings("ignore")  # saving a model warns where warnings are errors
def test_a_run_records_its_layers_in_bounded_size(tmp_path: Path) -> None:
    events: list[RunEvent] = []
    command = Train(document=document("iris", epochs=150), output=str(tmp_path))
    assert train(command, BUILT_IN, events.append, Commands()).outcome == "finished"
    said = [event for event in events if isinstance(event, LayersEvent)]
    assert 1 < len(said) <= MOST_EVENTS + 1  # the trained model is measured besides
    assert [event.epoch for event in said] == sorted(event.epoch for event in said)
    last = said[-1]
    assert last.epoch == 150
    assert {state.node for state in last.layers} == {("hidden",), ("species",)}
    for state in last.layers:
        assert state.gradient is not None
        assert state.update is not None
    assert last.layers[0].units == 16
    assert sum(len(event.model_dump_json()) for event in said) < 100_000
