"""Pages, static files, and what every request must pass."""

from builder.web.problems import WORDS
from engine.problems import register

register(WORDS)
