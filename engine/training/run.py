"""One training run from its command to its end: load, build, fit, evaluate, save."""

import json
import math
import platform
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import keras

from engine.data.catalogue import DataSets, parts_of
from engine.data.defaults import Chosen
from engine.data.division import Part
from engine.document import Document
from engine.export.registry import EVERY_RUN
from engine.graph.bypass import without_bypassed
from engine.keras.network import Network
from engine.machine import backends, old
from engine.problems import Problem, phrase, problem
from engine.protocol import (
    ArtefactEvent,
    EndedEvent,
    EpochEvent,
    Outcome,
    Phase,
    PhaseEvent,
    Report,
    StartedEvent,
    Train,
    log_message,
)
from engine.results.description import PartResults, Results
from engine.results.keeping import discard, write
from engine.training import compiling, parallel
from engine.training.adapters import Rest, adapter
from engine.training.adapting import adapt
from engine.training.averaging import separate_averages, take_averages
from engine.training.callbacks import create_callbacks, written
from engine.training.checkpoints.keeping import Keeping
from engine.training.checkpoints.starting import begin, build_metrics
from engine.training.commands import Commands
from engine.training.devices import gpu_memory
from engine.training.diagnosis.diagnosing import Diagnosis
from engine.training.evaluation import Evaluated, evaluate
from engine.training.failures import explain
from engine.training.inside.live import Live
from engine.training.inside.subject import Subject
from engine.training.interrupting import Interruptions
from engine.training.looping import in_loops
from engine.training.measuring.measuring import Measuring
from engine.training.old.fitting import OldFit
from engine.training.old.process import take
from engine.training.progress import Progress
from engine.training.racing import Order, noisy
from engine.training.refusal import RefusedError
from engine.training.rows import Data, fitted, gather
from engine.training.stopping import StopFlag
from engine.training.telling import told
from engine.training.weighting import fit_weights

HISTORY = "history.json"

Emit = Callable[[Report], None]
End = tuple[Outcome, Problem | None]


def train(command: Train, data: DataSets, emit: Emit, commands: Commands) -> EndedEvent:
    """Train the document of `command` on the active backend; emit all events but the last.

    `data` are the data sets that the document may name; `commands` may arrive while it trains.
    Never raises: the event that it returns describes any failure.
    """
    began = time.perf_counter()
    try:
        outcome, reason = _Run(command, data, emit, commands).execute()
    except BaseException as error:  # such as MemoryError and the backends' own exceptions
        target = command.document.target
        outcome, reason = explain(error, command.document, gpu_memory(target.backend))
    return EndedEvent(outcome=outcome, problem=reason, seconds=time.perf_counter() - began)


