"""Functions that rearrange tensors, windows of images, and embeddings of constant positions."""

import pytest

from tests.engine.imports.python.equality import assert_same_model, read_with_keras
from tests.engine.imports.python.reading import read, summary

OPS = "from keras import ops\n"
WINDOWS = (
    OPS
    + """
def partition(x, size):
    _, height, width, channels = x.shape
    rows, columns = height // size, width // size
    x = ops.reshape(x, (-1, rows, size, columns, size, channels))
    x = ops.transpose(x, (0, 1, 3, 2, 4, 5))
    return ops.reshape(x, (-1, size * size, channels))

def reverse(windows, size, height, width, channels):
    rows, columns = height // size, width // size
    x = ops.reshape(windows, (-1, rows, columns, size, size, channels))
    x = ops.transpose(x, (0, 1, 3, 2, 4, 5))
    return ops.reshape(x, (-1, height, width, channels))

class Block(layers.Layer):
    def __init__(self, dim, size=2, shift=1, **kwargs):
        super().__init__(**kwargs)
        self.size, self.shift = size, shift
        self.norm = layers.LayerNormalization(epsilon=1e-5)
        self.attention = layers.MultiHeadAttention(2, dim // 2)
        self.mlp = keras.Sequential([layers.Dense(dim * 2, activation="gelu"), layers.Dense(dim)])

    def call(self, x):
        _, height, width, channels = x.shape
        skip, x = x, self.norm(x)
        if self.shift > 0:
            x = ops.roll(x, shift=[-self.shift, -self.shift], axis=[1, 2])
        windows = partition(x, self.size)
        x = reverse(self.attention(windows, windows), self.size, height, width, channels)
        if self.shift > 0:
            x = ops.roll(x, shift=[self.shift, self.shift], axis=[1, 2])
        x = skip + x
        return x + self.mlp(x)

inputs = keras.Input((4, 4, 6))
x = Block(6)(Block(6, shift=0)(inputs))
model = keras.Model(inputs, layers.Dense(3)(layers.GlobalAveragePooling2D()(x)))
"""
)
EQUAL = {
    "unstack": OPS + """
x = keras.Input((3, 4))
a, b, c = ops.unstack(x, axis=1)
model = keras.Model(x, layers.Dense(2)(a * b + c))
""",
    "unstack along the last axis": OPS + """
x = keras.Input((3, 2))
left, right = ops.unstack(x, axis=-1)
model = keras.Model(x, layers.Dense(2)(left - right))
""",
    "unstack of a known number": OPS + """
x = keras.Input((None, 2))
model = keras.Model(x, ops.unstack(x, num=2, axis=2)[1])
""",
    "windows of attention": WINDOWS,
}  # fmt: skip


@pytest.mark.parametrize("source", EQUAL.values(), ids=EQUAL)
def test_equals_what_keras_builds(source: str) -> None:
    assert_same_model(source)


IMAGES = """
import tensorflow as tf
x = keras.Input((4, 6, 8))
model = keras.Model(x, {call})
"""
ARRANGED = {
    "tf.nn.depth_to_space(x, 2)": ([-1, 4, 6, 2, 2, 2], [-1, 8, 12, 2]),
    "tf.nn.space_to_depth(x, block_size=2)": ([-1, 2, 2, 3, 2, 8], [-1, 2, 3, 32]),
}


@pytest.mark.parametrize(("call", "shapes"), ARRANGED.items(), ids=ARRANGED)
def test_blocks_of_points_are_two_reshapes(call: str, shapes: tuple[list[int], list[int]]) -> None:
    document = read_with_keras(IMAGES.format(call=call)).document
    first, last = shapes
    assert summary(document) == [
        f"ops.reshape(newshape={first})",
        "ops.transpose(axes=[0, 1, 3, 2, 4, 5])",
        f"ops.reshape(newshape={last})",
    ]


