"""Rules of operations: the cases that Python and TypeScript share, and general properties."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.document import Document
from engine.document.operations import OPERATION, Operation, Set, Unset, apply, apply_all
from engine.problems import Problem
from tests.engine.document.inverse import invert

SHARED = json.loads((Path(__file__).parents[2] / "operations.json").read_text(encoding="utf-8"))
BASE = Document.model_validate(SHARED["document"])


def unordered(document: Document) -> dict[str, Any]:
    """The document with its members by id, since their order has no meaning."""
    value = document.to_json()
    for graph in value["graphs"]:
        for collection in ("nodes", "edges", "frames", "notes"):
            graph[collection] = {member["id"]: member for member in graph[collection]}
    value["graphs"] = {graph["id"]: graph for graph in value["graphs"]}
    return value


@pytest.mark.parametrize("case", SHARED["cases"], ids=lambda case: case["name"])
def test_shared_case(case: dict[str, Any]) -> None:
    operation = OPERATION.validate_python(case["operation"])
    match apply(BASE, operation):
        case Problem(code=code):
            assert case.get("refused") == code
        case (changed, _):
            assert changed.to_json() == case["result"]
            inverse = OPERATION.validate_python(case["inverse"])
            assert invert(BASE, operation) == inverse
            back = apply(changed, inverse)
            assert isinstance(back, tuple)
            assert unordered(back[0]) == unordered(BASE)


def test_every_type_has_accepted_and_refused_cases() -> None:
    covered = {(case["operation"]["type"], "refused" in case) for case in SHARED["cases"]}
    types = ("add", "remove", "set", "replace")
    assert covered >= {(type, refused) for type in types for refused in (False, True)}


def test_the_applied_operation_includes_defaults() -> None:
    operation = OPERATION.validate_python(
        {"type": "add", "path": ["graphs", "main", "nodes"], "item": {"id": "d", "layer": "ReLU"}}
    )
    answer = apply(BASE, operation)
    assert isinstance(answer, tuple)
    assert answer[1].model_dump(mode="json", by_alias=True)["item"] == {
        "id": "d",
        "layer": "ReLU",
        "name": "",
        "params": {},
        "position": {"x": 0.0, "y": 0.0},
        "shares": None,
        "graph": None,
        "frozen": False,
        "training": None,
        "bypassed": False,
    }  # fmt: skip
    unset = apply(BASE, Unset(path=("training", "epochs")))
    assert isinstance(unset, tuple)
    assert unset[1] == Set(path=("training", "epochs"), value=10)


def test_one_refusal_does_not_stop_the_rest() -> None:
    operations: list[Operation] = [
        Set(path=("training", "epochs"), value=3),
        Set(path=("training", "epochs"), value="many"),
        Set(path=("training", "seed"), value=4),
    ]
    document, applied, refused = apply_all(BASE, operations)
    assert (document.training.epochs, document.training.seed) == (3, 4)
    assert applied == [operations[0], operations[2]]
    assert [(index, problem.code) for index, problem in refused] == [(1, "bad_value")]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**80, "\0", "\ud800", {"a": {1}}])
def test_a_value_that_is_not_json_is_refused(value: Any) -> None:
    path = ("graphs", "main", "nodes", "c", "params", "units")
    answer = apply(BASE, Set(path=path, value=value))
    assert isinstance(answer, Problem)
    assert answer.code == "bad_value"


# Characters that a document's text may contain; others make an operation invalid.
VALID = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
IDS = st.sampled_from(["a", "b", "c", "d", "e"])
NODES = st.fixed_dictionaries({"id": IDS, "layer": st.sampled_from(["Dense", "Add"])})
EDGES = st.fixed_dictionaries({"id": IDS, "source": IDS, "target": IDS})
VALUES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
PATHS = st.one_of(
    st.tuples(st.just("graphs"), st.just("main"), st.just("nodes"), IDS, st.just("params"), IDS),
    st.tuples(
        st.just("graphs"), st.just("main"), st.sampled_from(["nodes", "edges"]), IDS,
        st.sampled_from(["name", "layer", "source", "order", "position", "id", "shares"]),
    ),
    st.tuples(st.just("training"), st.sampled_from(["epochs", "split", "loss", "nonsense"])),
    st.lists(st.text(VALID, max_size=4), min_size=1, max_size=5).map(tuple),
)  # fmt: skip
OPERATIONS = st.one_of(
    st.builds(
        lambda item: {"type": "add", "path": ["graphs", "main", "nodes"], "item": item}, NODES
    ),
    st.builds(
        lambda item: {"type": "add", "path": ["graphs", "main", "edges"], "item": item}, EDGES
    ),
    st.builds(
        lambda kind, member: {"type": "remove", "path": ["graphs", "main", kind, member]},
        st.sampled_from(["nodes", "edges"]),
        IDS,
    ),
    st.builds(lambda path, value: {"type": "set", "path": path, "value": value}, PATHS, VALUES),
    st.builds(lambda path: {"type": "unset", "path": path}, PATHS),
).map(OPERATION.validate_python)


@given(st.lists(OPERATIONS, max_size=12))
def test_any_operations_keep_the_document_valid_and_can_be_undone(
    operations: list[Operation],
) -> None:
    document, inverses = BASE, []
    for operation in operations:
        answer = apply(document, operation)
        if isinstance(answer, tuple):
            inverses.append(invert(document, operation))
            document, applied = answer
            assert apply(document, applied) is not None
    assert Document.model_validate(document.to_json()) == document
    for inverse in reversed(inverses):
        answer = apply(document, inverse)
        assert isinstance(answer, tuple)
        document = answer[0]
    assert unordered(document) == unordered(BASE)


@given(st.lists(OPERATIONS, max_size=12))
def test_applied_operations_give_the_same_document_elsewhere(
    operations: list[Operation],
) -> None:
    document, applied, refused = apply_all(BASE, operations)
    sent = [
        OPERATION.validate_json(operation.model_dump_json(by_alias=True)) for operation in applied
    ]
    again, _, refused_again = apply_all(BASE, sent)
    assert again == document
    assert len(applied) + len(refused) == len(operations)
    assert refused_again == []


@given(st.lists(OPERATIONS, max_size=12))
def test_a_batch_is_what_its_operations_are_one_by_one(operations: list[Operation]) -> None:
    document, expected = BASE, []
    for operation in operations:
        answer = apply(document, operation)
        if isinstance(answer, tuple):
            document = answer[0]
            expected.append(answer[1])
    together, applied, _ = apply_all(BASE, operations)
    assert together == document
    assert applied == expected


def test_a_collection_that_is_full_refuses_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.document.draft._LIMITS", {"nodes": 4})
    path = ["graphs", "main", "nodes"]
    add = [{"type": "add", "path": path, "item": {"id": id, "layer": "ReLU"}} for id in "de"]
    document, applied, refused = apply_all(BASE, [OPERATION.validate_python(item) for item in add])
    assert len(document.main.nodes) == 4
    assert len(applied) == 1
    assert [(index, problem.code) for index, problem in refused] == [(1, "bad_value")]
    assert "4" in refused[0][1].message
