"""Building a model, compared with Keras building the same model from its own config.

The first build is measured in fresh processes without a cache of compiled programs: on JAX, most
of its time is spent compiling the initializers (see engine.keras.initializing).
"""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

from bench import Row
from bench.timing import milliseconds, seconds, side_by_side
from engine.machine.backends import environment

ROOT = Path(__file__).resolve().parent.parent
MODELS = {"ResNet50": "ResNet50", "digits_residual": "template “Residual network”"}
BACKENDS = ("jax", "tensorflow")
ROUNDS = 7
CACHES = ("JAX_COMPILATION_CACHE_DIR", "JAX_ENABLE_COMPILATION_CACHE")


def rows() -> Iterator[Row]:
    """First builds on JAX, and later ones on each backend, of a large and of a small model."""
    for model, name in MODELS.items():
        pairs = [
            (*_measured("jax", model, "ours"), *_measured("jax", model, "keras")) for _ in range(3)
        ]
        ours, keras_s = (statistics.median(half) for half in zip(*pairs, strict=True))
        yield _row(f"first build of {name} / Keras's, jax", ours, keras_s)
        for backend in BACKENDS:
            medians = _measured(backend, model, "warm")
            yield _row(f"warm build of {name} / Keras's, {backend}", *medians)


def _row(name: str, ours: float, keras_s: float) -> Row:
    detail = f"{milliseconds(ours)} against {milliseconds(keras_s)}"
    return Row(name, f"{ours / keras_s:.2f}", detail)


def _measured(backend: str, model: str, what: str) -> list[float]:
    """The seconds that a fresh process measures; see `_measure`."""
    variables = {name: value for name, value in os.environ.items() if name not in CACHES}
    process = subprocess.run(
        [sys.executable, "-m", "bench.build", model, what],
        env=variables | environment(backend, "cpu", variables),
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return [float(value) for value in json.loads(process.stdout.splitlines()[-1])]


def _measure(model: str, what: str) -> tuple[float, ...]:
    """Seconds of the first build ("ours" or "keras"); for "warm", medians of later builds."""
    ours, keras_s = _builders(model)
    if what == "warm":
        ours()
        keras_s()
        return side_by_side(ours, keras_s, ROUNDS)
    return (seconds(ours if what == "ours" else keras_s),)


def _builders(model: str) -> tuple[Callable[[], Any], Callable[[], Any]]:
    """Functions that build the model from its document, and from Keras's config."""
    import keras
    from keras.src.backend.common import global_state

    from bench import documents
    from engine import templates
    from engine.keras.build import build_model

    template = templates.find(model)
    document = template.document if template else documents.resnet50()
    keras.ops.add(keras.ops.ones(3), 1)  # initializes the backend
    with keras.StatelessScope(initialize_variables=False):
        config = build_model(document).get_config()
    global_state.set_global_attribute("uninitialized_variables", [])
    return (
        lambda: _ready(build_model(document)),
        lambda: _ready(keras.Model.from_config(deepcopy(config))),
    )


def _ready(model: Any) -> None:
    """Wait for the weights, which JAX computes asynchronously."""
    if os.environ["KERAS_BACKEND"] == "jax":
        import jax

        jax.block_until_ready([variable.value for variable in model.variables])


if __name__ == "__main__":
    print(json.dumps(_measure(*sys.argv[1:])))
