"""The reader process as the web process sees it."""

from builder.reading.problems import WORDS
from engine.problems import register

register(WORDS)
