"""Opens a model for predictions: with the weights of a run, or with the first ones."""

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from engine.data.catalogue import DataSets
from engine.document import Document
from engine.graph.bypass import without_bypassed
from engine.keras.build import BuildError
from engine.keras.network import Network
from engine.problems import Problem, problem
from engine.protocol.explaining import LatentShown
from engine.protocol.frames import Frame, Look
from engine.training import compiling
from engine.training.adapting import adapt
from engine.training.checkpoints import state
from engine.training.checkpoints.file import read
from engine.training.checkpoints.keeping import FILE as CHECKPOINT
from engine.training.failures import plain
from engine.training.inside import samples
from engine.training.inside.explaining.explainer import Explainer
from engine.training.inside.latents import Latents
from engine.training.inside.probe import Probes
from engine.training.inside.subject import Subject
from engine.training.measuring.slow import Slow, slow_motion
from engine.training.refusal import RefusedError
from engine.training.rows import Data, fitted, gather


@dataclass
class Opened:
    """A model that is open for predictions; owns the function that was compiled last.

    With the `checkpoint` of a run that trains, it has the weights of the newest one.
    """

    subject: Subject
    checkpoint: Path | None = None
    _epoch: int = 0
    """The epochs after which it has its weights, where they are those of a checkpoint."""
    _read: int = 0
    """When the checkpoint was written that was read last."""
    _slow: Slow | Problem | None = None

    def frame(self, look: Look) -> Frame:
        """Return the pictures of the nodes for a sample, or a frame that says why there are none.

        Compiles first if other nodes are looked at, or a sample of another shape.
        """
        subject = self.subject
        found = samples.read(look, subject)
        if isinstance(found, Problem):
            return Frame(problem=found)
        arrays, shown = found
        slow = None
        try:
            self._follow()
            slow = self._moved(look.step)
            if isinstance(slow, Problem):
                return Frame(problem=slow)
            probe = self._probes.of(look, arrays)
            outputs = probe(arrays)
            pictures = subject.pictures(probe.paths, outputs, probe.scored)
            detail = subject.detail(look, probe, outputs, None)
        except RefusedError as error:
            return Frame(problem=error.problem)
        except Exception as error:  # the backends raise various ones
            return Frame(problem=problem("probe_failed", detail=plain(str(error))))
        if slow and detail:
            gradients, steps = slow.detail(detail.node)
            detail = detail.model_copy(update={"gradients": gradients, "steps": steps})
        frame = Frame(
            shown=shown,
            epoch=self._epoch,
            pictures=pictures,
            detail=detail,
            slow=slow.step if slow else None,
        )
        return frame if look.plane else self._with_answers(frame, look, arrays)

    def _follow(self) -> None:
        """Take the weights of the checkpoint if it is newer. Raises RefusedError."""
        if self.checkpoint is None:
            return
        try:
            written = self.checkpoint.stat().st_mtime_ns
        except OSError as error:  # the run was deleted
            raise RefusedError(problem("probe_untrained")) from error
        if written != self._read:
            taken = read(self.checkpoint)
            state.put(self.subject.network.model, taken.arrays, state.WEIGHTS)
            self._read, self._epoch = written, taken.position.epoch
            self._latents.forget()

    def _with_answers(self, frame: Frame, look: Look, arrays: samples.Arrays) -> Frame:
        """Return a frame with what else is asked about its sample."""
        found: dict[str, Any] = {}
        if look.explain:
            found["explanation"] = self._explainer.explanation(look.explain, arrays)
        if look.latent:
            if frame.slow:
                self._latents.forget()
            try:
                made = self._latents.set(look.latent, look.nodes, arrays)
            except Exception as error:  # the backends raise various ones
                failed = problem("probe_failed", detail=plain(str(error)))
                return frame.model_copy(update={**found, "latent": LatentShown(problem=failed)})
            pictures = {picture.node: picture for picture in (*frame.pictures, *made.pictures)}
            found |= {"latent": made.shown, "pictures": tuple(pictures.values())}
        return frame.model_copy(update=found)

    @cached_property
    def _latents(self) -> Latents:
        return Latents(self.subject)

    def _moved(self, step: int | None) -> Slow | Problem | None:
        """Take the model to a step of slow motion, or out of it: to the weights it was opened with.

        A training is compiled when it is first asked for.
        """
        if self._slow is None and step is not None:
            self._slow = slow_motion(self.subject.document, self.subject.network, self.subject.data)
        if isinstance(self._slow, Slow):
            self._slow.to(step or 0)
        return None if step is None else self._slow

    @cached_property
    def _explainer(self) -> Explainer:
        return Explainer(self.subject)

    @cached_property
    def _probes(self) -> Probes:
        return Probes(self.subject.network)


def open_model(document: Document, sets: DataSets, weights: Path | None) -> Opened | Problem:
    """Open the model of a document that the checker accepts.

    `weights` is the `.keras` file of a run of this document, or the checkpoint of one that trains,
    whose newest weights it then follows; without it the model has the weights with which a run
    would begin. Layers that learn from the rows, as a vocabulary is learned, learn
    it again: from the same rows they learn the same.
    """
    document = without_bypassed(document)
    try:
        network = compiling.network(document)
    except (RefusedError, BuildError) as error:
        return error.problem
    data = _data(document, sets, network)
    if isinstance(data, Data):
        for _ in adapt(network.model, document, data.training):
            pass  # a run logs what they learned
    if weights is not None and weights.name == CHECKPOINT:
        return Opened(Subject(network, document, data), checkpoint=weights)
    if weights is not None:
        network.model.load_weights(weights)
    return Opened(Subject(network, document, data))


def _data(document: Document, sets: DataSets, network: Network) -> Data | Problem:
    """The document's data, or why there is none: a person's own input needs none."""
    if not document.training.data:
        return problem("probe_no_data")
    try:
        return fitted(gather(document, sets), network.model)
    except RefusedError as error:
        return error.problem
