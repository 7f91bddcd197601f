"""The check of a document that is to train on several devices at once."""

import pytest

from engine.check import check
from engine.document import Document
from engine.problems import Problem
from tests.engine.documents import node
from tests.engine.runs import document

CODES = ("one_device_only", "batch_unshared", "normalized_apart")


def found(made: Document) -> list[Problem]:
    """The problems with several devices."""
    return [each for each in check(made).problems if each.code in CODES]


@pytest.mark.parametrize("backend", ["tensorflow", "jax"])
def test_batches_that_are_shared_equally_are_valid(backend: str) -> None:
    assert found(document("iris", backend, "gpu:0,1", batch_size=32)) == []
    assert found(document("iris", backend, "cpu:0,1,2", batch_size=33)) == []


@pytest.mark.parametrize(("size", "fixed"), [(33, 32), (1, 2), (3, 4)])
def test_a_batch_that_cannot_be_shared_is_an_error_with_a_fix(size: int, fixed: int) -> None:
    (problem,) = found(document("iris", "jax", "gpu:0,1", batch_size=size))
    assert (problem.code, problem.severity) == ("batch_unshared", "error")
    assert problem.fix is not None
    (operation,) = problem.fix.operations
    assert operation == {"type": "set", "path": ["training", "batch_size"], "value": fixed}
    assert found(document("iris", "jax", "gpu:0,1", batch_size=fixed)) == []


@pytest.mark.parametrize(("backend", "device"), [("torch", "gpu:2,3"), ("theano", "cpu:0,1")])
def test_other_backends_train_on_one_device(backend: str, device: str) -> None:
    (problem,) = found(document("iris", backend, device))
    assert (problem.code, problem.severity) == ("one_device_only", "error")
    assert problem.fix is not None
    (operation,) = problem.fix.operations
    assert operation["value"] == device.partition(",")[0].replace("cpu:0", "cpu")


def test_tensorflow_normalizes_each_part_of_a_batch_by_itself() -> None:
    values = document("iris", "tensorflow", "gpu:0,1", batch_size=32).to_json()
    values["graphs"][0]["nodes"].append(node("n", "BatchNormalization"))
    (problem,) = found(Document.model_validate(values))
    assert (problem.code, problem.severity, problem.node) == ("normalized_apart", "note", "n")
    values["target"]["backend"] = "jax"
    assert found(Document.model_validate(values)) == []
