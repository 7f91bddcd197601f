"""Training runs on Theano and CNTK, in real processes: from their start to the model of Keras 3."""

import json
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from engine.machine.old import ENGINES, get
from engine.processes.executors.handle import LocalHandle
from engine.processes.executors.local import LocalExecutor
from engine.protocol import (
    ArtefactEvent,
    BatchEvent,
    EpochEvent,
    EvaluationEvent,
    PhaseEvent,
    StartedEvent,
)
from engine.protocol.layers import LayersEvent
from tests.engine.old_engines import each_engine
from tests.engine.processes.test_worker import check_evaluation, check_progress, pick
from tests.engine.runs import all_events, final_event, train_command, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

PHASES = [
    *("starting", "loading data", "building", "compiling", "training"),
    *("evaluating", "saving"),
]
STOPPING = {"class": "EarlyStopping", "params": {"monitor": "loss", "baseline": 0.0}}
RATE = {"class": "ReduceLROnPlateau", "params": {"monitor": "loss", "patience": 1}}
RUNS = {
    "classes": ("iris", {"epochs": 3}, ["species"]),
    "convolutions": ("digits_convolution", {"epochs": 1}, ["score"]),
    "a sequence": ("waves_lstm", {"epochs": 1}, ["shape"]),
    "two inputs, shared layer": ("iris_shared", {"epochs": 3, "batch_size": 7}, ["species"]),
    "two outputs": ("digits_two_outputs", {"epochs": 1}, ["score"]),
    "regression, early stopping": ("diabetes", {"epochs": 40, "callbacks": [STOPPING, RATE]}, []),
    "no validation": ("iris", {"epochs": 1, "split": 0.0}, ["species"]),
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def executor() -> AsyncIterator[LocalExecutor]:
    """One executor for all runs, so that its spare hides most of the imports."""
    executor = LocalExecutor()
    yield executor
    await executor.close()


@each_engine
@pytest.mark.parametrize("case", RUNS)
async def test_a_run_from_its_start_to_its_model(
    engine: str, case: str, executor: LocalExecutor, tmp_path: Path
) -> None:
    template, training, classified = RUNS[case]
    command = train_command(tmp_path, template, engine, **training)
    events = await all_events(await executor.start(command.as_text()))
    end = final_event(events)
    assert (end.outcome, end.problem) == ("finished", None)
    assert [event.phase for event in events if isinstance(event, PhaseEvent)] == PHASES
    (started,) = pick(events, StartedEvent)
    assert isinstance(started, StartedEvent)
    assert {"keras": "2.3.1", engine: get(engine).version}.items() <= started.versions.items()
    check_progress(events, command.document)
    check_evaluation(events, command, classified)  # of Keras 3, and by the last epoch there
    announced = {event.name for event in events if isinstance(event, ArtefactEvent)}
    assert announced >= {"model.keras", "history.json", "results.json"}
    assert pick(events, LayersEvent)
    first, *_ = pick(events, EpochEvent)
    assert isinstance(first, EpochEvent)
    assert (first.learning_rate or 0) > 0
    assert (first.memory or 0) > 1 << 20


@each_engine
async def test_the_same_seed_gives_the_same_run(
    engine: str, executor: LocalExecutor, tmp_path: Path
) -> None:
    histories = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        command = train_command(tmp_path / name, "iris_two_inputs", engine, epochs=3, seed=7)
        events = await all_events(await executor.start(command.as_text()))
        histories.append([event.metrics for event in events if isinstance(event, EpochEvent)])
    assert len(histories[0]) == 3
    assert histories[0] == histories[1]


@each_engine
@pytest.mark.parametrize("when", ["now", "epoch"])
async def test_a_stopped_run_is_evaluated_and_saved(
    engine: str, when: str, executor: LocalExecutor, tmp_path: Path
) -> None:
    command = train_command(tmp_path, "iris", engine, epochs=100_000)
    handle = await executor.start(command.as_text())
    events = handle.events()
    await until(events, EpochEvent)
    await handle.stop("now" if when == "now" else "epoch")
    rest = [event async for event in events]
    assert (final_event(rest).outcome, final_event(rest).problem) == ("stopped", None)
    assert pick(rest, EvaluationEvent)
    assert (Path(command.output) / "model.keras").exists()
    history = json.loads((Path(command.output) / "history.json").read_text())
    assert history["epochs"]


@each_engine
async def test_a_run_that_compiles_is_stopped_at_once(
    engine: str, executor: LocalExecutor, tmp_path: Path
) -> None:
    command = train_command(tmp_path, "waves_lstm", engine, epochs=100_000)
    handle = await executor.start(command.as_text())
    events = handle.events()
    async for event in events:
        if event == PhaseEvent(phase="compiling"):
            break
    await handle.stop("now")
    rest = [event async for event in events]
    assert (final_event(rest).outcome, final_event(rest).problem) == ("stopped", None)


@each_engine
async def test_a_diverging_run_has_a_problem(
    engine: str, executor: LocalExecutor, tmp_path: Path
) -> None:
    sgd = {"class": "SGD", "params": {"learning_rate": 1e30}}
    command = train_command(tmp_path, "diabetes", engine, optimizer=sgd, callbacks=[], epochs=50)
    end = final_event(await all_events(await executor.start(command.as_text())))
    assert end.outcome == "diverged"
    assert end.problem is not None
    assert "epoch 1" in end.problem.message


@each_engine
async def test_no_process_outlives_a_killed_worker(
    engine: str, executor: LocalExecutor, tmp_path: Path
) -> None:
    command = train_command(tmp_path, "iris", engine, epochs=100_000)
    handle = await executor.start(command.as_text())
    assert isinstance(handle, LocalHandle)
    events = handle.events()
    await until(events, BatchEvent)
    children = Path(f"/proc/{handle.pid}/task/{handle.pid}/children").read_text().split()
    assert children
    os.kill(handle.pid, signal.SIGKILL)
    assert final_event([event async for event in events]).outcome == "killed"
    for child in children:
        assert not Path(f"/proc/{child}/cmdline").exists() or not _command(child)


def _command(process: str) -> bytes:
    """The command line of a process; empty if it has ended."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""


@pytest.mark.parametrize("engine", [id for id, row in ENGINES.items() if not row.is_complete()])
async def test_where_there_is_no_old_engine_a_run_says_how_to_get_it(
    engine: str, executor: LocalExecutor, tmp_path: Path
) -> None:
    command = train_command(tmp_path, "iris", engine)
    end = final_event(await all_events(await executor.start(command.as_text())))
    assert end.outcome == "user error"
    assert end.problem is not None
    assert end.problem.code == "backend_missing"
    assert f"make legacy-{engine}" in (end.problem.hint or "")
