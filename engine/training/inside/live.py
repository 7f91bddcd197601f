"""Looks into a model while it trains, without holding up its training.

A thread compiles beside the training, and turns outputs into pictures. Only the computation itself
is started on the training thread, between two steps, because JAX gives the memory of the weights to
the next step; there it returns before the outputs are computed. A frame that costs more is followed
by a longer pause, so that the share of the time that frames take stays below 3 %.
"""

import queue
import threading
import time
from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple

import keras

from engine.problems import Problem, problem
from engine.protocol.frames import Detail, Frame, Look, SampleShown
from engine.training.failures import plain
from engine.training.inside import samples
from engine.training.inside.probe import Probe, Probes, Weights
from engine.training.inside.subject import Subject
from engine.training.looking import Looking

INTERVAL = 0.1
"""Seconds between two frames, at least."""
SHARE = 0.02
"""The part of the time of training that frames are planned to take, so that it stays below 3 %."""
RECENT = 5
"""Frames whose least cost counts: the others waited for a step of the training, too."""


class _Ready(NamedTuple):
    probe: Probe
    arrays: samples.Arrays
    shown: SampleShown
    look: Look


class _Taken(NamedTuple):
    """Outputs that may still be being computed, and when that began."""

    ready: _Ready
    outputs: list[Any]
    began: float
    epoch: int
    step: int
    detail: Detail | None


class Live:
    """The frames of one training; owns the thread beside it, from `begin` to `end`."""

    def __init__(self, subject: Subject, looking: Looking, emit: Callable[[Frame], None]) -> None:
        self._subject, self._looking, self._emit = subject, looking, emit
        self._ready: _Ready | None = None
        self._free = True
        """Whether the last outputs have become a frame."""
        self._next = 0.0
        self._costs: deque[float] = deque(maxlen=RECENT)
        self._taken: queue.SimpleQueue[_Taken | None] = queue.SimpleQueue()
        self._over = False

    def begin(self) -> None:
        """Start the threads; they do nothing until somebody looks."""
        for work in (self._prepare, self._show):
            threading.Thread(target=work, name=f"inside{work.__name__}", daemon=True).start()

    def end(self) -> None:
        """Take no more frames."""
        self._over = True
        self._ready = None
        self._looking.wake()
        self._taken.put(None)

    def between(self, epoch: int, step: int) -> None:
        """Start computing a frame if one is due; called by the training thread after each step."""
        ready = self._ready
        if ready is None or not self._free or (began := time.perf_counter()) < self._next:
            return
        self._free = False
        try:
            weights = _weights(self._subject.network.model)
            outputs = ready.probe(ready.arrays, weights)
            detail = self._subject.detail(ready.look, ready.probe, outputs, weights)
        except Exception as error:  # never a reason to end the training
            self._fail(error)
            return
        self._taken.put(_Taken(ready, outputs, began, epoch, step, detail))

    def _prepare(self) -> None:
        """Compile what is looked at, whenever that changes."""
        probes, known = Probes(self._subject.network), None
        while not self._over:
            look = self._looking.wait()
            if self._over or look is None:
                continue
            try:
                read = samples.read(look, self._subject)
                if isinstance(read, Problem):
                    self._emit(Frame(problem=read))
                    continue
                arrays, shown = read
                probe = probes.of(look, arrays)
                if probe is not known:
                    known = probe
                    self._costs.clear()
                ready = _Ready(probe, arrays, shown, look)
                self._ready = ready if probe.paths else None
                self._free, self._next = True, 0.0
            except Exception as error:
                self._fail(error)

    def _show(self) -> None:
        """Turn outputs into frames, in order."""
        while (taken := self._taken.get()) is not None:
            ready = taken.ready
            try:
                pictures = self._subject.pictures(
                    ready.probe.paths, taken.outputs, ready.probe.scored
                )
                seconds = time.perf_counter() - taken.began
                if self._ready is ready:
                    self._emit(
                        Frame(
                            shown=ready.shown,
                            epoch=taken.epoch,
                            step=taken.step,
                            seconds=seconds,
                            pictures=pictures,
                            detail=taken.detail,
                        )
                    )
            except Exception as error:
                self._fail(error)
                continue
            self._costs.append(time.perf_counter() - taken.began)
            self._next = taken.began + max(INTERVAL, min(self._costs) / SHARE)
            self._free = True

    def _fail(self, error: Exception) -> None:
        """Say why there are no pictures, and stop looking until something else is asked for."""
        self._ready, self._free = None, True
        self._emit(Frame(problem=problem("probe_failed", detail=plain(str(error)))))


def _weights(model: keras.Model) -> Weights | None:
    """The values of the weights after the last step, where they are not in the model's variables.

    On JAX the loop of `fit` holds them (`keras.src.backend.jax.trainer`).
    """
    if keras.backend.backend() != "jax" or not getattr(model, "_jax_state", None):
        return None
    state = model._jax_state
    return state["trainable_variables"], state["non_trainable_variables"]
