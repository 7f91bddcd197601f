"""Documents with repeated parts, which are classes of their own in code for other libraries."""

from textwrap import dedent

from engine.document import Document
from engine.imports.graph_builder import Imported
from engine.imports.python import from_python

HEAD = "import keras\nfrom keras import layers\n"

SOURCES = {
    "residual": """
        def unit(x, filters, stride=1):
            y = layers.Conv2D(filters, 3, stride, padding="same", use_bias=False)(x)
            y = layers.BatchNormalization()(y)
            y = layers.ReLU()(y)
            y = layers.Conv2D(filters, 3, padding="same")(y)
            y = layers.BatchNormalization()(y)
            if stride > 1:
                x = layers.Conv2D(filters, 1, stride)(x)
            return layers.ReLU()(layers.Add()([x, y]))

        inputs = keras.Input((17, 16, 8))
        x = unit(unit(inputs, 8), 8)
        x = unit(unit(x, 16, 2), 16)
        x = unit(unit(x, 32, 2), 32)
        outputs = layers.Dense(5)(layers.GlobalAveragePooling2D()(x))
        """,
    "named": """
        def block(x, filters, rate, name):
            x = layers.Conv2D(filters, 3, padding="same", name=f"{name}_conv")(x)
            x = layers.BatchNormalization(epsilon=rate, name=f"{name}_norm")(x)
            x = layers.LeakyReLU(0.1, name=f"{name}_relu")(x)
            return layers.Dropout(0.3, name=f"{name}_drop")(x)

        inputs = keras.Input((8, 8, 3))
        x = block(inputs, 4, 1e-3, "first")
        x = block(x, 8, 1e-4, "second")
        x = layers.MaxPooling2D()(x)
        x = block(x, 12, 1e-3, "third")
        outputs = layers.Dense(3, name="score")(layers.Flatten()(x))
        """,
    "unet": """
        def twice(x, filters):
            x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
            return layers.Conv2D(filters, 3, padding="same", activation="relu")(x)

        def up(x, skip, filters):
            x = layers.Conv2DTranspose(filters, 2, 2)(x)
            return twice(layers.Concatenate()([x, skip]), filters)

        inputs = keras.Input((16, 16, 2))
        a = twice(inputs, 4)
        b = twice(layers.MaxPooling2D()(a), 8)
        c = twice(layers.MaxPooling2D()(b), 16)
        d = twice(layers.MaxPooling2D()(c), 32)
        x = up(up(up(d, c, 16), b, 8), a, 4)
        outputs = layers.Conv2D(1, 1, activation="sigmoid")(x)
        """,
    "transformer": """
        def block(x, heads, size, wide):
            attended = layers.MultiHeadAttention(heads, size, dropout=0.1)(x, x)
            x = layers.LayerNormalization()(layers.Add()([x, attended]))
            y = layers.Dense(wide, activation="gelu")(x)
            y = layers.Dropout(0.1)(layers.Dense(12)(y))
            return layers.LayerNormalization()(layers.Add()([x, y]))

        inputs = keras.Input((7, 12))
        x = inputs
        for heads in (2, 4, 6):
            x = block(x, heads, 4, 24)
        outputs = layers.Dense(2)(layers.GlobalAveragePooling1D()(x))
        """,
    "gated": """
        def gate(x, units):
            a = layers.Dense(units)(x)
            b = layers.Dense(units, activation="sigmoid")(x)
            return keras.ops.tanh(layers.LayerNormalization()(a * b))

        inputs = keras.Input((9,))
        outputs = layers.Dense(1)(gate(gate(gate(gate(inputs, 9), 16), 9), 20))
        """,
    "branches": """
        def cell(x, filters, name):
            x = layers.Conv2D(filters, 3, padding="same", name=f"{name}_in")(x)
            left = layers.SeparableConv2D(
                filters, 3, padding="same", use_bias=False, name=f"{name}_left"
            )(x)
            pooled = layers.AveragePooling2D(3, 1, "same", name=f"{name}_pool")(x)
            added = layers.Add(name=f"{name}_add")([left, pooled])
            return layers.Concatenate(name=f"{name}_join")([x, added])

        inputs = keras.Input((8, 8, 3))
        x = cell(cell(inputs, 4, "one"), 8, "two")
        x = cell(cell(cell(cell(x, 6, "three"), 4, "four"), 3, "five"), 5, "six")
        outputs = layers.Flatten()(x)
        """,
    "inside": """
        def part(x, filters):
            x = layers.Conv1D(filters, 3, padding="same")(x)
            x = layers.BatchNormalization()(x)
            x = layers.Activation("elu")(x)
            return layers.Conv1D(filters, 1)(x)

        def body(channels):
            inputs = keras.Input((12, channels))
            return keras.Model(inputs, part(part(part(inputs, 6), 8), 6), name="body")

        first = body(4)
        inputs = keras.Input((12, 4))
        x = first(inputs)
        x = part(layers.LSTM(5, return_sequences=True)(x), 3)
        outputs = layers.Flatten()(part(x, 4))
        """,
}


def cases() -> dict[str, Document]:
    """Every document, by a name that is a file's."""
    return {f"repeated-{name}": _read(source) for name, source in SOURCES.items()}


def _read(source: str) -> Document:
    answer = from_python(f"{HEAD}{dedent(source)}\nmodel = keras.Model(inputs, outputs)\n")
    assert isinstance(answer, Imported), answer
    return answer.document
