"""Validates the messages that come in over the socket, and answers malformed ones."""

import re
from typing import NamedTuple

from django.conf import settings
from pydantic import ValidationError
from pydantic_core import from_json

from builder.access import Need
from builder.projects.states import LARGE
from builder.wire.messages import (
    CLIENT_MESSAGE,
    AskVerdict,
    ClientMessage,
    Edit,
    Failed,
    Inspect,
    Join,
    Move,
    Watch,
)
from engine.problems import Problem, problem
from engine.problems.validation import reasons

_BATCH = re.compile(
    rb'\s*\{\s*(?:"(?:type|base)"\s*:\s*[^,{\[]{1,20},\s*)*"id"\s*:\s*"([A-Za-z0-9_-]{1,64})"'
)
"""The id of a batch where it precedes the operations, as in the messages of the page."""
_LOOK = re.compile(rb'\s*\{\s*"type"\s*:\s*"inspect"')
"""A look with a large input, which comes packed as one text and so is quickly parsed."""
MOST_ITEMS = 50_000
"""Commas of a large look; with more it is no text, but lists that would hold up the event loop."""


class LargeEdit(NamedTuple):
    """A message that only the reader parses: an `Edit`, or nothing legal."""

    content: bytes
    id: str | None


NEEDS: dict[type, Need] = {
    Join: Need.VIEW,
    Edit: Need.EDIT,
    LargeEdit: Need.EDIT,
    Move: Need.VIEW,
    Watch: Need.VIEW,
    AskVerdict: Need.VIEW,
    Inspect: Need.VIEW,
}
"""What each message requires in the project. The others only change what this socket is sent."""


def read(content: str | bytes) -> ClientMessage | LargeEdit | Failed:
    """Return the message, or the answer to a malformed one."""
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    if len(content) > limit:
        return Failed(problem=problem("message_too_large", limit=limit))
    if len(content) > LARGE:
        content = content.encode(errors="replace") if isinstance(content, str) else content
        if _LOOK.match(content) and content.count(b",") <= MOST_ITEMS:
            return _validate(content)
        match = _BATCH.match(content)
        return LargeEdit(content, match[1].decode() if match else None)
    return _validate(content)


def _validate(content: str | bytes) -> ClientMessage | Failed:
    try:
        return CLIENT_MESSAGE.validate_json(content)
    except ValidationError as error:
        return Failed(problem=_bad_message(error), id=_malformed_batch(content))


def batch_id(message: ClientMessage | LargeEdit) -> str | None:
    """Return the id of the batch in a message, if it has one."""
    return message.id if isinstance(message, Edit | LargeEdit) else None


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
