"""Training in this process (on JAX): defaults, progress, evaluation and failures."""

import errno
import itertools
import math
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import pytest

from engine.data.built_in import BUILT_IN
from engine.data.catalogue import Column, one_hot
from engine.data.defaults import choose
from engine.document import ObjectSpec, OutputTraining, Training
from engine.machine import memory
from engine.machine.backends import environment
from engine.protocol import BatchEvent, EpochEvent, LogEvent, RunEvent, Stop, Train
from engine.training import clock, finite
from engine.training.commands import Commands
from engine.training.failures import explain
from engine.training.progress import Progress, numbers
from engine.training.refusal import RefusedError
from engine.training.run import train
from engine.training.scores import Errors
from engine.training.stopping import StopFlag
from tests.engine.runs import document

DIGIT, IMAGE = (BUILT_IN.find("digits").column(name) for name in ("digit", "image"))  # type: ignore[union-attr]
DIAGNOSIS = BUILT_IN.find("breast_cancer").column("diagnosis")  # type: ignore[union-attr]

MSE, MAE = ObjectSpec(class_="MeanSquaredError"), ObjectSpec(class_="MeanAbsoluteError")


@pytest.mark.parametrize(
    ("column", "units", "loss", "metric"),
    [
        (DIGIT, 10, "SparseCategoricalCrossentropy", "SparseCategoricalAccuracy"),
        (DIGIT, None, "SparseCategoricalCrossentropy", "SparseCategoricalAccuracy"),
        (DIAGNOSIS, 1, "BinaryCrossentropy", "BinaryAccuracy"),
        (DIAGNOSIS, 2, "SparseCategoricalCrossentropy", "SparseCategoricalAccuracy"),
        (one_hot(DIGIT), 10, "CategoricalCrossentropy", "CategoricalAccuracy"),
        (one_hot(DIAGNOSIS), 2, "CategoricalCrossentropy", "CategoricalAccuracy"),
        (IMAGE, 1, "MeanSquaredError", "MeanAbsoluteError"),
        (None, None, "MeanSquaredError", "MeanAbsoluteError"),
    ],
)
def test_defaults_depend_on_the_target(
    column: Column | None, units: int | None, loss: str, metric: str
) -> None:
    chosen = choose(Training(), "n", column, units)
    assert (chosen.loss.class_, [metric.class_ for metric in chosen.metrics]) == (loss, [metric])
    assert chosen.weight == 1


def test_settings_of_an_output_override_those_of_the_model() -> None:
    own = OutputTraining(node="a", loss=MSE, weight=3, metrics=())
    training = Training(loss=MAE, metrics=(MAE,), outputs=(own,))
    a, b = (choose(training, node, DIGIT, 10) for node in "ab")
    assert (a.loss, a.weight, a.metrics) == (MSE, 3, ())
    assert (b.loss, b.weight, b.metrics) == (MAE, 1, (MAE,))


def _fit(
    stop: StopFlag | None = None,
    *,
    callbacks: tuple[keras.callbacks.Callback, ...] = (),
    emit: Callable[[RunEvent], None] = lambda _: None,
    epochs: int = 3,
    learning_rate: float = 0.1,
) -> tuple[Progress, list[RunEvent]]:
    """Fit one unit to 40 rows in batches of 4; return the progress and its events."""
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(learning_rate), "mse")
    events: list[RunEvent] = []

    def record(event: RunEvent) -> None:
        events.append(event)
        emit(event)

    fit = Progress(model, callbacks, epochs=epochs, steps=10, emit=record, stop=stop or StopFlag())
    x = np.random.default_rng(0).normal(size=(40, 2)).astype("float32")
    y = x[:, :1]
    validation = (x[:8], y[:8])
    model.fit(
        x, y, batch_size=4, epochs=epochs, validation_data=validation, callbacks=fit, verbose=0
    )
    return fit, events


