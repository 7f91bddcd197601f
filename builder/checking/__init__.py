"""The web process's client of the checker process."""

from builder.checking.problems import WORDS
from engine.problems import register

register(WORDS)
