"""Scripts for PyTorch and Flax measure what Keras measures, and say what they can't."""

from typing import Any

import numpy as np
import pytest
from keras import metrics

from engine.code import generate
from engine.code.modules.history import last_scores, record
from engine.code.modules.libraries import LIBRARIES
from engine.code.modules.measuring import OF_CLASS_NUMBERS, OF_VALUES
from engine.code.scripts.copied import function
from engine.document import Document
from tests.engine.code.helpers import document, node

ACCURACY = {"class": "SparseCategoricalAccuracy", "params": {"name": "accuracy"}}


def trained(*metrics: dict[str, Any], units: int = 3, **training: Any) -> Document:
    """A classifier, trained with these settings."""
    return document(
        node("a", "Input", shape=[4]),
        node("b", "Dense", units=units),
        wires="a b",
        training={"data": "iris", "metrics": metrics or [ACCURACY], **training},
    )


def main_of(case: Document, library: str) -> str:
    """The function `main`, in one line."""
    source = generate(case, "script", library).source
    lines = " ".join(source[source.index("def main") :].split())
    return lines.replace("( ", "(").replace(" )", ")")


@pytest.mark.parametrize("name", OF_CLASS_NUMBERS | OF_VALUES)
def test_metrics_are_those_of_keras(name: str) -> None:
    """The functions for Flax need nothing that NumPy has not."""
    trainer = LIBRARIES["flax"].trainer
    assert trainer is not None
    measure = (OF_CLASS_NUMBERS | OF_VALUES)[name]
    random = np.random.default_rng(0)
    outputs = random.random((50, 3), dtype="float32")
    targets = random.random((50, 3), dtype="float32").round()
    if name in OF_CLASS_NUMBERS:
        targets = random.integers(0, 3, 50)
    expected = getattr(metrics, name)()
    expected.update_state(targets, outputs)
    scope: dict[str, Any] = {"jnp": np}
    exec(function(trainer.loops, measure).source, scope)
    assert float(scope[measure](outputs, targets)) == pytest.approx(float(expected.result()))


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("loss", ["SparseCategoricalCrossentropy", "MeanSquaredError"])
def test_every_metric_is_a_function_of_the_script(loss: str, library: str) -> None:
    known = OF_CLASS_NUMBERS if "Sparse" in loss else OF_VALUES
    case = trained(*({"class": name} for name in known), loss={"class": loss}, data="")
    code = generate(case, "script", library)
    assert not code.problems
    for measure in known.values():
        assert code.source.count(f"def {measure}(") == 1
        assert f": {measure}" in main_of(case, library)


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize(
    "metric",
    [
        {"class": "SparseTopKCategoricalAccuracy"},
        {"class": "MeanAbsoluteError"},
        {"class": "BinaryAccuracy", "params": {"threshold": 0.3}},
    ],
    ids=lambda metric: metric["class"],
)
def test_other_metrics_are_named_in_a_comment(metric: dict[str, Any], library: str) -> None:
    code = generate(trained(metric, ACCURACY), "script", library)
    (note,) = code.problems
    title, name = LIBRARIES[library].title, metric["class"]
    assert note.message == (
        f"Metrics without an exact counterpart in {title} here, left out: {name}."
    )
    assert note.message in code.source.replace("\n    # ", " ").replace("    # ", "")
    assert 'measures = {"loss": classes_loss, "accuracy": classes_accuracy}' in code.source


@pytest.mark.parametrize("library", LIBRARIES)
def test_names_of_metrics_do_not_collide_with_those_of_the_history(library: str) -> None:
    names = ("loss", "val_accuracy", "accuracy", "accuracy")
    same = [{"class": ACCURACY["class"], "params": {"name": name}} for name in names]
    main = main_of(trained(*same), library)
    table = main[main.index("measures = {") : main.index("history = ")]
    keys = table.split('"')[1::2]
    assert keys[0] == "loss"
    assert len({*keys}) == len(names) + 1
    assert not any(key.startswith("val_") for key in keys)


@pytest.mark.parametrize("library", LIBRARIES)
def test_every_part_of_the_rows_is_evaluated(library: str) -> None:
    whole, tested = trained(split=0), trained(split=0.2, test_split=0.2)
    evaluation = "evaluate(model, measures, {}inputs, {}targets, BATCH_SIZE)"
    for case, parts in ((whole, [""]), (tested, ["validation_", "test_"])):
        main = main_of(case, library)
        ends = main[main.index("last_scores(history))") :]
        assert ends.count("evaluate(") == len(parts)
        assert all(evaluation.format(part, part) in ends for part in parts)
        assert f"example = [{parts[0]}inputs[0][:1]]" in ends
    assert '"val_"' in main_of(tested, library)
    assert '"val_"' not in main_of(whole, library)


@pytest.mark.parametrize("library", LIBRARIES)
def test_the_prediction_is_compared_and_the_curves_are_drawn(library: str) -> None:
    code = generate(trained(), "script", library)
    assert 'SPECIES_NAMES = ("setosa", "versicolor", "virginica")\n' in code.source
    assert 'print("Predicted species:", SPECIES_NAMES[predicted[0].argmax()])' in code.source
    assert 'SPECIES_NAMES[data["species"][validation[0]]]' in code.source
    assert "def plot_curves(" in code.source
    assert "with matplotlib it draws the curves, too" in code.source
    assert "    plot_curves(history, " in code.source


def test_the_history_has_the_scores_of_each_epoch() -> None:
    history: dict[str, list[float]] = {}
    for number in (1.0, 2.0):
        record(history, {"loss": number, "accuracy": 0.5})
        record(history, {"loss": 3 * number}, "val_")
    assert history == {"loss": [1.0, 2.0], "accuracy": [0.5, 0.5], "val_loss": [3.0, 6.0]}
    assert last_scores(history) == "loss: 2.0000, accuracy: 0.5000, val_loss: 6.0000"
