"""The types of everything that crosses the wire."""

from builder.wire.problems import WORDS
from engine.problems import register

register(WORDS)