def test_progress_reads_the_metrics_at_intervals(monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = itertools.count(step=0.05)
    monkeypatch.setattr(clock, "time", SimpleNamespace(perf_counter=lambda: next(ticks)))
    fit, events = _fit(epochs=2)
    assert fit.epochs_done == [event for event in events if isinstance(event, EpochEvent)]
    batches = [event for event in events if isinstance(event, BatchEvent)]
    assert (batches[0].epoch, batches[0].step, batches[0].left) == (1, 1, None)
    assert 4 <= len(batches) <= 12
    assert all(b.seconds - a.seconds >= 0.2 for a, b in itertools.pairwise(batches))
    assert fit.epochs_done[-1].left == 0
    lefts = [event.left for event in batches[1:] if event.left is not None]
    assert lefts == sorted(lefts, reverse=True)


def test_epochs_have_readings_the_learning_rate_and_the_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ticks = itertools.count(step=0.3)  # every step is read
    monkeypatch.setattr(clock, "time", SimpleNamespace(perf_counter=lambda: next(ticks)))
    monkeypatch.setattr(finite, "MOST_READINGS", 6)
    fit, _ = _fit(epochs=2, learning_rate=0.125)
    for event in fit.epochs_done:
        assert [reading.step for reading in event.readings] == [2, 4, 6, 8, 9, 10]
        assert event.readings[-1].metrics["loss"] == pytest.approx(event.metrics["loss"])
        assert (event.learning_rate, event.complete) == (0.125, True)
        assert event.memory is not None
        assert event.memory > 10_000_000


def test_keras_sees_the_same_metrics(monkeypatch: pytest.MonkeyPatch) -> None:
    logged = []

    class Record(keras.callbacks.Callback):  # type: ignore[misc]
        def on_epoch_end(self, epoch: int, logs: dict[str, Any] | None = None) -> None:
            logged.append(dict(logs or {}))

    fit, _ = _fit(callbacks=(Record(),))
    assert [event.metrics for event in fit.epochs_done] == logged
    assert set(logged[0]) == {"loss", "val_loss"}


def test_callbacks_that_handle_batches_are_called() -> None:
    steps: list[int] = []

    class Record(keras.callbacks.Callback):  # type: ignore[misc]
        def on_train_batch_end(self, batch: int, logs: dict[str, Any] | None = None) -> None:
            assert logs is not None
            assert math.isfinite(logs["loss"])
            steps.append(batch)

    _fit(callbacks=(Record(),), epochs=2)
    assert steps == [*range(10), *range(10)]


def test_stopping_now_ends_the_epoch_at_the_next_step() -> None:
    stop = StopFlag()
    fit, events = _fit(stop, emit=lambda _: stop.request("now"), epochs=9)
    assert [event.complete for event in fit.epochs_done] == [False]
    assert [type(event) for event in events] == [BatchEvent, EpochEvent]


def test_stopping_after_the_epoch_ends_it_first() -> None:
    stop = StopFlag()
    stop.request("epoch")
    fit, _ = _fit(stop, epochs=9)
    assert len(fit.epochs_done) == 1
    assert not stop.now
    stop.request("now")
    stop.request("epoch")
    assert stop.now


@pytest.mark.parametrize("rate", [1e30, 1e6])
def test_a_loss_that_is_not_finite_ends_the_fit(rate: float) -> None:
    fit, events = _fit(learning_rate=rate, epochs=50)
    assert fit.diverged is not None
    epoch, metric = fit.diverged
    assert epoch == len(fit.epochs_done) < 50
    assert metric in ("loss", "val_loss")
    texts = [event.text for event in events if isinstance(event, LogEvent)]
    assert any(text.startswith(metric) for text in texts)
    assert len(texts) == len(set(texts)) <= 2


def test_metrics_become_numbers() -> None:
    logs = {"a": keras.ops.ones(()), "b": {"c": np.float32(2)}, "d": np.ones((3,))}
    assert numbers(logs) == {"a": 1.0, "c": 2.0}
    assert numbers(None) == {}


def test_regression_metrics() -> None:
    actual = np.array([[0.0], [2.0]])
    assert _errors((actual, actual)) == {"rmse": 0.0, "r2": 1.0}
    assert _errors((actual, np.ones((2, 1)))) == {"rmse": 1.0, "r2": 0.0}
    assert _errors((actual[:1], np.ones(1)), (actual[1:], np.ones(1))) == {"rmse": 1.0, "r2": 0.0}
    assert _errors((np.ones(3), np.zeros(3))) == {"rmse": 1.0}


def _errors(*blocks: tuple[np.ndarray, np.ndarray]) -> Mapping[str, float]:
    errors = Errors()
    for actual, predicted in blocks:
        errors.add(actual, predicted)
    return errors.metrics


REFUSED = {
    "no_data": {"data": ""},
    "unknown_data": {"data": "../etc"},
    "unknown_object": {"optimizer": {"class": "os.system"}},
    "unknown_param": {"loss": {"class": "MeanSquaredError", "params": {"rate": 1}}},
    "training_failed": {"loss": {"class": "CategoricalCrossentropy"}},
}


@pytest.mark.parametrize("code", REFUSED)
def test_a_refused_run_ends_with_a_problem(code: str, tmp_path: Path) -> None:
    command = Train(document=document("iris", epochs=1, **REFUSED[code]), output=str(tmp_path))
    events: list[RunEvent] = []
    ended = train(command, BUILT_IN, events.append, Commands())
    assert ended.problem is not None
    assert (ended.outcome, ended.problem.code, ended.problem.severity) == (
        "user error",
        code,
        "error",
    )
    assert not (tmp_path / "model.keras").exists()


def test_a_run_stopped_before_it_trains_writes_no_files(tmp_path: Path) -> None:
    commands = Commands()
    assert commands.dispatch(Stop(when="now"))
    command = Train(document=document("iris"), output=str(tmp_path))
    ended = train(command, BUILT_IN, lambda _: None, commands)
    assert (ended.outcome, ended.problem) == ("stopped", None)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("error", "outcome", "code"),
    [
        (MemoryError(), "over memory", "over_memory"),
        (RuntimeError("RESOURCE_EXHAUSTED: Out of memory allocating 9 bytes"), "over memory", None),
        (OSError(errno.ENOSPC, "No space left on device"), "lost", "disk_full"),
        (PermissionError(errno.EACCES, "denied"), "lost", "cannot_write"),
        (
            ValueError('\x1b[1mshapes\x1b[0m\n  File "/home/me/x.py", line 3, in f'),
            "user error",
            "training_failed",
        ),
    ],
)
def test_exceptions_of_libraries_become_problems(
    error: Exception, outcome: str, code: str | None
) -> None:
    actual, problem = explain(error)
    assert actual == outcome
    assert problem.code == code or code is None
    assert problem.detail is not None
    assert "\x1b" not in problem.detail
    assert "/home" not in problem.detail


