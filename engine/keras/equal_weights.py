"""Initial weights that are the same on every backend, for races.

Keras's initializers draw with the random generator of the backend, so that one seed gives other
weights on TensorFlow than on JAX. Here NumPy draws them, from the same seeds and of the same
distributions (docs/decisions/041-races.md).
"""

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from math import prod
from typing import Any

import keras
import numpy as np
from keras.src.backend import random
from keras.src.backend.common.stateless_scope import in_stateless_scope

from engine.keras.initializing import replaced

MOST = 2
"""Standard deviations at which a normal distribution is truncated."""

Draw = Callable[[np.random.Generator, tuple[int, ...], float, float], np.ndarray]


@contextmanager
def equal_weights() -> Iterator[None]:
    """Let NumPy draw the numbers of Keras's initializers within the block."""
    draws: dict[str, Draw] = {
        "uniform": lambda generator, shape, low, high: generator.uniform(low, high, shape),
        "normal": lambda generator, shape, mean, stddev: generator.normal(mean, stddev, shape),
        "truncated_normal": _truncated_normal,
    }
    by_numpy = {name: _by_numpy(getattr(random, name), draw) for name, draw in draws.items()}
    with replaced(random, by_numpy):
        yield


def _by_numpy(original: Any, draw: Draw) -> Any:
    """Call `draw` with the arguments that initializers pass, `original` with any others."""
    signature = inspect.signature(original)

    @wraps(original)
    def drawn(*args: Any, **kwargs: Any) -> Any:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        shape, first, second, dtype, seed = bound.arguments.values()
        if not isinstance(seed, int) or in_stateless_scope():
            return original(*args, **kwargs)
        generator = np.random.default_rng(abs(seed))
        numbers = draw(generator, tuple(shape), float(first), float(second))
        floats = numbers.astype("float32")
        return keras.ops.convert_to_tensor(floats, dtype=dtype or keras.config.floatx())

    return drawn


def _truncated_normal(
    generator: np.random.Generator, shape: tuple[int, ...], mean: float, stddev: float
) -> np.ndarray:
    """Normally distributed numbers; those beyond MOST standard deviations are drawn again."""
    numbers = generator.normal(size=prod(shape))
    while len(beyond := np.flatnonzero(np.abs(numbers) > MOST)):
        numbers[beyond] = generator.normal(size=len(beyond))
    return mean + stddev * numbers.reshape(shape)
