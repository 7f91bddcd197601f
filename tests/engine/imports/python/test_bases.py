"""Architectures of keras.applications as a base of another model, as in transfer learning."""

import keras
import numpy as np
import pytest

from engine.check import check
from engine.imports.graph_builder import Imported
from engine.imports.python import from_python
from engine.keras.build import build_model
from engine.processes.keras_tools import TOOLS
from tests.engine.application_cases import without_weights
from tests.engine.imports.python.reading import summary

CLASSES = 3
NAMES = ("EfficientNetB0", "InceptionResNetV2", "ConvNeXtTiny")
"""One with Normalization and a scale for each channel, one whose layers Keras does not export, one
with sub-models."""


@pytest.mark.parametrize("name", NAMES)
def test_a_frozen_base_has_the_weights_of_keras(name: str) -> None:
    answer = from_python(
        f"""
from tensorflow.keras import layers, models
from tensorflow.keras.applications import {name}
base = {name}(weights="imagenet", include_top=False, input_shape=(96, 96, 3), pooling="avg")
base.trainable = False
model = models.Sequential([base, layers.Dense({CLASSES}, activation="softmax")])
""",
        tools=TOOLS,
    )
    assert isinstance(answer, Imported), answer
    assert [item.key for item in answer.problems] == ["python_left_out.weights"]
    assert check(answer.document).ok
    model = build_model(answer.document)
    options = {"weights": None, "include_top": False, "input_shape": (96, 96, 3), "pooling": "avg"}
    # Only the shapes of its weights are compared; drawing them takes JAX half a minute.
    base = without_weights(lambda: getattr(keras.applications, name)(**options))
    own = (base.output_shape[-1] + 1) * CLASSES
    assert model.count_params() == base.count_params() + own
    assert sum(weight.shape[0] * CLASSES for weight in model.trainable_weights[:1]) + CLASSES == own


@pytest.mark.parametrize("architecture", ["resnet50", "vgg16", "densenet", "mobilenet_v2"])
def test_preprocessing_inside_a_model_computes_what_keras_computes(architecture: str) -> None:
    answer = from_python(
        f"""
import keras
x = keras.Input((4, 4, 3))
y = keras.applications.{architecture}.preprocess_input(x)
model = keras.Model(x, keras.layers.Flatten()(y))
""",
        tools=TOOLS,
    )
    assert isinstance(answer, Imported), answer
    assert (answer.problems, check(answer.document).ok) == ((), True)
    pixels = np.random.default_rng(0).uniform(0, 255, (2, 4, 4, 3)).astype("float32")
    expected = getattr(keras.applications, architecture).preprocess_input(pixels.copy())
    result = build_model(answer.document).predict(pixels, verbose=0)
    np.testing.assert_allclose(result, expected.reshape(2, -1), rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize(("size", "kernel", "padding"), [
    (8, "3", [[0, 1], [0, 1]]), (9, "(5, 3)", [[2, 2], [1, 1]]),
])  # fmt: skip
def test_the_padding_of_applications(size: int, kernel: str, padding: list[list[int]]) -> None:
    answer = from_python(
        f"""
import keras
from keras.applications import imagenet_utils
x = keras.Input(({size}, {size}, 3))
pad = imagenet_utils.correct_pad(x, {kernel})
model = keras.Model(x, keras.layers.ZeroPadding2D(padding=pad)(x))
"""
    )
    assert isinstance(answer, Imported), answer
    assert summary(answer.document) == [f"ZeroPadding2D(padding={padding!r})"]
