"""First weights on JAX: the very numbers that Keras draws, whatever they are drawn with."""

from contextlib import nullcontext, suppress
from typing import Any

import keras
import numpy as np
import pytest
from keras.src.backend.jax import random

from engine import templates
from engine.keras import build, initializing
from engine.keras.initializing import quick_weights
from engine.keras.threefry import random_bits
from engine.training import compiling

INITIALIZERS = [
    *(
        (name, {"seed": seed})
        for name, seed in (
            ("RandomNormal", 1),
            ("RandomUniform", 2**31 + 5),
            ("TruncatedNormal", 2**32 - 1),
            ("GlorotUniform", 7),
            ("GlorotNormal", 7),
            ("HeNormal", 7),
            ("HeUniform", 7),
            ("LecunNormal", 7),
            ("LecunUniform", 7),
            ("Orthogonal", 7),
        )
    ),
    ("RandomNormal", {"seed": 3, "mean": 1.5, "stddev": 0.3}),
    ("RandomUniform", {"seed": 3, "minval": -4.0, "maxval": 0.1}),
    ("VarianceScaling", {"seed": 3, "distribution": "untruncated_normal", "mode": "fan_out"}),
    ("Zeros", {}),
    ("Ones", {}),
    ("Constant", {"value": 0.3}),
]
SHAPES = ((3, 4), (7, 7, 3, 64))


def bits(tensor: Any) -> np.ndarray:
    array = np.asarray(tensor)
    return array.view(f"u{array.dtype.itemsize}")


def bits_of(model: keras.Model) -> list[np.ndarray]:
    return [bits(weight.value) for weight in model.weights]


@pytest.mark.parametrize(("name", "params"), INITIALIZERS)
@pytest.mark.parametrize("shape", SHAPES)
def test_numbers_are_keras_s_own(name: str, params: dict[str, Any], shape: tuple[int, ...]) -> None:
    initializer = getattr(keras.initializers, name)
    plain = initializer(**params)(shape)
    with quick_weights():
        quick = initializer(**params)(shape)
    assert (type(quick), quick.dtype, quick.device) == (type(plain), plain.dtype, plain.device)
    np.testing.assert_array_equal(bits(quick), bits(plain))


@pytest.mark.parametrize("name", ["GlorotUniform", "HeNormal", "RandomNormal", "Ones"])
@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_numbers_of_half_the_size_are_keras_s_own(name: str, dtype: str) -> None:
    initializer = getattr(keras.initializers, name)
    params = {} if name == "Ones" else {"seed": 11}
    plain = initializer(**params)((33, 17), dtype)
    with quick_weights():
        quick = initializer(**params)((33, 17), dtype)
    assert quick.dtype == plain.dtype
    np.testing.assert_array_equal(bits(quick), bits(plain))


@pytest.mark.parametrize("many", [0, initializing.MANY])
@pytest.mark.parametrize("name", ["uniform", "normal", "truncated_normal"])
def test_blocks_fit_together(name: str, many: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(initializing, "MANY", many)
    assert initializing.BLOCK < 400 * 350
    plain = getattr(random, name)((400, 350), -0.5, 0.25, seed=9)
    with quick_weights():
        quick = getattr(random, name)((400, 350), -0.5, 0.25, seed=9)
    np.testing.assert_array_equal(bits(quick), bits(plain))


@pytest.mark.parametrize("start", [0, 2**17, 2**32 - 2**17, 2**33 + 2**17])
def test_bits_of_any_place_are_jax_s_own(start: int) -> None:
    counted = np.empty(initializing.BLOCK, np.uint32)
    random_bits(123456789, start, counted)
    place = np.array([123456789, *divmod(start, 2**32)], np.uint32)
    np.testing.assert_array_equal(counted, initializing._compiled_bits()(place))


def test_a_model_starts_as_keras_would_start_it(monkeypatch: pytest.MonkeyPatch) -> None:
    found = templates.find("waves_lstm")
    assert found is not None
    quick, again = (bits_of(compiling.build(found.document)) for _ in range(2))
    monkeypatch.setattr(build, "quick_weights", nullcontext)
    plain = bits_of(compiling.build(found.document))
    assert len(quick) == len(plain)
    for one, other, keras_s in zip(quick, again, plain, strict=True):
        np.testing.assert_array_equal(one, other)
        np.testing.assert_array_equal(one, keras_s)


def test_other_draws_are_left_alone() -> None:
    """A generator of seeds moves on with each draw; whole numbers are no weights."""
    generator = keras.random.SeedGenerator(3)
    plain = keras.random.SeedGenerator(3)
    with quick_weights():
        drawn = [keras.random.uniform((4,), seed=generator) for _ in range(2)]
        assert keras.ops.zeros((2,), dtype="int32").dtype == "int32"
    expected = [keras.random.uniform((4,), seed=plain) for _ in range(2)]
    np.testing.assert_array_equal(np.asarray(drawn), np.asarray(expected))


def test_keras_has_its_own_again_afterwards() -> None:
    own = random.uniform
    with suppress(RuntimeError), quick_weights():
        assert random.uniform is not own
        raise RuntimeError("broken off")
    assert random.uniform is own
