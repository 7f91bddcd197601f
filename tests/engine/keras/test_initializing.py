"""Initial weights on JAX are bit for bit those that Keras draws, for every initializer."""

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
def test_equals_keras(name: str, params: dict[str, Any], shape: tuple[int, ...]) -> None:
    initializer = getattr(keras.initializers, name)
    plain = initializer(**params)(shape)
    with quick_weights():
        quick = initializer(**params)(shape)
    assert (type(quick), quick.dtype, quick.device) == (type(plain), plain.dtype, plain.device)
    np.testing.assert_array_equal(bits(quick), bits(plain))


@pytest.mark.parametrize("name", ["GlorotUniform", "HeNormal", "RandomNormal", "Ones"])
@pytest.mark.parametrize("dtype", ["float16", "bfloat16"])
def test_equals_keras_in_half_precision(name: str, dtype: str) -> None:
    initializer = getattr(keras.initializers, name)
    params = {} if name == "Ones" else {"seed": 11}
    plain = initializer(**params)((33, 17), dtype)
    with quick_weights():
        quick = initializer(**params)((33, 17), dtype)
    assert quick.dtype == plain.dtype
    np.testing.assert_array_equal(bits(quick), bits(plain))


@pytest.mark.parametrize("many", [0, initializing.MANY])
@pytest.mark.parametrize("name", ["uniform", "normal", "truncated_normal"])
def test_equals_jax_across_blocks(name: str, many: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(initializing, "MANY", many)
    assert initializing.BLOCK < 400 * 350
    plain = getattr(random, name)((400, 350), -0.5, 0.25, seed=9)
    with quick_weights():
        quick = getattr(random, name)((400, 350), -0.5, 0.25, seed=9)
    np.testing.assert_array_equal(bits(quick), bits(plain))


@pytest.mark.parametrize("start", [0, 2**17, 2**32 - 2**17, 2**33 + 2**17])
def test_bits_from_any_start_equal_jax(start: int) -> None:
    out = np.empty(initializing.BLOCK, np.uint32)
    random_bits(123456789, start, out)
    counter = np.array([123456789, *divmod(start, 2**32)], np.uint32)
    np.testing.assert_array_equal(out, initializing._compiled_bits()(counter))


def test_a_model_has_keras_s_initial_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    template = templates.find("waves_lstm")
    assert template is not None
    first, second = (bits_of(compiling.build(template.document)) for _ in range(2))
    monkeypatch.setattr(build, "quick_weights", nullcontext)
    plain = bits_of(compiling.build(template.document))
    assert len(first) == len(plain)
    for a, b, expected in zip(first, second, plain, strict=True):
        np.testing.assert_array_equal(a, b)
        np.testing.assert_array_equal(a, expected)


def test_other_draws_are_unaffected() -> None:
    """A SeedGenerator still advances with each draw; integer arrays still work."""
    generator = keras.random.SeedGenerator(3)
    plain = keras.random.SeedGenerator(3)
    with quick_weights():
        drawn = [keras.random.uniform((4,), seed=generator) for _ in range(2)]
        assert keras.ops.zeros((2,), dtype="int32").dtype == "int32"
    expected = [keras.random.uniform((4,), seed=plain) for _ in range(2)]
    np.testing.assert_array_equal(np.asarray(drawn), np.asarray(expected))


def test_keras_s_functions_are_restored_after_an_error() -> None:
    original = random.uniform
    with suppress(RuntimeError), quick_weights():
        assert random.uniform is not original
        raise RuntimeError("interrupted")
    assert random.uniform is original
