"""Request and response bodies of the HTTP API; the page's types are generated from them."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from engine.code.targets import Form
from engine.document import MAIN, Document, Graph
from engine.document.batches import Batch, Refusal
from engine.imports.asking import Question, SourceModel
from engine.problems import Problem
from engine.protocol import ArtefactEvent, EpochEvent, Outcome, Phase, RunEvent
from engine.values import Frozen


class ProjectSummary(Frozen):
    """A project in a list."""

    id: str
    name: str
    revision: int
    created: datetime
    updated: datetime
    layers: int
    runs: int


class ProjectOut(ProjectSummary):
    """A project with its document at `revision`."""

    document: Document


class EditIn(Batch):
    """A batch of operations made on revision `base`; because of its `id`, retries are safe."""


class EditOut(Frozen):
    """The result of a batch: its revision (or the present one), and refused operations."""

    revision: int
    refused: tuple[Refusal, ...] = ()


class CodeOut(Frozen):
    """Generated source; `problems` lists what could not be expressed in code.

    `lines` maps node ids of the main graph to their first and last line in the source.
    """

    form: Form
    filename: str
    source: str
    lines: dict[str, tuple[int, int]] = {}
    problems: tuple[Problem, ...] = ()


class ImportOut(Frozen):
    """A document read from a file or from code; `problems` lists what could not be read.

    `models` are the models of a source, and `taken` is the index of the one that was read. The
    document is null where `questions` must be answered first, or another model chosen.
    """

    document: Document | None
    problems: tuple[Problem, ...] = ()
    models: tuple[SourceModel, ...] = ()
    taken: int | None = None
    questions: tuple[Question, ...] = ()


class EditedCodeOut(Frozen):
    """A document with an edit of its code; `problems` lists what could not be read."""

    document: Document
    problems: tuple[Problem, ...] = ()


class CodeIn(Frozen):
    """Edited code, and the code before the edit: their difference is merged."""

    source: str = Field(max_length=2_000_000)
    base: str = Field(max_length=2_000_000)


class RunOut(Frozen):
    """A run, with everything that a list of runs shows."""

    id: str
    project: str
    number: int
    revision: int
    backend: str
    device: str
    phase: Phase
    outcome: Outcome | None
    problem: Problem | None
    created: datetime
    started: datetime | None
    ended: datetime | None
    epochs: int
    epoch: EpochEvent | None
    artefacts: tuple[ArtefactEvent, ...] = ()
    seq: int


class StopIn(Frozen):
    """Stop a run now, or after the present epoch."""

    when: Literal["now", "epoch"] = "now"


class EventOut(Frozen):
    """One event of a run from the log; `seq` increases, with gaps where events were deleted."""

    run: str
    generation: int
    seq: int
    created: datetime
    event: RunEvent


class TemplateOut(Frozen):
    """A template in the gallery, without its whole document.

    `graph` is the template's main graph, for a small picture.
    """

    id: str
    title: str
    teaches: str
    tags: tuple[str, ...]
    layers: int
    data: str
    graph: Graph = Graph(id=MAIN)


class Device(Frozen):
    """A device that a run can use; `id` is the value in a document's target."""

    id: str
    title: str
    memory_bytes: int | None = None


class BackendOut(Frozen):
    """A backend; if it is not installed, `version` is null and `hint` says how to install it."""

    id: str
    title: str
    version: str | None
    hint: str | None = None


class Environment(Frozen):
    """The versions, backends and devices of this server."""

    version: str
    keras: str
    backends: tuple[BackendOut, ...]
    devices: tuple[Device, ...]


class ProblemsOut(Frozen):
    """The body of every error response."""

    problems: tuple[Problem, ...]
