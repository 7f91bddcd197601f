"""The only module that writes data files: create, record, copy, remove.

All functions here run on a database thread.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from pydantic import TypeAdapter
from pydantic_core import from_json, to_json

from builder.access import MissingError
from builder.datasets import files, quota
from builder.datasets.quota import QuotaError
from builder.models import DataFile, Project
from builder.wire.schemas import DataFileOut, UploadIn
from engine.data.built_in import BUILT_IN
from engine.data.description import Description, Options, own_file, text_table
from engine.data.refusals import unknown_data
from engine.problems import Problem, problem
from engine.templates.proposing import Proposal, propose

_PROBLEMS: TypeAdapter[tuple[Problem, ...]] = TypeAdapter(tuple[Problem, ...])
LONGEST_NAME = 200


class BusyError(Exception):
    """The file is being read; its name is the argument."""


@dataclass(frozen=True)
class Finished:
    """What a reading changed: rows, that of the data set first, and the ids of removed ones."""

    changed: tuple[DataFile, ...] = ()
    removed: tuple[str, ...] = ()


DataSetFields = dict[str, Any]
"""An engine.data.catalogue.DataSets as JSON values, for requests to other processes."""


def data_file_out(row: DataFile) -> DataFileOut:
    """Return a data file as it is sent."""
    return DataFileOut.model_validate(
        {
            "id": row.id,
            "name": row.name,
            "bytes": row.bytes,
            "state": row.state,
            "current": row.current,
            "created": row.created,
            "description": from_json(row.description) if row.description else None,
            "problems": _PROBLEMS.validate_json(row.problems),
        }
    )


def plain_name(name: str) -> str:
    """Return the name of a file for display: its end, without folders and control characters."""
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    return "".join(mark for mark in last if mark.isprintable())[-LONGEST_NAME:] or "data"


def create(project: str, upload: UploadIn) -> DataFile:
    """Create an upload: its row, and an empty file. Raises MissingError, QuotaError.

    Earlier uploads that nothing has come of for an hour are removed if there are too many.
    """
    with transaction.atomic():
        if not Project.objects.filter(pk=project).exists():
            raise MissingError(problem("no_project", id=project))
        if quota.exceeded(project, upload.bytes):
            _remove_uploads(quota.idle(project))
        if reason := quota.exceeded(project, upload.bytes):
            raise QuotaError(reason)
        row = DataFile.objects.create(
            project_id=project,
            name=plain_name(upload.name),
            bytes=upload.bytes,
            options=upload.options.model_dump_json(exclude_unset=True),
        )
        files.begin(row.pk)
    return row


def upload(project: str, id: str) -> DataFile:
    """Return the row of an upload that has not ended. Raises MissingError."""
    row = DataFile.objects.filter(pk=id, project=project, state="uploading").first()
    if row is None:
        raise MissingError(problem("no_upload", id=id))
    return row


def find(project: str, id: str) -> DataFile:
    """Return a data file whose upload has ended. Raises MissingError."""
    rows = DataFile.objects.exclude(state="uploading")
    row = rows.filter(pk=id, project=project).first()
    if row is None:
        raise MissingError(problem("no_data_file", id=id))
    return row


def has_rows(project: str, hash: str) -> bool:
    """Return whether a project has a data set whose rows have this hash."""
    return DataFile.objects.filter(project=project, state="ready", hash=hash).exists()


def every(project: str) -> tuple[DataFileOut, ...]:
    """Return a project's data files whose uploads have ended, the oldest first."""
    rows = DataFile.objects.filter(project=project).exclude(state="uploading")
    return tuple(data_file_out(row) for row in rows.order_by("created"))


def data_sets(project: str) -> DataSetFields:
    """Return the data sets of a project, with the paths of their rows."""
    rows = DataFile.objects.filter(project=project, state="ready").order_by("created")
    sets, paths, tables, archives = [], {}, {}, {}
    for hash, text in rows.values_list("hash", "data_set"):
        stored = from_json(text)
        data = stored["data"]
        sets.append(data)
        paths[data["id"]] = str(files.rows_path(hash))
        if stored["table"]:
            tables[data["id"]] = stored["table"]
        if archive := stored.get("archive"):  # earlier rows have none
            archives[data["id"]] = archive
    return {"sets": sets, "files": paths, "tables": tables, "archives": archives}


