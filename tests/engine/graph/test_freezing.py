"""Problems of frozen layers and of `training` at calls; each fix removes its problem."""

from typing import Any

import pytest

from engine.check import check
from engine.document import Document
from engine.document.operations import OPERATION, apply_all
from engine.problems import Problem
from tests.engine.documents import document, graph, node

INPUT = node("a", "Input", shape=[4], name="a")
TWICE = ["a > d", "d > e"]


def dense(key: str, **more: Any) -> dict[str, Any]:
    return node(key, "Dense", name=key, **({} if "shares" in more else {"units": 4}), **more)


def found(whole: Document) -> list[Problem]:
    """The problems of a document, except that it has no data."""
    return [problem for problem in check(whole).problems if problem.code != "no_data"]


Expected = tuple[str, str, str, str]
MATRIX: dict[str, tuple[Document, Expected | None]] = {
    "a frozen layer": (document([INPUT, dense("d", frozen=True)], ["a > d"]), None),
    "a frozen layer called twice": (
        document([INPUT, dense("d", frozen=True), dense("e", shares="d")], TWICE), None),
    "a frozen call of another's layer": (
        document([INPUT, dense("d"), dense("e", shares="d", frozen=True)], TWICE),
        ("frozen_share", "e", "“e” can't be frozen by itself: it calls the layer of “d”.",
         "Freeze “d”")),
    "a frozen op": (
        document([INPUT, node("d", "ops.relu", name="d", frozen=True)], ["a > d.x"]),
        ("nothing_to_freeze", "d", "“d” has no weights to freeze.", "Unfreeze it")),
    "a frozen Input": (
        document([{**INPUT, "frozen": True}, dense("d")], ["a > d"]),
        ("nothing_to_freeze", "a", "“a” has no weights to freeze.", "Unfreeze it")),
    "training at a layer that does not use it": (
        document([INPUT, dense("d", training=False)], ["a > d"]),
        ("no_training_argument", "d",
         "“d” sets training at its call, but Dense computes the same in training and inference.",
         "Leave it to Keras")),
    "training at an op": (
        document([INPUT, node("d", "ops.relu", name="d", training=True)], ["a > d.x"]),
        ("no_training_argument", "d",
         "“d” sets training at its call, but ops.relu computes the same in training and "
         "inference.", "Leave it to Keras")),
}  # fmt: skip


@pytest.mark.parametrize("name", MATRIX)
def test_problem_and_fix(name: str) -> None:
    whole, expected = MATRIX[name]
    problems = found(whole)
    if expected is None:
        assert problems == []
        return
    (problem,) = problems
    assert problem.fix is not None
    assert (problem.code, problem.node, problem.message, problem.fix.label) == expected
    assert problem.severity == "warning"
    operations = [OPERATION.validate_python(item) for item in problem.fix.operations]
    fixed, _, refused = apply_all(whole, operations)
    assert not refused
    assert found(fixed) == []


def test_every_way_to_take_training_is_accepted() -> None:
    inner = graph(
        [node("i", "Input", shape=[4]), node("n", "BatchNormalization", training=True)],
        ["i > n"],
        "block",
    )
    main = graph(
        [INPUT, node("b", "Model", graph="block", frozen=True, training=False),
         node("r", "Dropout", rate=0.5, training=True)],
        ["a > b", "b > r"],
    )  # fmt: skip
    codes = {problem.code for problem in found(Document(graphs=(main, inner)))}
    assert codes == {"training_replaced"}
