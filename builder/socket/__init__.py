"""The WebSocket of a project."""

from builder.socket.problems import WORDS
from engine.problems import register

register(WORDS)
