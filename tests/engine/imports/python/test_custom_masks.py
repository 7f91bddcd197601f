"""Masks that Keras passes to the layers of a source, and that they attach to their results."""

import pytest

from tests.engine.imports.python.equality import assert_same_model, read_with_keras
from tests.engine.imports.python.reading import outline

MASKS = """
    class Places(layers.Layer):
        def __init__(self):
            super().__init__()
            self.words = layers.Embedding(9, 4)
        def call(self, x):
            return self.words(x) * 2
        def compute_mask(self, inputs, mask=None):
            return keras.ops.not_equal(inputs, 0)
    class Mean(layers.Layer):
        def __init__(self):
            super().__init__()
            self.dense = layers.Dense(4)
        def build(self, shape):
            self.dense.build(shape)
        def call(self, x, mask=None):
            x = self.dense(x)
            if mask is None:
                return x
            weights = keras.ops.expand_dims(keras.ops.cast(mask, "float32"), -1)
            return keras.ops.sum(x * weights, axis=1)
    tokens = keras.Input((5,), dtype="int32")
    model = keras.Model(tokens, Mean()({embedded}))
"""
PASSED = ["Dense", "ops.cast", "ops.expand_dims", "ops.multiply", "ops.sum"]


@pytest.mark.filterwarnings("ignore:.*does not support masking")
@pytest.mark.parametrize(
    ("embedded", "expected"),
    [
        ("layers.Embedding(9, 4, mask_zero=True)(tokens)", PASSED),
        ("layers.Dropout(0.1)(layers.Embedding(9, 4, mask_zero=True)(tokens))", PASSED),
        ("layers.Masking()(layers.Embedding(9, 4)(tokens))", PASSED),
        ("layers.Embedding(9, 4, mask_zero=True)(tokens) + 1.0", ["Dense"]),
        ("Places()(tokens)", PASSED),
    ],
)
def test_the_mask_that_keras_passes_to_a_call_is_read(embedded: str, expected: list[str]) -> None:
    document = assert_same_model(MASKS.format(embedded=embedded))
    assert outline(document)["Mean"] == expected


def test_a_mask_that_a_layer_attaches_is_named() -> None:
    source = MASKS.format(embedded="Places()(tokens)")
    (problem,) = read_with_keras(source).problems
    assert "the mask that “Places” attaches to its result" in problem.message


@pytest.mark.filterwarnings("ignore:.*does not support masking")
def test_a_mask_that_two_layers_take_is_computed_once() -> None:
    source = """
        class Mean(layers.Layer):
            def call(self, x, mask=None):
                weights = keras.ops.expand_dims(keras.ops.cast(mask, "float32"), -1)
                return keras.ops.sum(x * weights, axis=1)
        tokens = keras.Input((5,), dtype="int32")
        x = layers.Embedding(9, 4, mask_zero=True)(tokens)
        model = keras.Model(tokens, layers.Add()([Mean()(x), Mean()(x)]))
        """
    document = assert_same_model(source)
    assert [node.layer for node in document.main.nodes].count("ops.not_equal") == 1
