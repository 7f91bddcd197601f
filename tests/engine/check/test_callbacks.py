"""Callbacks that a training can't have, or that have no effect, are problems before the run."""

from typing import Any

import pytest

from engine.check import check
from engine.document import Document
from engine.document.operations import OPERATION, apply_all
from tests.engine.documents import chain, node
from tests.engine.runs import document as template

Expected = tuple[str, str, str | None]


def digits(*callbacks: dict[str, Any], **training: Any) -> Document:
    """A classifier of digits."""
    return chain(
        node("image", "Input", shape=[8, 8, 1], name="image"),
        node("flat", "Flatten"),
        node("digit", "Dense", units=10, activation="softmax", name="digit"),
        training={"data": "digits", "callbacks": callbacks} | training,
    )


def callback(name: str, **params: Any) -> dict[str, Any]:
    return {"class": name, "params": params}


STOP = "EarlyStopping"
MATRIX: dict[str, tuple[Document, list[Expected]]] = {
    "the metric of the data": (digits(callback(STOP, monitor="val_accuracy")), []),
    "a metric that is not used": (digits(callback(STOP, monitor="val_acc")), [
        ("error", "EarlyStopping watches val_acc, which no loss and no metric of this training "
         "gives.", "Watch val_accuracy")]),
    "of validation, without any": (digits(callback(STOP, monitor="val_acc"), split=0), [
        ("error", "EarlyStopping watches val_acc, which no loss and no metric of this training "
         "gives.", "Watch accuracy"),
        ("warning", "EarlyStopping watches val_acc, but no rows are kept for validation.",
         "Keep a fifth of the rows for validation")]),
    "a name of the user": (
        digits(callback(STOP, monitor="top"), metrics=[
            {"class": "SparseTopKCategoricalAccuracy", "params": {"name": "top"}}]), []),
    "two metrics of one name": (
        digits(callback(STOP, monitor="a_1"), metrics=[
            {"class": "SparseCategoricalAccuracy", "params": {"name": "a"}},
            {"class": "SparseTopKCategoricalAccuracy", "params": {"name": "a"}}]), []),
    "an output of several": (
        template("digits_two_outputs", callbacks=[callback(STOP, monitor="val_score_accuracy")]), [
        ("error", "EarlyStopping watches val_score_accuracy, and Keras does not know which way is "
         "better.", "Higher is better")]),
    "the loss of an output": (
        template("digits_two_outputs", callbacks=[callback(STOP, monitor="score_loss")]), [
        ("error", "EarlyStopping watches score_loss, and Keras does not know which way is better.",
         "Lower is better")]),
    "the other way": (digits(callback(STOP, monitor="accuracy", mode="min")), [
        ("warning", "EarlyStopping takes accuracy to be better the other way (mode min).",
         "Higher is better")]),
    "an unknown parameter": (digits(callback("CSVLogger", filename="/etc/passwd")), [
        ("error", "CSVLogger has no parameter “filename”.", "Remove CSVLogger")]),
    "the best model": (digits(callback("ModelCheckpoint", save_best_only=True)), [
        ("note", "ModelCheckpoint keeps the model that was best by val_loss: the file "
         "model_best.keras of the run.", None)]),
    "two best models": (
        digits(callback("ModelCheckpoint", save_best_only=True),
               callback("ModelCheckpoint", save_best_only=True, monitor="loss")), [
        ("note", "ModelCheckpoint keeps the model that was best by val_loss: the file "
         "model_best.keras of the run.", None),
        ("note", "ModelCheckpoint keeps the model that was best by loss: the file "
         "model_2_best.keras of the run.", None)]),
    "the latest model": (digits(callback("ModelCheckpoint")), [
        ("note", "ModelCheckpoint keeps the latest model, as every run does: the file "
         "model_latest.keras of the run.", "Keep only the best")]),
    "what only scripts do": (
        digits(callback("CSVLogger"), callback("TensorBoard"), callback("BackupAndRestore")), [
        ("note", f"{name} writes its file{s} in the exported script only.", None)
        for name, s in (("CSVLogger", ""), ("TensorBoard", "s"), ("BackupAndRestore", "s"))]),
}  # fmt: skip


@pytest.mark.parametrize(("document", "expected"), MATRIX.values(), ids=MATRIX)
def test_problems_of_callbacks(document: Document, expected: list[Expected]) -> None:
    problems = check(document).problems
    assert [
        (item.severity, item.message, item.fix.label if item.fix else None) for item in problems
    ] == expected
    for problem in problems:
        if problem.fix:
            operations = [OPERATION.validate_python(item) for item in problem.fix.operations]
            fixed, _, refused = apply_all(document, operations)
            assert refused == []
            assert problem.message not in [other.message for other in check(fixed).problems]