def proposal(project: str, name: str) -> Proposal | list[Problem]:
    """Return a first model for a data set that the project's document may name.

    Raises MissingError.
    """
    rows = DataFile.objects.filter(project=project, state="ready", hash=name)
    text = rows.values_list("description", flat=True).first() if name else None
    if text:
        description = Description.model_validate_json(text)
        return propose(description.data, name, description.columns)
    data = BUILT_IN.find(name)
    if data is None:
        raise MissingError(unknown_data(name, BUILT_IN))
    return propose(data, name)


def begin_reading(id: str, owner: str) -> DataFile | None:
    """Record that a web process reads an uploaded file; None if another one already does."""
    with transaction.atomic():
        rows = DataFile.objects.select_for_update().filter(pk=id, state="uploading")
        if not rows.update(state="reading", owner=owner):
            return None
        return DataFile.objects.get(pk=id)


def begin_again(project: str, id: str, options: Options, owner: str) -> DataFile:
    """Return a row for reading a file again with other options; a failed one is used again.

    Raises MissingError, BusyError.
    """
    with transaction.atomic():
        row = find(project, id)
        if row.state == "reading":
            raise BusyError(row.name)
        if row.state == "ready":
            row = DataFile(
                project_id=project, name=row.name, bytes=row.bytes, original=row.original
            )
        row.state, row.owner, row.problems = "reading", owner, "[]"
        row.options = options.model_dump_json(exclude_unset=True)
        row.save()
        return row


def keep_original(id: str, original: str) -> None:
    """Record the hash of a file; where its name is now."""
    DataFile.objects.filter(pk=id).update(original=original)


def finish(id: str, description: Description, replaces: str | None) -> Finished:
    """Record what was read.

    If the project has a data set with the same rows already, that one is described anew, and the
    row of this reading is removed. `replaces` is the id of the row that was read with other
    options before. Nothing changes if the file was removed meanwhile.
    """
    with transaction.atomic():
        row = DataFile.objects.select_for_update().filter(pk=id).first()
        if row is None:
            return Finished()
        before = DataFile.objects.filter(pk=replaces).first() if replaces else None
        hash = description.data.hash or ""
        same = DataFile.objects.filter(project=row.project_id, hash=hash).exclude(pk=id).first()
        if same:
            row.delete()
        known = same or row
        if before is None or before.pk == known.pk:
            _describe(known, description, hash)
            return Finished((known,), (id,) if same else ())
        _supersede(before)
        _describe(known, description, hash)
        return Finished((known, before), (id,) if same else ())


def _supersede(row: DataFile) -> None:
    """Leave the row of an earlier reading, under another id than that of the data set."""
    description = Description.model_validate_json(row.description or "{}")
    row.current = False
    _store(row, description, _unused(f"{description.data.id}_before", row.project_id))


def _describe(row: DataFile, description: Description, hash: str) -> None:
    """Record the description, under an id that no other data set has."""
    row.state, row.current, row.hash, row.problems = "ready", True, hash, "[]"
    row.title = description.data.title[:LONGEST_NAME]
    row.options = description.options.model_dump_json()
    _store(row, description, _unused(description.data.id, row.project_id, without=row.pk))


def _store(row: DataFile, description: Description, id: str) -> None:
    data = description.data.model_copy(update={"id": id})
    description = description.model_copy(update={"data": data})
    table, archive = text_table(description, row.name), own_file(description, row.name)
    stored = {
        "data": data.model_dump(),
        "table": table.model_dump() if table else None,
        "archive": archive.model_dump() if archive else None,
    }
    row.description, row.data_set = description.model_dump_json(), to_json(stored).decode()
    row.save()


def _unused(id: str, project: str, without: str = "") -> str:
    """An id that no other data set has which the project's documents may name."""
    rows = DataFile.objects.filter(project=project, state="ready").exclude(pk=without)
    texts = rows.values_list("data_set", flat=True)
    used = {*BUILT_IN.ids, *(from_json(text)["data"]["id"] for text in texts)}
    number, free = 2, id
    while free in used:
        free, number = f"{id}_{number}", number + 1
    return free


