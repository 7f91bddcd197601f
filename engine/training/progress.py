"""Emits the progress of a fit as events, without a cost for each step.

As soon as any callback handles batch ends, Keras converts the metrics of every step to Python
numbers: in the training loop itself, which waits for the device at each step, or in a thread pool,
which costs a task for each step. `Progress` replaces Keras's list of callbacks and reads the
metrics a few times a second. Measured in bench/streaming.py.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import keras

from engine.machine import memory
from engine.protocol import BatchEvent, EpochEvent, Reading, RunEvent
from engine.training.checkpoints.file import Position
from engine.training.clock import Clock
from engine.training.finite import Finite, kept
from engine.training.interrupting import Interruptions
from engine.training.stopping import StopFlag

INTERVAL = 0.2
"""Seconds between two readings of the metrics inside an epoch."""

BATCH_METHODS = (
    "on_batch_begin",
    "on_batch_end",
    "on_train_batch_begin",
    "on_train_batch_end",
    "on_test_batch_begin",
    "on_test_batch_end",
)


class Progress(keras.callbacks.CallbackList):  # type: ignore[misc]
    """The callbacks of one fit; emits its progress and passes stop requests on to it.

    Owns the history of the epochs (`epochs_done`, as events) and where the loss diverged
    (`diverged`: epoch and metric, or None). The document's callbacks are called as usual.
    `between` is called after each step with the numbers of epoch and step. With `in_loops`,
    `after_step` is called by the loop that takes the steps, not by Keras. `interruptions` keeps
    checkpoints, pauses the fit, and says where it goes on.
    """

    trained = True
    """Whether the model has been trained: a fit always takes a step."""

    def __init__(  # noqa: PLR0913
        self,
        model: keras.Model,
        callbacks: Sequence[keras.callbacks.Callback],
        *,
        epochs: int,
        steps: int,
        emit: Callable[[RunEvent], None],
        stop: StopFlag,
        between: Callable[[int, int], None] | None = None,
        interruptions: Interruptions | None = None,
    ) -> None:
        super().__init__(
            list(callbacks), add_history=True, model=model, epochs=epochs, steps=steps, verbose=0
        )
        self._fitted, self._epochs, self._steps = model, epochs, steps
        self._emit, self._stop, self._between = emit, stop, between
        self._call_batch_methods = any(_handles_batches(callback) for callback in callbacks)
        self.in_loops = False
        self._interruptions = interruptions
        begun = interruptions.begun if interruptions else Position()
        self.skipped = begun.step
        """Steps of the first epoch that an earlier process has taken."""
        self.on_early_end: Callable[[], None] = lambda: None
        """Called after the last step of that epoch."""
        self._epoch = begun.epoch + 1
        self._clock = Clock(epochs * steps, begun.seconds)
        self._next = self._clock.now
        self._finite = Finite(emit)
        self._readings: list[Reading] = []
        self._validated = True
        """Whether the present epoch has been validated on all rows."""
        self.epochs_done: list[EpochEvent] = list(begun.epochs)
        self.diverged: tuple[int, str] | None = None

    @property
    def handles_batches(self) -> bool:
        """Whether a callback of the document wants to be called for each batch."""
        return self._call_batch_methods

    def on_train_begin(self, logs: Any = None) -> None:
        """Start the clock; callbacks know again what they knew at the checkpoint."""
        super().on_train_begin(logs)
        if self._interruptions:
            self._interruptions.begin()
        self._clock.start()
        self._next = self._clock.now

    def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
        """Store the number of the epoch."""
        if epoch + 1 != self._epoch:
            self.skipped = 0
        self._epoch = epoch + 1
        self._readings, self._validated = [], True
        self._clock.epoch_begins()
        super().on_epoch_begin(epoch, logs)
        if self._interruptions:
            self._interruptions.epoch_begins()

    def on_train_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Call the document's callbacks if one of them handles batches."""
        if self._call_batch_methods:
            super().on_train_batch_begin(batch + self.skipped, logs)

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        """Call the document's callbacks if one of them handles batches."""
        if self._call_batch_methods:
            super().on_train_batch_end(batch + self.skipped, logs)
        if not self.in_loops:
            self.after_step(batch, logs)

    def after_step(self, batch: int, logs: Any) -> None:
        """Pause or stop if requested; emit the metrics if the interval has passed."""
        step = batch + 1 + self.skipped
        if self._interruptions:
            self._interruptions.after_step(lambda: self._position(step), self._clock)
        if ends := self._ends_early(step):
            self.on_early_end()
        if self._stop.now or ends:
            self._fitted.stop_training = True
        if self._between:
            self._between(self._epoch, step)
        if self._clock.now >= self._next:
            self._sample(step, logs)

    def _ends_early(self, step: int) -> bool:
        """Whether an epoch is over that has fewer steps, because some were taken before.

        Keras would take another one to see that, which changes the states of layers on TensorFlow.
        """
        return bool(self.skipped) and step == self._steps

    def _position(self, step: int) -> Position:
        return Position(self._epoch - 1, step, self._clock.seconds, self.epochs_done)

    def on_test_batch_begin(self, batch: int, logs: Any = None) -> None:
        """Call the document's callbacks if one of them handles batches."""
        if self._call_batch_methods:
            super().on_test_batch_begin(batch, logs)

    def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
        """Call the document's callbacks if one of them handles batches."""
        if self._call_batch_methods:
            super().on_test_batch_end(batch, logs)
        self.after_test_step(batch, logs)

    def after_test_step(self, batch: int, logs: Any) -> None:  # noqa: ARG002
        """End validation early if the run is to stop now."""
        if self._interruptions:
            self._interruptions.after_test_step(self._clock)
        if self._stop.now:
            self._validated = False
            self._fitted.stop_evaluating = True
            self._fitted.stop_training = True

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        """Emit the epoch, including metrics that the document's callbacks added.

        One that was stopped inside is not shown to them: its metrics are those of fewer rows, and
        it has none of validation that was broken off.
        """
        if self.skipped:
            self._fitted.stop_training = self.diverged is not None
        values = numbers(logs)
        rate = self._learning_rate()  # before callbacks set that of the next epoch
        if self._stop.now:
            values = {
                name: value
                for name, value in values.items()
                if self._validated or not name.startswith("val_")
            }
        else:
            for callback in self.callbacks:
                callback.on_epoch_end(epoch, values)
        done = self._done(self._steps)
        self._clock.epoch_done(done)
        event = EpochEvent(
            epoch=epoch + 1,
            metrics=self._finite(numbers(values), self._epoch),
            seconds=self._clock.seconds,
            left=self._clock.left(done),
            rate=self._clock.rate,
            complete=not self._stop.now,
            learning_rate=rate,
            memory=memory.resident(),
            readings=tuple(self._readings),
        )
        self.epochs_done.append(event)
        self._emit(event)
        self._check_divergence(values)
        if self._stop.when is not None:
            self._fitted.stop_training = True
        if self._interruptions and not self.diverged and not self._stop.now:
            over = self._fitted.stop_training or epoch + 1 == self._epochs
            self._interruptions.after_epoch(self.epochs_done, self._clock, over=over)
            if self._stop.when is not None and not over:  # it came meanwhile
                self._fitted.stop_training = True
                self._interruptions.after_epoch(self.epochs_done, self._clock, over=True)

    def _sample(self, step: int, logs: Any) -> None:
        values = numbers(logs)  # waits until the device has computed this step
        done = self._done(step)
        self._clock.step_done(done)
        metrics = self._finite(values, self._epoch)
        self._readings = kept(self._readings, Reading(step=step, metrics=metrics))
        self._emit(
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
        self._next = self._clock.now + INTERVAL

    def _learning_rate(self) -> float | None:
        tensor = keras.ops.convert_to_tensor(self._fitted.optimizer.learning_rate)
        rate = float(keras.ops.convert_to_numpy(tensor))
        return rate if math.isfinite(rate) else None

    def _done(self, step: int) -> int:
        """The steps since training began."""
        return (self._epoch - 1) * self._steps + step

    def _check_divergence(self, values: Mapping[str, float]) -> None:
        for name in ("loss", "val_loss"):
            if self.diverged is None and not math.isfinite(values.get(name, 0.0)):
                self.diverged = (self._epoch, name)
                self._fitted.stop_training = True


def numbers(logs: Mapping[str, Any] | None) -> dict[str, float]:
    """Return metrics as Python numbers, nested ones flattened. Waits for the device.

    Raises the backend's exceptions: Keras's own helper hides them, so that a step that ran out of
    memory on JAX would go unnoticed.
    """
    result: dict[str, float] = {}
    for name, value in (logs or {}).items():
        if isinstance(value, Mapping):
            result |= numbers(value)
        else:
            number = keras.ops.convert_to_numpy(value)
            if number.size == 1:
                result[str(name)] = float(number.reshape(()))
    return result


def _handles_batches(callback: keras.callbacks.Callback) -> bool:
    base = keras.callbacks.Callback
    return any(getattr(type(callback), name) is not getattr(base, name) for name in BATCH_METHODS)
