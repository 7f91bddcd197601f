"""Layers and models that the source defines become sub-models that compute the same."""

from textwrap import dedent

import pytest

from engine.document import Document
from tests.engine.imports.python.equality import assert_same_model, read_with_keras
from tests.engine.imports.python.reading import refusal

BLOCK = """
    class Block(layers.Layer):
        def __init__(self, units, rate=0.1, **kwargs):
            super().__init__(**kwargs)
            self.dense = layers.Dense(units, activation="relu")
            self.norm = layers.BatchNormalization()
            self.dropout = layers.Dropout(rate)
        def call(self, inputs, training=None):
            x = self.norm(self.dense(inputs))
            return inputs + self.dropout(x, training=training)
    x = keras.Input((4,))
"""


def outline(document: Document) -> dict[str, list[str]]:
    """The layers of each graph in the order of the source, by its name; "" is the main one."""
    names = {graph.id: graph.name for graph in document.graphs}
    return {
        graph.name: [
            f"{node.layer}{' ' + names[node.graph] if node.graph else ''}"
            + (f" as {node.name}" if node.name and node.graph else "")
            + (" again" if node.shares else "")
            for node in graph.nodes
            if node.layer != "Input"
        ]
        for graph in document.graphs
    }


BODY = ["Dense", "BatchNormalization", "Dropout", "ops.add"]
SOURCES = {
    "one layer": (
        "model = keras.Model(x, Block(4)(x))",
        {"": ["Model Block"], "Block": BODY},
    ),
    "a name": (
        "model = keras.Model(x, Block(4, name='first')(x))",
        {"": ["Model Block as first"], "Block": BODY},
    ),
    "equal instances have one graph and their own weights": (
        "model = keras.Model(x, Block(4)(Block(4)(x)))",
        {"": ["Model Block", "Model Block"], "Block": BODY},
    ),
    "other arguments": (
        "model = keras.Model(x, Block(4, rate=0.5)(Block(4)(x)))",
        {"": ["Model Block", "Model Block_2"], "Block": BODY, "Block_2": BODY},
    ),
    "the same instance twice": (
        "block = Block(4)\nmodel = keras.Model(x, block(block(x)))",
        {"": ["Model Block", "Model again"], "Block": BODY},
    ),
    "nested": (
        """
        class Stage(layers.Layer):
            def __init__(self):
                super().__init__()
                self.blocks = [Block(4) for _ in range(2)]
            def call(self, x):
                for block in self.blocks:
                    x = block(x)
                return x
        model = keras.Sequential([x, Stage(), layers.Dense(2)])
        """,
        {"": ["Model Stage", "Dense"], "Stage": ["Model Block", "Model Block"], "Block": BODY},
    ),
    "build creates the layers": (
        """
        class Late(layers.Layer):
            def __init__(self, units):
                super().__init__()
                self.units = units
            def build(self, shape):
                self.dense = layers.Dense(self.units)
            def call(self, x):
                return self.dense(x)
        model = keras.Model(x, Late(3)(x))
        """,
        {"": ["Model Late"], "Late": ["Dense"]},
    ),
    "several inputs and outputs": (
        """
        class Pair(layers.Layer):
            def __init__(self):
                super().__init__()
                self.dense = layers.Dense(4)
            def call(self, inputs, scale=2.0):
                a, b = inputs
                return self.dense(a) * scale, a - b
        a, b = Pair()([x, Block(4)(x)], scale=3.0)
        model = keras.Model(x, [b, a])
        """,
        {"": ["Model Block", "Model Pair"], "Block": BODY,
         "Pair": ["Dense", "ops.multiply", "ops.subtract"]},
    ),
    "keyword tensors and a result that nothing uses": (
        """
        class Cross(layers.Layer):
            def __init__(self):
                super().__init__()
                self.query, self.key = layers.Dense(4), layers.Dense(4)
            def call(self, q, context=None):
                return self.query(q), self.key(context), q
        a, b, c = Cross()(x, context=layers.Dense(3)(x))
        model = keras.Model(x, a + c)
        """,
        {"": ["Dense", "Model Cross", "ops.add"], "Cross": ["Dense", "Dense"]},
    ),
    "a subclassed model in another": (
        """
        class Encoder(keras.Model):
            def __init__(self):
                super().__init__()
                self.block, self.out = Block(4), layers.Dense(2)
            def call(self, x):
                return self.out(self.block(x))
        class Whole(keras.Model):
            def __init__(self):
                super().__init__()
                self.encoder, self.decoder = Encoder(), layers.Dense(4)
            def call(self, x):
                return self.decoder(self.encoder(x))
        model = Whole()
        model(x)
        model.build((None, 4))
        model.example = x
        """,
        {"": ["Model Encoder", "Dense"], "Encoder": ["Model Block", "Dense"], "Block": BODY},
    ),
    "a functional model inside": (
        """
        class Wrapped(layers.Layer):
            def __init__(self):
                super().__init__()
                self.inner = keras.Sequential([layers.Dense(3), layers.Dense(4)], name="inner")
            def call(self, x):
                return self.inner(x) + x
        model = keras.Model(x, Wrapped()(x))
        """,
        {"": ["Model Wrapped"], "Wrapped": ["Model inner as inner", "ops.add"],
         "inner": ["Dense", "Dense"]},
    ),
    "integers": (
        """
        class Tokens(layers.Layer):
            def __init__(self):
                super().__init__()
                self.words = layers.Embedding(9, 4)
            def call(self, x):
                return self.words(x)
        tokens = keras.Input((5,), dtype="int32")
        model = keras.Model(tokens, Tokens()(tokens))
        """,
        {"": ["Model Tokens"], "Tokens": ["Embedding"]},
    ),
    "a frozen layer": (
        "block = Block(4)\nblock.trainable = False\nmodel = keras.Model(x, Block(4)(block(x)))",
        {"": ["Model Block", "Model Block"], "Block": BODY},
    ),
    "frozen by the model's list": (
        """
        model = keras.Model(x, layers.Dense(1)(Block(4)(Block(4)(x))))
        for layer in model.layers[:2]:
            layer.trainable = False
        """,
        {"": ["Model Block", "Model Block", "Dense"], "Block": BODY},
    ),
    "training at the call": (
        "model = keras.Model(x, Block(4)(x, training=False))",
        {"": ["Model Block"], "Block": BODY},
    ),
    "a mask": (
        """
        class Reader(layers.Layer):
            def __init__(self):
                super().__init__()
                self.read = layers.LSTM(4)
            def call(self, x):
                return self.read(x)
        tokens = keras.Input((5,))
        embedded = layers.Embedding(9, 4, mask_zero=True)(tokens)
        model = keras.Model(tokens, Reader()(embedded))
        """,
        {"": ["Embedding", "Model Reader"], "Reader": ["LSTM"]},
    ),
}  # fmt: skip

