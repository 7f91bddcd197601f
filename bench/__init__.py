"""Measurements: every figure that README or an issue names is a row of `make bench`.

Machines are noisy, so a row is a ratio of two things measured side by side in one run, or an
absolute figure against the limit that the project promises. Nothing here is a test.
"""

from typing import NamedTuple


class Row(NamedTuple):
    """One line of the table: what was measured, the figure, and what it was made of."""

    name: str
    value: str
    detail: str
