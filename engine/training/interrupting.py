"""What interrupts a fit, so that it goes on as if nothing had: checkpoints, pauses, and its start.

A fit that is put back at a checkpoint draws the order of rows as it would have, and skips those of
its first epoch that were taken before.
"""

from collections.abc import Callable, Sequence

import keras

from engine.problems import phrase
from engine.protocol import EpochEvent, PhaseEvent, RunEvent, log_message
from engine.training.checkpoints import callbacks as states
from engine.training.checkpoints import state
from engine.training.checkpoints.file import Checkpoint, Position
from engine.training.checkpoints.keeping import Keeping
from engine.training.clock import Clock
from engine.training.failures import plain
from engine.training.pausing import PauseFlag
from engine.training.stopping import StopFlag


class Interruptions:
    """Keeps the checkpoints of one fit and pauses it; puts it back at its first one, if any."""

    def __init__(  # noqa: PLR0913
        self,
        model: keras.Model,
        callbacks: Sequence[keras.callbacks.Callback],
        *,
        keeping: Keeping,
        pause: PauseFlag,
        stop: StopFlag,
        emit: Callable[[RunEvent], None],
        start: Checkpoint | None = None,
    ) -> None:
        self._model, self._callbacks, self._start = model, callbacks, start
        self._keeping: Keeping | None = keeping
        self._pause, self._stop, self._emit = pause, stop, emit
        self._kept_stop = False
        self._resumed = start.arrays if start and start.position.step else {}
        self.begun = start.position if start else Position()

    def begin(self) -> None:
        """Give callbacks the states that they had."""
        if self._start:
            states.put(self._callbacks, self._start.callbacks, self._start.arrays)

    def epoch_begins(self) -> None:
        """Draw the rows as the interrupted epoch did; its metrics are those of its steps so far."""
        if start := self._start:
            state.put_random_state(start.random, start.arrays)
            if self.begun.step:
                state.put(self._model, start.arrays, state.METRICS)
            self._start = None
        if self._keeping:
            self._keeping.epoch_begins()

    def skipped(self) -> None:
        """Draw in the first step as it would have without the break."""
        state.put_step_state(self._resumed)

    def after_step(self, position: Callable[[], Position], clock: Clock) -> None:
        """Keep a checkpoint where one is due; wait if the fit is paused."""
        if self._pause.requested:
            self._keep(position())
            self._wait(clock)
        elif self._stop.now and not self._kept_stop:
            self._kept_stop = True
            self._keep(position())
        elif self._keeping and self._keeping.due_in_epoch:
            self._keep(position())

    def after_test_step(self, clock: Clock) -> None:
        """Wait if the fit is paused. The latest checkpoint is that before the validation."""
        if self._pause.requested:
            self._wait(clock)

    def after_epoch(self, epochs: Sequence[EpochEvent], clock: Clock, *, over: bool) -> None:
        """Keep a checkpoint, and wait if the fit is paused. `over`: no epoch follows."""
        paused = self._pause.requested
        if self._keeping and (over or paused or self._keeping.due_after_epoch):
            self._keeping.epoch_begins()
            self._keep(Position(epochs[-1].epoch, 0, clock.seconds, epochs, over))
        if paused and not over:
            self._wait(clock)

    def _keep(self, position: Position) -> None:
        if self._keeping:
            try:
                self._keeping.write(position)
            except OSError as error:
                self._fail(error)

    def _wait(self, clock: Clock) -> None:
        self._emit(PhaseEvent(phase="paused"))
        with clock.paused():
            self._pause.wait()
        self._emit(PhaseEvent(phase="training"))

    def _fail(self, error: OSError) -> None:
        """Train on without checkpoints: the disk may be full."""
        self._keeping = None
        why = plain(f"{type(error).__name__}: {error}")
        self._emit(log_message(phrase("No checkpoint can be written: {why}", why=why)))
