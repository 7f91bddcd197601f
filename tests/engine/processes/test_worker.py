"""Training runs in real worker processes, on TensorFlow and JAX."""

import json
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import keras
import numpy as np
import pytest
import pytest_asyncio

from engine.data.bindings import bind, columns
from engine.data.built_in import BUILT_IN
from engine.data.loading import load
from engine.data.splitting import split_rows
from engine.data.stores import FOLDER
from engine.document import Document
from engine.graph.index import inputs as model_inputs
from engine.graph.index import outputs as model_outputs
from engine.machine.backends import COMPILED
from engine.processes.executors.handle import Limits, LocalHandle
from engine.processes.executors.local import LocalExecutor
from engine.processes.executors.process import Share, Worker, spawn
from engine.protocol import (
    EVENT,
    ArtefactEvent,
    BatchEvent,
    EndedEvent,
    EpochEvent,
    EvaluationEvent,
    LogEvent,
    PhaseEvent,
    RunEvent,
    StartedEvent,
    Stop,
    Train,
    line,
)
from tests.engine.engines import INSTALLED
from tests.engine.runs import all_events, final_event, train_command, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

PHASES = [
    *("starting", "loading data", "building", "training"),
    *("evaluating", "saving"),
]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def executor() -> AsyncIterator[LocalExecutor]:
    """One executor for all runs, so that its spare hides most of the imports."""
    executor = LocalExecutor()
    yield executor
    await executor.close()


def pick(events: list[RunEvent], kind: type[RunEvent]) -> list[RunEvent]:  # type: ignore[valid-type]
    """Return the events of one kind."""
    return [event for event in events if isinstance(event, kind)]


RUNS = {
    "classes and a picture": ("digits_two_outputs", {"epochs": 2}, ["score"]),
    "two inputs, shared layer": ("iris_shared", {"epochs": 3, "batch_size": 7}, ["species"]),
    "regression, early stopping": (
        "diabetes",
        {
            "epochs": 40,
            "callbacks": [
                {"class": "EarlyStopping", "params": {"monitor": "loss", "baseline": 0.0}},
                {"class": "ReduceLROnPlateau"},
                {"class": "TerminateOnNaN"},
            ],
        },
        [],
    ),
    "no validation": ("iris", {"epochs": 1, "split": 0.0}, ["species"]),
}


@pytest.mark.parametrize("case", RUNS)
@pytest.mark.parametrize("backend", INSTALLED)
async def test_a_run_from_its_start_to_its_model(
    case: str, backend: str, executor: LocalExecutor, tmp_path: Path
) -> None:
    template, training, classified = RUNS[case]
    command = train_command(tmp_path, template, backend, **training)
    events = await all_events(await executor.start(command.as_text()))
    assert final_event(events).model_dump(exclude={"seconds"}) == {
        "type": "ended",
        "outcome": "finished",
        "problem": None,
    }
    assert [event.phase for event in events if isinstance(event, PhaseEvent)] == PHASES
    check_progress(events, command.document)
    check_evaluation(events, command, classified)
    check_artefacts(events, Path(command.output))


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # Keras on JAX
@pytest.mark.parametrize("backend", INSTALLED)
async def test_training_leaves_the_weights_of_a_frozen_layer_alone(
    backend: str, executor: LocalExecutor, tmp_path: Path
) -> None:
    command = train_command(tmp_path, "iris", backend, epochs=2)
    values = command.document.to_json()
    hidden = next(node for node in values["graphs"][0]["nodes"] if node["id"] == "hidden")
    hidden["frozen"] = True
    hidden["params"]["kernel_initializer"] = {"class": "Constant", "params": {"value": 0.125}}
    document = Document.model_validate(values)
    events = await all_events(
        await executor.start(command.model_copy(update={"document": document}).as_text())
    )
    assert final_event(events).outcome == "finished"
    model = keras.saving.load_model(Path(command.output) / "model.keras")
    kernel, bias = model.get_layer("hidden").get_weights()
    assert np.array_equal(kernel, np.full_like(kernel, 0.125))
    assert not bias.any()
    assert model.get_layer("species").get_weights()[1].any()
    assert [layer.trainable for layer in model.layers] == [True, False, True]


