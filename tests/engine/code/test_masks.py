"""Masks in classes of other libraries: passed on, used, dropped, or refused by name.

That the outputs equal Keras's is proven with real installs by `make test-versions`.
"""

from typing import Any

import pytest

from engine.code import generate
from engine.code.modules.libraries import LIBRARIES
from engine.document import Document
from engine.imports.graph_builder import Imported
from engine.imports.python import from_python
from tests.engine.code.helpers import document, node
from tests.versions.masked_cases import cases

WORDS = [
    node("a", "Input", "words", shape=[7], dtype="int32"),
    node("e", "Embedding", "embedded", input_dim=9, output_dim=4, mask_zero=True),
]
BACKWARDS = {
    f"mask-{layer}-3{end}" for layer in ("LSTM", "GRU", "SimpleRNN") for end in ("", "-masking")
}


def refusals(case: Document, library: str, form: Any = "subclass") -> list[str]:
    code = generate(case, form, library)
    compile(code.source, code.filename, "exec")
    return [problem.message for problem in code.problems if problem.severity == "error"]


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("name", cases())
def test_cases_of_the_proofs_are_written_or_refused(name: str, library: str) -> None:
    messages = refusals(cases()[name], library)
    if name in BACKWARDS:
        assert "it has a mask and returns its steps backwards" in messages[0]
    elif messages:
        assert "merge_mode" in messages[0]
        assert library == "flax"


LAYERS: dict[str, tuple[list[dict[str, Any]], str, str]] = {
    "attention": (
        [node("b", "MultiHeadAttention", num_heads=2, key_dim=3)],
        "a e b:query; e b:value",
        "it has a mask",
    ),
    "softmax": ([node("b", "Softmax")], "a e b", "it has a mask"),
    "an edge": (
        [node("m", "Input", shape=[7], dtype="bool"), node("b", "GlobalAveragePooling1D")],
        "a e b; m b:mask",
        "it has a mask",
    ),
    "different masks": (
        [
            node("o", "Input", shape=[7], dtype="int32"),
            node("f", "Embedding", input_dim=9, output_dim=4, mask_zero=True),
            node("b", "Add"),
        ],
        "a e b; o f b",
        "it joins sequences with different masks",
    ),
    "steps after steps": (
        [node("b", "Concatenate", axis=1)],
        "a e b; e b",
        "it joins sequences that have masks",
    ),
}


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("name", LAYERS)
def test_masks_without_a_counterpart_are_refused(name: str, library: str) -> None:
    nodes, wires, why = LAYERS[name]
    (message,) = refusals(document(*WORDS, *nodes, wires=wires), library)
    assert f"{LIBRARIES[library].title} here, because {why}." in message


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_mask_at_the_border_of_a_sub_model_is_refused(library: str) -> None:
    inner: dict[str, Any] = {"id": "part", "name": "Part", "inputs": ["i"]}
    nodes = [node("i", "Input", shape=[7, 4]), node("d", "Dense", units=3)]
    edges = [{"id": "w", "source": "i", "target": "d"}]
    outer = document(
        *WORDS,
        node("b", "Model", graph="part"),
        wires="a e b",
        graphs=[{**inner, "nodes": nodes, "edges": edges}],
    )
    assert "it has a mask" in refusals(outer, library)[0]
    first = {**inner, "inputs": ["a"], "nodes": WORDS}
    first["edges"] = [{"id": "w", "source": "a", "target": "e"}]
    outer = document(
        node("i", "Input", shape=[7], dtype="int32"),
        node("b", "Model", graph="part"),
        node("p", "GlobalAveragePooling1D"),
        wires="i b p",
        graphs=[first],
    )
    assert "it returns a mask" in refusals(outer, library)[0]


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_mask_that_nothing_uses_is_not_written(library: str) -> None:
    case = document(*WORDS, node("b", "Flatten"), node("c", "Dense", units=2), wires="a e b c")
    assert "mask" not in generate(case, "subclass", library).source


REPEATED = """
import keras
from keras import layers

def block(x, units, rate):
    y = layers.LSTM(units, return_sequences=True)(x)
    y = layers.LayerNormalization()(y)
    y = layers.Dropout(rate)(y)
    y = layers.Dense(units, activation="relu")(y)
    return layers.Add()([layers.Dense(units)(x), y])

inputs = keras.Input((7,), dtype="int32")
x = layers.Embedding(9, 4, mask_zero={mask})(inputs)
x = block(x, 8, 0.1)
x = layers.Dense(5)(block(x, 12, 0.2))
x = layers.Dense(6)(block(x, 16, 0.3))
model = keras.Model(inputs, layers.GlobalAveragePooling1D()(x))
"""


@pytest.mark.parametrize("library", LIBRARIES)
def test_repeated_parts_with_masks_are_written_out(library: str) -> None:
    sources = {}
    for mask in (False, True):
        answer = from_python(REPEATED.format(mask=mask))
        assert isinstance(answer, Imported)
        sources[mask] = generate(answer.document, "subclass", library).source
    assert sources[False].count("\nclass ") == 2
    assert sources[True].count("\nclass ") == 1
    assert sources[True].count("run_masked(self.") == 3


@pytest.mark.parametrize("library", LIBRARIES)
def test_scripts_refuse_masks_that_training_would_use(library: str) -> None:
    training = {"data": "waves"}
    wave = [node("i", "Input", "wave", shape=[32, 1]), node("e", "Masking")]
    normal = [node("n", "BatchNormalization"), node("b", "LSTM", units=4)]
    ends = node("d", "Dense", "shape", units=3)
    chain = document(*wave, *normal, ends, wires="i e n b:sequences d", training=training)
    assert not refusals(chain, library)
    assert "BatchNormalization" in " ".join(refusals(chain, library, "script"))
    sequence = document(*wave, ends, wires="i e d", training=training)
    assert not refusals(sequence, library)
    message = " ".join(refusals(sequence, library, "script"))
    assert "the loss would leave out what its mask does" in message
    plain = document(*wave, normal[1], ends, wires="i e b:sequences d", training=training)
    assert not refusals(plain, library, "script")
    assert "def run_masked(" in generate(plain, "script", library).source
