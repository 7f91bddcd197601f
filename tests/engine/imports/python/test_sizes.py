"""Sizes that are not fixed, positions, random numbers and other values that tensors depend on."""

from textwrap import dedent

import pytest

from tests.engine.imports.python.equality import assert_same_model, read_with_keras
from tests.engine.imports.python.reading import outline, refusal

INPUT = "x = keras.Input((4,))\n"

SIZES = {
    "positions of a fixed length": (
        """
        class Embedded(layers.Layer):
            def __init__(self, length, words, size):
                super().__init__()
                self.words = layers.Embedding(words, size)
                self.places = layers.Embedding(length, size)
            def call(self, x):
                length = keras.ops.shape(x)[-1]
                positions = keras.ops.arange(start=0, stop=length, step=1)
                return self.words(x) + self.places(positions)
        tokens = keras.Input((6,), dtype="int32")
        model = keras.Model(tokens, Embedded(6, 9, 4)(tokens))
        """,
        {"": ["Model Embedded"],
         "Embedded": ["Embedding", "ops.get_item", "ops.ones_like", "ops.cumsum", "ops.subtract",
                      "Embedding", "ops.add"]},
    ),
    "heads": (
        """
        class Attention(layers.Layer):
            def __init__(self, heads, size):
                super().__init__()
                self.heads, self.size = heads, size
                self.query, self.out = layers.Dense(heads * size), layers.Dense(4)
            def split(self, x, batch):
                x = keras.ops.reshape(x, (batch, -1, self.heads, self.size))
                return keras.ops.transpose(x, [0, 2, 1, 3])
            def call(self, x):
                batch = keras.ops.shape(x)[0]
                query = self.split(self.query(x), batch)
                scores = keras.ops.matmul(query, keras.ops.transpose(query, [0, 1, 3, 2]))
                y = keras.ops.transpose(keras.ops.softmax(scores) @ query, [0, 2, 1, 3])
                return self.out(keras.ops.reshape(y, (batch, -1, self.heads * self.size)))
        words = keras.Input((6, 4))
        model = keras.Model(words, Attention(2, 3)(words))
        """,
        {"": ["Model Attention"],
         "Attention": ["Dense", "Reshape", "ops.transpose", "ops.transpose", "ops.matmul",
                       "ops.softmax", "ops.matmul", "ops.transpose", "Reshape", "Dense"]},
    ),
    "patches and their positions": (
        """
        class Patches(layers.Layer):
            def __init__(self, size):
                super().__init__()
                self.size = size
            def call(self, images):
                patches = keras.ops.image.extract_patches(images, size=self.size)
                batch, length = keras.ops.shape(images)[0], patches.shape[-1]
                return keras.ops.reshape(patches, (batch, -1, length))
        class Encoder(layers.Layer):
            def __init__(self, count, size):
                super().__init__()
                self.count = count
                self.project = layers.Dense(size)
                self.places = layers.Embedding(count, size)
            def call(self, patches):
                places = keras.ops.expand_dims(keras.ops.arange(0, self.count, 1), axis=0)
                return self.project(patches) + self.places(places)
        ROWS = 3
        images = keras.Input((9, 8, 2))
        model = keras.Model(images, Encoder(12, 5)(Patches((ROWS, 2))(images)))
        """,
        {"": ["Model Patches", "Model Encoder"],
         "Patches": ["Reshape", "ops.transpose", "Reshape", "Reshape"],
         "Encoder": ["ops.get_item", "ops.ones_like", "ops.cumsum", "ops.subtract",
                     "ops.expand_dims", "Dense", "Embedding", "ops.add"]},
    ),
    "patches of a part of the image": (
        """
        class Patches(layers.Layer):
            def call(self, images):
                return keras.ops.image.extract_patches(images, size=3)
        images = keras.Input((10, 8, 2))
        model = keras.Model(images, Patches()(images))
        """,
        {"": ["Model Patches"],
         "Patches": ["Cropping2D", "Reshape", "ops.transpose", "Reshape"]},
    ),
    "a size that is the only open one": (
        """
        class Folded(layers.Layer):
            def call(self, x):
                return keras.ops.reshape(x, (keras.ops.shape(x)[0], 2, 2))
        model = keras.Model(x, Folded()(x))
        """,
        {"": ["Model Folded"], "Folded": ["Reshape"]},
    ),
}  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), SIZES.values(), ids=SIZES)
def test_sizes_that_are_not_fixed(body: str, expected: dict[str, list[str]]) -> None:
    assert outline(assert_same_model(INPUT + dedent(body))) == expected


