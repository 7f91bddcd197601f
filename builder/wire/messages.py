"""Messages on a project's WebSocket, /ws/projects/<id>: a tagged union for each direction.

A tab follows two kinds of ordered logs over it. It sends the number of the last entry that it has,
and receives the entries that it missed, then new ones. `Join` follows the project's log of
operations, `Watch` a run's log of events.
"""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, StringConstraints, TypeAdapter

from builder.wire.schemas import DataFileOut, EditIn, EventOut, RunOut, WaitingOut
from engine.check.difference import Difference
from engine.document import Document, Id, Position
from engine.document.batches import Refusal
from engine.document.operations import Operation
from engine.problems import Problem
from engine.protocol.frames import Frame, Look
from engine.values import Frozen

RunId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9]{1,16}$")]
MAX_PERSON_NAME = 40
"""Characters of the name by which the others in a project know a person."""
ShortName = Annotated[str, StringConstraints(max_length=MAX_PERSON_NAME)]


class Join(Frozen):
    """Join the project with a name, at a revision; null requests the whole document."""

    type: Literal["join"] = "join"
    revision: int | None = None
    name: ShortName = ""


class Edit(EditIn):
    """Change the document; answered by `Edited` to everyone, and by `Refused` to the sender."""

    type: Literal["edit"] = "edit"


class Presence(Frozen):
    """A person's cursor, selection and drag: shown to the others, never stored."""

    cursor: Position | None = None
    graph: Id = "main"
    selection: tuple[Id, ...] = Field(default=(), max_length=2_000)
    dragging: dict[Id, Position] = Field(default={}, max_length=2_000)


class Move(Presence):
    """Announce this person's presence; sent at most a few times a second."""

    type: Literal["move"] = "move"


class Watch(Frozen):
    """Subscribe to a run's events after number `after`."""

    type: Literal["watch"] = "watch"
    run: RunId
    after: int = Field(default=0, ge=0)


class Unwatch(Frozen):
    """Unsubscribe from a run's events."""

    type: Literal["unwatch"] = "unwatch"
    run: RunId


class AskVerdict(Frozen):
    """Request the complete last verdict, if the one that a difference applies to is missing."""

    type: Literal["ask_verdict"] = "ask_verdict"


class Inspect(Frozen):
    """Look into a model: `run` says which run's, null the document's with its first weights.

    Repeated at least once a minute while somebody looks; without nodes, nobody does any more.
    """

    type: Literal["inspect"] = "inspect"
    run: RunId | None = None
    look: Look


class Acknowledge(Frozen):
    """The number of messages received so far; sending pauses if too many are unacknowledged."""

    type: Literal["acknowledge"] = "acknowledge"
    messages: int = Field(ge=0)


ClientMessage: TypeAlias = Annotated[
    Join | Edit | Move | Watch | Unwatch | AskVerdict | Inspect | Acknowledge,
    Field(discriminator="type"),
]
CLIENT_MESSAGE: TypeAdapter[ClientMessage] = TypeAdapter(ClientMessage)


class Person(Frozen):
    """A person in this project; `client` is the id of a browser tab."""

    client: str
    name: str
    color: int
    presence: Presence = Presence()


class Welcome(Frozen):
    """The answer to `Join`: `document` is null when the missed revisions follow as `Edited`.

    `view` is the identifier of the project's view-only link; `view_only` tells that this socket
    came by it. `person` stands for the person behind it in the queue of runs.
    """

    type: Literal["welcome"] = "welcome"
    client: str
    revision: int
    view: str
    view_only: bool
    person: str
    document: Document | None
    people: tuple[Person, ...]
    runs: tuple[RunOut, ...]
    queue: tuple[WaitingOut, ...]
    data: tuple[DataFileOut, ...]


class Edited(Frozen):
    """A new revision; `id` is the id of its batch, so that the sender knows that it is saved."""

    type: Literal["edited"] = "edited"
    revision: int
    client: str
    id: str
    operations: tuple[Operation, ...]


class Refused(Frozen):
    """Operations of a batch that were refused, and why; the others were applied as `revision`."""

    type: Literal["refused"] = "refused"
    id: str
    revision: int
    refused: tuple[Refusal, ...]


class Checked(Difference):
    """The checker's verdict on the document at `revision`.

    With `base` it is the difference from the verdict on that revision: `verdict` holds only nodes
    that changed, `gone` lists by graph the nodes that have no verdict any more, and `same` lists
    the fields of the verdict that did not change. A page without the verdict on `base` sends
    `AskVerdict` to get the complete one.
    """

    type: Literal["checked"] = "checked"
    revision: int
    base: int | None = None


class Arrived(Frozen):
    """A person joined, or their presence changed."""

    type: Literal["arrived"] = "arrived"
    person: Person


class Departed(Frozen):
    """A person left."""

    type: Literal["departed"] = "departed"
    client: str


class RunChanged(Frozen):
    """A run was created, changed its phase, or ended."""

    type: Literal["run"] = "run"
    run: RunOut


class RunRemoved(Frozen):
    """A run and its files were deleted."""

    type: Literal["run_removed"] = "run_removed"
    run: str


class QueueChanged(Frozen):
    """The runs of the project that wait, as they will start."""

    type: Literal["queue"] = "queue"
    queue: tuple[WaitingOut, ...]


class DataChanged(Frozen):
    """A file of data was uploaded, has been read, or could not be read."""

    type: Literal["data"] = "data"
    data: DataFileOut


class DataRemoved(Frozen):
    """A file of data was removed; `data` is its id.

    `same` is the id of another file of the project with the same rows, for which it was removed.
    """

    type: Literal["data_removed"] = "data_removed"
    data: str
    same: str | None = None


class Happened(EventOut):
    """One event of a run that this tab watches."""

    type: Literal["happened"] = "happened"


class Inspected(Frame):
    """What is inside the model that this tab looks at; `run` as in `Inspect`."""

    run: str | None


class Failed(Frozen):
    """A message was malformed or could not be handled; `id` is that of its batch, for an `Edit`.

    After the code "not_saved" the page sends the batch again later; after any other the batch is
    refused for good. "no_project" precedes the close code 4404: the page must not reconnect.
    """

    type: Literal["failed"] = "failed"
    problem: Problem
    id: str | None = None


def refused_text(id: str, revision: int, refused: str) -> str:
    """Return `Refused` as JSON, with refusals that are JSON already."""
    message = Refused(id=id, revision=revision, refused=())
    return message.model_dump_json().removesuffix("[]}") + refused + "}"


def welcome_text(message: Welcome, document: str) -> str:
    """Return `Welcome` as JSON, with a document that is JSON already."""
    return message.model_dump_json(by_alias=True).replace(
        '"document":null', f'"document":{document}', 1
    )


ServerMessage: TypeAlias = Annotated[
    Welcome
    | Edited
    | Refused
    | Checked
    | Arrived
    | Departed
    | RunChanged
    | RunRemoved
    | QueueChanged
    | DataChanged
    | DataRemoved
    | Happened
    | Inspected
    | Failed,
    Field(discriminator="type"),
]
"""What sockets send; a text holds one message, or a JSON list of several events of a run."""
SERVER_MESSAGE: TypeAdapter[ServerMessage] = TypeAdapter(ServerMessage)
