"""Operations on projects, except edits of their documents (builder.projects.rooms)."""

import shutil
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.db.models import Count

from builder.access import MissingError
from builder.datasets import actions as data_files
from builder.models import Project, Run
from builder.projects.history import keep_snapshot
from builder.wire.schemas import ProjectSummary
from engine.problems import problem


def find(id: str) -> Project:
    """Return a project. Raises MissingError."""
    try:
        return Project.objects.get(pk=id)
    except Project.DoesNotExist:
        raise MissingError(problem("no_project", id=id)) from None


def locked(id: str) -> Project:
    """Return a project without its document, locked until the end of this transaction.

    Raises MissingError.
    """
    try:
        return Project.objects.select_for_update().defer("document").get(pk=id)
    except Project.DoesNotExist:
        raise MissingError(problem("no_project", id=id)) from None


def every() -> list[ProjectSummary]:
    """Return all projects, the one changed last first."""
    rows = Project.objects.defer("document").annotate(count=Count("runs")).order_by("-updated")
    return [_summary(row, row.count) for row in rows]


def get(id: str) -> ProjectSummary:
    """Return a project as a list shows it. Raises MissingError."""
    row = Project.objects.filter(pk=id).defer("document").first()
    if row is None:
        raise MissingError(problem("no_project", id=id))
    return _summary(row, row.runs.count())


def store(name: str, layers: int, document: str, source: str | None = None) -> ProjectSummary:
    """Create a project from a valid document, given as JSON; its log starts with a snapshot.

    `source` is the project whose data sets it gets.
    """
    with transaction.atomic():
        row = Project.objects.create(name=name, document=document, layers=layers)
        keep_snapshot(row)
        if source:
            data_files.copy(source, row.id)
    return _summary(row, 0)


def delete(id: str) -> list[tuple[str, str]]:
    """Remove a project with its runs, its data and their files. Raises MissingError.

    Returns the ids and process owners of runs in progress: the caller must stop their workers.
    """
    with transaction.atomic():
        project = locked(id)
        runs = list(Run.objects.filter(project=project).values_list("pk", "owner", "outcome"))
        contents = data_files.contents(id)
        project.delete()
    data_files.discard(contents)
    for run, _, _ in runs:
        shutil.rmtree(run_folder(run), ignore_errors=True)
    return [(run, owner) for run, owner, outcome in runs if outcome is None]


def run_folder(run: str) -> Path:
    """Return the folder of a run's files; `run` must be an id from the database."""
    return Path(settings.HOME) / "runs" / run


def _summary(row: Project, runs: int) -> ProjectSummary:
    return ProjectSummary(
        id=row.id,
        name=row.name,
        revision=row.revision,
        created=row.created,
        updated=row.updated,
        layers=row.layers,
        runs=runs,
    )
