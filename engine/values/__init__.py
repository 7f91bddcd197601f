"""What every value is made of: frozen models and plain JSON."""

from engine.values.frozen import Frozen
from engine.values.plain import MAX_DEPTH, MAX_INTEGER, MAX_NAME, MAX_VALUES, Json, Name, plain

__all__ = ["MAX_DEPTH", "MAX_INTEGER", "MAX_NAME", "MAX_VALUES", "Frozen", "Json", "Name", "plain"]