@dataclass(frozen=True)
class _Run:
    """The phases of one run, in order; state lives in local variables and the model."""

    command: Train
    sets: DataSets
    emit: Emit
    commands: Commands

    @property
    def stop(self) -> StopFlag:
        return self.commands.stop

    @property
    def document(self) -> Document:
        return without_bypassed(self.command.document)

    @property
    def folder(self) -> Path:
        return Path(self.command.output)

    @property
    def _resumes(self) -> bool:
        """Whether it has trained in another process, so that there are weights to keep."""
        return self.command.start is not None and self.command.start.how == "resume"

    @property
    def _continues(self) -> bool:
        """Whether it trains more epochs of a run that has ended."""
        return self.command.start is not None and self.command.start.how == "continue"

    def execute(self) -> End:
        target = self.document.target
        parallel.use(target.backend, target.device)
        self._enter("loading data")
        data = gather(self.document, self.sets)
        for words in told(data.effects):
            self.emit(log_message(words, "info"))
        self._enter("building")
        network = compiling.network(self.document, race=self.command.race)
        model = network.model
        data, effects = parallel.evenly(fitted(data, model), target.device)
        for words in effects:
            self.emit(log_message(words, "info"))
        for words in adapt(model, self.document, data.training):
            self.emit(log_message(words, "info"))
        chosen = compiling.compile_model(model, self.document, data)
        callbacks = create_callbacks(self.document, self.folder)
        if self.stop.now and not self._resumes:
            return "stopped", None
        live = Live(Subject(network, self.document, data), self.commands.looking, self.emit)
        diagnosis = Diagnosis(self.document, data, self.emit)
        weights = fit_weights(data, chosen)
        measuring = Measuring(
            self.document, network, data, weights=weights, emit=diagnosis.watching
        )
        progress: Progress | OldFit
        if backends.get(target.backend).environment:
            progress = self._fit_there(network, data, chosen, weights, diagnosis)
        else:
            live.begin()
            progress = self._fit(network, data, weights, callbacks, (live, measuring))
            live.end()
            measuring.end()
        if not progress.trained:
            return "stopped", None
        self._write_history(progress.epochs_done)
        for path in written(self.document, self.folder):
            self._announce(path, "application/octet-stream")
        if progress.diverged:
            epoch, metric = progress.diverged
            diagnosis.after_divergence(progress.epochs_done, epoch)
            return "diverged", problem("diverged", epoch=epoch, metric=metric)
        stopped = self.stop.when is not None
        self._enter("evaluating")
        evaluated = self._evaluated(model, data, chosen)
        if not evaluated.finite:
            epoch = len(progress.epochs_done)
            return "diverged", problem("diverged", epoch=epoch, metric="loss")
        self._save(model)
        layers = measuring.at_end(len(progress.epochs_done))
        diagnosis.at_end(layers, progress.epochs_done, evaluated.event, evaluated.results)
        return ("stopped" if stopped else "finished"), None

    def _evaluated(self, model: keras.Model, data: Data, chosen: Sequence[Chosen]) -> Evaluated:
        try:
            return self._evaluate(model, data, chosen)
        except OSError:  # a full disk: the trained model counts more than what it predicts
            discard(self.folder)
            self._save(model)
            raise

    def _enter(self, phase: Phase) -> None:
        self.emit(PhaseEvent(phase=phase))

    def _fit(
        self,
        network: Network,
        data: Data,
        weights: Mapping[str, Any],
        callbacks: Sequence[keras.callbacks.Callback],
        watching: tuple[Live, Measuring],
    ) -> Progress:
        model, (live, measuring) = network.model, watching
        interruptions = self._interruptions(network, callbacks)
        training, rows = self.document.training, data.training
        epochs, size = training.epochs, training.batch_size
        steps = math.ceil(len(rows) / size)
        order = Order(training.seed, len(rows)) if self.command.race else None
        progress = Progress(
            model,
            [*callbacks, order] if order else callbacks,
            epochs=epochs,
            steps=steps,
            emit=measuring.watching,
            stop=self.stop,
            between=live.between,
            interruptions=interruptions,
        )
        self._enter("training")
        self.emit(self._started(model, data, steps))
        begun = interruptions.begun
        for epoch in begun.epochs:  # a log that has them leaves them out
            self.emit(epoch)
        at_its_end = begun.over or begun.epoch >= epochs or (self._resumes and self.stop.when)
        if at_its_end and not self._continues:
            progress.on_train_begin()
            progress.on_train_end()
            if begun.over or begun.epoch >= epochs:
                take_averages(model)
            return progress
        fed = adapter(rows, size, shuffle=training.shuffle, order=order, **weights)
        validation = data.validation
        if begun.step:
            build_metrics(model, fed)
            fed = Rest(fed, lambda: progress.skipped, interruptions.skipped)
            progress.on_early_end = fed.begin_anew
        whole = (steps, math.ceil(len(validation or ()) / size))
        with in_loops(model, progress, whole, epochs - begun.epoch):
            model.fit(
                fed,
                epochs=epochs,
                initial_epoch=begun.epoch,
                validation_data=adapter(validation, size) if validation else None,
                callbacks=progress,
                verbose=0,
            )
        separate_averages(model)
        return progress

    def _fit_there(
        self,
        network: Network,
        data: Data,
        chosen: Sequence[Chosen],
        weights: Mapping[str, Any],
        diagnosis: Diagnosis,
    ) -> OldFit:
        """Train in the process of an old interpreter; the model has the trained weights then."""
        start, model = self.command.start, network.model
        title = backends.get(self.document.target.backend).title
        if start and start.how != "weights":
            raise RefusedError(problem("continues_elsewhere", engine=title))
        if start:
            begin(start, network, self.emit)
        steps = math.ceil(len(data.training) / self.document.training.batch_size)
        fit = OldFit(
            self.document,
            take(old.get(self.document.target.backend)),
            self.commands,
            diagnosis.watching,
            lambda versions: self.emit(self._started(model, data, steps, versions)),
        )
        fit.fit(model, data, self.sets, chosen, weights)
        return fit

    def _interruptions(
        self, network: Network, callbacks: Sequence[keras.callbacks.Callback]
    ) -> Interruptions:
        """What keeps checkpoints and pauses the fit; the model is put where it starts from."""
        start = self.command.start
        return Interruptions(
            network.model,
            callbacks,
            keeping=Keeping(self.folder, network, callbacks),
            pause=self.commands.pause,
            stop=self.stop,
            emit=self.emit,
            start=begin(start, network, self.emit) if start else None,
        )

    def _started(
        self,
        model: keras.Model,
        data: Data,
        steps: int,
        versions: Mapping[str, str] | None = None,
    ) -> StartedEvent:
        """The first step begins; `versions` are those of another interpreter, if it trains."""
        target = self.document.target
        return StartedEvent(
            epochs=self.document.training.epochs,
            steps=steps,
            samples=len(data.training),
            validation_samples=len(data.validation or ()),
            test_samples=len(data.test or ()),
            parameters=model.count_params(),
            backend=target.backend,
            device=target.device,
            versions=versions or self._versions(),
            noisy=noisy(model) if self.command.race else (),
        )

    def _versions(self) -> dict[str, str]:
        libraries = ("keras", backends.get(self.document.target.backend).package, "numpy")
        return {"python": platform.python_version()} | {each: version(each) for each in libraries}

    def _evaluate(self, model: keras.Model, data: Data, chosen: Sequence[Chosen]) -> Evaluated:
        """Emit the evaluation on the validation rows, or without any on the training rows.

        Then that on the test rows, which nothing else in a run reads. Returns the first.
        """
        on: Part = "validation" if data.validation else "training"
        parts = [self._evaluate_on(on, model, data, chosen)]
        if parts[0].finite and data.test:
            parts.append(self._evaluate_on("test", model, data, chosen))
        self._write_results(data, [part.results for part in parts])
        return parts[0]

    def _evaluate_on(
        self, part: Part, model: keras.Model, data: Data, chosen: Sequence[Chosen]
    ) -> Evaluated:
        size = self.document.training.batch_size
        done = evaluate(model, data, part, chosen, batch_size=size, folder=self.folder)
        for name in done.left_out:
            words = phrase("{name} is not a finite number: left out.", name=name)
            self.emit(log_message(words))
        if not done.complete:
            words = phrase("The table of predictions is cut: it would be too long.")
            self.emit(log_message(words))
        self.emit(done.event)
        return done

    def _write_results(self, data: Data, parts: Sequence[PartResults]) -> None:
        """Write the description of the results of each part beside its predictions."""
        measured = tuple(part for part in parts if part.outputs)
        if not measured:
            return
        names = dict.fromkeys(part.name for column in data.sources for part in parts_of(column))
        results = Results(data=self.document.training.data, inputs=tuple(names), parts=measured)
        for part in measured:
            self._announce(self.folder / part.file, "application/octet-stream")
            self._announce(self.folder / part.table, "text/csv")
        self._announce(write(self.folder, results), "application/json")

    def _write_history(self, epochs: Sequence[EpochEvent]) -> None:
        path = self.folder / HISTORY
        entries = [epoch.model_dump(include={"epoch", "metrics", "seconds"}) for epoch in epochs]
        path.write_text(json.dumps({"epochs": entries}, indent=1), encoding="utf-8")
        self._announce(path, "application/json")

    def _save(self, model: keras.Model) -> None:
        self._enter("saving")
        for exporter in EVERY_RUN:
            if exporter.missing:
                words = phrase(
                    "There is no {title} file: {modules:list} is not installed.",
                    title=exporter.title,
                    modules=exporter.missing,
                )
                self.emit(log_message(words))
            else:
                self._announce(exporter.save(model, self.folder), exporter.media_type)

    def _announce(self, path: Path, media_type: str) -> None:
        size = path.stat().st_size
        self.emit(ArtefactEvent(name=path.name, bytes=size, media_type=media_type))
