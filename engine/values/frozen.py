"""The base of every value of the engine."""

from typing import Any

from pydantic import BaseModel, ConfigDict


def _require_type(schema: dict[str, Any]) -> None:
    """Name the tag in the schema: it may be left out in Python, where the class says it."""
    schema["required"] = sorted({"type", *schema.get("required", ())})


class Frozen(BaseModel):
    """A value: immutable, without unknown fields."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", json_schema_serialization_defaults_required=True
    )


class Tagged(Frozen):
    """One of several values that their field `type` tells apart."""

    model_config = ConfigDict(json_schema_extra=_require_type)
