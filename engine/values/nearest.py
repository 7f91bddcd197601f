"""The most similar of the known words, for “did you mean …”."""

from collections.abc import Sequence
from difflib import get_close_matches


def nearest(word: str, known: Sequence[str]) -> str | None:
    """The known word that was most likely meant; upper and lower case don't matter."""
    by_lower = {name.lower(): name for name in reversed(known)}
    close = get_close_matches(word.lower()[:100], list(by_lower), n=1, cutoff=0.6)
    return by_lower[close[0]] if close else None
