"""Measures the layers of a model after its epochs, without holding up its training.

One step of the optimizer is computed on the same batch each time, and not taken. It compiles beside
the training as soon as it is clear that enough of it remains (COMPILING); until then only the
weights are measured. What a measurement cost is measured too: an epoch is left out where
all of them together would take more than SHARE of the time. The trained model is always measured
with a step.
"""

import math
import threading
import time
import warnings
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import keras
import numpy as np

from engine.document import Document
from engine.keras.network import Network
from engine.machine.devices import read
from engine.problems import phrase
from engine.protocol import EpochEvent, RunEvent, log_message
from engine.protocol.layers import LayersEvent, LayerState
from engine.protocol.tensors import NodePath
from engine.training.failures import plain
from engine.training.inside.probe import Probe
from engine.training.measuring.batches import batch_of, spread
from engine.training.measuring.states import measured, step_of, units_of, weights_of
from engine.training.measuring.step import TRACING, Step, known, least_compiling
from engine.training.rows import Data, Rows

SHARE = 0.01
"""The part of the time of training that measurements are planned to take."""
COMPILING = 0.02
"""The part of the time that remains that compiling the step is expected to take at most."""
STEADY = 1.0
"""Seconds of epochs after the first one that tell how long they take."""
GRACE = 0.01
"""Seconds that they may take besides, so that a short training has some."""
MOST_EVENTS, MOST_STATES = 60, 1200
"""Epochs of a run that are recorded, and layers in all of them."""
ROWS = 128
"""Rows whose outputs tell which units are dead."""
RECENT = 5
"""Measurements whose least cost is expected of the next one."""
LARGE = 5_000_000
"""Parameters of a model for which no step is computed."""