def test_out_of_memory_is_recognized_as_the_cause_of_a_refusal() -> None:
    refusal = RefusedError(explain(ValueError("x"))[1])
    refusal.__cause__ = MemoryError()
    assert explain(refusal)[0] == "over memory"


def test_the_memory_limit_is_a_share_of_the_machine() -> None:
    assert 100_000_000 < memory.share() < memory.allowed()


COUNTS = {
    "version 2": ("0::/app/web\n", "app/web/memory.events", "low 0\nmax 9\noom 4\noom_kill 3\n"),
    "version 1": ("4:memory:/app\n0::/\n", "memory/app/memory.oom_control", "oom_kill 3\n"),
    "in a container": ("4:cpu,memory:/app\n", "memory/memory.oom_control", "oom_kill 3\n"),
}


@pytest.mark.parametrize(("groups", "path", "text"), COUNTS.values(), ids=COUNTS)
def test_kills_are_counted_in_the_own_control_group(
    groups: str, path: str, text: str, tmp_path: Path
) -> None:
    count = tmp_path / "sys/fs/cgroup" / path
    count.parent.mkdir(parents=True)
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "proc/vmstat").write_text("nr_free_pages 1\noom_kill 700\n")
    assert memory.kills(tmp_path) == 700
    (tmp_path / "proc/self/cgroup").write_text(groups)
    assert memory.kills(tmp_path) == 700
    count.write_text(text)
    assert memory.kills(tmp_path) == 3
    assert memory.kills(tmp_path / "nothing") == 0


LIMITS = {
    "version 2": ("0::/app/web\n", "app/web/memory.max"),
    "version 2, of a parent": ("0::/app/web\n", "app/memory.max"),
    "version 1": ("4:memory:/app\n0::/\n", "memory/app/memory.limit_in_bytes"),
    "in a container": ("4:cpu,memory:/app\n", "memory/memory.limit_in_bytes"),
}


@pytest.mark.parametrize(("groups", "path"), LIMITS.values(), ids=LIMITS)
def test_the_memory_limit_is_that_of_our_own_group(groups: str, path: str, tmp_path: Path) -> None:
    limit = tmp_path / "sys/fs/cgroup" / path
    limit.parent.mkdir(parents=True)
    (tmp_path / "proc/self").mkdir(parents=True)
    (tmp_path / "proc/self/cgroup").write_text(groups)
    assert memory.share(tmp_path) == memory.share(tmp_path / "nothing")
    limit.write_text("max\n")
    assert memory.share(tmp_path) == memory.share(tmp_path / "nothing")
    limit.write_text("1000000\n")
    assert memory.share(tmp_path) == 800_000


@pytest.mark.parametrize(
    ("device", "present", "visible"),
    [
        ("cpu", {}, "-1"),
        ("gpu", {}, "0"),
        ("gpu:2", {}, "2"),
        ("gpu:1", {"CUDA_VISIBLE_DEVICES": "3,5"}, "5"),
        ("gpu:2", {"CUDA_VISIBLE_DEVICES": "3,5"}, "-1"),
    ],
)
def test_a_device_is_chosen_before_the_backend_is_imported(
    device: str, present: dict[str, str], visible: str
) -> None:
    variables = environment("jax", device, present)
    assert variables["CUDA_VISIBLE_DEVICES"] == visible
    assert variables["CUDA_DEVICE_ORDER"] == "PCI_BUS_ID"
    assert variables["KERAS_BACKEND"] == "jax"
    assert ("JAX_PLATFORMS" in variables) == (device == "cpu")
