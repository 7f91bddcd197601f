"""JAX's random bits in NumPy: Threefry-2x32 (Salmon et al., 2011), as `jax.random.bits` uses it.

The bits of an element follow from the key and the element's place alone, so that any part of an
array can be had without the rest. NumPy is as fast here as what JAX takes a quarter of a second
to compile for each shape.
"""

from functools import cache

import numpy as np

CACHED = 1 << 15
"""Elements that are worked on at a time: as many as stay in a core's own cache."""

WORD = 0xFFFFFFFF
PARITY = 0x1BD11BDA
TURNS = ((13, 15, 26, 6), (17, 29, 16, 24))


def random_bits(seed: int, start: int, out: np.ndarray) -> None:
    """Fill `out` (uint32) with the bits that the key (seed, 0) has for the elements from `start`.

    `start` must be a multiple of 2^15, `seed` lie below 2^32.
    """
    scratch = np.empty((3, CACHED), np.uint32)
    for first in range(0, len(out), CACHED):
        part = out[first : first + CACHED]
        high, low = divmod(start + first, WORD + 1)
        one, two, spare = scratch[:, : len(part)]
        one[:] = high
        np.add(_counted()[: len(part)], np.uint32(low), out=two)
        _threefry((seed, 0), one, two, spare)
        np.bitwise_xor(one, two, out=part)


@cache
def _counted() -> np.ndarray:
    return np.arange(CACHED, dtype=np.uint32)


def _threefry(key: tuple[int, int], one: np.ndarray, two: np.ndarray, spare: np.ndarray) -> None:
    """Twenty rounds on the words `one` and `two`, in place; what `spare` holds is lost."""
    keys = (*key, key[0] ^ key[1] ^ PARITY)
    one += np.uint32(keys[0])
    two += np.uint32(keys[1])
    for step in range(5):
        for turn in TURNS[step % 2]:
            one += two
            np.right_shift(two, np.uint32(32 - turn), out=spare)
            np.left_shift(two, np.uint32(turn), out=two)
            two |= spare
            two ^= one
        one += np.uint32(keys[(step + 1) % 3])
        two += np.uint32((keys[(step + 2) % 3] + step + 1) & WORD)