INLINE = {
    "a layer that two instances share": (
        """
        class Shared(layers.Layer):
            def __init__(self, dense):
                super().__init__()
                self.dense = dense
            def call(self, x):
                return self.dense(x) * 2
        dense = layers.Dense(4)
        model = keras.Model(x, Shared(dense)(Shared(dense)(x)))
        """,
        {"": ["Dense", "ops.multiply", "Dense again", "ops.multiply"]},
    ),
    "calls that differ": (
        """
        class Switch(layers.Layer):
            def __init__(self):
                super().__init__()
                self.dense, self.out = layers.Dense(4), layers.Dense(4)
            def build(self, shape):
                self.dense.build(shape)
                self.out.build(shape)
            def call(self, x, last=False):
                return self.out(self.dense(x)) if last else self.dense(x)
        switch = Switch()
        model = keras.Model(x, switch(switch(x), last=True))
        """,
        {"": ["Dense", "Dense again", "Dense"]},
    ),
    "calls with other shapes": (
        """
        class Mean(layers.Layer):
            def __init__(self):
                super().__init__()
                self.dense = layers.Dense(4)
            def call(self, x):
                return self.dense(x)
        mean = Mean()
        model = keras.Model(x, mean(layers.RepeatVector(3)(mean(x))))
        """,
        {"": ["Dense", "RepeatVector", "Dense again"]},
    ),
    "nothing but the input": (
        """
        class Nothing(layers.Layer):
            def call(self, x):
                return x
        model = keras.Model(x, layers.Dense(4)(Nothing()(x)))
        """,
        {"": ["Dense"]},
    ),
}
ONLY_KERAS_2 = {
    "a tensor from outside": (
        """
        other = layers.Dense(4)(x)
        class Closure(layers.Layer):
            def call(self, x):
                return x + other
        model = keras.Model(x, Closure()(x))
        """,
        {"": ["Dense", "ops.add"]},
    ),
    "a tensor that is kept": (
        """
        class Keeper(layers.Layer):
            def __init__(self):
                super().__init__()
                self.dense = layers.Dense(4)
            def call(self, x):
                self.hidden = self.dense(x)
                return self.hidden * 2
        keeper = Keeper()
        y = keeper(x)
        model = keras.Model(x, y + keeper.hidden)
        """,
        {"": ["Dense", "ops.multiply", "ops.add"]},
    ),
    "training at the call of a layer that is drawn inline": (
        """
        outside = layers.Dense(4)(x)
        class Noisy(layers.Layer):
            def __init__(self):
                super().__init__()
                self.norm = layers.BatchNormalization()
            def call(self, x):
                return self.norm(x) + outside
        model = keras.Model(x, Noisy()(x, training=True))
        """,
        {"": ["Dense", "BatchNormalization", "ops.add"]},
    ),
}
"""Tensors from outside of a layer, which Keras 3 refuses in the `call` of a layer."""
CASES = {**SOURCES, **INLINE}


