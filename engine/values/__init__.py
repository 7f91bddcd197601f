"""The bases of all values: frozen models and plain JSON."""

from engine.values.frozen import Frozen, Tagged
from engine.values.nearest import nearest
from engine.values.plain import (
    MAX_DEPTH,
    MAX_INTEGER,
    MAX_NAME,
    MAX_VALUES,
    NO_NUL,
    Json,
    Name,
    plain,
)
from engine.values.rule import RuleError
from engine.values.text import format_bytes, strip_escapes

__all__ = [
    "MAX_DEPTH",
    "MAX_INTEGER",
    "MAX_NAME",
    "MAX_VALUES",
    "NO_NUL",
    "Frozen",
    "Json",
    "Name",
    "RuleError",
    "Tagged",
    "format_bytes",
    "nearest",
    "plain",
    "strip_escapes",
]
