"""People's files of data: their upload, their reading, and the data sets of a project."""

from builder.datasets.problems import WORDS
from engine.problems import register

register(WORDS)