@pytest.mark.filterwarnings("ignore:.*does not support masking")
@pytest.mark.parametrize(("body", "expected"), CASES.values(), ids=CASES)
def test_custom_layers(body: str, expected: dict[str, list[str]]) -> None:
    document = assert_same_model(dedent(BLOCK) + dedent(body))
    assert outline(document) == expected


@pytest.mark.parametrize(("body", "expected"), ONLY_KERAS_2.values(), ids=ONLY_KERAS_2)
def test_a_layer_that_uses_other_tensors_is_drawn_inline(
    body: str, expected: dict[str, list[str]]
) -> None:
    assert outline(read_with_keras(dedent(BLOCK) + dedent(body)).document) == expected


def test_training_reaches_the_layers_of_a_layer_that_is_drawn_inline() -> None:
    body, _ = ONLY_KERAS_2["training at the call of a layer that is drawn inline"]
    document = read_with_keras(dedent(BLOCK) + dedent(body)).document
    assert [node.training for node in document.main.nodes] == [None, None, True, None]


def test_frozen_instances_freeze_their_sub_model() -> None:
    for name, expected in {
        "a frozen layer": [True, False],
        "frozen by the model's list": [True, False, False],
    }.items():
        document = read_with_keras(dedent(BLOCK) + dedent(SOURCES[name][0])).document
        frozen = [node.frozen for node in document.main.nodes if node.layer != "Input"]
        assert frozen == expected


def test_a_layer_that_two_models_share_is_refused() -> None:
    source = """
        dense = layers.Dense(4)
        x, y, z = keras.Input((4,)), keras.Input((4,)), keras.Input((4,))
        first, second = keras.Model(x, dense(x)), keras.Model(y, dense(y))
        model = keras.Model(z, first(z) + second(z))
        """
    (problem,) = read_with_keras(source).problems
    assert problem.code == "python_other_model"
    assert "a layer that two models share" in str(problem.arguments)


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
        images = keras.Input((9, 8, 2))
        model = keras.Model(images, Encoder(12, 5)(Patches((3, 2))(images)))
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
    assert outline(assert_same_model(dedent(BLOCK) + dedent(body))) == expected


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


