"""After training, a script evaluates, saves, predicts one row, and draws the curves."""

import subprocess
import sys
import types
from pathlib import Path
from typing import Any

import pytest

from engine.code import Form, generate
from engine.code.scripts.plotting import plot_curves
from engine.code.targets import Style
from tests.engine.code.helpers import document, node
from tests.engine.runs import document as template

HISTORY = {"loss": [2.0, 1.0], "accuracy": [0.5, 0.75], "val_loss": [2.5, 1.5]}


def ending(name: str) -> list[str]:
    """The lines of a script after those that call `fit`."""
    source = generate(template(name), "script").source
    after = source[source.index("    scores = ") : source.index("\n\nif __name__")]
    return [line.strip() for line in after.strip().splitlines()]


def test_classes_are_printed_by_name() -> None:
    source = generate(template("iris"), "script").source
    assert 'SPECIES_NAMES = ("setosa", "versicolor", "virginica")\n' in source
    assert ending("iris") == [
        "scores = model.evaluate(x_validation, y_validation, verbose=0, return_dict=True)",
        'print("Evaluation on the validation rows:", scores)',
        'model.save("iris.keras")',
        "example = x_validation[:1]",
        "predicted = model.predict(example, verbose=0)",
        'print("Predicted species:", SPECIES_NAMES[predicted[0].argmax()])',
        'print("Expected species:", SPECIES_NAMES[data["species"][validation[0]]])',
        'plot_curves(history.history, "iris.png")',
    ]


def test_several_outputs_are_printed_each_and_arrays_by_their_shape() -> None:
    assert ending("digits_two_outputs")[4:8] == [
        "predicted_score, predicted_painted = model.predict(example, verbose=0)",
        'print("Predicted digit:", predicted_score[0].argmax())',
        'print("Expected digit:", data["digit"][validation[0]])',
        'print("Shape of the predicted image:", predicted_painted[0].shape)',
    ]


def test_several_inputs_have_an_example_each() -> None:
    lines = ending("iris_two_inputs")
    assert 'example = {"sepal": x_validation["sepal"][:1], "petal": x_validation["petal"][:1]}' in (
        lines
    )


def test_one_unit_of_two_classes_is_printed_as_a_number() -> None:
    assert 'print("Predicted verdict:", predicted[0])' in ending("reviews_text")


def test_options_replace_the_constants() -> None:
    """They are read, described by the docstring, and have the constants as defaults."""
    source = generate(template("iris"), "script", options=True).source
    assert "EPOCHS," not in source[source.index("def main") :]
    assert "model.save(arguments.output)" in source
    reading = source[source.index("def parse_arguments") : source.index("def main")]
    values = {"SEED": 0, "VALIDATION_SPLIT": 0.2, "BATCH_SIZE": 16, "EPOCHS": 60}
    program = f"import argparse\nglobals().update({values})\n{reading}\n"
    program += "print(sorted(vars(parse_arguments()).items()))"
    command = [sys.executable, "-c", program, "--epochs", "3", "--output", "other.keras"]
    answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert answer.strip() == str(
        [
            ("batch_size", 16),
            ("epochs", 3),
            ("output", "other.keras"),
            ("seed", 0),
            ("validation_split", 0.2),
        ]
    )


def test_curves_need_matplotlib_and_say_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    plot_curves(HISTORY, str(tmp_path / "curves.png"))
    assert capsys.readouterr().out == "No picture of the curves: Matplotlib is not installed.\n"
    assert list(tmp_path.iterdir()) == []


def test_curves_are_drawn_for_each_metric(monkeypatch: pytest.MonkeyPatch) -> None:
    """With a recorder in the place of Matplotlib; `make test-versions` has the real one."""
    calls: list[tuple[str, Any, Any]] = []

    class Recorder:
        def __getattr__(self, name: str) -> Any:
            return lambda *values, **named: calls.append((name, values, named))

    def subplots(rows: int, columns: int, **_: Any) -> tuple[Any, list[list[Any]]]:
        return Recorder(), [[Recorder() for _ in range(columns)] for _ in range(rows)]

    pyplot = types.SimpleNamespace(subplots=subplots)
    monkeypatch.setitem(sys.modules, "matplotlib", types.SimpleNamespace(pyplot=pyplot))
    plot_curves(HISTORY, "curves.png")
    drawn = [(values[1], named["label"]) for name, values, named in calls if name == "plot"]
    assert drawn == [
        ([2.0, 1.0], "training"),
        ([2.5, 1.5], "validation"),
        ([0.5, 0.75], "training"),
    ]
    assert calls[-1] == ("savefig", ("curves.png",), {})


@pytest.mark.parametrize("form", ["script", "notebook"])
def test_several_ends_have_the_names_that_the_data_use(form: Form) -> None:
    two = document(
        node("a", "Input", shape=[3]),
        node("b", "Input", shape=[3]),
        node("j", "Add"),
        node("c", "Dense", units=1),
        node("d", "Dense", units=1),
        wires="a j c; b j d",
    )
    source = generate(two, form).source.replace('\\"', '"')
    for name in ("input_layer", "input_layer_1", "dense", "dense_1"):
        assert f'name="{name}"' in source
    plain = generate(two, "functional").source
    assert 'name="' not in plain


@pytest.mark.parametrize("name", ["Con", "nul", "COM1", "lpt9"])
@pytest.mark.parametrize("style", ["keras", "torch"])
def test_files_have_names_that_windows_takes(name: str, style: Style) -> None:
    code = generate(template("iris").model_copy(update={"name": name}), "script", style)
    stem = f"model_{name.lower()}"
    assert code.filename == f"{stem}.py"
    assert f'"{stem}.' in code.source
    assert f'"{name.lower()}.' not in code.source
