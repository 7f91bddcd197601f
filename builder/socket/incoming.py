"""Validates the messages that come in over the socket, and answers malformed ones."""

import asyncio

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
"""What each message requires in the project. The others only change what this socket is sent."""

LARGE = 16_000
"""Longer messages are validated in a thread: a batch of 3 MB takes seconds."""


async def read(content: str | bytes) -> ClientMessage | Failed:
    """Return the message, or the answer to a malformed one."""
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if len(content) > limit:
        return Failed(problem=problem("message_too_large", limit=limit))
    if len(content) > LARGE:
        return await asyncio.to_thread(_validate, content)
    return _validate(content)


def _validate(content: str | bytes) -> ClientMessage | Failed:
    try:
        return CLIENT_MESSAGE.validate_json(content)
    except ValidationError as error:
        return Failed(problem=_bad_message(error), id=_malformed_batch(content))


def batch_id(message: ClientMessage) -> str | None:
    """Return the id of the batch in a message, if it has one."""
    return message.id if isinstance(message, Edit) else None


def _bad_message(error: ValidationError) -> Problem:
    place, _, why = next(reasons(error))
    return problem("bad_message.at" if place else "bad_message", place=place, why=why)


def _malformed_batch(content: str | bytes) -> str | None:
    """Return the id of the batch in a malformed message, if it has one."""
    try:
        value = from_json(content)
    except ValueError:
        return None
    batch = value.get("id") if isinstance(value, dict) else None
    return batch[:64] if isinstance(batch, str) else None
