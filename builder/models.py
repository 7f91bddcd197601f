"""The database tables. A project is the log of its operations, a run the log of its events.

Only builder.projects writes `Project`, `Operation`, `Snapshot` and `Version`, only builder.runs
writes `Run` and `Event`, and only builder.datasets writes `DataFile`. JSON is stored as text, in
the form in which it is sent; stored documents may be of an older version and are read by
engine.document.stored.read_stored.
"""

import secrets
import string

from django.db import models
from django.utils import timezone

_ALPHABET = string.ascii_letters + string.digits


def new_id() -> str:
    """Return a short random id that is safe in a URL (71 bits)."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(12))


VIEW_PREFIX = "view"
"""The identifiers of view-only links start with it; it makes them longer than any project's id."""


def new_view_id() -> str:
    """Return a random identifier for a view-only link, which says nothing about the project."""
    return VIEW_PREFIX + new_id()


class Project(models.Model):
    """A document at its newest revision; `revision` is the number of its last operation row.

    `view` is the identifier in view-only links: it stands for the project wherever its id does, and
    permits to view alone (builder.access).
    """

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    view = models.CharField(max_length=16, unique=True, default=new_view_id, editable=False)
    name = models.CharField(max_length=200)
    revision = models.PositiveBigIntegerField(default=0)
    document = models.TextField()
    layers = models.PositiveIntegerField(default=0)
    created = models.DateTimeField(auto_now_add=True)
    updated = models.DateTimeField(auto_now=True, db_index=True)

    def __str__(self) -> str:
        return f"{self.name} ({self.id})"


class Operation(models.Model):
    """One batch of operations, which created `revision`; `batch` is its id, for retries."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="operations")
    revision = models.PositiveBigIntegerField()
    batch = models.CharField(max_length=64)
    client = models.CharField(max_length=64)
    body = models.TextField()
    refused = models.TextField(default="[]")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "revision"], name="operation_revision"),
            models.UniqueConstraint(fields=["project", "batch"], name="operation_batch"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} r{self.revision}"


class Snapshot(models.Model):
    """A project's document at `revision`, from which its operations can be replayed."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="snapshots")
    revision = models.PositiveBigIntegerField()
    document = models.TextField()
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "revision"], name="snapshot_revision"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} snapshot r{self.revision}"


class Version(models.Model):
    """The name that somebody gave to a revision of a project."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="versions")
    revision = models.PositiveBigIntegerField()
    name = models.CharField(max_length=200)
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "revision"], name="version_revision"),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} r{self.revision}: {self.name}"


class Run(models.Model):
    """One training run of a document at `revision`; `seq` is the number of its last event.

    `owner` is the id of its process owner, `generation` counts the owners it has had: events of
    an earlier generation are rejected. `start` is the run that it started from, as a StartedFrom.
    The runs of a race have the same `race`; others have none.

    In the queue (docs/decisions/043-queue.md), `person` is who started the run, `holds` says
    whether it has a place among those in progress, `since` is when it began to wait or one of its
    person's runs started or ended after that, `place` its order among those of its person, `memory`
    the bytes that it may need. `stop` is how it is to stop, until its process knows
    (builder.runs.stops).

    `worker` is the name under which its process is found where it outlives the web process, and
    `heard` the number of that process's last event that is recorded here.
    """

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    project = models.ForeignKey(Project, models.CASCADE, related_name="runs")
    number = models.PositiveIntegerField()
    revision = models.PositiveBigIntegerField()
    document = models.TextField()
    backend = models.CharField(max_length=20)
    device = models.CharField(max_length=20)
    epochs = models.PositiveIntegerField()
    race = models.CharField(max_length=16, default="")
    person = models.CharField(max_length=32, default="")
    holds = models.BooleanField(default=False)
    since = models.DateTimeField(default=timezone.now)
    place = models.IntegerField(default=0)
    memory = models.PositiveBigIntegerField(default=0)
    stop = models.CharField(max_length=8, default="")
    worker = models.CharField(max_length=16, default="")
    heard = models.PositiveBigIntegerField(default=0)
    phase = models.CharField(max_length=20, default="queued")
    outcome = models.CharField(max_length=20, null=True)  # noqa: DJ001 null: not ended
    problem = models.TextField(null=True)  # noqa: DJ001 JSON
    epoch = models.TextField(null=True)  # noqa: DJ001 JSON
    artefacts = models.TextField(default="[]")
    start = models.TextField(null=True)  # noqa: DJ001 JSON
    seq = models.PositiveBigIntegerField(default=0)
    generation = models.PositiveIntegerField(default=1)
    owner = models.CharField(max_length=16)
    created = models.DateTimeField(auto_now_add=True)
    started = models.DateTimeField(null=True)
    ended = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="run_number"),
        ]
        indexes = [models.Index(fields=["outcome", "created"], name="run_going")]

    def __str__(self) -> str:
        return f"{self.project_id} #{self.number}"


class Event(models.Model):
    """One event of a run; batch events are deleted once their epoch has ended."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="events")
    generation = models.PositiveIntegerField()
    seq = models.PositiveBigIntegerField()
    type = models.CharField(max_length=20)
    body = models.TextField()
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "seq"], name="event_seq")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.seq} {self.type}"


class DataFile(models.Model):
    """A file of data that somebody brought to a project, and what it was read as.

    `state` is “uploading”, “reading”, “ready” or “failed”. `original` is the SHA-256 of the file,
    and `hash` that of its rows, by which documents name the data set; both are empty until they are
    known. A file that is read again with other options becomes another row: the earlier one is no
    longer `current`, but earlier revisions still find its rows. `data_set` is the part of the
    description that other processes need. `owner` is the web process that reads it.
    """

    id = models.CharField(primary_key=True, max_length=16, default=new_id, editable=False)
    project = models.ForeignKey(Project, models.CASCADE, related_name="data_files")
    name = models.CharField(max_length=200)
    title = models.CharField(max_length=200, default="")
    state = models.CharField(max_length=20, default="uploading")
    bytes = models.PositiveBigIntegerField()
    original = models.CharField(max_length=64, default="", db_index=True)
    hash = models.CharField(max_length=64, default="", db_index=True)
    options = models.TextField(default="{}")
    description = models.TextField(null=True)  # noqa: DJ001 JSON
    data_set = models.TextField(default="")
    problems = models.TextField(default="[]")
    current = models.BooleanField(default=True)
    owner = models.CharField(max_length=16, default="")
    created = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["project", "hash"], condition=~models.Q(hash=""), name="data_file_hash"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.name} ({self.state})"
