"""Request and response bodies of the HTTP API; the page's types are generated from them."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, field_validator

from engine.code.targets import Form
from engine.data.description import Description, Options
from engine.document import MAIN, Document, Graph
from engine.document.batches import Batch, Refusal
from engine.imports.asking import Question, SourceModel
from engine.machine.backends import BACKENDS, BackendId
from engine.problems import Problem
from engine.protocol import ArtefactEvent, EpochEvent, Outcome, Phase, RunEvent
from engine.values import Frozen, Name


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


class StretchOut(Frozen):
    """Edits that followed each other without a long pause: the revisions `first` to `last`."""

    first: int
    last: int
    started: datetime
    ended: datetime


class VersionIn(Frozen):
    """A name for a revision."""

    name: Annotated[Name, Field(min_length=1)]


class VersionOut(Frozen):
    """A revision with a name; `created` is when it was named."""

    revision: int
    name: str
    created: datetime


class HistoryOut(Frozen):
    """The history of a project, the newest first; `first` is the oldest revision it can show."""

    created: datetime
    revision: int
    first: int
    stretches: tuple[StretchOut, ...]
    versions: tuple[VersionOut, ...]


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
    packages: tuple[str, ...] = ()


class ImportOut(Frozen):
    """A document read from a file or from code; `problems` lists what could not be read.

    `models` are the models of a source, and `taken` is the index of the one that was read. The
    document is null where `questions` must be answered first, or another model chosen. `placed` is
    true where the file says where the nodes lie; else the page lays them out.
    """

    document: Document | None
    problems: tuple[Problem, ...] = ()
    models: tuple[SourceModel, ...] = ()
    taken: int | None = None
    questions: tuple[Question, ...] = ()
    placed: bool = False


class Repeat(Frozen):
    """One of several parts with the same structure; `name` is that of its function in code."""

    graph: str
    name: str
    nodes: tuple[str, ...]


class Repeats(Frozen):
    """The repeated parts of all graphs that the model uses, in topological order."""

    repeats: tuple[Repeat, ...]


class EditedCodeOut(Frozen):
    """A document with an edit of its code; `problems` lists what could not be read."""

    document: Document
    problems: tuple[Problem, ...] = ()


class CodeIn(Frozen):
    """Edited code, and the code before the edit: their difference is merged."""

    source: str = Field(max_length=2_000_000)
    base: str = Field(max_length=2_000_000)


class StartedFrom(Frozen):
    """The run from which another one started: its id and number.

    "continue": with its optimizer, for more epochs. "weights": only with the weights of its layers.
    """

    how: Literal["continue", "weights"]
    run: str
    number: int


class StartIn(Frozen):
    """How to start a run from the checkpoint of another one.

    "continue" trains the document of that run for so many `epochs` more. "weights" trains the
    present document; layers that both have start with the weights of that run.
    """

    how: Literal["continue", "weights"]
    epochs: Annotated[int, Field(ge=1, le=100_000)] = 1


class WaitingOut(Frozen):
    """A run that waits: it is the `position`-th (from 1) of all that wait, `waiting` in number.

    `person` stands for the one who started it; among the runs of that person it has the place
    `place` of `places`. `start` is when it is expected to start, null as long as nobody knows.
    `alone`: it may need more memory than there is, and so trains without others beside it.
    """

    run: str
    person: str
    position: int
    waiting: int
    place: int
    places: int
    start: datetime | None
    alone: bool = False


class PlaceIn(Frozen):
    """The place, from 1, that a waiting run is to have among those of its person."""

    place: Annotated[int, Field(ge=1, le=100_000)]


class RunOut(Frozen):
    """A run, with everything that a list of runs shows; its id permits to view it.

    `project` stays in the server: whoever knows it may edit. `start` is the run that it started
    from, if any; `checkpoint` says whether it has ended with a state from which another can start.
    The runs of a race have the same `race`.
    """

    id: str
    project: str = Field(exclude=True)
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
    start: StartedFrom | None = None
    checkpoint: bool = False
    seq: int
    race: str = ""


class RaceIn(Frozen):
    """A race: the present document on each of these backends."""

    backends: Annotated[
        tuple[BackendId, ...],
        Field(min_length=2, max_length=len(BACKENDS), json_schema_extra={"uniqueItems": True}),
    ]

    @field_validator("backends")
    @classmethod
    def _differ(cls, backends: tuple[BackendId, ...]) -> tuple[BackendId, ...]:
        if len(set(backends)) < len(backends):
            raise ValueError("each backend can take part only once")
        return backends


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


class UploadIn(Frozen):
    """A file of data that is about to be uploaded: its name, and how many bytes it has.

    `options` are how it is read then; options that are null are guessed.
    """

    name: Annotated[str, Field(min_length=1, max_length=1_000)]
    bytes: Annotated[int, Field(ge=0, lt=2**62)]
    options: Options = Options()


class DataLinkIn(Frozen):
    """A data set of another project, by the hash of its rows.

    `project` is the other project's id, or the identifier of its view-only link.
    """

    project: Annotated[str, Field(pattern=r"^[A-Za-z0-9]{1,16}$")]
    hash: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class SharedDataOut(Frozen):
    """A data set of another project."""

    hash: str
    title: str
    summary: str
    rows: int
    project: str
    project_name: str


class DataUsesOut(Frozen):
    """The names of other projects that have the same data set."""

    projects: tuple[str, ...]


class ModelUploadIn(Frozen):
    """A large file of a model that is about to be uploaded, of so many bytes."""

    bytes: Annotated[int, Field(ge=0, lt=2**62)]


class UploadOut(Frozen):
    """An upload: `received` of its `bytes` have come; a part may have `part` bytes at most."""

    id: str
    bytes: int
    received: int
    part: int


class DataFileOut(Frozen):
    """A file of data that somebody brought to the project.

    `description` is set once it has been read, `problems` where that failed. It is no longer
    `current` once it was read again with other options; earlier revisions still find its rows.
    """

    id: str
    name: str
    bytes: int
    state: Literal["reading", "ready", "failed"]
    current: bool
    created: datetime
    description: Description | None
    problems: tuple[Problem, ...]


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
    """A device that a run can use; `id` is the value in a document's target.

    The memory of a GPU, and what of it is free now, are null where its driver does not say.
    """

    id: str
    title: str
    memory_bytes: int | None = None
    free_bytes: int | None = None


class BackendOut(Frozen):
    """A backend; if it is not installed, `version` is null and `hint` says how to install it.

    An `old` one computes with Keras 2.3.1: its runs can't be paused or continued, and there are no
    races and no inside view while it trains. A `parallel` one trains on several devices at once.
    """

    id: str
    title: str
    version: str | None
    hint: str | None = None
    old: bool = False
    parallel: bool = False


class Environment(Frozen):
    """The versions, backends and devices of this server.

    `cpu_parts` is into how many devices its processor may be divided for a run.
    """

    version: str
    keras: str
    backends: tuple[BackendOut, ...]
    devices: tuple[Device, ...]
    cpu_parts: int = 1


class Template(Frozen):
    """A text with named places, in English; of a plural, `by` is its argument."""

    text: str
    many: str | None = None
    by: str | None = None


class WordsOut(Frozen):
    """The words of a language, for what travels as a code or a text with its arguments.

    `texts` are the translations by English text, of a plural one for each form of the language, by
    its singular; `problems` the message and the hint by code, or by “code.variant”.
    """

    texts: dict[str, tuple[str, ...]]
    problems: dict[str, tuple[Template, Template | None]]


class ProblemsOut(Frozen):
    """The body of every error response."""

    problems: tuple[Problem, ...]
