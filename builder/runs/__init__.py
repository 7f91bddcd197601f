"""Training runs: their queue, their events, and the processes behind them."""

from builder.runs.problems import WORDS
from engine.problems import register

register(WORDS)
