"""What measuring the layers after each epoch costs a training.

A training with measurements, from the first epoch on and with the compiling of the step, is
compared with one without in turn, in one process for each backend.
"""

import json
import sys
from collections.abc import Iterator

from bench import Row
from bench.backends import BACKENDS, rows_on
from bench.fitting import Fits
from bench.timing import milliseconds, ratios

TEMPLATES = {"digits_dense": 300, "digits_convolution": 60}
"""Templates and the epochs of one fit."""
PAIRS = 5
LIMIT = 1.03


def rows() -> Iterator[Row]:
    """The cost for each backend and model."""
    for backend in BACKENDS:
        yield from rows_on(backend, "bench.layers")


def measure(backend: str) -> list[Row]:
    """Measure in this process, whose Keras uses `backend`."""
    return [_cost(backend, name, epochs) for name, epochs in TEMPLATES.items()]


def _cost(backend: str, template: str, epochs: int) -> Row:
    from engine.protocol import LayersEvent
    from engine.training.measuring.measuring import Measuring

    fits, said = Fits(template, epochs), [0, 0]

    def emit(event: object) -> None:
        if isinstance(event, LayersEvent):
            said[0] += 1
            said[1] += event.layers[0].gradient is not None

    def measured() -> None:
        watching = Measuring(fits.document, fits.networks[1], fits.data, weights={}, emit=emit)
        fits.fit(1, watching.watching)
        watching.end()

    fits.fit(0)
    measured()  # compiles
    said[:] = 0, 0
    ratio, work, fit = ratios(lambda: fits.fit(0), measured, PAIRS)
    detail = (
        f"{said[0] / PAIRS:.1f} measurements, {said[1] / PAIRS:.1f} with gradients, in a fit of "
        f"{milliseconds(fit)}, median of {PAIRS} pairs, {work:.3f} in CPU time; limit {LIMIT}"
    )
    return Row(f"fit with / without measured layers, {template}, {backend}", f"{ratio:.3f}", detail)


if __name__ == "__main__":
    json.dump(measure(sys.argv[1]), sys.stdout)
