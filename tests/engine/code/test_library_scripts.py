"""Scripts for PyTorch and Flax: options, weights of classes, and layers that learn from the data.

That they train is tried with real installs by `make test-versions`.
"""

from collections.abc import Mapping
from typing import Any

import pytest

from engine.code import Code, generate
from engine.code.modules.libraries import LIBRARIES
from engine.document import Document
from tests.engine.code.helpers import document, node


def iris(*between: dict[str, Any], **training: Any) -> Document:
    """Iris, with layers between the features and the scores."""
    names = " ".join(each["id"] for each in between)
    scores = node("score", "Dense", units=3, activation="softmax")
    nodes = [node("a", "Input", "features", shape=[4]), *between, scores]
    return document(*nodes, wires=f"a {names} score", training={"data": "iris", **training})


def errors(code: Code) -> list[str]:
    return [problem.message for problem in code.problems if problem.severity == "error"]


@pytest.mark.parametrize("library", LIBRARIES)
def test_options_replace_the_constants_everywhere(library: str) -> None:
    code = generate(iris(), "script", library, options=True)
    compile(code.source, code.filename, "exec")
    main = code.source.partition("def main()")[2]
    assert "range(1, arguments.epochs + 1)" in main
    assert "arguments.output" in main
    assert not {"EPOCHS", "SEED", "BATCH_SIZE", "VALIDATION_SPLIT"} & {*main.split()}
    assert '"--epochs", type=int, default=EPOCHS' in " ".join(code.source.split())


@pytest.mark.parametrize("library", LIBRARIES)
def test_only_a_script_takes_options(library: str) -> None:
    assert "argparse" not in generate(iris(), "subclass", library, options=True).source
    assert "argparse" not in generate(iris(), "script", library).source


WEIGHTS: Mapping[str, tuple[Any, str]] = {
    "balanced": ("balanced", 'balanced_weights(data["species"][training])'),
    "own": ([1.0, 2.0], "{0: 1.0, 1: 2.0, 2: 1.0}"),
}


@pytest.mark.parametrize("library", LIBRARIES)
@pytest.mark.parametrize("kind", WEIGHTS)
def test_weights_of_classes_change_the_loss_of_training_only(kind: str, library: str) -> None:
    setting, written = WEIGHTS[kind]
    case = iris(outputs=[{"node": "score", "class_weights": setting}])
    code = generate(case, "script", library)
    source = " ".join(code.source.split())
    assert not errors(code)
    assert written in source
    assert ("def balanced_weights" in source) == (kind == "balanced")
    assert "train_epoch( model, optimizer, weighted_measures," in source
    assert "evaluate( model, measures," in source


@pytest.mark.parametrize("library", LIBRARIES)
def test_normalization_learns_from_the_training_rows(library: str) -> None:
    code = generate(iris(node("n", "Normalization", "scaled")), "script", library)
    assert not errors(code)
    assert "adapt(model.scaled, inputs[0])" in code.source


@pytest.mark.parametrize("library", LIBRARIES)
def test_normalization_of_what_a_layer_computed_is_refused_in_scripts(library: str) -> None:
    case = iris(node("r", "Rescaling", scale=0.1), node("n", "Normalization", "scaled"))
    assert not errors(generate(case, "subclass", library))
    (message,) = errors(generate(case, "script", library))
    assert "“scaled”, which learns from rows that other layers computed" in message


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_model_may_be_called_like_a_class_that_is_copied(library: str) -> None:
    layers = document(
        node("a", "Input", shape=[3]),
        node("n", "Normalization"),
        wires="a n",
        name="Normalization",
    )
    source = generate(layers, "subclass", library).source
    assert source.count("class Normalization(") == 1
    assert "class Normalization_2(" in source
