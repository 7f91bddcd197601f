"""A script of a model without data has a place for one's own, and is complete otherwise."""

import ast
import json
from pathlib import Path

import pytest

from engine.code import generate
from engine.document import Document
from engine.imports.graph_builder import Imported
from engine.imports.python import from_python
from tests.engine.code.helpers import document, node
from tests.engine.scripts import run

RAISES = 'raise NotImplementedError("Load your data in load_data().")'
HEAD = {"epochs": 1, "seed": 7, "split": 0.5}


def two_ends(**training: object) -> Document:
    """A model of an image and a text of any length, with a class and a number as outputs."""
    return document(
        node("image", "Input", "image", shape=[8, 8, 1]),
        node("words", "Input", "words", shape=[None], dtype="int32"),
        node("flat", "Flatten"),
        node("embedded", "Embedding", input_dim=9, output_dim=4),
        node("mean", "GlobalAveragePooling1D"),
        node("both", "Concatenate"),
        node("kind", "Dense", "kind", units=3, activation="softmax"),
        node("price", "Dense", "price", units=1),
        wires="image flat both; words embedded mean both; both kind; both price",
        outputs=[{"node": "kind"}, {"node": "price"}],
        target={"backend": "jax"},
        training={
            **HEAD,
            "outputs": [
                {"node": "kind", "loss": {"class": "SparseCategoricalCrossentropy"},
                 "class_weights": "balanced"},
                {"node": "price", "loss": {"class": "MeanSquaredError"}},
            ],
            **training,
        },
    )  # fmt: skip


def loader(source: str) -> str:
    """The docstring of the function that loads the data."""
    (function,) = (
        part
        for part in ast.parse(source).body
        if isinstance(part, ast.FunctionDef) and part.name == "load_data"
    )
    return ast.get_docstring(function) or ""


def test_the_data_that_the_model_needs_are_described() -> None:
    source = generate(two_ends(), "script").source
    assert "def load_data() -> dict[str, np.ndarray]:" in source
    assert RAISES in source
    assert loader(source).splitlines()[2:] == [
        "image: float32, (…, 8, 8, 1)",
        "words: int32, (…, …)",
        "kind: int64, the number of the class of each row, or at each position of the output, "
        "0 to 2",
        "price: float32, in the shape of the output",
    ]


@pytest.mark.parametrize(
    ("loss", "units", "line"),
    [
        ("CategoricalCrossentropy", 3, "targets: float32, (…, 3)"),
        ("BinaryCrossentropy", 1,
         "targets: int64, (…), the number of the class of each row, 0 to 1"),
        ("BinaryCrossentropy", 4, "targets: float32, (…, 4)"),
        ("MeanAbsoluteError", 1, "targets: float32, (…, 1)"),
    ],
)  # fmt: skip
def test_the_loss_decides_what_the_targets_are(loss: str, units: int, line: str) -> None:
    layers = node("in", "Input", shape=[4]), node("out", "Dense", units=units)
    model = document(*layers, wires="in out", training={"loss": {"class": loss}})
    source = generate(model, "script").source
    assert loader(source).splitlines()[2:] == ["inputs: float32, (…, 4)", line]
    assert 'x_train = data["inputs"][training]' in source


@pytest.mark.parametrize("form", ["Sparse", ""])
def test_classes_are_measured_by_accuracy(form: str) -> None:
    layers = (
        node("in", "Input", shape=[8, 8, 1]),
        node("out", "Conv2D", filters=3, kernel_size=1, activation="softmax"),
    )
    loss = {"loss": {"class": f"{form}CategoricalCrossentropy"}}
    source = generate(document(*layers, wires="in out", training=loss), "script").source
    assert f'metrics=[keras.metrics.{form}CategoricalAccuracy(name="accuracy")]' in source


@pytest.mark.parametrize(
    ("shape", "line"),
    [
        ([4, 6, 3], "targets: int64, (…, 4, 6), the number of the class at each position, 0 to 2"),
        ([None, 3], "targets: int64, (…, …), the number of the class at each position, 0 to 2"),
    ],
)
def test_classes_at_each_position(shape: list[int | None], line: str) -> None:
    layers = node("in", "Input", shape=shape), node("out", "Dense", units=3)
    loss = {"loss": {"class": "SparseCategoricalCrossentropy"}}
    source = generate(document(*layers, wires="in out", training=loss), "script").source
    assert loader(source).splitlines()[3] == line


def test_classes_of_an_output_of_unknown_shape() -> None:
    layers = (
        node("in", "Input", shape=[8, 8, 3]), node("conv", "Conv2DTranspose", filters=4,
        kernel_size=2, strides=2), node("out", "Conv2D", filters=2, kernel_size=1),
    )  # fmt: skip
    loss = {"loss": {"class": "SparseCategoricalCrossentropy"}}
    model = document(*layers, wires="in conv out", training=loss)
    assert "in the shape of the output" not in loader(generate(model, "script").source)


def test_a_completed_script_trains(tmp_path: Path) -> None:
    data = (
        'return {"image": np.ones((20, 8, 8, 1)), "words": np.ones((20, 5), int), '
        '"kind": np.arange(20) % 3, "price": np.ones((20, 1))}'
    )
    source = generate(two_ends(), "script").source.replace(RAISES, data)
    assert "Evaluation on the validation rows" in run(source, tmp_path)
    assert (tmp_path / "model.keras").exists()


def test_a_notebook_has_the_same_place() -> None:
    cells = json.loads(generate(two_ends(), "notebook").source)["cells"]
    code = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    assert [RAISES in source for source in code] == [False, True, False, False, False]


def test_settings_of_training_come_back() -> None:
    before = two_ends()
    answer = from_python(generate(before, "script").source)
    assert isinstance(answer, Imported)
    assert answer.problems == ()
    after = answer.document.training
    assert (after.data, after.epochs, after.seed, after.split) == ("", 1, 7, 0.5)
    assert [own.class_weights for own in after.outputs] == ["balanced", None]
