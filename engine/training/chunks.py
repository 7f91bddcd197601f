"""Takes the steps of a fit on JAX without Keras's cost for each step, many in one call if possible.

Starting a step costs Keras and JAX 0.1 to 0.3 ms, which is more than the step itself of a small
model. So a `Loop` takes all batches of an epoch in one call by Keras's `fit`, with Keras's step. It
compiles a scan over as many steps as take about SECONDS. The weights are those of single steps.

A fit begins with single steps, which are measured. Chunks are compiled in a thread beside them if
enough remains to be done, and given up if they are slower: the fastest of each are compared, as
other processes may disturb. Convolutions on a CPU are not tried: XLA computes them with one thread
inside of a loop. Measured in bench/streaming.py.
"""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from math import ceil
from typing import Any

import jax
import keras
import numpy as np

from engine.training.measuring.step import TRACING

SECONDS = 0.1
"""How long a chunk may take: steps are told, and a run stops, with this delay."""
WARM_UP, MEASURED = 3, 15
"""Single steps that are not measured, because the first compile; and those that are."""
COMPARED, GAIN = 8, 0.9
"""Chunks whose fastest is compared with the fastest single step, and the share that it may take."""
LONGEST_STEP = 0.004
"""Seconds of a step. Starting it is a small part of longer ones."""
WORTH = 0.5
"""Seconds of single steps that must remain for chunks to be compiled."""
FEWEST = 4
"""The steps of the shortest chunk."""
MOST_BYTES = 1 << 25
"""The batches of a chunk are held together."""

Step = Callable[[Any, Any], tuple[Any, Any]]
"""A step of Keras: takes the state and a batch; returns the metrics and the new state."""
Told = Callable[[int, Any], None]
"""Called after each step, or chunk, with the position of the last batch and the metrics."""

_STATE = ("trainable_variables", "non_trainable_variables", "optimizer_variables")


def usable(model: keras.Model) -> bool:
    """Whether the steps of a compiled model can be taken in loops."""
    compiled = model.jit_compile and not model.run_eagerly
    return bool(compiled and keras.distribution.distribution() is None)


def take_over(
    model: keras.Model, steps: tuple[int, int], epochs: int, told: tuple[Told, Told]
) -> None:
    """Let the next fit of a compiled model take its steps in loops.

    `steps` are those of an epoch and of its validation; `told` is called in the one and the other.
    """
    loops = [
        Loop(model, step, state, count, epochs, tell, stop)
        for step, state, count, tell, stop in zip(
            (model.train_step, model.test_step),
            (_STATE, _STATE[:2]),
            steps,
            told,
            ("stop_training", "stop_evaluating"),
            strict=True,
        )
    ]
    model.train_function, model.test_function = loops
    model.steps_per_execution = max(steps)


def hand_back(model: keras.Model) -> None:
    """Let Keras take the steps again; the compiled step of the validation is kept."""
    single = model.test_function.single
    model.train_function = None
    model.test_function = lambda state, iterator: single(state, next(iterator))
    model.steps_per_execution = 1


def beside(work: Callable[[], None]) -> None:
    """Do something in a thread of its own."""
    threading.Thread(target=work, name="chunk").start()


