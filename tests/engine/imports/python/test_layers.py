"""Layers whose arguments are functions, layers or data of the source."""

from textwrap import dedent

import pytest

from engine.imports.graph_builder import Imported
from engine.imports.python import from_python
from tests.engine.imports.python.equality import read_with_keras
from tests.engine.imports.python.reading import HEAD, read, refusal, summary

READ = {
    "a function as activation": (
        "def own(x):\n    return x * 2.0\ny = layers.Dense(3, activation=own)(x)",
        ["Dense(units=3)", "ops.multiply(x2=2.0)"],
    ),
    "a lambda as activation": (
        "y = layers.Conv1D(3, 2, activation=lambda x: keras.ops.tanh(x))(x)",
        ["Conv1D(filters=3, kernel_size=2)", "ops.tanh()"],
    ),
    "a layer of a function": (
        "def own(x):\n    return keras.ops.tanh(x)\ny = layers.Activation(own, name='own')(x)",
        ["ops.tanh()"],
    ),
    "a layer of a layer": (
        "y = layers.Activation(layers.LeakyReLU(0.2))(x)", ["LeakyReLU(negative_slope=0.2)"],
    ),
    "an activation that is taken away": (
        "layer = layers.Dense(3, activation='softmax')\ny = layer(x)\nlayer.activation = None",
        ["Dense(units=3)"],
    ),
    "a loop with a progress bar": (
        "from tqdm import tqdm\ny = x\nfor units in tqdm([2, 3]):\n"
        "    y = layers.Dense(units)(y)",
        ["Dense(units=2)", "Dense(units=3)"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), READ.values(), ids=READ)
def test_layers_with_functions(body: str, expected: list[str]) -> None:
    imported = read(f"x = keras.Input((4, 5))\n{body}\nmodel = keras.Model(x, y)")
    assert summary(imported.document) == expected
    assert imported.problems == ()


def test_weights_from_data_are_left_out() -> None:
    source = """
        import numpy as np
        vectors = np.zeros((20, 8))
        x = keras.Input((4,))
        constant = keras.initializers.Constant(vectors)
        y = layers.Embedding(20, 8, embeddings_initializer=constant, trainable=False)(x)
        model = keras.Model(x, y)
        """
    imported = read(source)
    assert summary(imported.document) == ["Embedding(input_dim=20, output_dim=8)"]
    (problem,) = imported.problems
    assert problem.variant == "weights"


REFUSED = {
    "a layer within a recurrent layer": (
        "y = layers.LSTM(3, activation=layers.LeakyReLU(0.2))(x)", "activation of LSTM",
    ),
    "a function within a recurrent layer": (
        "y = layers.LSTM(3, activation=lambda x: x * 2)(x)", "activation of LSTM",
    ),
    "a changed list of layers": (
        "inner = keras.Model(x, layers.Dense(3)(x))\ninner.layers.pop()\ny = inner(x)",
        "list of a model's layers",
    ),
    "an op of what is not known": ("y = keras.ops.relu(secret.f(x))", "secret"),
}  # fmt: skip


@pytest.mark.parametrize(("body", "reason"), REFUSED.values(), ids=REFUSED)
def test_layers_that_are_refused(body: str, reason: str) -> None:
    source = f"import secret\nx = keras.Input((4, 5))\n{body}\nmodel = keras.Model(x, y)"
    assert reason in refusal(source)


def test_a_model_within_a_model_can_be_chosen() -> None:
    """A function's blocks, of which each line creates several, come with the model only."""
    source = """
        i = keras.Input((6,))
        encoder = keras.Model(i, layers.Dense(2)(i))
        def block(units):
            return keras.Sequential([keras.Input((2,)), layers.Dense(units)])
        model = keras.Model(i, block(2)(block(2)(encoder(i))))
        model.compile("adam", "mse")
        """
    imported = read(source)
    assert [model.name for model in imported.models] == ["encoder", "model"]
    assert imported.taken == imported.models[1].index
    chosen = from_python(HEAD + dedent(source), choice=imported.models[0].index)
    assert isinstance(chosen, Imported)
    assert summary(chosen.document) == ["Dense(units=2)"]


def test_equal_models_of_a_loop_are_listed_once() -> None:
    source = """
        for fold in range(3):
            model = keras.Sequential([keras.Input((4,)), layers.Dense(3)])
            model.compile("adam", "mse")
            model.fit(open("x"), open("y"))
        """
    imported = read(source)
    assert [model.index for model in imported.models] == [2]
    assert imported.taken == 2


def test_an_input_layer_is_found_by_its_name() -> None:
    imported = read("""
        x = keras.Input((4,), name="image")
        whole = keras.Model(x, layers.Dense(2)(layers.Dense(3, name="inner")(x)))
        model = keras.Model(whole.get_layer("image").input, whole.get_layer("inner").output)
        """)
    assert summary(imported.document) == ["Dense(units=3)"]


STACK = """
    model = keras.Sequential()
    model.add(layers.Dense(4, input_shape=(8,), activation=layers.LeakyReLU()))
    model.add(layers.Dense(3))
"""
OUTPUTS = {
    "before the model's input": (
        "x = model.layers[0].output\nm = keras.Model(model.input, layers.Dense(9)(x))",
        ["Dense(units=4)", "LeakyReLU()", "Dense(units=9)"],
    ),
    "of several layers": (
        "m = keras.Model(model.input, [layer.output for layer in model.layers])",
        ["Dense(units=4)", "LeakyReLU()", "Dense(units=3)"],
    ),
    "as an input": (
        "m = keras.Model(model.layers[0].output, model.output)", ["Dense(units=3)"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), OUTPUTS.values(), ids=OUTPUTS)
def test_a_layer_of_a_stack_has_an_output(body: str, expected: list[str]) -> None:
    document = read_with_keras(dedent(STACK) + body).document
    assert summary(document) == expected


def test_the_output_of_a_wrapper_around_a_model_is_not_that_of_the_model() -> None:
    (note,) = read("""
        inner = keras.Sequential([keras.Input((4,)), layers.Dense(3)])
        x = keras.Input((5, 4))
        wrapped = layers.TimeDistributed(inner)
        y = layers.Dense(2)(wrapped(x))
        model = keras.Model(wrapped.output, y)
        model.compile("adam", "mse")
        """).problems
    assert note.code == "python_other_model"
    assert "the tensors of a wrapper around a model" in str(note.hint)


VOCABULARIES = {
    "TextVectorization(vocabulary=['a', 'b'])": 4,
    "TextVectorization(vocabulary=['a', 'b'], output_mode='multi_hot')": 3,
    "StringLookup(vocabulary=['a', 'b'])": 3,
    "StringLookup(vocabulary=['a', 'b'], mask_token='', num_oov_indices=2)": 5,
    "StringLookup(vocabulary=['a', 'b'], mask_token='', output_mode='one_hot')": 3,
    "IntegerLookup(vocabulary=[3, 4], num_oov_indices=0)": 2,
}


@pytest.mark.parametrize(("layer", "size"), VOCABULARIES.items(), ids=VOCABULARIES)
def test_the_size_of_a_vocabulary_in_the_source_is_known(layer: str, size: int) -> None:
    source = f"""
        lookup = layers.{layer}
        x = keras.Input((4,))
        y = layers.Dense(lookup.vocabulary_size())(x)
        model = keras.Model(x, layers.Dense(len(lookup.get_vocabulary()))(y))
        """
    assert summary(read(source).document) == [f"Dense(units={size})"] * 2