def fail(id: str, problems: Iterable[Problem]) -> DataFile | None:
    """Record why a file could not be read; None if it was removed meanwhile."""
    text = _PROBLEMS.dump_json(tuple(problems)).decode()
    DataFile.objects.filter(pk=id).update(state="failed", problems=text)
    return DataFile.objects.filter(pk=id).first()


def recover(alive: Callable[[str], bool]) -> list[DataFile]:
    """Record as failed what web processes were reading that have ended."""
    lost = []
    for row in DataFile.objects.filter(state="reading"):
        if not alive(row.owner) and (
            failed := fail(row.pk, [problem("data_reading_lost", file=row.name)])
        ):
            lost.append(failed)
    return lost


def copy(source: str, target: str) -> None:
    """Give a project the data sets of another one; the files are shared."""
    rows = DataFile.objects.filter(project=source, state="ready").order_by("created")
    for row in rows:
        _copied(row, target).save()


def _copied(row: DataFile, project: str) -> DataFile:
    return DataFile(
        project_id=project,
        name=row.name,
        title=row.title,
        state=row.state,
        bytes=row.bytes,
        original=row.original,
        hash=row.hash,
        options=row.options,
        description=row.description,
        data_set=row.data_set,
        current=row.current,
    )


def link(source: str, target: str, hash: str) -> DataFile:
    """Give a project one data set of another one, by its hash; the files are shared.

    Raises MissingError if the other project does not have it.
    """
    with transaction.atomic():
        row = DataFile.objects.filter(project=source, state="ready", hash=hash).first()
        if row is None:
            raise MissingError(problem("no_data_file", id=hash))
        known = DataFile.objects.filter(project=target, hash=hash).first() or _copied(row, target)
        _describe(known, Description.model_validate_json(row.description or "{}"), hash)
        return known


def remove(project: str, id: str) -> list[str]:
    """Remove a data file with its earlier readings; return the ids that were removed.

    Files that no other project uses are deleted. Raises MissingError.
    """
    with transaction.atomic():
        row = DataFile.objects.filter(pk=id, project=project).first()
        if row is None:
            raise MissingError(problem("no_data_file", id=id))
        rows = DataFile.objects.filter(pk=id)
        if row.current and row.state == "ready":
            same = DataFile.objects.filter(project=project, original=row.original, current=False)
            rows = rows | same
        contents, ids = _contents(rows), list(rows.values_list("pk", flat=True))
        DataFile.objects.filter(pk__in=ids).delete()
    for removed in ids:
        files.upload_path(removed).unlink(missing_ok=True)
    discard(contents)
    return ids


Contents = tuple[set[str], set[str]]
"""The hashes of originals, and of rows."""


def contents(project: str) -> Contents:
    """Return what a project's data files hold."""
    return _contents(DataFile.objects.filter(project=project))


def _contents(rows: Any) -> Contents:
    pairs = list(rows.values_list("original", "hash"))
    return {original for original, _ in pairs}, {hash for _, hash in pairs}


def discard(contents: Contents) -> None:
    """Delete the files with these contents that no data file has any more."""
    originals, hashes = contents
    used = set(DataFile.objects.filter(original__in=originals).values_list("original", flat=True))
    for original in originals - used - {""}:
        files.original_path(original).unlink(missing_ok=True)
    used = set(DataFile.objects.filter(hash__in=hashes).values_list("hash", flat=True))
    for hash in hashes - used - {""}:
        files.rows_path(hash).unlink(missing_ok=True)


def remove_left() -> None:
    """Remove uploads that were left for a day, and files that no data file has."""
    old = files.old()
    stems = {path.stem for path in old}
    rows = DataFile.objects.filter(Q(original__in=stems) | Q(hash__in=stems))
    used = {hash for pair in rows.values_list("original", "hash") for hash in pair}
    for path in old:
        if path.stem not in used:
            files.remove(path)
    for id in list(DataFile.objects.filter(state="uploading").values_list("pk", flat=True)):
        if not files.upload_path(id).exists():
            _remove_uploads([id])


def _remove_uploads(ids: Iterable[str]) -> None:
    """Remove unfinished uploads; one that has ended meanwhile is left."""
    for id in ids:
        if DataFile.objects.filter(pk=id, state="uploading").delete()[0]:
            files.upload_path(id).unlink(missing_ok=True)
