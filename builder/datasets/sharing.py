"""Which data sets other projects have, and which other projects have a data set.

All functions here run on a database thread. Permissions are those of builder.access.
"""

from pydantic_core import from_json

from builder.access import Visitor, may_list
from builder.models import DataFile
from builder.wire.schemas import SharedDataOut

MOST = 200


def shareable(who: Visitor, project: str) -> list[SharedDataOut]:
    """Return data sets of the other projects that the visitor finds on the start page.

    Each content is named once, the newest first; what this project has is left out.
    """
    own = set(DataFile.objects.filter(project=project).values_list("hash", flat=True))
    rows = DataFile.objects.filter(state="ready", current=True).exclude(project=project)
    found: dict[str, SharedDataOut] = {}
    for row in rows.select_related("project").defer("description").order_by("-created"):
        if len(found) == MOST:
            break
        if row.hash not in own and row.hash not in found and may_list(who, row.project_id):
            found[row.hash] = _shared(row)
    return list(found.values())


def _shared(row: DataFile) -> SharedDataOut:
    data = from_json(row.data_set)["data"]
    return SharedDataOut(
        hash=row.hash,
        title=data["title"],
        summary=data["summary"],
        rows=data["rows"],
        project=row.project_id,
        project_name=row.project.name,
    )


def users(who: Visitor, row: DataFile) -> tuple[str, ...]:
    """Return the names of other projects with the same rows, of those the visitor may list."""
    others = DataFile.objects.filter(state="ready", hash=row.hash).exclude(project=row.project_id)
    named = others.values_list("project", "project__name").distinct().order_by("project__name")
    return tuple(name for id, name in named if row.hash and may_list(who, id))