class Measuring:
    """The measurements of one run; owns the compiled step, and when the next one is due.

    `weights` are those of the rows, as `fit` takes them.
    """

    def __init__(
        self,
        document: Document,
        network: Network,
        data: Data,
        *,
        weights: Mapping[str, Any],
        emit: Callable[[RunEvent], None],
    ) -> None:
        self._document, self._network, self._emit = document, network, emit
        self._rows, self._weights = data.training, weights
        self._nodes = measured(document, network)
        self._epochs = document.training.epochs
        self._most = max(2, min(MOST_EVENTS, MOST_STATES // max(1, len(self._nodes))))
        self._tools: _Tools | None = None
        self._thread: threading.Thread | None = None
        self._several = read(document.target.device).count > 1
        self._failed = self._several
        self._spent = 0.0
        self._costs: deque[float] = deque(maxlen=RECENT)
        self._began = time.perf_counter()
        self._started = 0.0
        """Seconds that the first epoch took, and what was compiled for it."""
        self._ends: list[float] = []
        """When the first epoch ended, and the last one."""
        self._fastest = math.inf

    def watching(self, event: RunEvent) -> None:
        """Emit an event of the fit; after an epoch, measure the layers if that is due."""
        self._emit(event)
        if not isinstance(event, EpochEvent) or self._failed or not event.complete:
            return
        try:
            if self._is_due(event):
                began = time.perf_counter()
                self._say(event.epoch, self._tools)
                self._costs.append(time.perf_counter() - began)
                self._spent += self._costs[-1]
            if self._thread is None and self._is_worth(event):
                self._prepare()
        except Exception as error:  # never a reason to end the training
            self._fail(error)

    def end(self) -> None:
        """Wait until no step is being traced: the model can be evaluated then."""
        with TRACING:
            pass

    def at_end(self, epoch: int) -> Sequence[LayerState]:
        """Measure the trained model and say it; return what was measured, or nothing."""
        if self._several:  # the step would have to be computed on all of them
            words = phrase("The layers are not looked at while several devices train.")
            self._emit(log_message(words, "info"))
            return ()
        if self._thread:
            self._thread.join()
        try:
            tools = self._tools or self._new_tools()
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # too large numbers are findings, not faults
                return self._say(epoch, tools.compile())
        except Exception as error:  # the model is trained and saved: it must not be lost
            self._fail(error)
            return ()

    def _is_due(self, event: EpochEvent) -> bool:
        """Whether an epoch is one of those that are recorded, and there is time for it.

        They are evenly spread over the run. Of the recent costs the least counts: others had to
        wait for other processes.
        """
        most, epoch = min(self._most, self._epochs), event.epoch
        if epoch * most // self._epochs == (epoch - 1) * most // self._epochs:
            return False
        cost = self._spent + min(self._costs, default=0)
        return cost <= SHARE * event.seconds + GRACE

    def _is_worth(self, event: EpochEvent) -> bool:
        """Whether so much training remains that compiling a step beside it costs little.

        It takes no longer than the fit took to start, most of which was compiling its own step. A
        fit that had been compiled before starts at once, so that there is a least time as well.
        Of the epochs the fastest counts: the first ones may have waited for what is compiled.
        """
        if not self._ends:
            self._started = time.perf_counter() - self._began
            self._ends = [event.seconds] * 2
            return False
        self._fastest = min(self._fastest, event.seconds - self._ends[1])
        self._ends[1] = event.seconds
        if self._ends[1] - self._ends[0] < STEADY:
            return False
        left = (self._epochs - event.epoch) * self._fastest
        return max(self._started - self._fastest, least_compiling()) <= COMPILING * left

    def _prepare(self) -> None:
        """Trace and compile the step in a thread."""

        def compile() -> None:
            try:
                self._tools = self._new_tools().compile()
            except Exception as error:
                self._fail(error)

        self._thread = threading.Thread(target=compile, name="measuring", daemon=True)
        self._thread.start()

    def _new_tools(self) -> "_Tools":
        batch = batch_of(
            self._rows, spread(self._rows, self._document.training.batch_size), self._weights
        )
        paths = [node.path for node in self._nodes if node.activation]
        return _Tools(self._network, batch, self._rows, paths)

    def _say(self, epoch: int, tools: "_Tools | None") -> Sequence[LayerState]:
        layers = self._measure(tools)
        if layers:
            self._emit(LayersEvent(epoch=epoch, layers=tuple(layers)))
        return layers

    def _measure(self, tools: "_Tools | None") -> list[LayerState]:
        variables = self._network.model.trainable_variables
        before = [np.asarray(keras.ops.convert_to_numpy(each.value)) for each in variables]
        computed = tools.step(tools.batch) if tools and tools.step else None
        outputs = tools.outputs() if tools else {}
        states = []
        for node in self._nodes:
            values: dict[str, Any] = {}
            if node.places:
                values = weights_of([before[at] for at in node.places])
            if node.places and computed:
                values |= step_of(node.places, before, computed)
            if node.path in outputs:
                values |= units_of(node.activation, outputs[node.path])
            states.append(LayerState(node=node.path, **values))
        return states

    def _fail(self, error: Exception) -> None:
        self._failed = True
        why = plain(f"{type(error).__name__}: {error}")
        self._emit(log_message(phrase("The layers could not be looked at: {why}", why=why)))


class _Tools:
    """What computes a step and the outputs of units, for the same rows each time."""

    def __init__(self, network: Network, batch: Any, rows: Rows, paths: Sequence[NodePath]) -> None:
        model = network.model
        small = model.count_params() <= LARGE and model.trainable_variables
        self.batch = batch
        self.step = Step(model, batch) if small and known() else None
        self._network, self._paths = network, paths
        self._inputs, _ = rows.read(spread(rows, ROWS))
        self._probe: Probe | None = None

    def compile(self) -> "_Tools":
        if self.step:
            self.step.compile()
        if self._probe is None and self._paths:
            self._probe = Probe(self._network, self._paths, self._inputs)
        return self

    def outputs(self) -> dict[NodePath, np.ndarray]:
        """The outputs of the nodes with units, by path."""
        if self._probe is None:
            return {}
        values = self._probe(self._inputs)
        arrays = [np.asarray(keras.ops.convert_to_numpy(value)) for value in values]
        return dict(zip(self._probe.paths, arrays, strict=True))
