"""Problems of a graph's structure: layers, edges and cycles; each fix removes its problem."""

from typing import Any

import pytest

from engine.check import check
from engine.document import Document, Endpoint
from engine.document.operations import OPERATION, apply_all
from tests.engine.documents import chain, document, graph, node

Expected = tuple[str, str | None, str | None, str | None, str, str | None]


def data(key: str, *shape: int, **more: Any) -> dict[str, Any]:
    return node(key, "Input", shape=list(shape), name=key, **more)


def dense(key: str, units: int = 3, **more: Any) -> dict[str, Any]:
    return node(key, "Dense", units=units, name=key, **more)


MATRIX: dict[str, tuple[Document, list[Expected]]] = {
    "nothing": (Document(), [
        ("empty", None, None, None, "This model has no layers yet.", None)]),
    "an input alone": (document([data("a", 4)], []), [
        ("no_outputs", None, None, None,
         "The model has no output: every layer's result is used by another layer.", None)]),
    "a layer alone": (document([dense("d")], []), [
        ("missing_input", "d", None, "inputs", "“d” needs an input.", None),
        ("no_inputs", None, None, None, "The model has no Input, so no data can come in.", None)]),
    "without an edge": (document([data("a", 4), dense("d")], []), [
        ("missing_input", "d", None, "inputs", "“d” needs an input.", "Wire it to “a”"),
        ("unused_input", "a", None, None, "“a” feeds no layer.", None)]),
    "two edges": (document([data("a", 4), data("b", 4), dense("d")], ["a > d", "b > d"]), [
        ("too_many_wires", "d", "e1", "inputs", "“d” takes one wire at “inputs”; it has 2.",
         "Keep only the first")]),
    "dangling edges": (document([data("a", 4), dense("d")],
                             ["a > d", "a > gone", "gone > d.x", "gone > off"]), [
        ("dangling_edge", "a", "e1", None, "A wire from “a” leads nowhere.", "Remove the wire"),
        ("dangling_edge", "d", "e2", None, "A wire to “d” comes from nowhere.",
         "Remove the wire"),
        ("dangling_edge", None, "e3", None, "A wire has lost both ends.", "Remove the wire")]),
    "input port": (document([data("a", 4), dense("d")], ["a > d.input"]), [
        ("unknown_port", "d", "e0", "input", "“d” has no input “input”; it has “inputs”.",
         "Wire it to inputs")]),
    "output port": (document([data("a", 4), dense("d")], ["a.out > d"]), [
        ("unknown_port", "a", "e0", "out", "“a” has no output “out”; it has “output”.",
         "Start it at output"),
        ("waits", "d", None, None, "“d” waits for “a”.", None)]),
    "a state that is not returned": (document(
        [data("a", 4, 2), node("l", "LSTM", units=2, name="l"), dense("d")],
        ["a > l.sequences", "l.state_h > d"]), [
        ("unknown_port", "l", "e1", "state_h", "“l” has no output “state_h”; it has “output”.",
         "Start it at output"),
        ("waits", "d", None, None, "“d” waits for “l”.", None)]),
    "an edge to an Input": (document([data("a", 4), data("b", 4), dense("d")],
                                    ["a > b", "b > d"]), [
        ("unknown_port", "b", "e0", "inputs", "“b” takes no wires: it is where data comes in.",
         "Remove the wire")]),
    "a layer that feeds itself": (document(
        [data("a", 4), node("d", "Add", name="d")], ["a > d", "d > d"]), [
        ("cycle", "d", None, None, "“d” feeds itself.", None)]),
    "a cycle": (document(
        [data("a", 4), node("d", "Add", name="d"), dense("e", 4), dense("f")],
        ["a > d", "d > e", "e > d", "e > f"]), [
        ("cycle", "d", None, None, "These wires form a cycle: “d” → “e” → “d”.", None),
        ("waits", "f", None, None, "“f” waits for “e”.", None)]),
    "an unknown layer": (chain(data("a", 4), node("d", "Dens", units=3)), [
        ("unknown_layer", "d", None, None, "Keras has no layer “Dens”.", "Change to Dense")]),
    "another name": (chain(data("a", 4, 4, 1), node("d", "MaxPool2D")), [
        ("refused_layer", "d", None, None, "MaxPool2D can't be used here.",
         "Change to MaxPooling2D")]),
    "a refused layer": (chain(data("a", 4), node("d", "Lambda", function="x")), [
        ("refused_layer", "d", None, None, "Lambda can't be used here.", None)]),
    "a wrong parameter": (chain(data("a", 4), node("d", "Dense", units=-1, name="d")), [
        ("bad_param", "d", None, None,
         "units of “d” must be a whole number of at least 1; it is -1.", None)]),
    "an input without a shape": (chain(node("a", "Input", name="a"), dense("d")), [
        ("missing_param", "a", None, None, "“a” needs “shape”.", None),
        ("waits", "d", None, None, "“d” waits for “a”.", None)]),
    "sharing a removed layer": (document(
        [data("a", 4), node("s", "Dense", shares="gone", name="s")], ["a > s"]), [
        ("broken_share", "s", None, None,
         "“s” shares the layer of a node that no longer exists.", "Give it its own layer")]),
    "sharing in a cycle": (document(
        [data("a", 4), node("s", "Dense", shares="t", name="s"),
         node("t", "Dense", shares="s", name="t")], ["a > s", "s > t"]), [
        ("broken_share", "s", None, None,
         "“s” shares the layer of a node that no longer exists.", "Give it its own layer"),
        ("broken_share", "t", None, None,
         "“t” shares the layer of a node that no longer exists.", "Give it its own layer")]),
    "sharing another class": (document(
        [data("a", 4), dense("d", 4), node("s", "Flatten", shares="d", name="s")],
        ["a > d", "d > s"]), [
        ("unlike_share", "s", None, None, "“s” is a Flatten, but shares “d”, a Dense.",
         "Give it its own layer")]),
    "sharing with parameters": (document(
        [data("a", 4), dense("d", 4), node("s", "Dense", shares="d", name="s", units=4)],
        ["a > d", "d > s"]), [
        ("unknown_param", "s", None, None, "“s” has no parameter “units”.", None)]),
    "no such sub-model": (chain(data("a", 4), node("m", "Model", graph="gone", name="m")), [
        ("missing_graph", "m", None, None, "The sub-model of “m” is not in this document.",
         None)]),
}  # fmt: skip


