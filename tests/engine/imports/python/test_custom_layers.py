"""Layers and models that the source defines become sub-models that compute the same."""

from textwrap import dedent

import pytest

from tests.engine.imports.python.equality import assert_same_model, read_with_keras
from tests.engine.imports.python.reading import outline, read, refusal, summary

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


LOSS = """
class Loss(layers.Layer):
    def call(self, inputs):
        x, y = inputs
        self.add_loss(keras.ops.mean(keras.ops.square(x - y)))
        return {returned}
x, z = keras.Input((4,)), keras.Input((4,))
model = keras.Model({inputs}, Loss()([x, {other}]))
"""


@pytest.mark.parametrize("returned", ["x", "y"])
def test_a_layer_that_only_computes_a_loss_passes_the_prediction_on(returned: str) -> None:
    imported = read(LOSS.format(returned=returned, inputs="x", other="layers.Dense(4)(x)"))
    assert summary(imported.document) == ["Dense(units=4)"]
    (problem,) = imported.problems
    assert "“Loss”, which only computes a loss" in problem.message


def test_a_layer_that_returns_one_of_two_inputs_of_the_model_is_refused() -> None:
    source = LOSS.format(returned="x", inputs="[x, z]", other="z")
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
