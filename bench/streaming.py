"""Training with live progress, compared with plain `model.fit` of the same model and data.

Each backend has its own process, as a training run has. Events are written to another process
through a pipe, as a worker does. Both kinds of fit are measured in turn, so that noise affects
them equally; a ratio is the median over the pairs.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from bench import Row
from bench.backends import BACKENDS, rows_on
from bench.timing import milliseconds, ratios

TEMPLATES = {"digits_dense": 20, "digits_convolution": 2, "waves_lstm": 2}
"""Templates and the epochs of one fit: many pairs of short fits average out the noise."""
PAIRS = 21
WARM_UP = 3
"""Fits that are not measured: they compile."""
LIMIT = 1.05


def rows() -> Iterator[Row]:
    """One row for each backend and model."""
    for backend in BACKENDS:
        yield from rows_on(backend, "bench.streaming")


def measure(backend: str) -> list[Row]:
    """Measure in this process, whose Keras uses `backend`."""
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL) as reader:
        assert reader.stdin is not None
        return [
            _row(backend, name, epochs, reader.stdin.write) for name, epochs in TEMPLATES.items()
        ]


def _row(backend: str, template: str, epochs: int, write: Callable[[bytes], object]) -> Row:
    with _fits(template, epochs, write) as (plain, streamed, steps):
        for _ in range(WARM_UP):
            plain(), streamed()  # compile, steps in chunks too
        ratio, work, fit = ratios(plain, streamed, PAIRS)
    detail = (
        f"{milliseconds(fit / steps)} per step, median of {PAIRS} pairs, {work:.3f} in CPU time; "
        f"limit {LIMIT}"
    )
    return Row(f"streamed / plain fit, {template}, {backend}", f"{ratio:.3f}", detail)


@contextmanager
def _fits(
    template: str, epochs: int, write: Callable[[bytes], object]
) -> Iterator[tuple[Callable[[], object], Callable[[], object], int]]:
    """Yield a plain fit, a streamed fit of an equal model, and the number of steps of each."""
    from engine import templates
    from engine.data.built_in import BUILT_IN
    from engine.protocol import RunEvent, line
    from engine.training import compiling, rows
    from engine.training.adapters import adapter, bare
    from engine.training.looping import in_loops
    from engine.training.progress import Progress
    from engine.training.stopping import StopFlag

    entry = templates.find(template)
    assert entry is not None
    document = entry.document
    models = [compiling.build(document) for _ in range(2)]
    data = rows.fitted(rows.gather(document, BUILT_IN), models[0])
    assert data.validation is not None
    training, validation = data.training.held, data.validation.held
    assert training is not None
    assert validation is not None
    batch = document.training.batch_size
    steps = -(-len(data.training) // batch)
    options = {
        "epochs": epochs,
        "verbose": 0,
    }
    x, y, x_validation, y_validation = map(bare, (*training, *validation))
    for model in models:
        compiling.compile_model(model, document, data)

    def emit(event: RunEvent) -> None:
        write(line(event))

    def plain() -> object:
        validated = (x_validation, y_validation)
        return models[0].fit(x, y, batch_size=batch, validation_data=validated, **options)

    def streamed() -> object:
        return models[1].fit(
            adapter(data.training, batch, shuffle=True),
            validation_data=adapter(data.validation, batch),
            callbacks=progress,
            **options,
        )

    progress = Progress(models[1], (), epochs=epochs, steps=steps, emit=emit, stop=StopFlag())
    validated = -(-len(data.validation) // batch)
    with in_loops(models[1], progress, (steps, validated), epochs * (WARM_UP + PAIRS)):
        yield plain, streamed, steps * epochs


if __name__ == "__main__":
    json.dump(measure(sys.argv[1]), sys.stdout)
