"""Errors that only the check with Keras finds are comments in generated code."""

import pytest

from engine.check import check
from engine.code import Form, generate
from engine.document import Document
from engine.problems import Problem
from tests.engine.code.helpers import document, node

WIDE = document(
    node("in", "Input", shape=[8, 8, 1]),
    node("conv", "Conv2D", "conv", filters=4, kernel_size=9),
    node("flat", "Flatten"),
    node("out", "Dense", units=10),
    wires="in conv flat out",
    training={"data": "digits"},
)
MESSAGE = "# The window of 9×9 does not fit"
UNSUITABLE = document(
    node("in", "Input", shape=[8, 8, 1]),
    node("flat", "Flatten"),
    node("out", "Dense", units=10, activation="softmax"),
    wires="in flat out",
    training={"data": "digits", "loss": {"class": "CategoricalCrossentropy"}},
)


def errors(checked: Document) -> list[Problem]:
    """The errors that the check finds."""
    return [problem for problem in check(checked).problems if problem.severity == "error"]


@pytest.mark.parametrize("form", ["functional", "function", "script"])
def test_an_error_is_a_comment_above_its_layer(form: Form) -> None:
    assert "#" not in generate(WIDE, "functional").source
    code = generate(WIDE, form, errors=errors(WIDE))
    lines = [line.strip() for line in code.source.splitlines()]
    first = code.lines["conv"][0] - 1
    comments = [line for line in lines[:first] if line.startswith(MESSAGE)]
    assert len(comments) == 1
    assert lines[first - 1].startswith("#")
    assert lines[first].startswith("x = layers.Conv2D(")


def test_the_errors_of_a_stack_precede_it() -> None:
    source = generate(WIDE, "sequential", errors=errors(WIDE)).source
    assert source.index(MESSAGE) < source.index("keras.Sequential(")


def test_errors_of_training_and_of_elsewhere_are_no_comments() -> None:
    (loss,) = errors(UNSUITABLE)
    gone = loss.model_copy(update={"node": "gone", "param": None})
    assert "#" not in generate(UNSUITABLE, "functional", errors=[loss, gone]).source


def test_an_error_of_the_graph_is_said_once() -> None:
    broken = document(node("in", "Input", shape=[4]), node("out", "Dense", "out"), wires="in out")
    plain = generate(broken, "functional").source
    assert plain.count("units") == 1
    assert generate(broken, "functional", errors=errors(broken)).source == plain