def check_progress(events: list[RunEvent], document: Document) -> None:
    """Every epoch once and in order, batches only inside their epoch, plausible numbers."""
    (started,) = pick(events, StartedEvent)
    assert isinstance(started, StartedEvent)
    assert started.samples + started.validation_samples == len(evaluated(document)[2])
    epochs = [event for event in events if isinstance(event, EpochEvent)]
    assert [event.epoch for event in epochs] == list(range(1, len(epochs) + 1))
    assert 1 <= len(epochs) <= document.training.epochs
    assert ("val_loss" in epochs[0].metrics) == (started.validation_samples > 0)
    epoch = seconds = 0.0
    for event in events:
        if isinstance(event, BatchEvent | EpochEvent):
            assert event.epoch == epoch + 1
            assert event.seconds >= seconds
            assert "loss" in event.metrics
            seconds, epoch = event.seconds, epoch + isinstance(event, EpochEvent)
        if isinstance(event, BatchEvent):
            assert 1 <= event.step <= event.steps == started.steps
    assert any(isinstance(event, BatchEvent) for event in events)


def evaluated(document: Document) -> tuple[list[np.ndarray], list[np.ndarray], np.ndarray]:
    """The inputs and targets of the rows that are evaluated, and all rows' indices."""
    inputs, outputs = model_inputs(document.main), model_outputs(document.main)
    fed, targets, _ = bind(document, inputs, outputs, BUILT_IN)
    arrays = load(document.training.data, BUILT_IN)
    assert isinstance(arrays, dict)
    rows = len(next(iter(arrays.values())))
    training, validation = split_rows(rows, document.training.split, document.training.seed)
    evaluated_rows = validation if len(validation) else training
    return (
        [arrays[fed[node][0]][evaluated_rows] for node in inputs],
        [arrays[targets[node][0]][evaluated_rows] for node in outputs],
        np.arange(rows),
    )


def check_evaluation(events: list[RunEvent], command: Train, classified: list[str]) -> None:
    """The saved model, loaded here (on JAX), must agree with the evaluation."""
    (evaluation,) = pick(events, EvaluationEvent)
    assert isinstance(evaluation, EvaluationEvent)
    assert evaluation.on == ("validation" if command.document.training.split else "training")
    inputs, targets, _ = evaluated(command.document)
    assert evaluation.samples == len(targets[0])
    model = keras.saving.load_model(Path(command.output) / "model.keras")
    single = inputs if len(inputs) > 1 else inputs[0]
    predicted = keras.tree.flatten(model.predict(single, verbose=0, batch_size=2000))
    outputs = model_outputs(command.document.main)
    assert [confusion.node for confusion in evaluation.confusions] == classified
    for confusion in evaluation.confusions:
        index = outputs.index(confusion.node)
        matrix = np.zeros_like(np.array(confusion.matrix))
        np.add.at(matrix, (targets[index], predicted[index].argmax(-1)), 1)
        assert np.array(confusion.matrix).tolist() == matrix.tolist()
        assert matrix.sum() == evaluation.samples
        _, bound, _ = bind(command.document, (), outputs, BUILT_IN)
        column = columns(command.document, bound, BUILT_IN)[confusion.node]
        assert confusion.labels == column.classes
    if not classified:
        rmse = float(np.sqrt(np.mean((predicted[0] - targets[0]) ** 2)))
        assert evaluation.metrics["rmse"] == pytest.approx(rmse, rel=1e-4)
        assert evaluation.metrics["r2"] == pytest.approx(1 - rmse**2 / targets[0].var(), abs=1e-4)
    last = [event for event in events if isinstance(event, EpochEvent)][-1].metrics
    if evaluation.on == "validation":
        assert evaluation.metrics["loss"] == pytest.approx(last["val_loss"], rel=1e-4)


def on_validation(event: RunEvent) -> bool:
    return isinstance(event, EvaluationEvent) and event.on == "validation"


