"""Messages as they come in over the socket: read, or answered with what is wrong with them."""

from django.conf import settings
from pydantic import BaseModel, ValidationError
from pydantic_core import from_json

from builder.access import Need
from builder.wire.messages import (
    CLIENT_MESSAGE,
    AskVerdict,
    ClientMessage,
    Edit,
    Failed,
    Join,
    Move,
    Watch,
)
from engine.problems import Problem, problem
from engine.problems.validation import reasons

NEEDS: dict[type[BaseModel], Need] = {
    Join: Need.VIEW,
    Edit: Need.EDIT,
    Move: Need.VIEW,
    Watch: Need.VIEW,
    AskVerdict: Need.VIEW,
}
"""What each message needs of the project. The others only concern what this socket is sent."""


def read(content: str | bytes) -> ClientMessage | Failed:
    """Return the message, or the answer to one that can't be understood."""
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if len(content) > limit:
        return Failed(problem=problem("message_too_large", limit=limit))
    try:
        return CLIENT_MESSAGE.validate_json(content)
    except ValidationError as error:
        return Failed(problem=_bad_message(error), id=_malformed_batch(content))


def batch_id(message: ClientMessage) -> str | None:
    """Return the id of the batch that a message sends, if it sends one."""
    return message.id if isinstance(message, Edit) else None


def _bad_message(error: ValidationError) -> Problem:
    place, _, why = next(reasons(error))
    return problem("bad_message.at" if place else "bad_message", place=place, why=why)


def _malformed_batch(content: str | bytes) -> str | None:
    """Return the id of the batch that a malformed message tried to send, if it has one."""
    try:
        value = from_json(content)
    except ValueError:
        return None
    batch = value.get("id") if isinstance(value, dict) else None
    return batch[:64] if isinstance(batch, str) else None
