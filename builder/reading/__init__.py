"""The web process's client of the reader process."""

from builder.reading.problems import WORDS
from engine.problems import register

register(WORDS)
