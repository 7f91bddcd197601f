"""Projects: their documents, who edits them, and what is stored."""

from builder.projects.problems import WORDS
from engine.problems import register

register(WORDS)
