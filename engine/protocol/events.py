"""The events of a run, which its worker sends: a union tagged by `type`."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, TypeAdapter

from engine.problems import Phrase, Problem
from engine.problems.render import render
from engine.protocol.layers import LayersEvent
from engine.values import Frozen

Phase = Literal[
    "queued",
    "starting",
    "loading data",
    "building",
    "compiling",
    "training",
    "paused",
    "evaluating",
    "saving",
]
"""An old engine compiles in a phase of its own, before it trains."""

Level = Literal["info", "warning", "error"]


class PhaseEvent(Frozen):
    """The run entered a phase."""

    type: Literal["phase"] = "phase"
    phase: Phase


class StartedEvent(Frozen):
    """The model and its data are ready, and the first step begins.

    `samples`, `validation_samples` and `test_samples` count rows; `versions` maps libraries to
    versions. Of a race, `noisy` are the layers that draw random numbers, others on each backend.
    """

    type: Literal["started"] = "started"
    epochs: int
    steps: int
    samples: int
    validation_samples: int
    test_samples: int = 0
    parameters: int
    backend: str
    device: str
    versions: dict[str, str] = {}
    noisy: tuple[str, ...] = ()


class BatchEvent(Frozen):
    """Progress inside an epoch (`epoch` and `step` count from 1), at most a few times a second.

    `seconds` is the time since training began; `left` is the estimated time that remains, and
    `rate` how many steps a second takes lately, without what is compiled before.
    """

    type: Literal["batch"] = "batch"
    epoch: int
    step: int
    steps: int
    metrics: dict[str, float] = {}
    seconds: float
    left: float | None = None
    rate: float | None = None


class Reading(Frozen):
    """The metrics after a step of an epoch: means since the epoch began, as Keras keeps them."""

    step: int
    metrics: dict[str, float]


class EpochEvent(Frozen):
    """An epoch ended; validation metrics have the prefix "val_".

    `complete` is false if the run was stopped inside the epoch: its metrics are those of fewer
    rows, and it has none of a validation that was broken off. `learning_rate` is the rate at the
    end of the epoch, `memory` the bytes that the process holds, `readings` a few readings from
    inside the epoch.
    """

    type: Literal["epoch"] = "epoch"
    epoch: int
    metrics: dict[str, float]
    seconds: float
    left: float | None = None
    rate: float | None = None
    complete: bool = True
    learning_rate: float | None = None
    memory: int | None = None
    readings: tuple[Reading, ...] = ()


class LogEvent(Frozen):
    """A line that a library printed, or a message to the person who trains.

    `text` is English; `words` are what it was rendered from, unless a library printed it.
    """

    type: Literal["log"] = "log"
    level: Level = "info"
    text: str
    words: Phrase | None = None


def log_message(words: Phrase, level: Level = "warning") -> LogEvent:
    """Return the log event of a message to the person who trains."""
    return LogEvent(level=level, text=render(words.text, words.arguments), words=words)


class Confusion(Frozen):
    """Counts of the evaluated rows: `matrix[actual][predicted]`, for the output node `node`."""

    node: str
    labels: tuple[str, ...]
    matrix: tuple[tuple[int, ...], ...]


class EvaluationEvent(Frozen):
    """The metrics of the trained model on the rows of a part (`on`).

    On the validation rows, or without any on the training rows; a second event follows for the
    test rows, if there are any.
    """

    type: Literal["evaluation"] = "evaluation"
    on: Literal["validation", "training", "test"] = "validation"
    samples: int
    metrics: dict[str, float]
    confusions: tuple[Confusion, ...] = ()


class DiagnosisEvent(Frozen):
    """What the run shows about its model, as warnings; it replaces what was said before."""

    type: Literal["diagnosis"] = "diagnosis"
    problems: tuple[Problem, ...]


class ArtefactEvent(Frozen):
    """A file that the run wrote to its folder; `name` is a plain file name.

    `hash` is its SHA-256 if it was sent to the server (engine.data.delivering).
    """

    type: Literal["artefact"] = "artefact"
    name: str
    bytes: int
    hash: Annotated[str, Field(pattern=r"^([0-9a-f]{64})?$")] = ""
    media_type: str = "application/octet-stream"


Outcome = Literal[
    "finished", "stopped", "diverged", "user error", "over memory", "killed", "timed out", "lost"
]


class EndedEvent(Frozen):
    """The last event of every run, exactly once; `problem` explains a failure."""

    type: Literal["ended"] = "ended"
    outcome: Outcome
    problem: Problem | None = None
    seconds: float = 0.0


RunEvent: TypeAlias = Annotated[
    PhaseEvent
    | StartedEvent
    | BatchEvent
    | EpochEvent
    | LogEvent
    | EvaluationEvent
    | DiagnosisEvent
    | LayersEvent
    | ArtefactEvent
    | EndedEvent,
    Field(discriminator="type"),
]
EVENT: TypeAdapter[RunEvent] = TypeAdapter(RunEvent)
