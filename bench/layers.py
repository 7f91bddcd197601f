"""What measuring the layers after each epoch costs a training.

A training with measurements, from the first epoch on, is compared with one without in turn, in one
process for each backend. The step that tells gradients is compiled only where much training
remains, so that a training is measured, too, that is just long enough for it: it costs that most.
One model takes all fits, because two equal ones differ by a tenth in how fast their fits begin.
"""

import json
import math
import sys
from collections.abc import Iterator

from bench import Row
from bench.backends import BACKENDS, rows_on
from bench.fitting import Fits
from bench.timing import milliseconds, ratios, seconds

TEMPLATES = {"digits_dense": 300, "digits_convolution": 60}
"""Templates and the epochs of one fit."""
PAIRS, LONG_PAIRS = 3, 2
LONG = "digits_dense"
"""The template that is also trained for longer."""
ENOUGH = 1.25
"""How many times as long as the least training for which the step is compiled it takes."""
LIMIT = 1.03


def rows() -> Iterator[Row]:
    """The cost for each backend and model."""
    for backend in BACKENDS:
        yield from rows_on(backend, "bench.layers")


def measure(backend: str) -> list[Row]:
    """Measure in this process, whose Keras uses `backend`."""
    costs = [_cost(backend, name, epochs, PAIRS) for name, epochs in TEMPLATES.items()]
    return [*costs, _cost(backend, LONG, _long(), LONG_PAIRS)]


def _long() -> int:
    """The epochs of a training that is long enough for compiling the step."""
    from engine.training.measuring.measuring import COMPILING, STEADY
    from engine.training.measuring.step import least_compiling

    fits, epochs, few = Fits(LONG, 1), TEMPLATES[LONG], TEMPLATES[LONG] // 10
    fits.fit(0)
    # Every fit also takes the time in which it begins.
    whole, part = (
        min(seconds(lambda count=count: fits.fit(0, epochs=count)) for _ in range(2))
        for count in (epochs, few)
    )
    wanted = ENOUGH * (least_compiling() / COMPILING + STEADY)
    return math.ceil(wanted / (whole - part) * (epochs - few))


def _cost(backend: str, template: str, epochs: int, pairs: int) -> Row:
    from engine.protocol import LayersEvent
    from engine.training.measuring.measuring import Measuring

    fits, said = Fits(template, epochs), [0, 0]

    def emit(event: object) -> None:
        if isinstance(event, LayersEvent):
            said[0] += 1
            said[1] += event.layers[0].gradient is not None

    def measured() -> None:
        watching = Measuring(fits.document, fits.networks[0], fits.data, weights={}, emit=emit)
        fits.fit(0, watching.watching)
        watching.end()

    fits.fit(0, epochs=5)  # compiles
    ratio, work, fit = ratios(lambda: fits.fit(0), measured, pairs)
    detail = (
        f"{said[0] / pairs:.1f} measurements, {said[1] / pairs:.1f} with gradients, in a fit of "
        f"{milliseconds(fit)}, median of {pairs} pairs, {work:.3f} in CPU time; limit {LIMIT}"
    )
    name = f"fit with / without measured layers, {template}, {epochs:,} epochs, {backend}"
    return Row(name, f"{ratio:.3f}", detail)


if __name__ == "__main__":
    json.dump(measure(sys.argv[1]), sys.stdout)
