"""Functions of source code name the parts of the graph that they built."""

from engine.code import generate
from engine.document import Document
from engine.imports.merge import merge_edit
from tests.engine.imports.python.reading import read

UNITS = """
def conv_bn(x, filters, size=3):
    x = layers.Conv2D(filters, size, padding="same", use_bias=False)(x)
    x = layers.BatchNormalization()(x)
    return layers.ReLU()(x)

def _unit(x, filters):
    y = conv_bn(conv_bn(x, filters), filters)
    return layers.Add()([x, y])

def wrapper(x):
    return encoder(x)

def encoder(x):
    for filters in (32, 32):
        x = _unit(x, filters)
    return x

def build():
    image = keras.Input((32, 32, 32))
    x = wrapper(image)
    x = layers.GlobalAveragePooling2D()(x)
    return keras.Model(image, layers.Dense(10)(x))

model = build()
"""


def blocks(document: Document) -> list[tuple[str, int]]:
    return [(block.name, len(block.nodes)) for block in document.main.blocks]


def test_calls_of_functions_become_blocks() -> None:
    assert blocks(read(UNITS).document) == [
        *[("conv_bn", 3), ("conv_bn", 3), ("_unit", 7)] * 2,
        ("wrapper", 14),
        ("image", 1),
    ]


def test_a_layer_that_is_drawn_inline_names_a_block_after_its_class() -> None:
    source = """
    class Head(keras.layers.Layer):
        def __init__(self):
            super().__init__()
            self.pool = layers.GlobalAveragePooling1D()
            self.dense = layers.Dense(4)
        def call(self, x):
            return self.dense(self.pool(x))

    class Net(keras.Model):
        def __init__(self):
            super().__init__()
            self.first = layers.Dense(8)
            self.head = Head()
        def call(self, x):
            return self.head(self.first(x))

    inputs = keras.Input((5, 3))
    model = keras.Model(inputs, Net()(inputs))
    """
    document = read(source).document
    names = {graph.name for graph in document.graphs} | {b.name for b in document.main.blocks}
    assert "call" not in names


def test_a_function_that_builds_the_whole_model_names_nothing() -> None:
    source = """
    def build():
        inputs = keras.Input((8,))
        return keras.Model(inputs, layers.Dense(2)(layers.Dense(4)(inputs)))
    model = build()
    """
    assert blocks(read(source).document) == []


def test_generated_code_has_the_functions_of_the_source() -> None:
    source = generate(read(UNITS).document, "functional").source
    assert "def conv_bn(x):" in source
    assert "def unit(x):" in source
    assert "x = conv_bn(x)" in source


def test_a_function_that_is_renamed_in_the_code_keeps_its_new_name() -> None:
    document = read(UNITS).document
    code = generate(document, "functional").source
    renamed = code.replace("conv_bn", "convolution")
    base, new = (read(text, head="").document for text in (code, renamed))
    merged = merge_edit(document, new, base)
    assert {name for name, _ in blocks(merged)} == {"convolution", "unit", "wrapper", "image"}
    assert generate(merged, "functional").source.count("convolution(") == 3


def test_an_edit_of_something_else_leaves_the_blocks_as_they_are() -> None:
    document = read(UNITS).document
    code = generate(document, "functional").source
    base, new = (read(text, head="").document for text in (code, code.replace("(10)", "(12)")))
    merged = merge_edit(document, new, base)
    assert merged.main.blocks == document.main.blocks
    assert merged != document


def test_models_are_called_after_the_variables_of_the_module() -> None:
    source = """
    def encoder_model():
        model = keras.Sequential([keras.Input((4,)), layers.Dense(3)])
        return model

    def decoder_model():
        model = keras.Sequential([keras.Input((3,)), layers.Dense(4)])
        return model

    def tied():
        return decoder_model()

    encoder = encoder_model()
    parts = [encoder, decoder_model(), tied()]
    model = keras.Sequential(parts)
    """
    names = [graph.name for graph in read(source).document.graphs]
    assert names == ["", "encoder", "model", "model_1"]


def test_inputs_are_called_after_their_variables() -> None:
    source = """
    sentence = keras.Input((8,))
    picture, named = keras.Input((4,)), keras.Input((2,), name="speaker")
    others = [keras.Input((1,)), keras.Input((1,))]
    same = sentence
    for each in others:
        same = layers.Concatenate()([same, each])
    inputs_2 = keras.Input((3,))
    x = layers.Concatenate()([same, picture, named, inputs_2])
    model = keras.Model([sentence, picture, named, *others, inputs_2], x)
    """
    document = read(source).document
    assert [name for name, _ in blocks(document)] == ["sentence", "picture"]
    code = generate(document, "functional").source
    assert "sentence = keras.Input(shape=(8,))" in code
    assert "picture = keras.Input(shape=(4,))" in code
    assert 'speaker = keras.Input(shape=(2,), name="speaker")' in code
    assert read(code, head="").document.main.blocks == document.main.blocks


def test_a_variable_of_an_input_is_renamed_in_the_code() -> None:
    document = read("text = keras.Input((8,))\nmodel = keras.Model(text, text * 2)").document
    code = generate(document, "functional").source
    base, new = (read(text, head="").document for text in (code, code.replace("text", "post")))
    merged = merge_edit(document, new, base)
    assert "post = keras.Input" in generate(merged, "functional").source
