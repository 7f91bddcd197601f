"""The history of a project: when it was edited, and its named versions."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from builder.models import Operation as OperationRow
from builder.models import Project, Version
from builder.projects.actions import find, locked
from builder.projects.revisions import no_revision
from builder.wire.schemas import HistoryOut, StretchOut, VersionOut

PAUSE = timedelta(minutes=10)
"""Edits that follow each other within this time belong to one stretch."""
LONGEST = 20_000
"""The newest revisions that a history lists."""

Edit = tuple[int, datetime]
"""A revision, and when it was made."""


def history(project: str) -> HistoryOut:
    """Return the history of a project, the newest first. Raises MissingError."""
    row = find(project)
    rows = OperationRow.objects.filter(project=row).order_by("-revision")
    edits = list(rows.values_list("revision", "created")[:LONGEST])
    return HistoryOut(
        created=row.created,
        revision=row.revision,
        first=_first(row, edits),
        stretches=tuple(_stretches(edits)),
        versions=tuple(_version(version) for version in row.versions.order_by("-revision")),
    )


def name_version(project: str, revision: int, name: str) -> VersionOut:
    """Give a revision a name, or another one. Raises MissingError."""
    row = locked(project)
    if not _first(row) <= revision <= row.revision:
        raise no_revision(revision)
    version, _ = Version.objects.update_or_create(
        project=row, revision=revision, defaults={"name": name}
    )
    return _version(version)


def forget_version(project: str, revision: int) -> None:
    """Remove the name of a revision; the revision itself stays. Raises MissingError."""
    removed, _ = Version.objects.filter(project=project, revision=revision).delete()
    if not removed:
        raise no_revision(revision)


def _first(row: Project, edits: list[Edit] | None = None) -> int:
    """The oldest revision that can be rebuilt, and is listed if `edits` are."""
    oldest = row.snapshots.order_by("revision").values_list("revision", flat=True).first()
    first = row.revision if oldest is None else oldest
    return first if edits is None or len(edits) < LONGEST else max(first, edits[-1][0])


def _stretches(edits: Iterable[Edit]) -> Iterator[StretchOut]:
    """Group edits, the newest first, by the pauses between them."""
    group: list[Edit] = []
    for edit in edits:
        if group and group[-1][1] - edit[1] > PAUSE:
            yield _stretch(group)
            group = []
        group.append(edit)
    if group:
        yield _stretch(group)


def _stretch(edits: list[Edit]) -> StretchOut:
    (last, ended), (first, started) = edits[0], edits[-1]
    return StretchOut(first=first, last=last, started=started, ended=ended)


def _version(row: Version) -> VersionOut:
    return VersionOut(revision=row.revision, name=row.name, created=row.created)
