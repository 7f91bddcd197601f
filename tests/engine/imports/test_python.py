"""Converting Keras code to documents without running it; unreadable lines are reported."""

import ast
from textwrap import dedent

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from engine import templates
from engine.code import generate
from engine.document import Document, ObjectSpec
from engine.imports.graph_builder import Imported
from engine.imports.python import from_python


def read(source: str) -> Imported:
    """The import of valid source."""
    answer = from_python(dedent(source))
    assert isinstance(answer, Imported), answer
    return answer


def edges(document: Document) -> list[str]:
    """The edges of the main graph as "target.port <- source.port"."""
    labels = {node.id: node.name or f"{node.layer}:{node.id}" for node in document.main.nodes}
    return [
        f"{labels[edge.target]}.{edge.target_port} <- {labels[edge.source]}.{edge.source_port}"
        for edge in document.main.edges
    ]


def layers(document: Document, graph: str = "main") -> list[str]:
    """The layers of a graph in the order of the source."""
    return [node.layer for node in document.graph(graph).nodes]


@pytest.mark.parametrize("form", ["functional", "sequential", "function", "script"])
@pytest.mark.parametrize("template", templates.load(), ids=lambda template: template.id)
def test_reading_a_template_s_code_yields_the_same_code(
    template: templates.Template, form: str
) -> None:
    source = generate(template.document, form).source  # type: ignore[arg-type]
    imported = read(source)
    assert imported.problems == ()
    assert generate(imported.document, form).source == source  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "imports",
    [
        "import keras\nfrom keras import layers",
        "from tensorflow import keras\nfrom tensorflow.keras import layers",
        "import tensorflow as tf\nkeras = tf.keras\nlayers = tf.keras.layers",
        "import tensorflow.keras as keras\nimport tensorflow.keras.layers as layers",
        "import keras.layers as layers\nimport keras",
    ],
)
def test_import_styles(imports: str) -> None:
    body = """
inputs = keras.Input(shape=(28, 28, 1), name="img")
x = layers.Conv2D(16, 3, activation="relu")(inputs)
x = layers.MaxPooling2D(3)(x)
outputs = layers.Dense(10)(layers.Flatten()(x))
model = keras.Model(inputs, outputs, name="plain")
"""
    document = read(imports + body).document
    assert layers(document) == ["Input", "Conv2D", "MaxPooling2D", "Flatten", "Dense"]
    assert document.name == "Plain"
    assert document.main.nodes[1].params == {
        "filters": 16,
        "kernel_size": 3,
        "activation": "relu",
    }


def test_of_several_models_the_last_is_taken() -> None:
    document = read("""
        import keras
        from keras import layers

        picture = keras.Input(shape=(28, 28, 1), name="img")
        x = layers.Conv2D(16, 3, activation="relu")(picture)
        x = layers.MaxPooling2D(3)(x)
        code = layers.GlobalMaxPooling2D()(x)
        encoder = keras.Model(picture, code, name="encoder")

        x = layers.Reshape((4, 4, 1))(code)
        x = layers.Conv2DTranspose(16, 3, activation="relu")(x)
        painted = layers.UpSampling2D(3)(x)
        autoencoder = keras.Model(picture, painted, name="autoencoder")
        """).document
    assert document.name == "Autoencoder"
    assert len(document.graphs) == 1
    assert layers(document) == [
        "Input", "Conv2D", "MaxPooling2D", "GlobalMaxPooling2D",
        "Reshape", "Conv2DTranspose", "UpSampling2D",
    ]  # fmt: skip


def test_models_can_be_called_like_layers() -> None:
    document = read("""
        import keras
        from keras import layers

        def half(name):
            inputs = keras.Input((16,))
            return keras.Model(inputs, layers.Dense(8)(inputs), name=name)

        one, two = half("one"), half("two")
        inputs = keras.Input((16,), name="both")
        mean = layers.average([one(inputs), two(inputs), two(inputs)])
        ensemble = keras.Model(inputs=inputs, outputs=mean)
        """).document
    assert [graph.name for graph in document.graphs] == ["", "one", "two"]
    assert layers(document) == ["Input", "Model", "Model", "Model", "Average"]
    shared = [node for node in document.main.nodes if node.shares]
    assert [node.shares for node in shared] == [document.main.nodes[2].id]
    assert edges(document)[-3:] == [
        "Average:n5.inputs <- one.output",
        "Average:n5.inputs <- two.output",
        "Average:n5.inputs <- Model:n4.output",
    ]


