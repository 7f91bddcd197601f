"""What a race costs each of its runs: the same rows in the order that NumPy draws, batch by batch.

A fit in this order is compared with one of a run alone in turn, in one process for each backend.
What the runs of a race take from each other is not measured: they share the machine.
"""

import json
import sys
from collections.abc import Iterator

from bench import Row
from bench.backends import BACKENDS, rows_on
from bench.fitting import Fits
from bench.timing import milliseconds, ratios

TEMPLATES = {"digits_dense": 60, "digits_convolution": 6}
"""Templates and the epochs of one fit."""
PAIRS = 7


def rows() -> Iterator[Row]:
    """The cost for each backend and model."""
    for backend in BACKENDS:
        yield from rows_on(backend, "bench.race")


def measure(backend: str) -> list[Row]:
    """Measure in this process, whose Keras uses `backend`."""
    return [_cost(backend, name, epochs) for name, epochs in TEMPLATES.items()]


def _cost(backend: str, template: str, epochs: int) -> Row:
    fits = Fits(template, epochs)
    fits.fit(0), fits.fit(1, race=True)  # compiles
    ratio, work, fit = ratios(lambda: fits.fit(0), lambda: fits.fit(1, race=True), PAIRS)
    detail = f"a fit of {milliseconds(fit)}, median of {PAIRS} pairs, {work:.3f} in CPU time"
    return Row(f"fit in a race / alone, {template}, {backend}", f"{ratio:.3f}", detail)


if __name__ == "__main__":
    json.dump(measure(sys.argv[1]), sys.stdout)
