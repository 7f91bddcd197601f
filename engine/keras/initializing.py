"""Initial weights on JAX, drawn without compiling a program for each shape.

JAX compiles every function anew for each shape, and its random number generators take long to
compile: drawing ResNet50's weights takes a second, compiling several. But the random bits of an
element depend only on the seed and the element's index (Salmon et al., 2011, "Parallel random
numbers: as easy as 1, 2, 3"; `jax_threefry_partitionable`). So the bits are generated separately,
and JAX's own functions turn them into numbers in blocks of one size, for which they are compiled
once. The weights are bit for bit those that Keras itself draws.
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
"""Numbers drawn at a time."""

ALIGNMENT = 64
"""Bytes; XLA's memory alignment."""

AHEAD = 8
"""Blocks that JAX may still be computing while the next ones are queued."""

MANY = 1 << 23
"""Numbers that a process draws with NumPy's random bits before compiling the generator pays."""

DTYPES = ("float32", "float16", "bfloat16")


@contextmanager
def quick_weights() -> Iterator[None]:
    """Make Keras's initializers draw the same numbers faster within the block.

    Affects only JAX with its default random number generator.
    """
    if not _applies():
        yield
        return
    from keras.src.backend.jax import numpy as arrays
    from keras.src.backend.jax import random

    draws = {
        name: _faster(getattr(random, name), draw)
        for name, draw in {
            "uniform": uniform,
            "normal": normal,
            "truncated_normal": truncated_normal,
        }.items()
    }
    constants = {
        name: _constant(getattr(arrays, name), getattr(np, name)) for name in ("zeros", "ones")
    }
    with replaced(random, draws), replaced(arrays, constants):
        yield


def _applies() -> bool:
    if keras.backend.backend() != "jax":
        return False
    import jax

    standard = jax.config.jax_default_prng_impl == "threefry2x32"
    return bool(standard and jax.config.jax_threefry_partitionable)


@contextmanager
def replaced(module: ModuleType, functions: dict[str, Any]) -> Iterator[None]:
    """Replace functions of a module within the block."""
    originals = {name: getattr(module, name) for name in functions}
    vars(module).update(functions)
    try:
        yield
    finally:
        vars(module).update(originals)


def _constant(original: Any, fill: Any) -> Any:
    """Zeros or ones from NumPy, because JAX would compile these, too, for each shape."""
    import jax

    @wraps(original)
    def constant(shape: Any, dtype: Any = None) -> Any:
        if dtype not in DTYPES or in_stateless_scope():
            return original(shape, dtype)
        return jax.device_put(fill(shape, jax.numpy.dtype(dtype)))

    return constant


def _faster(original: Any, replacement: Any) -> Any:
    """Call `replacement` with the arguments that initializers pass, `original` with any others."""
    import jax

    signature = inspect.signature(original)

    @wraps(original)
    def draw(*args: Any, **kwargs: Any) -> Any:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()
        shape, first, second, dtype, seed = bound.arguments.values()
        dtype = dtype or keras.config.floatx()
        plain = isinstance(seed, int) and isinstance(first, float) and isinstance(second, float)
        if not plain or dtype not in DTYPES or in_stateless_scope():
            return original(*args, **kwargs)
        return jax.device_put(replacement(tuple(shape), first, second, dtype, seed))

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


def _blocks(shape: tuple[int, ...], dtype: str, seed: int, draw: Any, *args: float) -> np.ndarray:
    import jax

    size = prod(shape)
    array = _aligned(size, jax.numpy.dtype(dtype))
    queue: deque[tuple[int, Any]] = deque()
    for start in range(0, size, BLOCK):
        bits = _bits(seed & WORD, start, min(size - start, BLOCK))
        queue.append((start, draw(bits, *args)))
        if len(queue) > AHEAD:
            _store(*queue.popleft(), array)
    for start, block in queue:
        _store(start, block, array)
    return array.reshape(shape)


def _bits(seed: int, start: int, needed: int) -> Any:
    """A block of random bits, of which only the first `needed` are used."""
    if needed == BLOCK and next(_whole_blocks) >= MANY // BLOCK:
        return _compiled_bits()(np.array([seed, *divmod(start, WORD + 1)], np.uint32))
    bits = np.zeros(BLOCK, np.uint32)
    random_bits(seed, start, bits[:needed])
    return bits


_whole_blocks = count()
"""Counts the full blocks that this process has drawn."""


def _aligned(size: int, dtype: np.dtype[Any]) -> np.ndarray:
    """An empty array with the alignment at which JAX uses it without copying."""
    buffer = np.empty(size * dtype.itemsize + ALIGNMENT, np.uint8)
    start = -buffer.ctypes.data % ALIGNMENT
    return buffer[start : start + size * dtype.itemsize].view(dtype)


def _store(start: int, block: Any, array: np.ndarray) -> None:
    part = array[start : start + BLOCK]
    part[:] = np.asarray(block)[: len(part)]  # waits for JAX's asynchronous result


def _scaled(numbers: np.ndarray, mean: float, stddev: float) -> np.ndarray:
    """Scale and shift in two steps, as Keras does: fused, they would be rounded only once."""
    numbers *= numbers.dtype.type(stddev)
    numbers += numbers.dtype.type(mean)
    return numbers


@cache
def _compiled(name: str, dtype: str) -> Any:
    """JAX's own generator function, compiled to turn a block of bits into numbers."""
    import jax

    implementation = _precomputed_bits()

    def draw(bits: Any, *args: float) -> Any:
        key = jax.random.wrap_key_data(bits, impl=implementation)
        match name:
            case "uniform":
                return jax.random.uniform(key, (BLOCK,), dtype, *args)
            case "normal":
                return jax.random.normal(key, (BLOCK,), dtype)
            case _:
                return jax.random.truncated_normal(key, -2.0, 2.0, (BLOCK,), dtype)

    return jax.jit(draw)


@cache
def _precomputed_bits() -> Any:
    """A random number generator whose key consists of the bits that it returns."""
    from jax.extend.random import define_prng_impl

    def never(*_: Any) -> Any:
        raise NotImplementedError("precomputed bits serve one draw only")

    return define_prng_impl(
        key_shape=(BLOCK,),
        seed=never,
        split=never,
        fold_in=never,
        random_bits=lambda key, width, shape: key.reshape(shape).astype(f"uint{width}"),
        name="precomputed_bits",
        tag="precomputed",
    )


@cache
def _compiled_bits() -> Any:
    """`random_bits` for one block, compiled; takes (seed, high word, low word of the start)."""
    import jax
    from jax.extend.random import threefry_2x32

    def bits(counter: Any) -> Any:
        seed, high, low = counter
        low = low + jax.lax.iota(np.uint32, BLOCK)
        words = jax.numpy.concatenate([jax.numpy.full_like(low, high), low])
        first, second = threefry_2x32((seed, np.uint32(0)), words).reshape(2, BLOCK)
        return first ^ second

    return jax.jit(bits)