def test_several_inputs_and_outputs_with_a_loss_each() -> None:
    document = read("""
        import keras
        from keras import layers

        title = keras.Input(shape=(None,), name="title")
        tags = keras.Input(shape=(12,), name="tags")
        words = layers.LSTM(32)(layers.Embedding(1000, 64)(title))
        x = layers.concatenate([words, tags])
        priority = layers.Dense(1, name="priority")(x)
        department = layers.Dense(4, name="department")(x)
        model = keras.Model(inputs=[title, tags], outputs={"p": priority, "d": department})
        model.compile(
            optimizer=keras.optimizers.RMSprop(1e-3),
            loss={
                "priority": keras.losses.BinaryCrossentropy(from_logits=True),
                "department": "categorical_crossentropy",
            },
            loss_weights={"priority": 1.0, "department": 0.2},
        )
        model.fit(x_train, y_train, epochs=2, batch_size=64)
        """).document
    training = document.training
    assert training.optimizer == ObjectSpec(class_="RMSprop")
    assert (training.epochs, training.batch_size) == (2, 64)
    losses = [(output.loss, output.weight) for output in training.outputs]
    assert [(loss.class_, weight) for loss, weight in losses if loss] == [
        ("BinaryCrossentropy", 1.0),
        ("CategoricalCrossentropy", 0.2),
    ]
    assert [(end.node, end.port) for end in document.main.outputs] == [
        (node.id, "output")
        for node in document.main.nodes
        if node.name in ("priority", "department")
    ]


def test_addition_of_tensors_with_an_operator() -> None:
    document = read("""
        from tensorflow.keras import layers, Model, Input

        FILTERS = 8
        def block(x, filters=FILTERS):
            y = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
            return x + layers.Conv2D(filters, 3, padding="same")(y)

        inputs = Input((32, 32, 3))
        x = layers.Conv2D(FILTERS, 3, padding="same")(inputs)
        for _ in range(2):
            x = block(x)
        outputs = layers.Dense(10)(layers.GlobalAveragePooling2D()(x))
        Model(inputs, outputs)
        """).document
    assert layers(document).count("ops.add") == 2
    assert layers(document).count("Conv2D") == 5


def test_a_layer_called_twice_is_shared() -> None:
    document = read("""
        import keras
        embed = keras.layers.Embedding(1000, 128, name="embed")
        a = keras.Input((None,), dtype="int32")
        b = keras.Input((None,), dtype="int32")
        model = keras.Model([a, b], [embed(a), embed(b)])
        """).document
    first, second = (node for node in document.main.nodes if node.layer == "Embedding")
    assert (first.name, second.shares) == ("embed", first.id)


def test_sequential_models_in_every_style() -> None:
    listed = read("""
        import keras
        model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, "relu")])
        """).document
    added = read("""
        from keras.models import Sequential
        from keras.layers import Dense
        model = Sequential()
        for units in (8, 3):
            model.add(Dense(units, activation="relu", **({"input_dim": 4} if units == 8 else {})))
        model.compile("sgd", "mse", metrics=["accuracy"])
        """).document
    built = read("""
        import keras
        model = keras.Sequential([keras.layers.Dense(3)])
        model.build((None, 4))
        """).document
    assert layers(listed) == ["Input", "Dense"]
    assert layers(added) == ["Input", "Dense", "Dense"]
    assert added.main.nodes[0].params == built.main.nodes[0].params == {"shape": [4]}
    assert added.training.optimizer == ObjectSpec(class_="SGD")
    assert added.training.loss == ObjectSpec(class_="MeanSquaredError")


def test_states_and_keyword_arguments_are_connected_to_their_ports() -> None:
    document = read("""
        import keras
        from keras import layers
        words = keras.Input((12, 8), name="words")
        seen, h, c = layers.LSTM(4, return_sequences=True, return_state=True, name="reader")(words)
        text = layers.LSTM(4, return_sequences=True, name="writer")(words, initial_state=[h, c])
        mixed = layers.MultiHeadAttention(2, 4, name="mixer")(text, seen, key=seen)
        model = keras.Model(words, mixed)
        """).document
    assert edges(document) == [
        "reader.sequences <- words.output",
        "writer.sequences <- words.output",
        "writer.initial_state <- reader.state_h",
        "writer.initial_state <- reader.state_c",
        "mixer.query <- writer.output",
        "mixer.value <- reader.output",
        "mixer.key <- reader.output",
    ]


def test_nested_objects_and_wrapped_layers() -> None:
    document = read("""
        import keras
        from keras import layers, regularizers
        x = keras.Input((5, 4))
        y = layers.Bidirectional(layers.LSTM(3, kernel_regularizer=regularizers.L2(1e-4)))(x)
        y = layers.Dense(2, kernel_initializer=keras.initializers.HeNormal(seed=3))(y)
        model = keras.Model(x, layers.Dense(1, kernel_initializer="he_normal")(y))
        """).document
    _, both, dense, last = document.main.nodes
    assert both.params["layer"] == {
        "class": "LSTM",
        "params": {"units": 3, "kernel_regularizer": {"class": "L2", "params": {"l2": 1e-4}}},
    }
    assert dense.params["kernel_initializer"] == {"class": "HeNormal", "params": {"seed": 3}}
    assert last.params["kernel_initializer"] == "he_normal"


