"""The checker process as the web process sees it."""

from builder.checking.problems import WORDS
from engine.problems import register

register(WORDS)