@pytest.mark.parametrize(("document", "expected"), MATRIX.values(), ids=MATRIX)
def test_structural_problems(document: Document, expected: list[Expected]) -> None:
    problems = [problem for problem in check(document).problems if problem.code != "no_data"]
    assert [
        (
            problem.code,
            problem.node,
            problem.edge,
            problem.port,
            problem.message,
            problem.fix and problem.fix.label,
        )
        for problem in problems
    ] == expected
    for problem in problems:
        if problem.fix:
            operations = [OPERATION.validate_python(item) for item in problem.fix.operations]
            fixed, _, refused = apply_all(document, operations)
            assert refused == []
            remaining = [(other.code, other.node, other.edge) for other in check(fixed).problems]
            assert (problem.code, problem.node, problem.edge) not in remaining


def test_listed_outputs_must_exist() -> None:
    main = graph([data("a", 4), dense("d"), dense("e")], ["a > d", "d > e"])
    ends = (Endpoint(node="d"), Endpoint(node="e", port="state"), Endpoint(node="gone"))
    verdict = check(Document(graphs=(main.model_copy(update={"outputs": ends}),)))
    assert verdict.outputs == ("d", "e")
    assert sorted(
        problem.message for problem in verdict.problems if problem.code == "unknown_output"
    ) == [
        "The model should return “output” of the node “gone”, which does not exist.",
        "The model should return “state” of the node “e”, which does not exist.",
    ]
