"""Batches are read strictly, and applied to what is stored and sent."""

import json
from typing import Any

import pytest

from engine.document import Document
from engine.document.batches import Applied, Batch, Refusal, apply_batch, read_batch
from engine.document.operations import OPERATION
from engine.document.stored import read_stored, to_text

REPLACE = {"type": "replace", "document": {"name": "é"}}
ADD = {"type": "add", "path": ["graphs", "main", "nodes"], "item": {"id": "a", "layer": "Dense"}}
OPERATIONS = [
    REPLACE,
    ADD,
    {"type": "set", "path": ["training", "optimizer"], "value": {"class": "SGD"}},
    {"type": "unset", "path": ["training", "optimizer"]},
]
TWICE = [ADD, ADD]


def content(operations: list[Any], **fields: Any) -> bytes:
    return json.dumps({"id": "batch-001", "base": 0, "operations": operations} | fields).encode()


def applied(operations: list[Any]) -> Applied:
    batch = read_batch(content(operations))
    assert isinstance(batch, Batch)
    return apply_batch(Document(), batch)


def test_the_applied_operations_and_the_document_are_json() -> None:
    result = applied(OPERATIONS)
    assert (result.batch, result.name, result.layers, result.refused) == ("batch-001", "é", 1, "[]")
    assert result.document == read_stored(result.text)
    operations = [*map(OPERATION.validate_python, json.loads(result.operations))]
    assert [operation.type for operation in operations] == ["replace", "add", "set", "set"]
    dumped = b",".join(OPERATION.dump_json(operation, by_alias=True) for operation in operations)
    assert result.operations == f"[{dumped.decode()}]"
    assert '"value":{"class":"SGD","params":{}}' in result.operations


def test_refusals_are_json() -> None:
    result = applied(TWICE)
    (refusal,) = json.loads(result.refused)
    assert Refusal.model_validate(refusal).index == 1
    assert refusal["problem"]["code"] == "id_taken"
    assert result.changed


def test_one_bad_member_is_refused_alone() -> None:
    bad = [ADD | {"item": {"id": "b"}}, ADD | {"item": 3}]
    result = applied([ADD, *bad, ADD | {"item": {"id": "c", "layer": "Dense"}}])
    assert [refusal["index"] for refusal in json.loads(result.refused)] == [1, 2]
    assert result.document
    assert [node.id for node in result.document.main.nodes] == ["a", "c"]


def test_members_of_the_wrong_kind_are_refused() -> None:
    edge = {"id": "e", "source": "a", "target": "a"}
    result = applied([ADD | {"item": edge}, ADD | {"path": ["graphs"], "item": {"id": "g"}}])
    assert [refusal["index"] for refusal in json.loads(result.refused)] == [0]
    assert result.layers == 0


def test_a_batch_without_applied_operations_changes_nothing() -> None:
    result = applied([ADD | {"path": ["graphs", "none", "nodes"]}])
    assert not result.changed
    assert result.document == Document()


def test_a_message_with_a_batch_is_a_batch() -> None:
    assert read_batch(content([ADD], type="edit")) == read_batch(content([ADD]))


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        (b"{", ["unreadable"]),
        (b'{"id": NaN}', ["unreadable"]),
        (b"[]", ["bad_request"]),
        (content([]), ["bad_request"]),
        (content(["a", None]), ["bad_request"] * 2),
        (b'{"id": "batch-001", "base": 0, "operations": 3}', ["bad_request"]),
        (content([{"type": "explode"}]), ["bad_request"]),
        (content([ADD], base=-1), ["bad_request"]),
        (content([ADD], type="move"), ["bad_request"]),
        (content([{"type": "add"}] * 100), ["bad_request"] * 50),
    ],
)
def test_a_malformed_batch_is_refused(text: bytes, codes: list[str]) -> None:
    problems = read_batch(text)
    assert isinstance(problems, list)
    assert [problem.code for problem in problems] == codes


def test_the_text_of_a_document_is_its_json() -> None:
    result = applied([REPLACE])
    assert result.document
    assert result.text == to_text(result.document)
