"""Copies of models and layers are what they were copied from, with weights of their own."""

import pytest

from tests.engine.imports.python.equality import assert_same_model
from tests.engine.imports.python.reading import outline, read, refusal, summary

BASES = {
    "functional": """
x = keras.Input((4,))
h = layers.Dense(4, activation="relu")(x)
base = keras.Model(x, layers.Add()([x, layers.Dense(4)(h)]))
""",
    "sequential": """
base = keras.Sequential([keras.Input((4,)), layers.Dense(4, activation="relu"), layers.Dense(3)])
""",
    "nested": """
inner = keras.Sequential([keras.Input((4,)), layers.Dense(4)], name="inner")
base = keras.Sequential([keras.Input((4,)), inner, layers.Dense(3)])
""",
}
CLONES = (
    "keras.models.clone_model(base)",
    "keras.models.model_from_json(base.to_json())",
    "base.__class__.from_config(base.get_config())",
    "type(base).from_config(base.get_config())",
)


@pytest.mark.parametrize("base", BASES.values(), ids=BASES)
@pytest.mark.parametrize("clone", CLONES)
def test_a_clone_is_the_model_that_it_was_cloned_from(base: str, clone: str) -> None:
    source = f"{base}\nmodel = {clone}\nmodel.compile('adam', 'mse')\nmodel.fit(a, b, epochs=3)"
    imported = read(source)
    assert imported.problems == ()
    assert outline(imported.document) == outline(read(base).document)
    assert imported.document.training.epochs == 3


@pytest.mark.parametrize("base", BASES.values(), ids=BASES)
def test_a_clone_computes_the_same(base: str) -> None:
    assert_same_model(f"{base}\nmodel = keras.models.clone_model(base)")


def test_a_clone_has_weights_of_its_own() -> None:
    source = (
        f"{BASES['sequential']}\nmodel = keras.Sequential([base, keras.models.clone_model(base)])"
    )
    nodes = read(source.replace("Dense(3)", "Dense(4)")).document.main.nodes
    assert [node.shares for node in nodes] == [None, None, None]


CHANGED = {
    "after it was cloned": (
        "model = keras.models.clone_model(base)\nbase.add(layers.Dense(9))",
        ["Dense(units=4, activation='relu')", "Dense(units=3)"],
    ),
    "after its configuration was taken": (
        "config = base.get_config()\nbase.pop()\nmodel = keras.Sequential.from_config(config)",
        ["Dense(units=4, activation='relu')", "Dense(units=3)"],
    ),
    "layers by their configuration": (
        """
y = i = keras.Input((4,))
for layer in base.layers:
    config = layer.get_config()
    config["units"] = 7
    y = layer.__class__.from_config(config)(y)
model = keras.Model(i, y)
""",
        ["Dense(units=7, activation='relu')", "Dense(units=7)"],
    ),
    "a function that clones layers": (
        """
def bigger(layer):
    return layers.Dense(9) if layer.units == 3 else layer.__class__.from_config(layer.get_config())
model = keras.models.clone_model(base, clone_function=bigger)
""",
        ["Dense(units=4, activation='relu')", "Dense(units=9)"],
    ),
    "a layer that is written and read": (
        """
text = layers.serialize(base.layers[0])
model = keras.Sequential([keras.Input((4,)), layers.deserialize(text)])
""",
        ["Dense(units=4, activation='relu')"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("code", "expected"), CHANGED.values(), ids=CHANGED)
def test_a_clone_is_what_it_is_changed_to(code: str, expected: list[str]) -> None:
    source = f"{BASES['sequential']}\n{code}\nmodel.compile('adam', 'mse')"
    assert summary(read(source).document) == expected


OWN = """
class Own(layers.Layer):
    def __init__(self, units=4, **kwargs):
        super().__init__(**kwargs)
        self.units, self.dense = units, layers.Dense(units)
    def call(self, x):
        return self.dense(x)
    def get_config(self):
        config = super().get_config()
        config.update({"units": self.units})
        return config
x = keras.Input((4,))
first = Own(5)
"""


@pytest.mark.parametrize("more", ["", "Own.from_config = classmethod(lambda cls, c: cls(**c))\n"])
def test_a_layer_of_the_source_is_cloned_by_its_configuration(more: str) -> None:
    source = f"{OWN}{more}model = keras.Model(x, Own.from_config(first.get_config())(x))"
    if more:
        assert refusal(source).startswith("Line ")
    else:
        assert summary(read(source).document) == ["Dense(units=5)"]


REFUSED = {
    "a changed configuration": "config = base.get_config()\nconfig['layers'][1]['config']['units']"
    " = 5\nmodel = keras.Sequential.from_config(config)",
    "a configuration in a function that may change it": "config = base.get_config()\n"
    "secret.change(config)\nmodel = keras.Sequential.from_config(config)",
    "a file": "model = keras.models.model_from_json(open('model.json').read())",
    "a function of tensors": "model = keras.models.clone_model(base, call_function=secret.call)",
}


@pytest.mark.parametrize("code", REFUSED.values(), ids=REFUSED)
def test_what_is_not_certainly_a_clone_is_named(code: str) -> None:
    source = f"{BASES['sequential']}\n{code}\nmodel.compile('adam', 'mse')"
    (problem,) = read(f"import secret\n{source}").problems
    assert problem.code == "python_other_model"
