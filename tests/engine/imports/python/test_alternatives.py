"""What stays known where something else is not, and what a refusal or a list of lines says."""

import pytest

from tests.engine.imports.python.reading import read, refusal, summary


def test_what_alternatives_leave_equal_stays_known() -> None:
    source = """
        import secret
        sizes = [3]
        if secret.flag:
            print("one")
            other = [1]
            other.append(2)
        else:
            sizes = sizes
        for epoch in secret.epochs:
            loss = secret.step()
            print(loss)
        model = keras.Sequential([keras.Input((4,)), layers.Dense(sizes[0])])
        """
    assert summary(read(source).document) == ["Dense(units=3)"]


def test_a_branch_that_raises_is_not_taken() -> None:
    source = """
        import secret
        def units(size):
            if secret.version < 2:
                raise ValueError("too old")
            if size not in (3, 5):
                raise ValueError("size")
            return size
        model = keras.Sequential([keras.Input((4,)), layers.Dense(units(3))])
        """
    assert summary(read(source).document) == ["Dense(units=3)"]


@pytest.mark.parametrize("end", ["raise RuntimeError", "import sys\n    sys.exit(1)"])
def test_a_program_that_ends_before_its_model_is_refused_for_that_line(end: str) -> None:
    source = f"if 1 < 2:\n    {end}\nm = keras.Sequential([layers.Dense(1)])"
    assert refusal(source) == "Line 4: the program ends here, before it creates a model."


def test_a_model_that_is_built_in_a_loop_of_unknown_length_is_read() -> None:
    source = """
        import secret
        for train, test in secret.folds.split(secret.rows):
            model = keras.Sequential([keras.Input((4,))])
            model.add(layers.Dense(3))
            model.compile("adam", "mse")
            model.fit(secret.rows[train], secret.targets[train], epochs=3)
        """
    imported = read(source)
    assert summary(imported.document) == ["Dense(units=3)"]
    assert imported.document.training.epochs == 3


def test_dropout_under_the_training_flag_is_read() -> None:
    source = """
        class Own(layers.Layer):
            def __init__(self):
                super().__init__()
                self.dropout = layers.Dropout(0.5)
            def call(self, inputs, training=None):
                if training:
                    inputs = self.dropout(inputs, training=training)
                return inputs
        x = keras.Input((4,))
        model = keras.Model(x, Own()(x))
        """
    assert summary(read(source).document) == ["Dropout(rate=0.5)"]


def test_another_model_than_the_trained_one_is_taken_only_with_a_word() -> None:
    source = """
        import secret
        x = keras.Input((4,))
        encoder = keras.Model(x, layers.Dense(2)(x))
        model = keras.Model(x, secret.decode(encoder(x)))
        model.compile("adam", "mse")
        model.fit(secret.x, secret.x)
        """
    imported = read(source)
    assert [problem.code for problem in imported.problems] == ["python_other_model"]


def test_an_input_whose_shape_is_nested_is_read_as_it_is() -> None:
    source = """
        (x, y), _ = keras.datasets.mnist.load_data()
        model = keras.Sequential([keras.Input(((28,), (28,))), layers.Flatten()])
        model.compile("adam", "sparse_categorical_crossentropy")
        model.fit(x, y)
        """
    assert read(source).document.main.nodes[0].params == {"shape": [[28], [28]]}


def test_a_comparison_with_an_attribute_that_is_not_read_is_unknown() -> None:
    source = """
        layer = layers.Dense(2)
        assert layer.losses == []
        model = keras.Sequential([keras.Input((4,)), layer])
        if layer.metrics == []:
            model.add(layers.Dense(3))
        """
    assert "this kind of expression is not read" in refusal(source)


SENTENCES = {
    "an op of tensors": (
        "y, z = keras.ops.fft2((x, x))", "keras.ops.fft2(…) of a tensor has no node here",
    ),
    "an op of constants": (
        "y = keras.ops.ones((3, 4))\nz = layers.Add()([x, y])", "is a constant tensor",
    ),
    "an activation of what is not known": (
        "y = layers.Dropout(0.1)(keras.activations.softmax(secret(x)))",
        "“secret” is not defined in this source",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("body", "reason"), SENTENCES.values(), ids=SENTENCES)
def test_the_reason_of_a_refusal_is_true(body: str, reason: str) -> None:
    source = f"x = keras.Input((4, 5))\n{body}\nmodel = keras.Model(x, layers.ReLU()(y))"
    assert reason in refusal(source)


def test_an_input_that_the_model_does_not_list_is_named() -> None:
    source = """
a, b = keras.Input((4,)), keras.Input((3,))
model = keras.Model(a, layers.Dense(1)(layers.Concatenate()([a, b])))
"""
    assert "Line 6: the outputs need an Input that is not listed" in refusal(source)


def test_a_name_of_a_library_that_is_replaced_means_its_new_value() -> None:
    source = """
layers.Dense = layers.Embedding
model = keras.Sequential([keras.Input((4,)), layers.Dense(3, 2)])
"""
    assert summary(read(source).document) == ["Embedding(input_dim=3, output_dim=2)"]


@pytest.mark.parametrize(
    ("source", "units"),
    [
        ("sizes = {'n': 3}\nsizes.update(secret.x)\nsizes['n'] = 5", "sizes['n']"),
        ("sizes = {**secret.x, 'n': 5}", "sizes['n']"),
        ("def f(**options):\n    return g(**options)\ndef g(n=3, m=4):\n    return n",
         "f(n=5, **secret.x)"),
        ("sizes = {'n': 3}\nsame = sizes\nsame |= {'n': 5}", "sizes['n']"),
        ("sizes = {3}\nsame = sizes\nsame |= {5}", "max(sizes)"),
        ("sizes = [5]\nsame = sizes\nsame *= 5", "len(sizes)"),
    ],
)  # fmt: skip
def test_what_remains_known_beside_unknown_items(source: str, units: str) -> None:
    model = f"\nmodel = keras.Sequential([keras.Input((4,)), layers.Dense({units})])"
    assert summary(read(f"import secret\n{source}{model}").document) == ["Dense(units=5)"]


def test_a_later_model_that_can_not_be_read_is_named() -> None:
    first = "model = keras.Sequential([keras.Input((4,)), layers.Dense(3)])\n"
    config = "config = model.get_config()\nconfig['layers'][-1]['config']['units'] = 5\n"
    found = read(first + config + "model = keras.Sequential.from_config(config)\n")
    assert [item.code for item in found.problems] == ["python_other_model"]
