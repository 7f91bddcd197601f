"""Errors that only the check with Keras finds are comments in generated code."""

import json
from typing import Any

import pytest

from engine.check import check
from engine.code import Form, Style, generate
from engine.document import MAIN, Document, Edge, Graph, Node
from engine.document.reading import validate_document
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


def test_errors_of_training_and_of_elsewhere_are_no_comments_in_a_model() -> None:
    (loss,) = errors(UNSUITABLE)
    gone = loss.model_copy(update={"node": "gone", "param": None})
    assert "#" not in generate(UNSUITABLE, "functional", errors=[loss, gone]).source


TRAINED: dict[str, tuple[dict[str, Any], str]] = {
    "a loss of another target": ({"loss": {"class": "CategoricalCrossentropy"}}, "compile"),
    "no such loss": ({"loss": {"class": "Sum"}}, "compile"),
    "no such optimizer": ({"optimizer": {"class": "Newton"}}, "compile"),
    "a bad rate": (
        {"optimizer": {"class": "Adam", "params": {"learning_rate": "fast"}}},
        "compile",
    ),
    "no such metric": ({"metrics": [{"class": "Beauty"}]}, "compile"),
    "no such callback": ({"callbacks": [{"class": "Hope"}]}, "fit"),
    "no such column": ({"bindings": [{"node": "out", "column": "gone"}]}, "fit"),
}


@pytest.mark.parametrize("form", ["script", "notebook"])
@pytest.mark.parametrize("name", TRAINED)
def test_an_error_of_training_is_a_comment_where_it_matters(name: str, form: Form) -> None:
    settings, where = TRAINED[name]
    wrong = UNSUITABLE.to_json() | {"training": {"data": "digits", **settings}}
    checked = read(wrong)
    (error, *_) = errors(checked)
    lines = source_lines(generate(checked, form, errors=errors(checked)).source, form)
    comments, following = comments_before(lines, error.message)
    assert f"model.{where}(" in following
    assert " ".join(comments).count(error.message) == 1
    assert error.message not in " ".join(source_lines(generate(checked, form).source, form))


def test_missing_data_are_said_once() -> None:
    checked = read(UNSUITABLE.to_json() | {"training": {"data": "gone"}})
    (error,) = errors(checked)
    source = generate(checked, "script", errors=errors(checked)).source
    assert source.count(error.message) == 1
    assert source == generate(checked, "script").source


def read(value: Any) -> Document:
    valid = validate_document(value)
    assert isinstance(valid, Document)
    return valid


def source_lines(source: str, form: Form) -> list[str]:
    """The lines of a script, or of all cells of a notebook."""
    if form == "notebook":
        cells = json.loads(source)["cells"]
        source = "\n".join("".join(cell["source"]) for cell in cells)
    return [line.strip() for line in source.splitlines()]


def comments_before(lines: list[str], message: str) -> tuple[list[str], str]:
    """The comments with this message, and the line of code that follows them."""
    start = next(
        number for number, line in enumerate(lines)
        if line.startswith("# ") and message.startswith(line[2:])
    )  # fmt: skip
    end = next(
        number for number in range(start, len(lines))
        if not lines[number].startswith("#")
    )  # fmt: skip
    return [line.removeprefix("# ") for line in lines[start:end]], lines[end]


def test_an_error_of_the_graph_is_said_once() -> None:
    broken = document(node("in", "Input", shape=[4]), node("out", "Dense", "out"), wires="in out")
    plain = generate(broken, "functional").source
    assert plain.count("units") == 1
    assert generate(broken, "functional", errors=errors(broken)).source == plain


IMAGE, ROW = node("in", "Input", shape=[8, 8, 1]), node("in", "Input", shape=[4])
KINDS: dict[str, Document] = {
    "dangling_edge": document(ROW, node("d", "Dense", units=1), wires="in d; in gone"),
    "missing_input": document(
        ROW, node("d", "Dense", units=1), node("m", "Add", "sum"), wires="in d"),
    "missing_param": document(ROW, node("d", "Dense"), wires="in d"),
    "unknown_param": document(ROW, node("d", "Dense", units=1, size=2), wires="in d"),
    "bad_param": document(ROW, node("d", "Dense", units=-1), wires="in d"),
    "unknown_object": document(ROW, node("d", "Dense", units=1, activation="sharp"), wires="in d"),
    "unknown_layer": document(ROW, node("d", "Dens", units=1), wires="in d"),
    "unknown_port": document(ROW, node("d", "Dense", units=1), wires="in d; in d:mask"),
    "cycle": document(ROW, node("a", "Add"), node("b", "ReLU"), wires="in a b a"),
    "window_too_large": WIDE,
    "shapes_differ": document(
        ROW, node("a", "Dense", units=2), node("b", "Dense", units=3), node("s", "Add"),
        wires="in a s; in b s"),
    "cannot_reshape": document(IMAGE, node("r", "Reshape", target_shape=[7]), wires="in r"),
    "wrong_rank": document(ROW, node("c", "Conv2D", filters=1, kernel_size=1), wires="in c"),
    "cannot_concatenate": document(
        node("a", "Input", shape=[2, 3]), node("b", "Input", shape=[3, 4]),
        node("c", "Concatenate"), wires="a c; b c"),
    "loss_unlike_target": UNSUITABLE,
    "too_few_classes": document(
        IMAGE, node("f", "Flatten"), node("d", "Dense", units=2), wires="in f d",
        training={"data": "digits"}),
    "input_unlike_column": document(
        node("in", "Input", shape=[7]), node("d", "Dense", units=10), wires="in d",
        training={"data": "digits"}),
    "unknown_data": document(ROW, node("d", "Dense", units=1), wires="in d",
        training={"data": "iri"}),
}  # fmt: skip


@pytest.mark.parametrize("code", KINDS)
def test_each_kind_of_error_is_a_comment_in_a_script(code: str) -> None:
    found = errors(KINDS[code])
    assert code in {error.code for error in found}
    lines = source_lines(generate(KINDS[code], "script", errors=found).source, "script")
    comments = " ".join(line.removeprefix("# ") for line in lines if line.startswith("#"))
    assert not [error.message for error in found if error.message not in comments]


@pytest.mark.parametrize("style", ["keras", "torch", "flax"])
def test_an_error_in_a_sub_model_that_is_not_written_is_named(style: Style) -> None:
    """The layer “whole” calls a sub-model whose only layer lacks its units."""
    inner = Graph(
        id="g1",
        name="encoder",
        nodes=(
            Node(id="i", layer="Input", params={"shape": [4]}),
            Node(id="d", layer="Dense", name="narrow"),
        ),
        edges=(Edge(id="e", source="i", target="d", target_port="inputs"),),
    )
    main = Graph(
        id=MAIN,
        nodes=(
            Node(id="i", layer="Input", params={"shape": [4]}),
            Node(id="m", layer="Model", name="whole", graph="g1"),
        ),
        edges=(Edge(id="e", source="i", target="m", target_port="inputs"),),
    )
    form: Form = "functional" if style == "keras" else "subclass"
    code = generate(Document(graphs=(main, inner)), form, style)
    assert "# In “whole”: “narrow” needs “units”." in code.source
    assert "In “whole”: “narrow” needs “units”." in code.problems[-1].message