def test_blocks_of_points_have_the_values_of_keras() -> None:
    assert_same_model(OPS + """
x = keras.Input((4, 6, 8))
model = keras.Model(x, ops.space_to_depth(ops.depth_to_space(x, 2), 4))
""")  # fmt: skip


TENSORFLOW = {
    "tf.roll(x, shift=1, axis=1)": "ops.roll(shift=1, axis=1)",
    "tf.gather(x, [0, 2], axis=1)": "ops.take(indices=[0, 2], axis=1)",
    "tf.gather(x, [1])": "ops.take(indices=[1], axis=0)",
    "tf.gather(x, [1], axis=None)": "ops.take(indices=[1], axis=0)",
    "tf.pad(x, [[0, 0], [1, 1], [0, 0]], 'SYMMETRIC')":
        "ops.pad(pad_width=[[0, 0], [1, 1], [0, 0]], mode='symmetric')",
    "tf.reverse(x, axis=[1])": "ops.flip(axis=[1])",
    "tf.pad(x, [[0, 0], [1, 1], [0, 0]], mode='REFLECT')":
        "ops.pad(pad_width=[[0, 0], [1, 1], [0, 0]], mode='reflect')",
    "tf.repeat(x, 2, axis=1)": "ops.repeat(repeats=2, axis=1)",
}  # fmt: skip


@pytest.mark.parametrize(("call", "expected"), TENSORFLOW.items(), ids=TENSORFLOW)
def test_functions_of_tensorflow(call: str, expected: str) -> None:
    source = f"import tensorflow as tf\nx = keras.Input((3, 4))\nmodel = keras.Model(x, {call})\n"
    assert summary(read(source).document) == [expected]


def test_a_transposed_operand_of_matmul() -> None:
    document = read(
        """
        import tensorflow as tf
        x = keras.Input((9, 4))
        weights = tf.nn.softmax(layers.Dense(1)(x), axis=1)
        model = keras.Model(x, tf.matmul(weights, x, transpose_a=True))
        """
    ).document
    assert summary(document) == [
        "Dense(units=1)", "ops.softmax(axis=1)", "ops.swapaxes(axis1=-1, axis2=-2)", "ops.matmul()",
    ]  # fmt: skip


@pytest.mark.parametrize("module", ["tf", "tf.math", "tf.compat.v2.math"])
def test_comparisons_of_numbers_by_tensorflow(module: str) -> None:
    source = f"""
        import tensorflow as tf
        x = keras.Input((4,))
        y = layers.Dense(2 if {module}.equal(x.shape[-1], 4) else 3)(x)
        model = keras.Model(x, y)
        """
    assert summary(read_with_keras(source).document) == ["Dense(units=2)"]


POSITIONS = {
    "added": "x + positions",
    "in front": "positions + x",
    "by a layer": "layers.Add()([x, positions])",
    "twice": "x * positions + positions",
}


@pytest.mark.parametrize("merged", POSITIONS.values(), ids=POSITIONS)
def test_embeddings_of_constant_positions_are_frozen(merged: str) -> None:
    imported = read_with_keras(f"""
{OPS}
x = keras.Input((9, 4))
positions = layers.Embedding(9, 4, name="positions")(ops.arange(start=0, stop=9, step=1))
model = keras.Model(x, layers.Dense(2)({merged}))
""")
    frozen = [node.name for node in imported.document.main.nodes if node.frozen]
    assert frozen[0] == "positions"
    assert len({node.layer for node in imported.document.main.nodes if node.frozen}) == 1
    (problem,) = imported.problems
    assert "the training of “positions”" in problem.message


def test_nobody_is_asked_for_what_functions_make_of_tensors() -> None:
    answer = read_with_keras(
        """
        import tensorflow as tf
        x = keras.Input((9, 4))
        first = keras.Model(x, layers.Dense(2)(x))
        second = keras.Model(x, x + tf.math.real(tf.signal.fft2d(x)))
        """
    )
    assert "could not be read" in answer.problems[0].message
