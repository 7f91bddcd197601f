"""A project's log: its operations in order, and snapshots to rebuild any revision from.

Every project starts with a snapshot, and gets another every `SNAPSHOT_EVERY` revisions, which
limits the number of batches to replay.
"""

from dataclasses import dataclass

from builder.log.log import Log
from builder.models import Operation as OperationRow
from builder.models import Project, Snapshot
from builder.wire.messages import Edited

SNAPSHOT_EVERY = 100
"""Revisions from one snapshot to the next."""


def _edited(row: OperationRow) -> str:
    """Return a row as `Edited`; its operations are stored as JSON and needn't be parsed."""
    message = Edited(revision=row.revision, client=row.client, id=row.batch, operations=())
    return message.model_dump_json().removesuffix("[]}") + row.body + "}"


OPERATIONS = Log("project", OperationRow, "project", "revision", "revision", _edited)


def keep_snapshot(project: Project) -> None:
    """Store the present document of a project if a snapshot is due.

    Call it in the transaction that writes the revision.
    """
    if project.revision % SNAPSHOT_EVERY == 0:
        Snapshot.objects.create(
            project=project, revision=project.revision, document=project.document
        )


@dataclass(frozen=True)
class Past:
    """What a revision is rebuilt from: a stored document, and the batches after it, as JSON."""

    document: str
    batches: tuple[str, ...]


def past(project: str, revision: int) -> Past | None:
    """Return what a project's document at a revision is rebuilt from.

    None if the log lacks that revision: the project was deleted, the revision is in the future,
    or it is older than the first snapshot (see migration 0002).
    """
    snapshots = Snapshot.objects.filter(project=project, revision__lte=revision)
    start = snapshots.order_by("-revision").first()
    if start is None:
        return None
    rows = OPERATIONS.rows(project, start.revision).filter(revision__lte=revision)
    batches = list(rows.values_list("body", flat=True))
    if len(batches) != revision - start.revision:
        return None
    return Past(start.document, tuple(batches))
