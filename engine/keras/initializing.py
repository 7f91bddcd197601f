"""First weights on JAX, drawn without compiling a program for each of their shapes.

JAX compiles what it runs for each shape anew, and its random numbers take long to compile:
ResNet50 has all its numbers within a second, and waits for the compiler for several. But the
random bits of an element follow from the seed and its place alone (Salmon et al., 2011,
"Parallel random numbers: as easy as 1, 2, 3"; `jax_threefry_partitionable`). So the bits are
made by themselves, and JAX's own functions turn them into numbers in blocks of one size, for
which they are compiled once. They are, bit for bit, the weights that Keras draws by itself.
"""

import inspect
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, wraps
from itertools import count
from math import prod
from types import ModuleType
from typing import Any

import keras
import numpy as np
from keras.src.backend.common.stateless_scope import in_stateless_scope

from engine.keras.threefry import WORD, random_bits

BLOCK = 1 << 15
"""Numbers that are made at a time."""

ALIGNED = 64
"""Bytes; what XLA asks of memory."""

AHEAD = 8
"""Blocks that JAX may work on while the next ones are asked for."""

MANY = 1 << 23
"""So many numbers of a process are counted out in NumPy before compiling the count pays."""

DTYPES = ("float32", "float16", "bfloat16")


@contextmanager
def quick_weights() -> Iterator[None]:
    """Let Keras's initializers draw the same numbers as ever, but sooner, for a moment.

    Only JAX with its standard generator is concerned: elsewhere nothing changes.
    """
    if not _concerned():
        yield
        return
    from keras.src.backend.jax import numpy as arrays
    from keras.src.backend.jax import random

    draws = {
        name: _quick(getattr(random, name), draw)
        for name, draw in {
            "uniform": uniform,
            "normal": normal,
            "truncated_normal": truncated_normal,
        }.items()
    }
    constants = {
        name: _constant(getattr(arrays, name), getattr(np, name)) for name in ("zeros", "ones")
    }
    with _replaced(random, draws), _replaced(arrays, constants):
        yield


def _concerned() -> bool:
    if keras.backend.backend() != "jax":
        return False
    import jax

    standard = jax.config.jax_default_prng_impl == "threefry2x32"
    return bool(standard and jax.config.jax_threefry_partitionable)


@contextmanager
def _replaced(module: ModuleType, functions: dict[str, Any]) -> Iterator[None]:
    kept = {name: getattr(module, name) for name in functions}
    vars(module).update(functions)
    try:
        yield
    finally:
        vars(module).update(kept)


def _constant(theirs: Any, make: Any) -> Any:
    """Zeros or ones, which JAX would also compile for each shape."""
    import jax

    @wraps(theirs)
    def made(shape: Any, dtype: Any = None) -> Any:
        if dtype not in DTYPES or in_stateless_scope():
            return theirs(shape, dtype)
        return jax.device_put(make(shape, jax.numpy.dtype(dtype)))

    return made


def _quick(theirs: Any, ours: Any) -> Any:
    """`ours` for what initializers ask, `theirs` for every other call."""
    import jax

    signature = inspect.signature(theirs)

    @wraps(theirs)
    def draw(*values: Any, **named: Any) -> Any:
        bound = signature.bind(*values, **named)
        bound.apply_defaults()
        shape, first, second, dtype, seed = bound.arguments.values()
        dtype = dtype or keras.config.floatx()
        plain = isinstance(seed, int) and all(isinstance(one, float) for one in (first, second))
        if not plain or dtype not in DTYPES or in_stateless_scope():
            return theirs(*values, **named)
        return jax.device_put(ours(tuple(shape), first, second, dtype, seed))

    return draw


def uniform(shape: tuple[int, ...], low: float, high: float, dtype: str, seed: int) -> np.ndarray:
    """Numbers between `low` and `high`."""
    return _blocks(shape, dtype, seed, _compiled("uniform", dtype), low, high)


def normal(shape: tuple[int, ...], mean: float, stddev: float, dtype: str, seed: int) -> np.ndarray:
    """Normally distributed numbers."""
    return _scaled(_blocks(shape, dtype, seed, _compiled("normal", dtype)), mean, stddev)