def check_artefacts(events: list[RunEvent], folder: Path) -> None:
    """The announced files, and the checkpoint, are those in the folder."""
    announced = {event.name: event.bytes for event in events if isinstance(event, ArtefactEvent)}
    kept = {file.name: file.stat().st_size for file in folder.iterdir()}
    assert kept.pop("checkpoint.npz") > 0
    assert announced == kept
    part = "validation" if any(on_validation(event) for event in events) else "training"
    results = {"results.json", f"predictions-{part}.npz", f"predictions-{part}.csv"}
    assert set(announced) == {"model.keras", "history.json"} | results
    epochs = [event for event in events if isinstance(event, EpochEvent)]
    history = json.loads((folder / "history.json").read_text())
    assert [epoch["metrics"] for epoch in history["epochs"]] == [e.metrics for e in epochs]


async def test_the_same_seed_gives_the_same_run(executor: LocalExecutor, tmp_path: Path) -> None:
    histories = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        command = train_command(tmp_path / name, "iris_two_inputs", epochs=3, seed=7)
        events = await all_events(await executor.start(command.as_text()))
        histories.append([event.metrics for event in events if isinstance(event, EpochEvent)])
    assert len(histories[0]) == 3
    assert histories[0] == histories[1]


@pytest.mark.parametrize("when", ["now", "epoch"])
async def test_a_stopped_run_is_evaluated_and_saved(
    when: str, executor: LocalExecutor, tmp_path: Path
) -> None:
    command = train_command(tmp_path, "digits_dense", epochs=100_000)
    handle = await executor.start(command.as_text())
    events = handle.events()
    await until(events, EpochEvent)
    await handle.stop("now" if when == "now" else "epoch")
    rest = [event async for event in events]
    assert final_event(rest).outcome == "stopped"
    assert final_event(rest).problem is None
    assert pick(rest, EvaluationEvent)
    assert (Path(command.output) / "model.keras").exists()


