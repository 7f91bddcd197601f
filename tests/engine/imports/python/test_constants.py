"""Values that the source names keep their names in the document and in generated code."""

import ast

import pytest

from engine.code import Form, generate
from engine.document import MAIN, Constant, Document
from engine.document.reading import validate_document
from engine.document.schema import ConstantValue
from engine.imports.graph_builder import Imported
from engine.imports.merge import merge_edit
from engine.imports.python import from_python
from tests.engine.imports.python.reading import HEAD, read, summary

SOURCE = """
latent_dim = 16
NUM_CLASSES = 10
height, width = 28, 28
rate = 3e-4
inputs = keras.Input((height, width, 1))
x = layers.Flatten()(inputs)
x = layers.Dense(2 * latent_dim, activation="relu")(x)
x = layers.Dense(latent_dim, kernel_regularizer=keras.regularizers.L2(rate))(x)
model = keras.Model(inputs, layers.Dense(NUM_CLASSES)(x))
model.compile(keras.optimizers.Adam(rate), "mse")
"""

SEQUENTIAL = """
units: int = 24
model = keras.Sequential([keras.Input((4,)), layers.Dense(units), layers.Dense(units)])
"""

FUNCTION = """
EMBED_DIM = 8
NUM_HEADS = 2

def block(x, dim):
    attended = layers.MultiHeadAttention(NUM_HEADS, key_dim=dim)(x, x)
    x = layers.LayerNormalization()(layers.Add()([x, attended]))
    return layers.Dense(dim)(x)

def build():
    inputs = keras.Input((5, EMBED_DIM))
    x = block(block(block(inputs, EMBED_DIM), EMBED_DIM), EMBED_DIM)
    return keras.Model(inputs, x)

model = build()
"""

SUBCLASS = """
hidden = 12

class Net(keras.Model):
    def __init__(self, units):
        super().__init__()
        self.first = layers.Dense(units)
        self.last = layers.Dense(3)
    def call(self, x):
        return self.last(self.first(x))

model = Net(hidden)
model.build((None, 4))
"""

SUBMODEL = """
code_size = 6
encoder = keras.Sequential([keras.Input((9,)), layers.Dense(code_size)], name="encoder")
decoder = keras.Sequential([keras.Input((code_size,)), layers.Dense(9)], name="decoder")
inputs = keras.Input((9,))
model = keras.Model(inputs, decoder(encoder(inputs)))
"""

SHAPES = """
INPUT_SHAPE = (28, 28, 1)
KERNEL = (3, 3)
ACTIVATION = "relu"
PADDING = "same"
inputs = keras.Input(shape=INPUT_SHAPE)
x = inputs
for filters in (16, 32):
    x = layers.Conv2D(filters, KERNEL, padding=PADDING, activation=ACTIVATION)(x)
    x = layers.MaxPooling2D((2, 2))(x)
x = layers.Flatten()(x)
x = layers.Dense(10, kernel_initializer="he_normal", activation=ACTIVATION)(x)
model = keras.Model(inputs, layers.Dense(3, activation="relu")(x))
"""

STYLES = {
    "shapes": SHAPES,
    "functional": SOURCE,
    "sequential": SEQUENTIAL,
    "function": FUNCTION,
    "subclass": SUBCLASS,
    "submodel": SUBMODEL,
}
FORMS: tuple[Form, ...] = ("functional", "sequential", "function", "script")


def written(constant: Constant) -> str:
    """The value of a constant in formatted code."""
    text = constant.value
    return f'"{text}"' if isinstance(text, str) else repr(text)


def names(document: Document) -> dict[str, tuple[ConstantValue, int]]:
    """The value and the number of uses of each constant."""
    return {item.name: (item.value, len(item.uses)) for item in document.constants}


def again(source: str) -> Document:
    """The document for source that has its own imports."""
    answer = from_python(source)
    assert isinstance(answer, Imported)
    return answer.document


def edited(document: Document, old: str, new: str) -> Document:
    """The document after its code was edited by hand."""
    source = generate(document, "functional").source
    assert old in source
    return merge_edit(document, again(source.replace(old, new)), again(source))


def with_param(document: Document, layer: str, param: str, value: int) -> Document:
    """The document after somebody changed a parameter of the first layer of a class."""
    node = next(n for n in document.main.nodes if n.layer == layer and param in n.params)
    changed = node.model_copy(update={"params": {**node.params, param: value}})
    nodes = tuple(changed if n is node else n for n in document.main.nodes)
    graphs = (document.main.model_copy(update={"nodes": nodes}), *document.graphs[1:])
    return document.model_copy(update={"graphs": graphs})


