"""What is looked into: a network with its data, and the pictures of its nodes for a sample."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import keras
import numpy as np

from engine.data.catalogue import Column, features_of
from engine.document import Document
from engine.graph.index import inputs as model_inputs
from engine.graph.index import outputs as model_outputs
from engine.keras.network import Network
from engine.problems import Problem
from engine.protocol.frames import Detail, Look
from engine.protocol.tensors import NodePath, Picture
from engine.training.inside.arithmetic.telling import arithmetic, why_untold
from engine.training.inside.arithmetic.terms import Computed
from engine.training.inside.details import values_of
from engine.training.inside.pictures import attention_maps, picture
from engine.training.inside.planes import SIZE, as_maps
from engine.training.inside.probe import Probe, Weights, current
from engine.training.rows import Data

MAX_NAMED = 100
"""Values of one input whose names are told."""


@dataclass(frozen=True)
class Subject:
    """A network, its document without bypassed nodes, and its data, or why there is none."""

    network: Network
    document: Document
    data: Data | Problem

    @cached_property
    def inputs(self) -> Sequence[str]:
        """The ids of the Input nodes, in the order of the model."""
        return model_inputs(self.document.main)

    @cached_property
    def outputs(self) -> Sequence[str]:
        """The ids of the nodes whose tensors the model returns, in its order."""
        return model_outputs(self.document.main)

    @cached_property
    def features(self) -> dict[str, tuple[str, ...]]:
        """The names of the values of a row of each Input node whose values have names."""
        if isinstance(self.data, Problem):
            return {}
        named = zip(self.inputs, map(features_of, self.data.sources), strict=True)
        return {node: names for node, names in named if 0 < len(names) <= MAX_NAMED}

    @cached_property
    def _labels(self) -> Mapping[NodePath, Sequence[str]]:
        """The classes of each output node."""
        if isinstance(self.data, Problem):
            return {}
        outputs = self.network.model.outputs
        return {
            (node,): labels_of(column, tensor.shape[-1] if len(tensor.shape) > 1 else 1)
            for node, column, tensor in zip(
                self.data.outputs, self.data.columns, outputs, strict=True
            )
        }

    @cached_property
    def _ends(self) -> frozenset[NodePath]:
        ends = (*self.inputs, *self.outputs)
        return frozenset((node,) for node in ends)

    def pictures(
        self,
        paths: Sequence[NodePath],
        outputs: Sequence[Any],
        scored: Sequence[NodePath] = (),
    ) -> tuple[Picture, ...]:
        """Return the pictures of outputs for one sample, or for those on a plane.

        On a plane, only nodes of units have pictures. The scores of the attention at the nodes
        `scored` follow the outputs, and take their place. Waits for the device.
        """
        scores = dict(zip(scored, outputs[len(paths) :], strict=False))
        found = []
        for path, output in zip(paths, outputs[: len(paths)], strict=True):
            maps = attention_maps(_values(scores[path])[0]) if path in scores else None
            if maps is not None:
                shown = picture(path, maps)
                found.append(shown.model_copy(update={"form": "attention"}))
                continue
            values, on_plane = _values(output)
            labels = () if on_plane else self._labels.get(path, ())
            if values is not None:
                found.append(picture(path, values, labels, path in self._ends and not on_plane))
        return tuple(found)

    def detail(
        self, look: Look, probe: Probe, outputs: Sequence[Any], weights: Weights | None
    ) -> Detail | None:
        """Return the values of the output that is looked at, and the weights of its layer.

        `outputs` are those of the probe, and `weights` what it was given. None if no such node is
        among its paths.
        """
        wanted, paths = look.detail, probe.paths
        if wanted is None or wanted not in paths:
            return None
        values, _ = _values(outputs[paths.index(wanted)])
        output = values_of("output", np.zeros(0) if values is None else values)
        layer = self.network.operation(wanted)
        held = current(self.network.model, getattr(layer, "weights", ()), weights)
        arrays = [np.asarray(keras.ops.convert_to_numpy(value)) for _, value in held]
        named = [
            values_of(variable.name, array)
            for (variable, _), array in zip(held, arrays, strict=True)
        ]
        maps = None
        if wanted in probe.scored:
            maps = attention_maps(_values(outputs[len(paths) + probe.scored.index(wanted)])[0])
        attention = None if maps is None else values_of("attention", maps)
        told, untold = None, None
        if look.place is not None and probe.explained == wanted and values is not None:
            arriving = [_values(each)[0] for each in outputs[len(paths) + len(probe.scored) :]]
            by_id = {id(variable): array for (variable, _), array in zip(held, arrays, strict=True)}
            inputs = [array for array in arriving if array is not None]
            told = arithmetic(Computed(layer, inputs, values, by_id, maps), look.place)
            untold = None if told else why_untold(layer)
        return Detail(
            node=wanted,
            output=output,
            weights=tuple(named),
            attention=attention,
            arithmetic=told,
            untold=untold,
        )


def labels_of(column: Column, units: int) -> tuple[str, ...]:
    """Return the names of the values of an output with this column; none if they don't agree."""
    names = column.classes or column.labels
    return names if len(names) == units else ()


def _values(output: Any) -> tuple[np.ndarray | None, bool]:
    """The output for one sample, or for those on a plane as maps (None: it has none), and which.

    An output without a batch axis, such as a constant, is returned as it is.
    """
    values = np.asarray(keras.ops.convert_to_numpy(output))
    if values.shape[:1] == (SIZE * SIZE,):
        return as_maps(values), True
    return (values.reshape(values.shape[1:]) if values.shape[:1] == (1,) else values), False
