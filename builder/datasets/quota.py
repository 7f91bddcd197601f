"""How many uploads of a project may be unfinished, and how large they may be together."""

import time

from django.conf import settings
from django.db.models import QuerySet

from builder.datasets import files
from builder.models import DataFile
from engine.problems import Problem, problem

OPEN_UPLOADS = 8
OPEN_FILES = 2
"""How many files of the largest size all unfinished uploads of a project may be together."""
IDLE_SECONDS = 3_600.0
"""Age after which an unfinished upload gives way to a new one."""


class QuotaError(Exception):
    """A project has too many unfinished uploads; `problem` says how many."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def exceeded(project: str, more: int) -> Problem | None:
    """Return why a project may not begin another upload of so many bytes, if so."""
    sizes = list(_unfinished(project).values_list("bytes", flat=True))
    limit = OPEN_FILES * settings.MAX_DATA_BYTES
    if len(sizes) >= OPEN_UPLOADS:
        return problem("too_many_uploads", count=len(sizes))
    if sizes and sum(sizes) + more > limit:
        return problem("too_many_uploads.bytes", size=sum(sizes), limit=limit)
    return None


def idle(project: str) -> list[str]:
    """Return the ids of the unfinished uploads of a project that nothing has come of for long."""
    before = time.time() - IDLE_SECONDS
    ids = _unfinished(project).values_list("pk", flat=True)
    return [id for id in ids if files.modified(files.upload_path(id)) < before]


def _unfinished(project: str) -> QuerySet[DataFile]:
    return DataFile.objects.filter(project=project, state="uploading")
