"""One fit in the process of an old interpreter, told as the events of the run."""

import math
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import keras

from engine.code.trainable import trainable
from engine.data.catalogue import DataSets
from engine.data.defaults import Chosen
from engine.data.keras2 import training_problems
from engine.document import Document
from engine.graph.keras2 import layer_problems
from engine.legacy.worker import FIRST, TRAINED
from engine.machine import old
from engine.machine.backends import get
from engine.problems import phrase, problem
from engine.protocol import (
    BatchEvent,
    EpochEvent,
    Pause,
    PhaseEvent,
    Probe,
    Reading,
    Stop,
    log_message,
)
from engine.protocol.frames import Frame
from engine.training.callbacks import IMPLICIT
from engine.training.clock import Clock
from engine.training.commands import Commands
from engine.training.finite import Finite, kept
from engine.training.old import rows, weights
from engine.training.old.process import Event, OldEngineError, OldProcess, Order
from engine.training.refusal import refuse
from engine.training.rows import Data

Emit = Callable[[Any], None]


@dataclass
class OldFit:
    """Owns the process, and what is known of the fit: its epochs, and where the loss diverged.

    `started` emits the event that the first step begins, with the versions of the libraries.
    """

    document: Document
    process: OldProcess
    commands: Commands
    emit: Emit
    started: Callable[[Mapping[str, str]], None]
    epochs_done: list[EpochEvent] = field(default_factory=list)
    diverged: tuple[int, str] | None = None
    trained: bool = False
    """Whether the model has the weights of the trained one."""
    _steps: int = 0
    _epoch: int = 1
    _readings: list[Reading] = field(default_factory=list)
    _versions: Mapping[str, str] = field(default_factory=dict)
    _fitting: bool = False

    def __post_init__(self) -> None:
        self._finite = Finite(self.emit)
        self._turned = old.get(self.document.target.backend).turns_kernels
        self.commands.on(Stop, self._stop)
        self.commands.on(Probe, self._look)
        self.commands.on(Pause, self._pause)

    def fit(
        self,
        model: keras.Model,
        data: Data,
        sets: DataSets,
        chosen: Sequence[Chosen],
        fit_weights: Mapping[str, Any],
    ) -> None:
        """Train with the weights of `model`, which has the trained ones then.

        Raises OldEngineError for what fails there, RefusedError for what Keras 2.3.1 lacks.
        """
        if self.commands.stop.now:
            self.process.kill()
            return
        engine = self.document.target.backend
        lacking = training_problems(self.document, chosen, engine)
        refuse([*layer_problems(self.document, engine), *lacking])
        document = _without_implicit(self.document)
        source = trainable(document, sets, dict(zip(data.outputs, chosen, strict=True)))
        training = document.training
        self._steps = math.ceil(len(data.training) / training.batch_size)
        self._clock = Clock(training.epochs * self._steps)
        with tempfile.TemporaryDirectory(prefix="old-") as name:
            folder = Path(name)
            order = self._written(folder, model, data, source, fit_weights)
            self.process.train(order)
            if self.commands.stop.when == "epoch":
                self.process.stop("epoch")
            self._follow()
            if self.trained:
                weights.read(model, folder / TRAINED, self._turned)

    def _written(
        self,
        folder: Path,
        model: keras.Model,
        data: Data,
        source: str,
        fit_weights: Mapping[str, Any],
    ) -> Order:
        """Write what the process reads, and return the command for it."""
        training = self.document.training
        rows.write(folder, "training", data.training, training.batch_size)
        if data.validation:
            rows.write(folder, "validation", data.validation, training.batch_size)
        of_rows = fit_weights.get("sample_weight", ())
        rows.write_weights(folder, of_rows)
        weights.write(model, folder / FIRST, self._turned)
        return Order(
            source=source,
            folder=str(folder),
            layers=tuple(weights.counted(model)),
            inputs=len(data.training.inputs),
            targets=len(data.training.targets),
            weights=len(of_rows),
            validation=data.validation is not None,
            class_weight=fit_weights.get("class_weight"),
            epochs=training.epochs,
            batch_size=training.batch_size,
            shuffle=training.shuffle,
            seed=training.seed,
        )

    def _follow(self) -> None:
        """Tell what the process says, until it has trained or ended."""
        try:
            for event in self.process.events():
                TOLD[event["type"]](self, event)
        finally:
            code = self.process.end()
        if not self.trained and self.commands.stop.when is None:
            raise OldEngineError(f"The old interpreter ended with exit code {code}.")

    def _ready(self, event: Event) -> None:
        self._versions = event["versions"]

    def _enter(self, event: Event) -> None:
        if event["phase"] == "training":
            self._clock.start()
            self._fitting = True
        self.emit(PhaseEvent(phase=event["phase"]))
        if self._fitting:
            self.started(self._versions)

    def _batch(self, event: Event) -> None:
        if event["epoch"] != self._epoch:
            self._begin_epoch(event["epoch"])
        step, values = event["step"], event["metrics"]
        done = (self._epoch - 1) * self._steps + step
        self._clock.step_done(done)
        metrics = self._finite(values, self._epoch)
        self._readings = kept(self._readings, Reading(step=step, metrics=metrics))
        self.emit(
            BatchEvent(
                epoch=self._epoch,
                step=step,
                steps=self._steps,
                metrics=metrics,
                seconds=self._clock.seconds,
                left=self._clock.left(done),
                rate=self._clock.rate,
            )
        )
        self._check_divergence(values)

    def _begin_epoch(self, epoch: int) -> None:
        self._epoch, self._readings = epoch, []
        self._clock.epoch_begins()

    def _done(self, event: Event) -> None:
        if event["epoch"] != self._epoch:
            self._begin_epoch(event["epoch"])
        done = self._epoch * self._steps
        if event["complete"]:
            self._clock.epoch_done(done)
        values = event["metrics"]
        epoch = EpochEvent(
            epoch=self._epoch,
            metrics=self._finite(values, self._epoch),
            seconds=self._clock.seconds,
            left=self._clock.left(done),
            rate=self._clock.rate,
            complete=event["complete"],
            learning_rate=event["learning_rate"],
            memory=event["memory"],
            readings=tuple(self._readings),
        )
        self.epochs_done.append(epoch)
        self.emit(epoch)
        self._check_divergence(values)

    def _has_trained(self, _: Event) -> None:
        self.trained = True

    def _check_divergence(self, values: Mapping[str, float]) -> None:
        for name in ("loss", "val_loss"):
            if self.diverged is None and not math.isfinite(values.get(name, 0.0)):
                self.diverged = (self._epoch, name)
                self.process.stop("now")

    def _stop(self, command: Stop) -> None:
        """Pass a request to stop on. While it compiles, the process can't hear it."""
        self.commands.stop.request(command.when)
        if command.when == "now" and not self._fitting:
            self.process.kill()
        else:
            self.process.stop(command.when)

    def _pause(self, _: Pause) -> None:
        """Say that it can't wait: without a checkpoint it could not go on later."""
        words = phrase("Keras 2.3.1 writes no checkpoints: this run can be stopped, not paused.")
        self.emit(log_message(words))

    def _look(self, _: Probe) -> None:
        """Say why there are no pictures: the model is in another process."""
        title = get(self.document.target.backend).title
        self.emit(Frame(problem=problem("no_inside_view_there", engine=title)))


TOLD: Mapping[str, Callable[[OldFit, Event], None]] = {
    "ready": OldFit._ready,
    "phase": OldFit._enter,
    "batch": OldFit._batch,
    "epoch": OldFit._done,
    "trained": OldFit._has_trained,
}
"""What is done with each type of event."""


def _without_implicit(document: Document) -> Document:
    """Leave out callbacks whose work every run does by itself."""
    callbacks = document.training.callbacks
    needed = tuple(spec for spec in callbacks if spec.class_ not in IMPLICIT)
    training = document.training.model_copy(update={"callbacks": needed})
    return document.model_copy(update={"training": training})
