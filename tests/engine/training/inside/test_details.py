"""The values of arrays in full: exact, and cut at the end of the last axes if they are too many."""

import base64

import numpy as np
import pytest

from engine.protocol.tensors import Values
from engine.training.inside.details import MOST, values_of


def numbers(values: Values) -> np.ndarray:
    return np.frombuffer(base64.b64decode(values.numbers), "<f4").reshape(values.kept)


def test_the_numbers_are_exact() -> None:
    array = np.random.default_rng(1).normal(size=(3, 4, 2)).astype("float32")
    values = values_of("kernel", array)
    assert (values.name, values.shape, values.kept) == ("kernel", (3, 4, 2), (3, 4, 2))
    assert np.array_equal(numbers(values), array)


@pytest.mark.parametrize("shape", [(64, 64, 128), (1000, 1000), (200_000,), (300, 300, 3)])
def test_a_large_array_is_cut_at_its_last_axes(shape: tuple[int, ...]) -> None:
    array = np.arange(np.prod(shape), dtype="float32").reshape(shape)
    values = values_of("output", array)
    assert values.shape == shape
    assert MOST / 2 <= np.prod(values.kept) <= MOST
    assert np.array_equal(numbers(values), array[tuple(slice(kept) for kept in values.kept)])
