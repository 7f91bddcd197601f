"""What the HTTP API takes and gives: the API's and the page's types come from these models."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from engine.code import Form
from engine.document import MAIN, Document, Graph
from engine.document.operations import Operation
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


class EditIn(Frozen):
    """A batch of operations made on revision `base`; `id` makes sending it twice harmless."""

    id: str = Field(pattern=r"^[A-Za-z0-9_-]{8,64}$")
    base: int = Field(ge=0)
    operations: tuple[Operation, ...] = Field(min_length=1, max_length=20_000)


class Refusal(Frozen):
    """An operation that could not be applied, by its index in the batch, and why."""

    index: int
    problem: Problem


class EditOut(Frozen):
    """What became of a batch: the revision it made (or the present one) and what was refused."""

    revision: int
    refused: tuple[Refusal, ...] = ()


class CodeOut(Frozen):
    """Generated source; `problems` says what could not be written.

    `lines` maps node ids of the main graph to the first and last line that they became.
    """

    form: Form
    filename: str
    source: str
    lines: dict[str, tuple[int, int]] = {}
    problems: tuple[Problem, ...] = ()


class ImportOut(Frozen):
    """A document read from a file or from code; `problems` says what could not be kept."""

    document: Document
    problems: tuple[Problem, ...] = ()


class CodeIn(Frozen):
    """Code that was edited, and the code as it was before: what changed between them is wanted."""

    source: str = Field(max_length=2_000_000)
    base: str = Field(max_length=2_000_000)


class RunOut(Frozen):
    """A run, with enough to draw a list without reading its events."""

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
    """Stop a run now, or once the present epoch has ended."""

    when: Literal["now", "epoch"] = "now"


class EventOut(Frozen):
    """One event of a run as the log holds it; (generation, seq) grows without gaps in meaning."""

    run: str
    generation: int
    seq: int
    created: datetime
    event: RunEvent


class TemplateOut(Frozen):
    """A template in the gallery; its document comes with the project made from it.

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
    """A device that a run can use; `id` is what a document's target stores."""

    id: str
    title: str
    memory_bytes: int | None = None


class BackendOut(Frozen):
    """A backend; `version` is null when it is not installed, and `hint` says how to get it."""

    id: str
    title: str
    version: str | None
    hint: str | None = None


class Environment(Frozen):
    """What this server can do."""

    version: str
    keras: str
    backends: tuple[BackendOut, ...]
    devices: tuple[Device, ...]


class ProblemsOut(Frozen):
    """The body of every error answer."""

    problems: tuple[Problem, ...]