def truncated_normal(
    shape: tuple[int, ...], mean: float, stddev: float, dtype: str, seed: int
) -> np.ndarray:
    """Normally distributed numbers, at most two standard deviations from the mean."""
    return _scaled(_blocks(shape, dtype, seed, _compiled("truncated_normal", dtype)), mean, stddev)


def _blocks(shape: tuple[int, ...], dtype: str, seed: int, make: Any, *said: float) -> np.ndarray:
    import jax

    size = prod(shape)
    found = _aligned(size, jax.numpy.dtype(dtype))
    coming: deque[tuple[int, Any]] = deque()
    for start in range(0, size, BLOCK):
        bits = _bits(seed & WORD, start, min(size - start, BLOCK))
        coming.append((start, make(bits, *said)))
        if len(coming) > AHEAD:
            _keep(*coming.popleft(), found)
    for place, block in coming:
        _keep(place, block, found)
    return found.reshape(shape)


def _bits(seed: int, start: int, needed: int) -> Any:
    """A block of random bits, of which the first `needed` are asked for."""
    if needed == BLOCK and next(_whole_blocks) >= MANY // BLOCK:
        return _compiled_bits()(np.array([seed, *divmod(start, WORD + 1)], np.uint32))
    bits = np.zeros(BLOCK, np.uint32)
    random_bits(seed, start, bits[:needed])
    return bits


_whole_blocks = count()
"""How many this process has drawn."""


def _aligned(size: int, dtype: np.dtype[Any]) -> np.ndarray:
    """An empty array that JAX takes over as it is: it copies those that begin elsewhere."""
    whole = np.empty(size * dtype.itemsize + ALIGNED, np.uint8)
    start = -whole.ctypes.data % ALIGNED
    return whole[start : start + size * dtype.itemsize].view(dtype)


def _keep(start: int, block: Any, found: np.ndarray) -> None:
    part = found[start : start + BLOCK]
    part[:] = np.asarray(block)[: len(part)]  # waits for what JAX has promised


def _scaled(numbers: np.ndarray, mean: float, stddev: float) -> np.ndarray:
    """In two steps as Keras has it: a compiler would round the product and the sum together."""
    numbers *= numbers.dtype.type(stddev)
    numbers += numbers.dtype.type(mean)
    return numbers


@cache
def _compiled(name: str, dtype: str) -> Any:
    """JAX's own function that makes a block of numbers, here of bits that it is given."""
    import jax

    given = _given_bits()

    def make(bits: Any, *said: float) -> Any:
        key = jax.random.wrap_key_data(bits, impl=given)
        match name:
            case "uniform":
                return jax.random.uniform(key, (BLOCK,), dtype, *said)
            case "normal":
                return jax.random.normal(key, (BLOCK,), dtype)
            case _:
                return jax.random.truncated_normal(key, -2.0, 2.0, (BLOCK,), dtype)

    return jax.jit(make)


@cache
def _given_bits() -> Any:
    """A generator whose key is the very bits that it gives."""
    from jax.extend.random import define_prng_impl

    def never(*_: Any) -> Any:
        raise NotImplementedError("these bits are for one draw")

    return define_prng_impl(
        key_shape=(BLOCK,),
        seed=never,
        split=never,
        fold_in=never,
        random_bits=lambda key, width, shape: key.reshape(shape).astype(f"uint{width}"),
        name="given_bits",
        tag="given",
    )


@cache
def _compiled_bits() -> Any:
    """What `random_bits` does for a block that begins at `place`: (seed, high word, low word)."""
    import jax
    from jax.extend.random import threefry_2x32

    def bits(place: Any) -> Any:
        seed, high, low = place
        low = low + jax.lax.iota(np.uint32, BLOCK)
        words = jax.numpy.concatenate([jax.numpy.full_like(low, high), low])
        first, second = threefry_2x32((seed, np.uint32(0)), words).reshape(2, BLOCK)
        return first ^ second

    return jax.jit(bits)
