"""Random programs with Keras: each is read as the model that Keras builds, or names the reason.

A program is read in one of the dialects that people use, and run by Keras 3 in a child process.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from engine.imports.graph_builder import Imported
from engine.imports.python import from_python

CHILD = [sys.executable, "-m", "tests.engine.imports.python.keras_server"]
KERAS_3 = "keras 3"
# Imports; what “L.” is, the prefix of layers; and “M.”, that of Input, Model, and Sequential.
DIALECTS = {
    KERAS_3: ("import keras\nfrom keras import layers", "layers.", "keras."),
    "aliases": ("import keras as k\nimport keras.layers as L", "L.", "k."),
    "star": ("from keras.layers import *\nfrom keras.models import *\nfrom keras import *", "", ""),
    "tf.keras": ("import tensorflow as tf", "tf.keras.layers.", "tf.keras."),
    "names of tf.keras": (
        "from tensorflow.keras import Input, Model, Sequential, layers", "layers.", "",
    ),
    "keras 1": ("from keras.layers import *\nfrom keras.models import Model, Sequential", "", ""),
}  # fmt: skip
KERAS_1 = {
    r"Conv2D\((\d), \(3, 3\)": r"Convolution2D(\1, 3, 3",
    r"Dense\((\d)": r"Dense(output_dim=\1",
    r"Dropout\(": "Dropout(p=",
    "padding=": "border_mode=",
    "strides=": "subsample=",
    "use_bias=": "bias=",
    "kernel_initializer=": "init=",
    "inputs=": "input=",
    "outputs=": "output=",
}

# Layers for inputs of four, three and two axes; they keep the number of axes.
IMAGE = (
    "L.Conv2D({size}, (3, 3){activation}{padding})",
    "L.Conv2D({size}, (3, 3), padding='same', use_bias=False)",
    "L.Conv2D({size}, (3, 3), strides=(2, 2), padding='same'{activation})",
    "L.MaxPooling2D((2, 2){padding})",
    "L.AveragePooling2D(2, padding='same')",
    "L.BatchNormalization()",
    "L.Dropout(0.{size})",
    "L.Activation('relu')",
)
SEQUENCE = (
    "L.LSTM({size}, return_sequences=True, recurrent_activation='sigmoid')",
    "L.Conv1D({size}, 3, padding='same'{activation})",
    "L.GRU({size}, return_sequences=True, reset_after=True)",
    "L.Bidirectional(L.SimpleRNN({size}, return_sequences=True))",
    "L.TimeDistributed(L.Dense({size}{activation}))",
    "L.Dropout(0.{size})",
)
FLAT = (
    "L.Dense({size}{activation})",
    "L.Dense({size}, kernel_initializer='he_normal'{activation})",
    "L.BatchNormalization()",
    "L.Dropout(0.{size})",
    "L.LeakyReLU()",
    "L.Reshape((-1,))",
)
# For each kind of input: its shape, layers that keep its number of axes, and those that leave one.
INPUTS = {
    "image": ((12, 12, 3), IMAGE, ("L.Flatten()", "L.GlobalAveragePooling2D()")),
    "sequence": ((6, 3), SEQUENCE, ("L.SimpleRNN({size})", "L.GlobalMaxPooling1D()")),
    "flat": ((7,), FLAT, ("L.Dense({size})",)),
}

# How a program uses two layers {0} and {1}, which fit behind each other.
STACKED = (
    "model.add({0})",
    "model.add({0})\nmodel.add({1})",
    "for _ in range({size}):\n    model.add({0})",
    "for layer in [{0}, {1}]:\n    model.add(layer)",
    "deep = {size} > 3\nif deep:\n    model.add({0})\nelse:\n    model.add({1})",
    "layer = {0}\nlayer.trainable = False\nmodel.add(layer)",
    "model.add({0})\nmodel.pop()\nmodel.add({1})",
    "model.add(M.Sequential([{0}, {1}]))",
    "for layer in map(lambda n: L.Dropout(n / 10), range({size})):\n    model.add(layer)",
    "if UNKNOWN:\n    model.add({0})",
)
WIRED = (
    "x = {0}(x)",
    "x = {1}({0}(x))",
    "for _ in range({size}):\n    x = {0}(x)",
    "for layer in ({0}, {1}):\n    x = layer(x)",
    "def block(y, count=1):\n    for _ in range(count):\n        y = {0}(y)\n    return y\n"
    "x = block(block(x), count={size})",
    "deep = {size} > 3\nx = {0}(x) if deep else {1}(x)",
    "x = L.Concatenate()([{0}(x), {0}(x)])",
    "x = L.Add()([part(x) for part in [{0} for _ in range({size})]])",
    "a, b = {0}(x), {0}(x)\nx = a + b",
    "shared = {0}\nx = L.concatenate([shared(x), shared(x)])",
    "layer = {0}\nlayer.trainable = False\nx = layer(x)",
    "x = M.Sequential([{0}, {1}])(x)",
    "x = L.Concatenate()(list({0}(x) for _ in range({size})))",
    "def made(n):\n    yield {0}\n    for i in range(n):\n        yield L.Dropout(i / 10)\n"
    "for layer in made({size}):\n    x = layer(x)",
    "names = ['a', 'b'][:{size} % 2 + 1]\nx = L.average([{0}(x) for name in names] + [{0}(x)])",
    "x = {0}(x) if UNKNOWN else x",
)
UNKNOWN = "int(os.environ.get('WIDE', 0))"

# An example takes a third of a second; `make fuzz` has minutes.
EXAMPLES = 15 if settings().derandomize else 300

fragments = st.fixed_dictionaries(
    {
        "size": st.integers(2, 5),
        "activation": st.sampled_from(["", ", activation='relu'", ', activation="tanh"']),
        "padding": st.sampled_from(["", ", padding='same'", ", padding='SAME'"]),
    }
)


@st.composite
def programs(draw: st.DrawFn) -> str:
    """A program with “L.” and “M.” for the modules of Keras."""
    functional = draw(st.booleans())
    shape, layers, ends = draw(st.sampled_from(list(INPUTS.values())))
    uses = WIRED if functional else STACKED

    def statements(templates: tuple[str, ...], most: int) -> list[str]:
        chosen = draw(st.lists(st.sampled_from(uses), max_size=most))
        return [use.format(layer(templates), layer(templates), **draw(fragments)) for use in chosen]

    def layer(templates: tuple[str, ...]) -> str:
        return draw(st.sampled_from(templates)).format(**draw(fragments))

    lines = [
        *statements(layers, 4),
        uses[0].format(layer(ends)),
        *statements(FLAT, 2),
        uses[0].format("L.Dense(3, activation='softmax')"),
        "model.compile(loss='categorical_crossentropy', optimizer='adam')",
    ]
    if functional:
        lines.insert(0, f"x = inputs = M.Input(shape={shape})")
        lines.insert(-1, "model = M.Model(inputs=inputs, outputs=x)")
    else:
        lines[:0] = ["model = M.Sequential()", f"model.add(L.InputLayer(input_shape={shape}))"]
    return "\n".join(lines)


def written(program: str, dialect: str) -> str:
    """The source of a program in a dialect."""
    head, layers, models = DIALECTS[dialect]
    if dialect == "keras 1":
        for pattern, replacement in KERAS_1.items():
            program = re.sub(pattern, replacement, program)
    program = program.replace("UNKNOWN", UNKNOWN)
    program = re.sub(r"\bM\.", models, re.sub(r"\bL\.", layers, program))
    return f"import os\n{head}\n{program}\n"


@pytest.fixture(scope="module")
def keras_child() -> Iterator[subprocess.Popen[str]]:
    """A process that runs programs with Keras."""
    pipes: dict[str, Any] = {"stdin": -1, "stdout": -1, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(CHILD, text=True, **pipes) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


def described(child: subprocess.Popen[str], source: str, document: Any) -> tuple[Any, Any]:
    """The descriptions of the models of a source and of a document; texts for exceptions."""
    assert child.stdin is not None
    assert child.stdout is not None
    child.stdin.write(json.dumps({"source": source, "document": document}) + "\n")
    child.stdin.flush()
    answer = json.loads(child.stdout.readline())
    return answer["source"], answer["document"]


@settings(max_examples=EXAMPLES)
@given(program=programs(), dialect=st.sampled_from(sorted(DIALECTS)))
def test_a_program_is_read_as_keras_runs_it(
    keras_child: subprocess.Popen[str], program: str, dialect: str
) -> None:
    answer = from_python(written(program, dialect))
    problems = answer if isinstance(answer, list) else answer.problems
    if "UNKNOWN" in program:
        assert [problem for problem in problems if problem.message] != []
        return
    data = answer.document.model_dump(mode="json") if isinstance(answer, Imported) else None
    truth, model = described(keras_child, written(program, KERAS_3), data)
    assume(not isinstance(truth, str))
    assert problems == ()
    assert model == truth
