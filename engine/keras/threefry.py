"""JAX's random bits in NumPy: Threefry-2x32 (Salmon et al., 2011), as `jax.random.bits` uses it.

The bits of an element depend only on the key and the element's index, so any part of an array can
be computed without the rest. NumPy is as fast here as the program for which JAX takes a quarter
of a second to compile for each shape.
"""

from functools import cache

import numpy as np

CHUNK = 1 << 15
"""Elements processed at a time: as many as fit into a core's own cache."""

WORD = 0xFFFFFFFF
PARITY = 0x1BD11BDA
ROTATIONS = ((13, 15, 26, 6), (17, 29, 16, 24))


def random_bits(seed: int, start: int, out: np.ndarray) -> None:
    """Fill `out` (uint32) with the bits for the key (seed, 0) of the elements from `start` on.

    `start` must be a multiple of 2^15, `seed` below 2^32.
    """
    scratch = np.empty((3, CHUNK), np.uint32)
    for offset in range(0, len(out), CHUNK):
        part = out[offset : offset + CHUNK]
        high, low = divmod(start + offset, WORD + 1)
        x, y, buffer = scratch[:, : len(part)]
        x[:] = high
        np.add(_counter()[: len(part)], np.uint32(low), out=y)
        _threefry((seed, 0), x, y, buffer)
        np.bitwise_xor(x, y, out=part)


@cache
def _counter() -> np.ndarray:
    return np.arange(CHUNK, dtype=np.uint32)


def _threefry(key: tuple[int, int], x: np.ndarray, y: np.ndarray, buffer: np.ndarray) -> None:
    """Twenty rounds on the words `x` and `y`, in place; overwrites `buffer`."""
    keys = (*key, key[0] ^ key[1] ^ PARITY)
    x += np.uint32(keys[0])
    y += np.uint32(keys[1])
    for step in range(5):
        for bits in ROTATIONS[step % 2]:
            x += y
            np.right_shift(y, np.uint32(32 - bits), out=buffer)
            np.left_shift(y, np.uint32(bits), out=y)
            y |= buffer
            y ^= x
        x += np.uint32(keys[(step + 1) % 3])
        y += np.uint32((keys[(step + 2) % 3] + step + 1) & WORD)
