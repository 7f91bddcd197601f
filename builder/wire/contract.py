"""Prints the JSON Schema of all HTTP bodies and messages, for frontend/src/contract.ts.

`make contract` pipes it through json-schema-to-typescript; `make check` fails when the committed
file is stale. Models are described as they are sent (mode "serialization": defaults are filled
in), so a field with a default is always there on the page's side too.
"""

import json
import sys

from pydantic import TypeAdapter
from pydantic.json_schema import models_json_schema

from builder.wire import messages, schemas
from engine.catalogue import Catalogue
from engine.data.catalogue import DataSet
from engine.data.description import Options
from engine.data.preview import Preview
from engine.document.operations import OPERATION
from engine.protocol import EVENT
from engine.protocol.trials import Trial, Tried
from engine.results.description import Results, Samples
from engine.templates.proposing import Proposal
from engine.templates.starting import ProjectIn

ROOTS = (
    Catalogue,
    DataSet,
    Options,
    Preview,
    ProjectIn,
    Proposal,
    Trial,
    Tried,
    Results,
    Samples,
    schemas.CodeIn,
    schemas.CodeOut,
    schemas.DataFileOut,
    schemas.DataLinkIn,
    schemas.DataUsesOut,
    schemas.EditOut,
    schemas.EditedCodeOut,
    schemas.Environment,
    schemas.EventOut,
    schemas.HistoryOut,
    schemas.ImportOut,
    schemas.ProblemsOut,
    schemas.ProjectOut,
    schemas.ProjectSummary,
    schemas.RaceIn,
    schemas.Repeats,
    schemas.RunOut,
    schemas.SharedDataOut,
    schemas.StartIn,
    schemas.StopIn,
    schemas.TemplateOut,
    schemas.UploadIn,
    schemas.UploadOut,
    schemas.VersionOut,
    schemas.WordsOut,
)


DROPPED = ("title", "default", "discriminator", "minItems", "maxItems")


def schema() -> dict[str, object]:
    """Return one JSON Schema with all these types as definitions, by name."""
    _, whole = models_json_schema([(model, "serialization") for model in ROOTS])
    definitions = dict(whole["$defs"])
    for name, adapter in (
        ("ClientMessage", TypeAdapter(messages.ClientMessage)),
        ("ServerMessage", TypeAdapter(messages.ServerMessage)),
        ("Operation", OPERATION),
        ("RunEvent", EVENT),
    ):
        union = adapter.json_schema(mode="serialization")
        definitions |= union.pop("$defs")
        union.pop("discriminator", None)
        definitions[name] = union
    return {"title": "Contract", "type": "object", "$defs": _tidy(definitions)}


def _tidy(value: object, *, names: bool = False) -> object:
    """Drop what the TypeScript generator would make extra types of: titles, defaults, tags.

    It knows tuples only as JSON Schema wrote them before 2020: a list of `items`.
    """
    if isinstance(value, dict):
        if "prefixItems" in value and not names:
            items = [_tidy(item) for item in value["prefixItems"]]
            return {"type": "array", "items": items, "minItems": len(items), "maxItems": len(items)}
        return {
            key: _tidy(item, names=key in ("$defs", "properties") and not names)
            for key, item in value.items()
            if names or key not in DROPPED
        }
    if isinstance(value, list):
        return [_tidy(item) for item in value]
    return value


if __name__ == "__main__":
    json.dump(schema(), sys.stdout, indent=1)
