"""What a web process and whoever keeps its runs for it say to each other, as JSON lines.

That is the broker of a cluster, or a keeper on this machine.

Runs are named by the web process. The report of a run travels as text that only the web process
reads.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, TypeAdapter

from engine.machine.priority import OF_RUNS
from engine.problems import Problem
from engine.protocol import When
from engine.protocol.frames import Look
from engine.values import Frozen


class Place(Frozen):
    """What a run may use on its machine.

    `cores` are reserved, `seconds` (None: no limit) is its time, `memory` (None: 80 % of the
    machine's) its bytes, and `data` (None: the machine's own) the folder in which the worker finds
    rows.
    """

    cores: int = 1
    seconds: float | None = None
    memory: int | None = None
    niceness: int = OF_RUNS
    data: str | None = None


class Begin(Frozen):
    """Start a run and follow it; `command` are the fields of its `TrainText`.

    On a cluster, `place` and `gpus` are what it reserves.
    """

    type: Literal["begin"] = "begin"
    run: str
    command: dict[str, str | bool]
    gpus: int = 0
    place: Place = Place()


class Follow(Frozen):
    """Pass on the events of a run after number `after`."""

    type: Literal["follow"] = "follow"
    run: str
    after: int


class Acknowledge(Frozen):
    """The events of a run up to this number are recorded."""

    type: Literal["acknowledge"] = "acknowledge"
    run: str
    number: int


class Call(Frozen):
    """Tell a run to stop, pause, resume, show what is looked at, or end without a word.

    A stop may be told again after a broker was lost: the same `id` is obeyed once.
    """

    type: Literal["call"] = "call"
    run: str
    what: Literal["stop", "pause", "resume", "look", "abandon"]
    when: When | None = None
    id: str = ""
    look: Look | None = None


class Kill(Frozen):
    """End a run's process at once, with all that it keeps; unknown ones are ignored."""

    type: Literal["kill"] = "kill"
    run: str


class Expect(Frozen):
    """Get ready for a run on a backend and a device, which may never come."""

    type: Literal["expect"] = "expect"
    backend: str
    device: str


class List(Frozen):
    """Ask which runs live."""

    type: Literal["list"] = "list"


Order: TypeAlias = Annotated[
    Begin | Follow | Acknowledge | Call | Kill | Expect | List, Field(discriminator="type")
]
ORDER: TypeAdapter[Order] = TypeAdapter(Order)


class Connected(Frozen):
    """The broker has reached the cluster."""

    type: Literal["connected"] = "connected"


class Refused(Frozen):
    """The broker could not reach the cluster, and ends."""

    type: Literal["refused"] = "refused"
    problem: Problem


class Passed(Frozen):
    """A report of a run, as JSON; see Kept for its number."""

    type: Literal["passed"] = "passed"
    run: str
    number: int
    report: str


class Waits(Frozen):
    """The cluster has no room yet for a run."""

    type: Literal["waits"] = "waits"
    run: str


class Gone(Frozen):
    """A run has no process any more, and its last event did not come."""

    type: Literal["gone"] = "gone"
    run: str
    problem: Problem


class Living(Frozen):
    """The runs that have a process, or whose last events were not acknowledged."""

    type: Literal["living"] = "living"
    runs: tuple[str, ...]


News: TypeAlias = Annotated[
    Connected | Refused | Passed | Waits | Gone | Living, Field(discriminator="type")
]
NEWS: TypeAdapter[News] = TypeAdapter(News)
