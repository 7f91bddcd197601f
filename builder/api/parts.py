"""Large files that are uploaded in parts, each the body of a request."""

import asyncio
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest

from builder.access import MissingError
from builder.api.answers import ProblemsError
from builder.datasets import files
from builder.datasets.files import OffsetError, TooLongError
from builder.wire.schemas import ProblemsOut
from engine.problems import problem

MAX_PART = 8 * 2**20
CONFLICT = {409: ProblemsOut}
PART = {
    "requestBody": {
        "required": True,
        "description": "The next bytes of the file.",
        "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
    }
}


def part_limit() -> int:
    """Return the most bytes of one part."""
    return min(MAX_PART, int(settings.DATA_UPLOAD_MAX_MEMORY_SIZE))


async def append_part(path: Path, request: HttpRequest, offset: int, total: int) -> int:
    """Append a request's body to a file of `total` bytes; return how many bytes there are now.

    Raises ProblemsError, MissingError.
    """
    if len(request.body) > part_limit():
        raise ProblemsError(413, problem("message_too_large", limit=part_limit()))
    try:
        return await asyncio.to_thread(files.append, path, offset, request.body, total)
    except OffsetError as error:
        raise ProblemsError(
            409, problem("upload_offset", offset=offset, received=error.received)
        ) from None
    except TooLongError:
        raise ProblemsError(422, problem("upload_too_long", size=total)) from None
    except FileNotFoundError:
        raise MissingError(problem("no_upload", id=path.name)) from None