LINEAR = """
    class Linear(layers.Layer):
        def __init__(self, units):
            super().__init__()
            self.units = units
        def build(self, shape):
            self.w = self.add_weight(
                shape=(shape[-1], self.units), initializer="random_normal", trainable=True,
                regularizer=keras.regularizers.L2(0.01), name="kernel",
            )
            self.b = self.add_weight(shape=(self.units,), initializer="zeros", name="bias")
        def call(self, x):
            return {result}
    x = keras.Input((4,))
    linear = Linear(4)
    model = keras.Model(x, {model})
"""
OWN_WEIGHTS = {
    "a product and a sum": ("keras.ops.matmul(x, self.w) + self.b", "linear(x)", ["Dense"]),
    "a bias before": ("self.b + x @ self.w", "linear(x)", ["Dense"]),
    "called twice": ("x @ self.w + self.b", "linear(linear(x))", ["Dense"]),
    "an activation": (
        "keras.ops.relu(x @ self.w + self.b)", "Linear(4)(linear(x))", ["Dense", "ops.relu"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("result", "model", "expected"), OWN_WEIGHTS.values(), ids=OWN_WEIGHTS)
def test_own_weights_of_a_dense_layer(result: str, model: str, expected: list[str]) -> None:
    document = assert_same_model(LINEAR.format(result=result, model=model))
    assert outline(document)["Linear"] == expected
    (dense, *_) = (node for node in document.graphs[1].nodes if node.layer == "Dense")
    assert dense.params == {
        "units": 4,
        "kernel_initializer": "random_normal",
        "kernel_regularizer": {"class": "L2", "params": {}},
    }


def test_weights_without_an_initializer_have_that_of_add_weight() -> None:
    plain = LINEAR.replace('initializer="zeros", ', "")
    document = assert_same_model(plain.format(result="x @ self.w + self.b", model="linear(x)"))
    (dense,) = (node for node in document.graphs[1].nodes if node.layer == "Dense")
    assert dense.params["bias_initializer"] == "glorot_uniform"


OTHER_WEIGHTS = {
    "a factor for each feature": (
        """
        class Scale(layers.Layer):
            def build(self, shape):
                self.g = self.add_weight(shape=(shape[-1],), initializer="ones", name="kernel")
            def call(self, x):
                return self.g * x
        model = keras.Model(x, Scale()(x))
        """,
        {"": ["Model Scale"], "Scale": ["EinsumDense"]},
    ),
    "rows of a table": (
        """
        class Table(layers.Layer):
            def __init__(self):
                super().__init__()
                self.table = self.add_weight(
                    shape=(9, 4), initializer="uniform", name="embeddings")
            def call(self, x):
                return keras.ops.take(self.table, x, axis=0)
        tokens = keras.Input((5,), dtype="int32")
        model = keras.Model(tokens, Table()(tokens))
        """,
        {"": ["Model Table"], "Table": ["Embedding"]},
    ),
    "a product alone": (
        """
        class Product(layers.Layer):
            def __init__(self):
                super().__init__()
                self.w = self.add_weight(shape=(4, 3), name="kernel")
            def call(self, x):
                return x @ self.w
        model = keras.Model(x, Product()(x))
        """,
        {"": ["Model Product"], "Product": ["Dense"]},
    ),
}


@pytest.mark.parametrize(("body", "expected"), OTHER_WEIGHTS.values(), ids=OTHER_WEIGHTS)
def test_own_weights_of_other_layers(body: str, expected: dict[str, list[str]]) -> None:
    assert outline(assert_same_model(dedent(BLOCK) + dedent(body))) == expected


@pytest.mark.parametrize(
    "result",
    [
        "x @ (self.w * 2)",
        "x @ self.w[0]",
        "x @ -self.w",
        "x @ keras.ops.exp(self.w)",
        "x + self.b",
        "x @ self.w + (x @ self.w + self.b)",
        "self.w @ x",
        "layers.Dense(3)(self.w)",
    ],
)
def test_weights_that_no_layer_of_keras_has_are_refused(result: str) -> None:
    message = refusal(LINEAR.format(result=result, model="linear(x)"))
    assert "“Linear” creates a weight of its own" in message


def test_a_weight_that_nothing_uses_is_named() -> None:
    source = LINEAR.format(result="x @ self.w", model="linear(x)")
    (problem,) = read_with_keras(source).problems
    assert "a weight of “Linear” that its call does not use (line 14)" in problem.message


def test_a_layer_that_only_computes_a_loss_is_refused() -> None:
    source = """
        class Loss(layers.Layer):
            def call(self, inputs):
                x, y = inputs
                self.add_loss(keras.ops.mean(keras.ops.square(x - y)))
                return x
        x = keras.Input((4,))
        model = keras.Model(x, Loss()([x, layers.Dense(4)(x)]))
        """
    assert "“Loss” returns one of its inputs" in refusal(source)


def test_an_input_without_effect_is_named() -> None:
    source = """
        class First(layers.Layer):
            def call(self, inputs):
                x, y = inputs
                return x * 2
        x = keras.Input((4,))
        model = keras.Model(x, First()([x, layers.Dense(4)(x)]))
        """
    (problem,) = read_with_keras(source).problems
    assert "an input of “First” that has no effect on its result (line 10)" in problem.message


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


def test_models_without_a_name_are_called_after_their_variable() -> None:
    source = """
        class Block(layers.Layer):
            def __init__(self):
                super().__init__()
                self.ffn = keras.Sequential([layers.Dense(8), layers.Dense(4)])
            def call(self, x):
                return x + self.ffn(x)
        x = keras.Input((4,))
        encoder = keras.Sequential([layers.Dense(4)])
        model = keras.Model(x, Block()(encoder(x)))
    """
    graphs = assert_same_model(source).graphs
    assert {graph.name for graph in graphs} == {"", "encoder", "ffn", "Block"}


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


@pytest.mark.parametrize("draw", ["normal", "uniform"])
def test_random_numbers_outside_of_a_layer_are_data(draw: str) -> None:
    source = f"""
        rows = keras.random.{draw}((100, 7))
        model = keras.Sequential([layers.Dense(3)])
        model.compile("adam", "mse")
        model.fit(rows, rows)
        """
    assert read_with_keras(source).document.main.nodes[0].params == {"shape": [7]}