class Loop:
    """Keras's train or test function, called once for all batches of an epoch.

    `single` is the compiled step. `state` names what a step takes besides the metrics, `steps` are
    those of an epoch, and `stop` is the attribute of the model that ends the epoch.
    """

    def __init__(  # noqa: PLR0913, PLR0917
        self,
        model: keras.Model,
        step: Step,
        state: Sequence[str],
        steps: int,
        epochs: int,
        told: Told,
        stop: str,
    ) -> None:
        self._model, self._step, self._told, self._stop = model, step, told, stop
        self._names = (*state, "metrics_variables")
        self._steps, self._left = steps, steps * epochs
        self.single = jax.jit(step, donate_argnums=0)
        self._measured: list[float] = []
        """Seconds of the first single steps; `_chunked` has those of a step in the first chunks."""
        self._length = 1
        """The steps of a chunk, once it is compiled."""
        self._chunk: Any = None
        self._chunked: list[float] = []
        self._logs: Any = None

    def __call__(self, state: Any, iterator: Iterator[Any]) -> tuple[Any, Any]:
        """Take the batches of an epoch, or the first of them if the fit is to stop."""
        done = 0
        for group in self._groups(islice(iterator, self._steps)):
            self._logs, state = self._take(state, group)
            done += len(group)
            self._left -= len(group)
            # Whoever looks at the weights while the model trains finds them where Keras has them.
            values = dict(zip(self._names, state, strict=True))
            object.__setattr__(self._model, "_jax_state", values)
            self._told(done - 1, self._logs)
            if getattr(self._model, self._stop):
                break
        return self._logs, state

    def _groups(self, batches: Iterator[Any]) -> Iterator[list[Any]]:
        """The batches of a chunk, and one by one those that do not make a whole chunk."""
        while group := list(islice(batches, self._length)):
            if len(group) == self._length and _rows(group[-1]) == _rows(group[0]):
                yield group
            else:
                yield from ([batch] for batch in group)

    def _take(self, state: Any, group: list[Any]) -> tuple[Any, Any]:
        if len(group) > 1:
            return self._take_chunk(state, group)
        if len(self._measured) == WARM_UP + MEASURED:
            taken: tuple[Any, Any] = self.single(state, group[0])
            return taken
        began = time.perf_counter()
        logs, state = jax.block_until_ready(self.single(state, group[0]))
        self._measured.append(time.perf_counter() - began)
        if len(self._measured) == WARM_UP + MEASURED:
            self._prepare(state, group[0])
        return logs, state

    def _take_chunk(self, state: Any, group: list[Any]) -> tuple[Any, Any]:
        """Take the steps of a chunk; go back to single steps if the first ones are slower."""
        batches = jax.tree.map(lambda *arrays: _stacked(arrays), *group)
        jax.block_until_ready(self._logs)  # no more than one chunk waits to be computed
        began = time.perf_counter()
        logs, state = self._chunk(state, batches)
        if len(self._chunked) < COMPARED:
            jax.block_until_ready(logs)
            self._chunked.append((time.perf_counter() - began) / len(group))
            if len(self._chunked) == COMPARED and min(self._chunked) > GAIN * self._single_seconds:
                self._length = 1
        return logs, state

    @property
    def _single_seconds(self) -> float:
        return min(self._measured[WARM_UP:])

    def _prepare(self, state: Any, batch: Any) -> None:
        """Compile a chunk in a thread, if it can be worth it."""
        seconds = self._single_seconds
        if seconds > LONGEST_STEP or self._left * seconds < WORTH:
            return
        size = sum(array.nbytes for array in jax.tree.leaves(batch))
        most = min(SECONDS / seconds, MOST_BYTES / size)
        whole = self._steps - 1  # the last batch may be short
        length = whole // ceil(whole / most) if whole else 0
        if length < FEWEST:
            return
        chunk = jax.jit(self._scan, donate_argnums=0)
        with TRACING:
            traced = chunk.trace(state, jax.tree.map(lambda array: _many(length, array), batch))
        if jax.default_backend() == "cpu" and _convolves(traced.jaxpr.jaxpr):
            return
        lowered = traced.lower()

        def compile_chunk() -> None:
            with suppress(Exception):  # single steps go on
                self._chunk = lowered.compile()
                self._length = length

        beside(compile_chunk)

    def _scan(self, state: Any, batches: Any) -> tuple[Any, Any]:
        """Take a step for each batch; the metrics are those after the last one."""

        def body(state: Any, batch: Any) -> tuple[Any, Any]:
            logs, state = self._step(state, batch)
            return state, logs

        state, logs = jax.lax.scan(body, state, batches)
        return jax.tree.map(lambda values: values[-1], logs), state


def _rows(batch: Any) -> int:
    return len(jax.tree.leaves(batch)[0])


def _stacked(arrays: Sequence[Any]) -> Any:
    on_host = isinstance(arrays[0], np.ndarray)
    return np.stack(arrays) if on_host else jax.numpy.stack(arrays)


def _many(length: int, array: Any) -> Any:
    """The type of as many arrays as a chunk has."""
    dtype = jax.dtypes.canonicalize_dtype(array.dtype)
    return jax.ShapeDtypeStruct((length, *array.shape), dtype)


def _convolves(program: Any) -> bool:
    """Whether a program of JAX computes a convolution anywhere."""
    return any(
        equation.primitive.name == "conv_general_dilated"
        or any(_convolves(inner) for inner in jax.core.jaxprs_in_params(equation.params))
        for equation in program.eqns
    )
