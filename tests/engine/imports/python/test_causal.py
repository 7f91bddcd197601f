"""Causal masks that source computes are what attention layers compute themselves."""

import pytest

from engine.imports.graph_builder import Imported
from engine.imports.python import from_python
from engine.processes.keras_tools import TOOLS
from tests.engine.imports.python.equality import assert_same_model, read_with_keras
from tests.engine.imports.python.reading import HEAD, summary

BLOCK = """
from keras import ops
import tensorflow as tf
class Block(layers.Layer):
    def __init__(self):
        super().__init__()
        self.att = layers.MultiHeadAttention(2, 4)
    def call(self, x):
        n = ops.shape(x)[1]
        {mask}
        return self.att(x, x, attention_mask=mask)
x = keras.Input(({length}, 8))
model = keras.Model(x, Block()(x))
"""
RANGES = "i = ops.arange(n)[:, None]; j = ops.arange(n); "
ATTENTION = "MultiHeadAttention(num_heads=2, key_dim=4, use_causal_mask=True)"
MASKS = {
    "a comparison": RANGES + "mask = i >= j",
    "the other way round": RANGES + "mask = j <= i",
    "offsets that cancel": RANGES + "mask = ops.reshape(i >= j - n + n, [1, n, n])",
    "a type and an axis": RANGES + "mask = ops.expand_dims(ops.cast(i >= j, 'int32'), 0)",
    "functions": RANGES + "mask = ops.greater_equal(i, j)",
}


@pytest.mark.parametrize("mask", MASKS.values(), ids=MASKS)
def test_a_causal_mask_is_an_argument_of_the_layer(mask: str) -> None:
    source = BLOCK.format(mask=mask, length=6).replace("import tensorflow as tf\n", "")
    assert summary(assert_same_model(source)) == [ATTENTION]


TILED = (
    RANGES
    + """
        mult = tf.concat([tf.expand_dims(tf.shape(x)[0], -1), tf.constant([1, 1], tf.int32)], 0)
        mask = tf.tile(tf.reshape(tf.cast(i >= j, tf.bool), (1, n, n)), mult)"""
)


@pytest.mark.parametrize("mask", [*MASKS.values(), TILED], ids=[*MASKS, "tiled"])
def test_a_causal_mask_may_have_an_open_length(mask: str) -> None:
    document = read_with_keras(BLOCK.format(mask=mask, length=None)).document
    assert summary(document) == [ATTENTION]


def test_a_causal_mask_in_an_op_is_a_tensor() -> None:
    mask = (
        RANGES
        + """mask = ops.reshape(ops.cast(i >= j, "int32"), (1, n, n))
        padding = ops.cast(x[:, None, :, 0] > 0, "int32")
        mask = ops.minimum(padding, mask)"""
    )
    source = BLOCK.format(mask=mask, length=6).replace("import tensorflow as tf\n", "")
    assert "ops.minimum()" in summary(assert_same_model(source))


OTHERS = {
    "not causal": "mask = i <= j",
    "strict": "mask = i > j",
    "another offset": "mask = i >= j - n",
    "another length": "mask = i >= ops.arange(n + 1)",
    "rows": "mask = j >= j",
    "another shape": "mask = ops.reshape(i >= j, (n, n, 1))",
    "arithmetic": "mask = 1 - ops.cast(i >= j, 'int32')",
}


@pytest.mark.parametrize("length", [6, None])
@pytest.mark.parametrize("mask", OTHERS.values(), ids=OTHERS)
def test_other_masks_are_named(mask: str, length: int | None) -> None:
    source = BLOCK.format(mask=RANGES + mask, length=length)
    answer = from_python(HEAD + source, tools=TOOLS)
    assert not isinstance(answer, Imported)
