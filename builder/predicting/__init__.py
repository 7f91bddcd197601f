"""The processes that keep models ready to answer, as the web process sees them."""

from builder.predicting.problems import WORDS
from engine.problems import register

register(WORDS)
