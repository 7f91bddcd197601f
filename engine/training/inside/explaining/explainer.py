"""Answers questions about why an open model answers as it does."""

from collections.abc import Callable, Hashable
from functools import cached_property
from typing import Any

import numpy as np

from engine.problems import Problem, problem
from engine.protocol.explaining import Attribution, Explain, Explanation
from engine.protocol.tensors import NodePath
from engine.training.failures import plain
from engine.training.inside.explaining.grad_cam import grad_cam, places
from engine.training.inside.explaining.occlusion import Occlusion
from engine.training.inside.explaining.readout import Readout, readouts
from engine.training.inside.explaining.saliency import saliency
from engine.training.inside.subject import Subject

Arrays = list[np.ndarray]

HELD = 8
"""Compiled functions that are kept."""


class Explainer:
    """Explains the answers of one model; owns the functions that it has compiled."""

    def __init__(self, subject: Subject) -> None:
        self._subject = subject
        self._held: dict[Hashable, Any] = {}
        self._nodes: dict[str, tuple[NodePath, ...]] = {}

    def explanation(self, explain: Explain, arrays: Arrays) -> Explanation:
        """Return the explanation for one sample, or one that says why there is none."""
        readout = self._readout(explain)
        if readout is None:
            return Explanation(explain=explain, problem=problem("explain_no_numbers"))
        try:
            return self._explained(explain, readout, arrays)
        except Exception as error:  # the backends raise various ones
            failed = problem("probe_failed", detail=plain(str(error)))
            return self._answer(explain, readout, problem=failed)

    def _explained(self, explain: Explain, readout: Readout, arrays: Arrays) -> Explanation:
        key = (readout.answerer.node, tuple(array.shape for array in arrays))
        scores = self._kept(("occlusion", key), lambda: Occlusion(self._subject, readout, arrays))
        units = scores.units(arrays)
        unit = explain.unit
        if unit is None or unit >= readout.choices:
            unit = readout.winner(units)
        weights = readout.weights(unit)
        nodes = self._places(readout)
        node = explain.node if explain.node in nodes else (nodes[-1] if nodes else None)
        explain = explain.model_copy(
            update={"output": readout.answerer.node, "unit": unit, "node": node}
        )
        with readout.bare():
            parts = self._parts(explain, readout, arrays, weights)
        refused = parts if isinstance(parts, Problem) else None
        score = float(units.astype("float64") @ weights)
        found = () if isinstance(parts, Problem) else parts
        return self._answer(explain, readout, score=score, parts=found, problem=refused)

    def _parts(
        self, explain: Explain, readout: Readout, arrays: Arrays, weights: np.ndarray
    ) -> tuple[Attribution, ...] | Problem:
        key = (readout.answerer.node, tuple(array.shape for array in arrays))
        subject = self._subject
        if explain.method == "occlusion":
            scores = self._held["occlusion", key]
            return tuple(scores(at, arrays, weights) for at in range(len(arrays)))
        if explain.method == "grad_cam":
            if explain.node is None:
                return problem("explain_no_places")
            node = explain.node
            cam = self._kept(("cam", node, key), lambda: grad_cam(subject, readout, node, arrays))
            return (cam(arrays, weights),) if cam else problem("explain_no_gradients")
        slopes = self._kept(
            ("saliency", key),
            lambda: [saliency(subject, readout, at, arrays) for at in range(len(arrays))],
        )
        found = tuple(slope(arrays, weights) for slope in slopes if slope)
        return found or problem("explain_no_gradients")

    def _answer(self, explain: Explain, readout: Readout, **found: Any) -> Explanation:
        return Explanation(
            explain=explain,
            outputs=tuple(each.answerer for each in self._readouts),
            nodes=self._places(readout),
            is_before=readout.layer is not None,
            **found,
        )

    @cached_property
    def _readouts(self) -> list[Readout]:
        return readouts(self._subject)

    def _readout(self, explain: Explain) -> Readout | None:
        """The output that is asked for, else the first one with classes, else the first."""
        named = [each for each in self._readouts if each.answerer.node == explain.output]
        classes = [each for each in self._readouts if each.answerer.classes]
        return next(iter([*named, *classes, *self._readouts]), None)

    def _places(self, readout: Readout) -> tuple[NodePath, ...]:
        node = readout.answerer.node
        if node not in self._nodes:
            self._nodes[node] = tuple(places(self._subject, readout))
        return self._nodes[node]

    def _kept(self, key: Hashable, make: Callable[[], Any]) -> Any:
        if key not in self._held:
            while len(self._held) >= HELD:
                self._held.pop(next(iter(self._held)))
            self._held[key] = make()
        return self._held[key]