SAMPLING = """
    class Sampling(layers.Layer):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.seed_generator = keras.random.SeedGenerator(1337)
        def call(self, inputs):
            mean, log_var = inputs
            batch, size = keras.ops.shape(mean)[0], keras.ops.shape(mean)[1]
            epsilon = keras.random.normal(shape=(batch, size), seed=self.seed_generator)
            return mean + keras.ops.exp(0.5 * log_var) * epsilon
    x = keras.Input((4,))
    mean, log_var = layers.Dense(2)(x), layers.Dense(2)(x)
    z = Sampling()([mean, log_var])
    model = keras.Model(x, [mean, log_var, z], name="encoder")
"""


def test_a_sampling_layer_adds_noise_in_training_which_is_said() -> None:
    document = assert_same_model(SAMPLING, training=True)
    assert outline(document)["Sampling"] == [
        "ops.zeros_like", "GaussianNoise", "ops.multiply", "ops.exp", "ops.multiply", "ops.add",
    ]  # fmt: skip
    (problem,) = read_with_keras(SAMPLING).problems
    assert "random numbers in predictions" in problem.message


def test_weights_that_a_layer_assigns_are_named() -> None:
    source = """
        class Masked(layers.Layer):
            def __init__(self):
                super().__init__()
                self.dense = layers.Dense(4)
            def call(self, x):
                self.dense.kernel.assign(self.dense.kernel * 0.5)
                return self.dense(x)
        x = keras.Input((4,))
        model = keras.Model(x, Masked()(x))
        """
    (problem,) = read_with_keras(source).problems
    assert "kernel.assign(…)" in problem.message


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ("keras.random.uniform(keras.ops.shape(x))", "draws random numbers"),
        ("keras.random.normal((7, 4))", "draws random numbers"),
        ("keras.ops.tile([[1.0]], (1, 4))", "a constant tensor"),
        ("keras.ops.reshape(x, (keras.ops.shape(x)[0] * 2, 2))", "not fixed"),
        ("keras.ops.image.extract_patches(x, 3, 1)", "patches that overlap"),
        ("keras.ops.zeros((keras.ops.shape(x)[0], 4))", "a constant tensor"),
    ],
)
def test_values_that_no_layer_computes_are_named(values: str, why: str) -> None:
    source = f"""
        class Mine(layers.Layer):
            def call(self, x):
                return x + {values}
        x = keras.Input((4,))
        model = keras.Model(x, Mine()(x))
        """
    assert why in refusal(source)


def test_patches_of_tensorflow_are_read() -> None:
    source = """
        import tensorflow as tf
        class Patches(layers.Layer):
            def call(self, images):
                patches = tf.image.extract_patches(
                    images=images, sizes=[1, 3, 2, 1], strides=[1, 3, 2, 1], rates=[1, 1, 1, 1],
                    padding="VALID")
                return tf.reshape(patches, [tf.shape(images)[0], -1, patches.shape[-1]])
        images = keras.Input((9, 8, 2))
        model = keras.Model(images, Patches()(images))
        """
    document = read_with_keras(source).document
    assert outline(document)["Patches"] == ["Reshape", "ops.transpose", "Reshape", "Reshape"]
    assert document.graphs[1].nodes[-1].params == {"target_shape": [-1, 12]}


@pytest.mark.parametrize("draw", ["normal", "uniform"])
def test_random_numbers_outside_of_a_layer_are_data(draw: str) -> None:
    source = f"""
        rows = keras.random.{draw}((100, 7))
        model = keras.Sequential([layers.Dense(3)])
        model.compile("adam", "mse")
        model.fit(rows, rows)
        """
    assert read_with_keras(source).document.main.nodes[0].params == {"shape": [7]}