def test_lines_that_do_not_concern_the_model_are_not_reported() -> None:
    imported = read("""
        import keras, pandas as pd
        from keras import layers

        table = pd.read_csv("x.csv")
        class Mine(layers.Layer):
            pass
        x = keras.Input((4,))
        y = layers.Dense(3)(x)
        z = layers.Dense(table.shape[1])(y)
        w = layers.Lambda(lambda t: t * 2)(y)
        while True:
            pass
        model = keras.Model(x, y)
        print(model.summary())
        """)
    assert layers(imported.document) == ["Input", "Dense"]
    assert imported.problems == ()


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("", "python_no_model"),
        ("x = 1", "python_no_model"),
        ("def f(:", "python_syntax"),
        ("\0", "python_syntax"),
        ("(" * 5_000, "python_syntax"),
        ("x = " + "-" * 50_000 + "1", "python_syntax"),
        ("import keras\nkeras.Model(1, 2)", "python_no_model"),
        ("def f():\n  f()\nf()", "python_no_model"),
        ("for i in range(10**9): pass", "python_no_model"),
        ("for i in range(90000):\n  for j in range(90000): pass", "python_no_model"),
        ("x = 'a' * 10**10", "python_no_model"),
        ("x = 9 ** 9 ** 9", "python_no_model"),
        ("x = [0]\nfor i in range(99): x = x + x", "python_no_model"),
        ("x = [0]\nfor i in range(99): x.extend(x)", "python_no_model"),
        ("x = [0]\nx[0] = x\nstr(x)\ny = x == x", "python_no_model"),
        (
            "x = [0, 0]\nfor i in range(99):\n  y = [0, 0]\n  y[0] = x\n  y[1] = x\n  x = y\n"
            "import keras\nkeras.layers.Reshape(x)",
            "python_no_model",
        ),
        ("import os\nos.system('touch /tmp/nope')", "python_no_model"),
        ("__import__('os').system('x')", "python_no_model"),
        ("().__class__.__bases__[0].__subclasses__()", "python_no_model"),
        ("'{0.__class__}'.format(1)", "python_no_model"),
    ],
)
def test_hostile_source_yields_problems(source: str, code: str) -> None:
    answer = from_python(source)
    assert isinstance(answer, list)
    assert answer[-1].code == code


EXPRESSIONS = st.recursive(
    st.sampled_from(["1", "'a'", "x", "keras", "layers", "None", "1e400", "10**6", "x.shape"]),
    lambda inner: st.one_of(
        st.tuples(inner, st.sampled_from(["+", "*", "**", "[", "("]), inner).map(
            lambda t: f"({t[0]}){t[1]}({t[2]})" + {"[": "]", "(": ")"}.get(t[1], "")
        ),
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
        st.tuples(inner, st.sampled_from(["Dense", "add", "output", "format"])).map(
            lambda t: f"({t[0]}).{t[1]}"
        ),
        inner.map(lambda argument: f"layers.Dense({argument})(x)"),
        inner.map(lambda argument: f"keras.Model(x, {argument})"),
    ),
    max_leaves=8,
)


@settings(max_examples=150)
@given(st.lists(EXPRESSIONS, max_size=5))
@example(["keras.Model(x, layers.Dense(1e400)(x))"])
def test_random_expressions_never_raise(expressions: list[str]) -> None:
    head = "import keras\nfrom keras import layers\nx = keras.Input((3,))\n"
    source = head + "\n".join(f"y = {expression}" for expression in expressions)
    ast.parse(source)
    answer = from_python(source)
    if isinstance(answer, Imported):
        assert Document.model_validate(answer.document.to_json()) == answer.document


def test_starred_assignment_targets() -> None:
    document = read("""
        import keras
        from keras import layers
        sequence = keras.Input((5, 4))
        first, *states = layers.LSTM(3, return_state=True)(sequence)
        *_, last = layers.LSTM(3, return_state=True)(sequence, initial_state=states)
        model = keras.Model(sequence, [first, last])
        """).document
    assert [end.port for end in document.main.outputs] == ["output", "state_c"]
    assert sum("initial_state" in edge for edge in edges(document)) == 2


def test_inputs_keep_the_order_in_which_the_model_takes_them() -> None:
    document = read(
        """
        import keras
        a = keras.Input((4,), name="a")
        b = keras.Input((4,), name="b")
        model = keras.Model([b, a], keras.layers.Add()([a, b]))
        """
    ).document
    names = {node.id: node.name for node in document.main.nodes}
    assert [names[id] for id in document.main.inputs] == ["b", "a"]
