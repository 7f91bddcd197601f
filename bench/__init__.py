"""Benchmarks: every figure in README or in an issue is a row of `make bench`.

Machines are noisy, so a row is either a ratio of two things measured side by side in one run, or
an absolute figure compared with the limit that the project promises. These are not tests.
"""

from typing import NamedTuple


class Row(NamedTuple):
    """One row of the table: what was measured, the figure, and the numbers behind it."""

    name: str
    value: str
    detail: str
