"""A fit in another process, as events of the run: with a process that says what a test wants."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from engine.data.built_in import BUILT_IN
from engine.protocol import (
    BatchEvent,
    EpochEvent,
    LogEvent,
    Pause,
    PhaseEvent,
    Probe,
    Report,
    Stop,
)
from engine.protocol.frames import Frame, Look
from engine.training import compiling
from engine.training.commands import Commands
from engine.training.old import fitting
from engine.training.old.fitting import OldFit
from engine.training.old.process import OldEngineError, Order
from engine.training.refusal import RefusedError
from engine.training.rows import fitted, gather
from tests.engine.runs import document

Event = Mapping[str, Any]
READY: Event = {"type": "ready", "versions": {"theano": "1.0.5"}}
FITS: Event = {"type": "phase", "phase": "training"}


def batch(epoch: int, step: int, loss: float) -> Event:
    """A step was taken."""
    return {"type": "batch", "epoch": epoch, "step": step, "metrics": {"loss": loss}}


def epoch(number: int, loss: float, *, complete: bool = True) -> Event:
    """An epoch is over."""
    return {
        "type": "epoch",
        "epoch": number,
        "metrics": {"loss": loss},
        "complete": complete,
        "learning_rate": 0.01,
        "memory": 1000,
    }


class Process:
    """Says the events of a test; keeps what it is told."""

    def __init__(self, *events: Event) -> None:
        self._events = events
        self.told: list[str] = []
        self.order: Order | None = None
        self.on_event = lambda _: None

    def train(self, order: Order) -> None:
        self.order = order

    def stop(self, when: str) -> None:
        self.told.append(when)

    def kill(self) -> None:
        self.told.append("kill")

    def events(self) -> Iterator[Event]:
        for event in self._events:
            yield event
            self.on_event(event)

    def end(self) -> int:
        return 0


def fit(process: Process, commands: Commands | None = None, **training: Any) -> Any:
    """Fit iris; return the fit and its events. The trained weights are the first ones."""
    made = document("iris", "theano", epochs=2, **training)
    said: list[Report] = []
    model = compiling.build(made)
    data = fitted(gather(made, BUILT_IN), model)
    chosen = compiling.compile_model(model, made, data)
    old = OldFit(made, process, commands or Commands(), said.append, lambda _: None)  # type: ignore[arg-type]
    old.fit(model, data, BUILT_IN, chosen, {})
    return old, said


@pytest.fixture(autouse=True)
def _weights_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fitting.weights, "read", lambda *_: None)


def test_what_the_process_says_becomes_the_events_of_the_run() -> None:
    process = Process(
        READY, {"type": "phase", "phase": "compiling"}, FITS,
        batch(1, 1, 0.5), batch(1, 2, 0.25), epoch(1, 0.25), epoch(2, 0.125), {"type": "trained"},
    )  # fmt: skip
    old, said = fit(process)
    assert [event.phase for event in said if isinstance(event, PhaseEvent)] == [
        "compiling",
        "training",
    ]
    first, second = [event for event in said if isinstance(event, BatchEvent)]
    assert (first.step, first.steps, first.metrics) == (1, 8, {"loss": 0.5})
    assert (first.rate, first.left) == (None, None)  # one step says nothing of the speed
    assert second.rate is not None
    epochs = [event for event in said if isinstance(event, EpochEvent)]
    assert old.epochs_done == epochs
    assert [event.metrics["loss"] for event in epochs] == [0.25, 0.125]
    assert [reading.step for reading in epochs[0].readings] == [1, 2]
    assert epochs[1].readings == ()
    assert (epochs[0].learning_rate, epochs[0].memory) == (0.01, 1000)
    assert old.trained
    assert process.order is not None
    assert (process.order.epochs, process.order.inputs, process.order.validation) == (2, 1, True)


def test_a_loss_that_is_not_finite_stops_the_process() -> None:
    process = Process(READY, FITS, batch(1, 1, float("nan")), {"type": "trained"})
    assert fit(process)[0].diverged == (1, "loss")
    assert process.told == ["now"]
    old, said = fit(Process(READY, FITS, epoch(1, float("nan")), {"type": "trained"}))
    assert old.diverged == (1, "loss")
    logs = [event.text for event in said if isinstance(event, LogEvent)]
    assert logs == ["loss is not a finite number in epoch 1: left out."]


@pytest.mark.parametrize(
    ("phase", "when", "told"),
    [("compiling", "now", "kill"), ("compiling", "epoch", "epoch"), ("training", "now", "now")],
)
def test_a_stop_reaches_the_process(phase: str, when: Any, told: str) -> None:
    commands = Commands()
    process = Process(READY, {"type": "phase", "phase": phase}, {"type": "phase", "phase": phase})
    process.on_event = lambda event: (
        commands.dispatch(Stop(when=when)) if event["type"] == "phase" else None
    )
    old, _ = fit(process, commands)
    assert told in process.told
    assert not old.trained


def test_what_it_cannot_do_is_said() -> None:
    commands = Commands()
    process = Process(READY, FITS, {"type": "trained"})

    def ask(event: Event) -> None:
        if event["type"] == "phase":
            commands.dispatch(Pause())
            commands.dispatch(Probe(look=Look()))

    process.on_event = ask
    _, said = fit(process, commands)
    assert any("not paused" in event.text for event in said if isinstance(event, LogEvent))
    frames = [event.problem for event in said if isinstance(event, Frame)]
    assert [problem.code for problem in frames if problem] == ["no_inside_view_there"]


def test_what_keras_2_lacks_is_refused_before_anything_is_written() -> None:
    with pytest.raises(RefusedError, match="AdamW"):
        fit(Process(), optimizer={"class": "AdamW"})


def test_a_process_that_ends_without_a_word_is_an_error() -> None:
    with pytest.raises(OldEngineError, match="exit code 0"):
        fit(Process(READY))
