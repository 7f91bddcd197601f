"""Slow motion: a training whose steps are taken one at a time, forwards and backwards."""

from collections.abc import Sequence
from math import ceil, isfinite
from typing import Any

import keras
import numpy as np

from engine.document import Document
from engine.keras.network import Network
from engine.problems import Problem, problem
from engine.protocol.layers import LayerState
from engine.protocol.slow import SlowStep
from engine.protocol.tensors import NodePath, Values
from engine.training import compiling
from engine.training.inside.details import values_of
from engine.training.measuring.batches import batch_of
from engine.training.measuring.states import measured, step_of, weights_of
from engine.training.measuring.step import Computed, Step, changed, known
from engine.training.rows import Data
from engine.training.weighting import fit_weights

LARGEST = 10_000
"""Parameters of a model that can be trained in slow motion."""


class Slow:
    """The steps of one model; owns its weights, those before the first step and how many are taken.

    The rows come in an order drawn with the document's seed, in each epoch another one.
    """

    def __init__(self, document: Document, network: Network, data: Data) -> None:
        chosen = compiling.compile_model(network.model, document, data)
        self._document, self._model, self._rows = document, network.model, data.training
        self._weights = fit_weights(data, chosen)
        self._nodes = [node for node in measured(document, network) if node.places]
        self._size = document.training.batch_size
        self._batches = ceil(len(self._rows) / self._size)
        self._steps: dict[int, Step] = {}
        self._model.optimizer.build(self._model.trainable_variables)
        self._first = self._state()
        self._taken = 0
        self._computed: Computed | None = None

    def to(self, taken: int) -> None:
        """Go to where so many steps have been taken: on from here, or from the beginning."""
        if taken < self._taken:
            for variable, value in zip(changed(self._model), self._first, strict=True):
                variable.assign(value)
            self._taken, self._computed = 0, None
        while self._taken < taken:
            computed = self._next()
            self._steps[self._rows_in(self._taken)].take(computed)
            self._taken, self._computed = self._taken + 1, None

    @property
    def step(self) -> SlowStep:
        """The next step."""
        computed = self._next()
        epoch, batch = divmod(self._taken, self._batches)
        before = self._trainable()
        layers = [
            LayerState(
                node=node.path,
                **weights_of([before[at] for at in node.places]),
                **step_of(node.places, before, computed),
            )
            for node in self._nodes
        ]
        return SlowStep(
            taken=self._taken,
            epoch=epoch + 1,
            batch=batch + 1,
            batches=self._batches,
            rows=self._rows_in(self._taken),
            loss=computed.loss if isfinite(computed.loss) else None,
            layers=tuple(layers),
        )

    def detail(self, wanted: NodePath) -> tuple[tuple[Values, ...], tuple[Values, ...]]:
        """Return the gradients of a node's trainable weights, and what the next step adds."""
        node = next((node for node in self._nodes if node.path == wanted), None)
        if node is None:
            return (), ()
        computed, before = self._next(), self._trainable()
        after, variables = computed.weights, self._model.trainable_variables
        gradients = (values_of(variables[at].name, computed.gradients[at]) for at in node.places)
        steps = (values_of(variables[at].name, after[at] - before[at]) for at in node.places)
        return tuple(gradients), tuple(steps)

    def batch(self, number: int) -> Any:
        """Return the batch of a step, by its number from 0."""
        epoch, at = divmod(number, self._batches)
        seed = [self._document.training.seed, epoch]
        order = np.random.default_rng(seed).permutation(len(self._rows))
        some = order[at * self._size : (at + 1) * self._size]
        return batch_of(self._rows, some, self._weights)

    def _rows_in(self, number: int) -> int:
        at = number % self._batches
        return min(self._size, len(self._rows) - at * self._size)

    def _next(self) -> Computed:
        """The next step; the function for batches of its length is compiled first."""
        if self._computed is None:
            batch, rows = self.batch(self._taken), self._rows_in(self._taken)
            if rows not in self._steps:
                self._steps[rows] = Step(self._model, batch)
            self._computed = self._steps[rows](batch)
        return self._computed

    def _state(self) -> Sequence[np.ndarray]:
        values = (keras.ops.convert_to_numpy(each.value) for each in changed(self._model))
        return [np.array(value) for value in values]

    def _trainable(self) -> list[np.ndarray]:
        variables = self._model.trainable_variables
        return [np.asarray(keras.ops.convert_to_numpy(each.value)) for each in variables]


def slow_motion(document: Document, network: Network, data: Data | Problem) -> Slow | Problem:
    """Return a model in slow motion, at its beginning, or why it can't be."""
    if isinstance(data, Problem):
        return data
    count = network.model.count_params()
    if count > LARGEST:
        return problem("slow_too_large", count=count, limit=LARGEST)
    if not network.model.trainable_variables or not known():
        return problem("slow_nothing_learns")
    return Slow(document, network, data)
