"""Documents at earlier revisions, rebuilt by the reader."""

from builder import database
from builder.access import MissingError
from builder.projects.history import past
from builder.reading.reader import Reader, Started
from engine.problems import problem


async def document_at(reader: Reader, project: str, revision: int) -> Started:
    """Return a project's document at a revision.

    Raises MissingError if the log lacks it, UnansweredError if the reader does not answer.
    """
    source = await database.read(past, project, revision)
    if source is None:
        raise no_revision(revision)
    return await reader.replay(source.document, source.batches)


def no_revision(revision: int) -> MissingError:
    """Return the error that the log lacks a revision."""
    return MissingError(problem("no_revision", revision=revision))
