"""Puts the findings of a run together, while it trains and at its end."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from engine.document import Document
from engine.problems import Problem
from engine.protocol import DiagnosisEvent, EpochEvent, EvaluationEvent, RunEvent
from engine.protocol.layers import LayerState
from engine.results.description import PartResults
from engine.training.diagnosis.curves import curve_findings, diverged
from engine.training.diagnosis.inputs import input_findings
from engine.training.diagnosis.layers import layer_findings
from engine.training.diagnosis.predictions import prediction_findings
from engine.training.diagnosis.targets import target_findings
from engine.training.rows import Data


@dataclass
class Diagnosis:
    """The findings of one run; owns what was said last, and says something only if it differs."""

    document: Document
    data: Data
    emit: Callable[[RunEvent], None]
    _said: tuple[str, ...] = ()
    _inputs: Sequence[Problem] | None = None
    _targets: Sequence[Problem] | None = None
    _epochs: list[EpochEvent] = field(default_factory=list)

    def watching(self, event: RunEvent) -> None:
        """Emit an event of the fit; after an epoch, say what curves and rows show so far."""
        self.emit(event)
        if isinstance(event, EpochEvent):
            self._epochs.append(event)
            self._say([*self._of_rows(), *curve_findings(self.document, self._epochs)])

    def after_divergence(self, epochs: Sequence[EpochEvent], epoch: int) -> None:
        """Say what made the loss infinite: inputs that are not scaled, or else the rate."""
        rate = None if self._of_inputs() else diverged(self.document, epochs, epoch)
        self._say([*self._of_inputs(), *([rate] if rate else [])])

    def at_end(
        self,
        layers: Sequence[LayerState],
        epochs: Sequence[EpochEvent],
        evaluation: EvaluationEvent,
        results: PartResults,
    ) -> None:
        """Say what the trained model shows; `layers` are those of the trained model."""
        found = [
            *self._of_rows(),
            *curve_findings(self.document, epochs),
            *prediction_findings(self.document, evaluation.confusions, results),
            *layer_findings(self.document, layers, epochs),
        ]
        self._say(found, final=True)

    def _of_inputs(self) -> Sequence[Problem]:
        if self._inputs is None:
            self._inputs = input_findings(self.document, self.data.training)
        return self._inputs

    def _of_rows(self) -> Sequence[Problem]:
        if self._targets is None:
            self._targets = target_findings(self.document, self.data)
        return [*self._of_inputs(), *self._targets]

    def _say(self, found: Sequence[Problem], *, final: bool = False) -> None:
        """Emit the findings; the same ones with other numbers only at the end of the run."""
        said = tuple(f"{one.key} {one.node}" for one in found)
        if said != self._said or (final and found):
            self._said = said
            self.emit(DiagnosisEvent(problems=tuple(found)))