def test_numbers_that_are_used_as_they_are_have_names() -> None:
    document = read(SOURCE).document
    assert names(document) == {
        "latent_dim": (16, 1),
        "NUM_CLASSES": (10, 1),
        "height": (28, 1),
        "width": (28, 1),
        "rate": (3e-4, 2),
    }
    dense = ("graphs", MAIN, "nodes", "n4", "params", "units")
    assert document.constants[0] == Constant(name="latent_dim", value=16, uses=(dense,))
    assert ("training", "optimizer", "params", "learning_rate") in document.constants[-1].uses


def test_texts_and_shapes_that_are_used_as_they_are_have_names() -> None:
    document = read(SHAPES).document
    assert names(document) == {
        "INPUT_SHAPE": ((28, 28, 1), 1),
        "KERNEL": ((3, 3), 2),
        "ACTIVATION": ("relu", 3),
        "PADDING": ("same", 2),
    }
    assert validate_document(document.to_json()) == document
    assert [type(node.params.get("activation", "")) for node in document.main.nodes] == [str] * 8
    assert type(document.main.nodes[0].params["shape"]) is list


def test_values_that_equal_a_constant_do_not_use_it() -> None:
    code = generate(read(SHAPES).document, "functional").source
    assert 'layers.Dense(3, activation="relu")' in code
    assert 'layers.Dense(10, activation=ACTIVATION, kernel_initializer="he_normal")' in code
    assert "shape=INPUT_SHAPE" in code
    assert code.count("KERNEL, ") == code.count("padding=PADDING")


@pytest.mark.parametrize(
    ("source", "constants"),
    [
        ("SIZE = 28\nSHAPE = (SIZE, SIZE, 1)", {"SIZE": (28, 2)}),
        ("SHAPE = [28, 28, 1]", {}),
        ("SHAPE = (28, 28) + (1,)", {"SHAPE": ((28, 28, 1), 1)}),
        ("ROWS = (28, 28)\nSHAPE = (*ROWS, 1)", {"SHAPE": ((28, 28, 1), 1)}),
        ("ROWS = (28, 28)", {}),
        ("SHAPE = (28, 28, 1)\nSHAPE += ()", {}),
    ],
)
def test_a_shape_has_one_name_or_those_of_its_numbers(source: str, constants: object) -> None:
    shape = "SHAPE" if "SHAPE" in source else "ROWS + (1,)"
    model = f"model = keras.Sequential([keras.Input({shape}), layers.Flatten(), layers.Dense(3)])"
    document = read(f"{source}\n{model}").document
    assert names(document) == constants
    result = again(generate(document, "functional").source)
    assert names(result) == constants
    assert result.main.nodes[0].params == {"shape": [28, 28, 1]}


def test_the_type_of_a_text_with_a_name_is_that_of_the_text() -> None:
    source = """
        kind, shape = "relu", (4,)
        units = 3 if type(kind) == str and type(shape) is tuple else 5
        model = keras.Sequential([keras.Input(shape), layers.Dense(units)])
        """
    assert summary(read(source).document) == ["Dense(units=3)"]


def test_the_type_of_a_number_with_a_name_is_that_of_the_number() -> None:
    source = """
        n, rate = 4, 0.5
        units = 3 if type(n) == int and type(rate) is float else 5
        model = keras.Sequential([keras.Input((n,)), layers.Dense(units)])
        """
    assert summary(read(source).document) == ["Dense(units=3)"]


def test_documents_hold_plain_numbers() -> None:
    for node in read(SOURCE).document.main.nodes:
        assert type(node.params.get("units", 0)) is int


@pytest.mark.parametrize(
    "source",
    [
        "n = 4\nn = 8",
        "n = 4\nn *= 2",
        "n = 4\nimport sys\nif len(sys.argv) > 1:\n    n = 8\nn = 4",
        "n = True",
        "n = 2 + 2\nn = 'text'\nn = 4",
        "n = 'text'\nn = 4",
        "n = (4,)\nn = 4",
    ],
)
def test_a_name_with_several_values_is_no_constant(source: str) -> None:
    model = "model = keras.Sequential([keras.Input((4,)), layers.Dense(n or 4)])"
    assert read(f"{source}\n{model}").document.constants == ()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("style", STYLES)
def test_generated_code_has_the_constants_of_the_source(style: str, form: Form) -> None:
    document = read(STYLES[style]).document
    code = generate(document, form).source
    for constant in document.constants:
        assert f"\n{constant.name} = {written(constant)}\n" in code
    result = again(code)
    assert names(result).keys() >= names(document).keys()
    assert [[n.params for n in g.nodes] for g in result.graphs] == [
        [n.params for n in g.nodes] for g in document.graphs
    ]