async def test_a_worker_answers_commands_while_it_trains(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(COMPILED, raising=False)
    monkeypatch.setenv(FOLDER, str(tmp_path / "rows"))
    command = train_command(tmp_path, "digits_dense", epochs=100_000)
    worker = await spawn("jax", "cpu", Share(memory=0, niceness=7), warm=False)
    await worker.send(command.as_text().line())
    events = events_of(worker)
    await until(events, EpochEvent)
    worker.stdin.write(b'{"type": "fly"}\nno JSON\n')
    answers = [await until(events, LogEvent) for _ in range(2)]
    await worker.send(command.as_text().line())
    answers.append(await until(events, LogEvent))
    texts = [answer.text for answer in answers if isinstance(answer, LogEvent)]
    assert all(text.startswith("A command was not understood") for text in texts[:2])
    assert "fly" in texts[0]
    assert texts[2] == "This process has a run already: a second run was not started."
    await until(events, BatchEvent)  # it still trains
    assert worker.scratch.is_dir()
    assert os.getpriority(os.PRIO_PROCESS, worker.pid) == os.getpriority(os.PRIO_PROCESS, 0) + 7
    autogroup = Path(f"/proc/{worker.pid}/autogroup")
    if autogroup.exists():  # the session gives way to the server's
        assert autogroup.read_text(encoding="ascii").endswith("nice 7\n")
    await worker.send(line(Stop(when="now")))
    assert final_event([event async for event in events]).outcome == "stopped"
    await worker.end()
    assert not worker.scratch.exists()
    # The next run of this model need not compile it.
    assert list((tmp_path / "compiled").iterdir())


async def events_of(worker: Worker) -> AsyncIterator[RunEvent]:
    """Yield the events of a worker until it ends."""
    async for text in worker.stdout:
        yield EVENT.validate_json(text)


@pytest.mark.parametrize("backend", INSTALLED)
async def test_a_diverging_run_has_a_problem_with_a_hint(
    backend: str, executor: LocalExecutor, tmp_path: Path
) -> None:
    sgd = {"class": "SGD", "params": {"learning_rate": 1e30}}
    command = train_command(tmp_path, "diabetes", backend, optimizer=sgd, callbacks=[], epochs=50)
    events = await all_events(await executor.start(command.as_text()))
    end = final_event(events)
    assert end.outcome == "diverged"
    assert end.problem is not None
    assert "epoch 1" in end.problem.message
    assert end.problem.hint is not None
    assert "learning rate" in end.problem.hint
    assert not (Path(command.output) / "model.keras").exists()
    for event in events:
        if isinstance(event, BatchEvent | EpochEvent):
            assert np.isfinite(list(event.metrics.values())).all()


async def test_a_killed_worker_is_reported(executor: LocalExecutor, tmp_path: Path) -> None:
    handle = await executor.start(train_command(tmp_path, "iris", epochs=100_000).as_text())
    assert isinstance(handle, LocalHandle)
    events = handle.events()
    await until(events, BatchEvent)
    os.kill(handle.pid, signal.SIGKILL)
    end = final_event([event async for event in events])
    assert end.outcome == "killed"
    assert end.problem is not None
    assert "SIGKILL" in end.problem.message


async def failed_end(executor: LocalExecutor, command: Train) -> EndedEvent:
    """Return the EndedEvent of a run that must fail."""
    end = final_event(await all_events(await executor.start(command.as_text())))
    assert end.problem is not None
    assert "Traceback" not in end.problem.message
    return end


FAILURES = {
    "backend_missing": ("torch", "cpu", {}),
    "device_missing": ("jax", "gpu:7", {}),
    "needs_network": ("jax", "cpu", {"data": "mnist"}),
}


@pytest.mark.parametrize("code", FAILURES)
async def test_missing_backends_devices_and_networks_are_problems(
    code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend, device, training = FAILURES[code]
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setenv("https_proxy", "http://127.0.0.1:9")  # nothing listens there
    command = train_command(tmp_path, "iris", backend, device, **training)
    own = LocalExecutor(spare=False)  # a spare would not see this environment
    end = await failed_end(own, command)
    assert end.problem is not None
    assert (end.outcome, end.problem.code) == ("user error", code)
    await own.close()


async def test_a_full_disk_is_a_problem(executor: LocalExecutor, tmp_path: Path) -> None:
    command = train_command(tmp_path, "iris", epochs=1)
    (Path(command.output) / "partial-model.keras").symlink_to("/dev/full")
    end = await failed_end(executor, command)
    assert end.problem is not None
    assert (end.outcome, end.problem.code) == ("lost", "disk_full")
    left = {file.name for file in Path(command.output).iterdir()}
    assert "history.json" in left
    assert not any(name.endswith(".keras") for name in left)


async def test_a_disk_that_is_full_of_predictions_has_room_for_the_model(
    executor: LocalExecutor, tmp_path: Path
) -> None:
    command = train_command(tmp_path, "iris", epochs=1)
    folder = Path(command.output)
    (folder / "predictions-validation.csv").symlink_to("/dev/full")
    end = await failed_end(executor, command)
    assert end.problem is not None
    assert (end.outcome, end.problem.code) == ("lost", "disk_full")
    left = {file.name for file in folder.iterdir()}
    assert "model.keras" in left
    assert not any(name.startswith("predictions") for name in left)


async def test_a_run_that_exceeds_its_memory_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAYERLOOM_RUN_MEMORY", "4_000_000_000")  # only the server reads it
    command = train_command(tmp_path, "iris", epochs=1)
    nodes = command.document.to_json()
    for node in nodes["graphs"][0]["nodes"]:
        if node["id"] == "hidden":
            node["params"]["units"] = 500_000_000
    command = command.model_copy(update={"document": Document.model_validate(nodes)})
    own = LocalExecutor(spare=False, limits=Limits(memory=1_000_000_000))
    end = await failed_end(own, command)
    await own.close()
    assert end.problem is not None
    assert (end.outcome, end.problem.code) == ("over memory", "over_memory")
    assert "1 GB" in end.problem.message
