"""What travels over a project's WebSocket, /ws/projects/<id>: tagged unions both ways.

Two ordered logs are followed over it with one idea: whoever listens says which number it has,
is given what it missed, then what is new. `Join` follows the project's log of operations,
`Watch` a run's log of events.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StringConstraints, TypeAdapter

from builder.wire.schemas import EditIn, EventOut, Refusal, RunOut
from engine.check.verdict import Verdict
from engine.document import Document, Id, Position
from engine.document.operations import Operation
from engine.problems import Problem
from engine.values import Frozen

RunId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{1,16}$")]
ShortName = Annotated[str, StringConstraints(max_length=40)]


class Join(Frozen):
    """Say who this is, and which revision it has; null asks for the whole document."""

    type: Literal["join"] = "join"
    revision: int | None = None
    name: ShortName = ""


class Edit(EditIn):
    """Change the document; answered by `Edited` to everyone, and by `Refused` to the sender."""

    type: Literal["edit"] = "edit"


class Presence(Frozen):
    """Where somebody is and what they hold: shown to the others, never stored."""

    cursor: Position | None = None
    graph: Id = "main"
    selection: tuple[Id, ...] = Field(default=(), max_length=2_000)
    dragging: dict[Id, Position] = {}


class Move(Presence):
    """Tell the others where I am; sent a few times a second at most."""

    type: Literal["move"] = "move"


class Watch(Frozen):
    """Follow a run's events after number `after`."""

    type: Literal["watch"] = "watch"
    run: RunId
    after: int = Field(default=0, ge=0)


class Unwatch(Frozen):
    """Follow a run no longer."""

    type: Literal["unwatch"] = "unwatch"
    run: RunId


class AskVerdict(Frozen):
    """Send me the last verdict whole: I don't have the one that its changes apply to."""

    type: Literal["ask_verdict"] = "ask_verdict"


class Acknowledge(Frozen):
    """`messages` have been received so far; a socket that falls far behind is paused."""

    type: Literal["acknowledge"] = "acknowledge"
    messages: int = Field(ge=0)


ClientMessage: TypeAlias = Annotated[
    Join | Edit | Move | Watch | Unwatch | AskVerdict | Acknowledge, Field(discriminator="type")
]
CLIENT_MESSAGE: TypeAdapter[ClientMessage] = TypeAdapter(ClientMessage)


class Person(Frozen):
    """Somebody on this project; `client` is one browser tab."""

    client: str
    name: str
    color: int
    presence: Presence = Presence()


class Welcome(Frozen):
    """The answer to `Join`: `document` is null when the missed revisions follow as `Edited`."""

    type: Literal["welcome"] = "welcome"
    client: str
    revision: int
    document: Document | None
    people: tuple[Person, ...]
    runs: tuple[RunOut, ...]


class Edited(Frozen):
    """Revision `revision` came to be; `id` is the batch's, so that its sender knows it is saved."""

    type: Literal["edited"] = "edited"
    revision: int
    client: str
    id: str
    operations: tuple[Operation, ...]


class Refused(Frozen):
    """What of a batch could not be applied, and why; the rest was, as `revision` (if any)."""

    type: Literal["refused"] = "refused"
    id: str
    revision: int
    refused: tuple[Refusal, ...]


VerdictField: TypeAlias = Literal["inputs", "outputs", "bound", "problems"]


class Judged(Frozen):
    """What the checker says of the document at `revision`.

    With `base` it is told as what differs from the verdict on that revision: `verdict` holds only
    nodes of which something else is said, `gone` names by graph those of which nothing is said
    any more, and the fields of the verdict that `same` names are as they were. A page that has
    another verdict than that on `base` sends `AskVerdict` for the whole.
    """

    type: Literal["judged"] = "judged"
    revision: int
    verdict: Verdict
    base: int | None = None
    gone: dict[Id, tuple[Id, ...]] = {}
    same: tuple[VerdictField, ...] = ()


class Arrived(Frozen):
    """Somebody came, or moved."""

    type: Literal["arrived"] = "arrived"
    person: Person


class Departed(Frozen):
    """Somebody left."""

    type: Literal["departed"] = "departed"
    client: str


class RunChanged(Frozen):
    """A run was created, entered another phase, or ended."""

    type: Literal["run"] = "run"
    run: RunOut


class RunRemoved(Frozen):
    """A run and its files are gone."""

    type: Literal["run_removed"] = "run_removed"
    run: str


class Happened(EventOut):
    """One event of a run that is being watched."""

    type: Literal["happened"] = "happened"


class Failed(Frozen):
    """A message could not be understood or followed; `id` is its batch's if it was an `Edit`.

    With the code "not_saved" the batch is to be sent again later; with any other it never will
    be taken. "no_project" comes before the socket is closed with code 4404: don't come back.
    """

    type: Literal["failed"] = "failed"
    problem: Problem
    id: str | None = None


ServerMessage: TypeAlias = Annotated[
    Welcome
    | Edited
    | Refused
    | Judged
    | Arrived
    | Departed
    | RunChanged
    | RunRemoved
    | Happened
    | Failed,
    Field(discriminator="type"),
]
SERVER_MESSAGE: TypeAdapter[ServerMessage] = TypeAdapter(ServerMessage)