@pytest.mark.parametrize("style", STYLES)
def test_classes_have_the_constants_of_the_source(style: str) -> None:
    document = read(STYLES[style]).document
    code = generate(document, "subclass").source
    for constant in document.constants:
        in_training = all(path[0] == "training" for path in constant.uses)
        assert in_training or f"\n{constant.name} = {written(constant)}\n" in code


def test_a_value_that_is_changed_on_the_canvas_no_longer_uses_the_constant() -> None:
    document = with_param(read(SEQUENTIAL).document, "Dense", "units", 7)
    code = generate(document, "sequential").source
    assert "layers.Dense(7)" in code
    assert "layers.Dense(units)" in code
    assert [n.params.get("units") for n in again(code).main.nodes] == [None, 7, 24]


def test_a_constant_without_uses_is_not_written() -> None:
    gone = Constant(name="gone", value=24, uses=(("graphs", "x"), ("graphs", MAIN, "nodes", "x")))
    document = read(SEQUENTIAL).document.model_copy(update={"constants": (gone,)})
    assert "gone" not in generate(document, "functional").source


def test_a_name_that_the_code_uses_itself_is_written_in_capitals() -> None:
    source = """
    inputs = 4
    keras_layers = 5
    model = keras.Sequential([keras.Input((inputs,)), layers.Dense(keras_layers)])
    """
    document = read(source).document
    code = generate(document, "functional").source
    assert "INPUTS = 4\n" in code
    assert "inputs = keras.Input(shape=(INPUTS,))" in code
    assert "layers.Dense(keras_layers)" in code
    merged = edited(document, "Dense(keras_layers)", "Dense(keras_layers, activation='relu')")
    assert names(merged) == names(document)


def test_a_parameter_of_a_function_does_not_hide_a_constant() -> None:
    source = """
    filters = 8

    def block(x, size, filters=filters):
        for _ in range(2):
            x = layers.Conv2D(filters, size, padding="same")(x)
            x = layers.BatchNormalization()(x)
            x = layers.ReLU()(x)
        return layers.Conv2D(8, 1)(x)

    inputs = keras.Input((32, 32, 8))
    x = block(inputs, 3)
    x = block(x, 3, 16)
    x = block(x, 3, 24)
    model = keras.Model(inputs, block(x, 5, 12))
    """
    document = read(source).document
    sizes = [node.params.get("filters") for node in document.main.nodes]
    for form in FORMS:
        result = again(generate(document, form).source)
        assert [node.params.get("filters") for node in result.main.nodes] == sizes


def test_a_constant_that_is_renamed_in_the_code_keeps_its_new_name() -> None:
    document = edited(read(SOURCE).document, "latent_dim", "code_size")
    assert "code_size" in names(document)
    assert "latent_dim" not in names(document)


def test_a_text_that_is_changed_in_the_code_changes_all_its_uses() -> None:
    document = edited(read(SHAPES).document, 'ACTIVATION = "relu"', 'ACTIVATION = "gelu"')
    assert names(document)["ACTIVATION"] == ("gelu", 3)
    document = edited(read(SHAPES).document, "KERNEL = (3, 3)", "KERNEL = (3, 5)")
    assert names(document)["KERNEL"] == ((3, 5), 2)


def test_a_constant_that_is_changed_in_the_code_changes_all_its_uses() -> None:
    document = edited(read(SEQUENTIAL).document, "units = 24", "units = 48")
    assert names(document) == {"units": (48, 2)}
    assert [node.params.get("units") for node in document.main.nodes] == [None, 48, 48]


def test_an_edit_of_something_else_keeps_the_constants() -> None:
    before = read(SOURCE).document
    document = edited(before, "layers.Flatten()(inputs)", "layers.Flatten(name='flat')(inputs)")
    assert document.constants == before.constants


def test_a_layer_that_the_edit_adds_may_use_a_constant() -> None:
    document = edited(
        read(SEQUENTIAL).document,
        "x = layers.Dense(units)(inputs)",
        "x = layers.Dense(units)(inputs)\nx = layers.Dense(units)(x)",
    )
    assert names(document) == {"units": (24, 3)}


def test_names_are_words_of_the_source_alone() -> None:
    tree = ast.parse(generate(read(HEAD + SOURCE, head="").document, "script").source)
    assigned = [node.targets[0].id for node in tree.body if isinstance(node, ast.Assign)
                and isinstance(node.targets[0], ast.Name)]  # fmt: skip
    assert assigned[:5] == ["latent_dim", "NUM_CLASSES", "height", "width", "rate"]
