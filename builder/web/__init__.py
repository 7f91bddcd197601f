"""Pages, static files, and the security checks on every request."""

from builder.web.problems import WORDS
from engine.problems import register

register(WORDS)
