"""The types of all HTTP bodies and WebSocket messages."""

from builder.wire.problems import WORDS
from engine.problems import register

register(WORDS)
