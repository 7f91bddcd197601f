"""Every loss and every metric of Keras with every form of targets: it trains, or is refused.

What the check refuses as an error may work by chance; what it does not refuse has to work.
"""

import warnings
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np
import pytest

from engine.catalogue import Kind
from engine.catalogue import load as catalogue
from engine.check import check
from engine.data.catalogue import Column, DataSet, DataSets, one_hot
from engine.data.feeding import target_shape
from engine.document import Document, ObjectSpec
from engine.document.operations import OPERATION, apply_all
from engine.problems import Problem
from engine.training.compiling import create
from tests.engine.documents import chain, node

ROWS = 8
COLUMNS = (
    Column(name="x", shape=(4,), dtype="float32", role="input"),
    Column(name="three", shape=(), dtype="int64", role="target", classes=("a", "b", "c")),
    Column(name="two", shape=(), dtype="int64", classes=("no", "yes")),
    Column(name="amount", shape=(1,), dtype="float32"),
    Column(name="amounts", shape=(3,), dtype="float32"),
    Column(name="series", shape=(2, 3), dtype="float32"),
    Column(name="tags", shape=(3,), dtype="uint8", labels=("red", "green", "blue")),
    Column(name="steps", shape=(2,), dtype="int64", classes=("a", "b", "c")),
    Column(name="mask", shape=(2, 2), dtype="uint8", classes=("a", "b", "c")),
    Column(name="cut", shape=(2, 2), dtype="uint8", classes=("a", "b")),
)
DATA = DataSets(
    sets=(
        DataSet(id="d", title="D", summary="", task="classification", rows=99, columns=COLUMNS,
                source=""),
    )
)  # fmt: skip
NEEDED: dict[str, dict[str, Any]] = {
    "IoU": {"num_classes": 3, "target_class_ids": [0, 1]},
    "OneHotIoU": {"num_classes": 3, "target_class_ids": [0, 1]},
    "MeanIoU": {"num_classes": 3},
    "OneHotMeanIoU": {"num_classes": 3},
    "PrecisionAtRecall": {"recall": 0.5},
    "RecallAtPrecision": {"precision": 0.5},
    "SensitivityAtSpecificity": {"specificity": 0.5},
    "SpecificityAtSensitivity": {"sensitivity": 0.5},
}
"""The arguments of metrics that have no default."""


@dataclass(frozen=True)
class Case:
    """A target, its encoding, and the shape and activation of the output compared with it."""

    column: str
    shape: tuple[int, ...]
    activation: str = "linear"
    encoding: str = ""

    def document(self, **training: Any) -> Document:
        """The document of a model with this output."""
        count = int(np.prod(self.shape)) // self.shape[-1]
        layers = [
            node("x", "Input", shape=[4], name="x"),
            node("wide", "Dense", units=4 * count, name="wide"),
            node("places", "Reshape", target_shape=[*self.shape[:-1], 4], name="places"),
            node("out", "Dense", units=self.shape[-1], activation=self.activation, name="out"),
        ]
        binding = {"node": "out", "column": self.column, "encoding": self.encoding}
        return chain(*layers, training={"data": "d", "bindings": [binding]} | training)

    @property
    def targets(self) -> np.ndarray:
        """Rows as training feeds them."""
        random = np.random.default_rng(0)
        column = next(column for column in COLUMNS if column.name == self.column)
        shape = (ROWS, *column.shape)
        if column.classes:
            values = random.integers(0, len(column.classes), shape)
        else:
            values = random.integers(0, 2, shape) if column.labels else random.random(shape)
        values = values.astype(column.dtype)
        if self.encoding:
            values = keras.utils.to_categorical(values, len(column.classes))
            column = one_hot(column)
        fed = target_shape(column, self.shape)
        assert fed is not None
        return values.reshape(ROWS, *fed)

    @property
    def predictions(self) -> np.ndarray:
        """What the output may give."""
        values = np.random.default_rng(1).normal(size=(ROWS, *self.shape)).astype("float32")
        return np.asarray(getattr(keras.activations, self.activation)(values))


CASES = {
    "class numbers, softmax": Case("three", (3,), "softmax"),
    "one-hot rows, softmax": Case("three", (3,), "softmax", "one_hot"),
    "two classes, sigmoid": Case("two", (1,), "sigmoid"),
    "an amount": Case("amount", (1,)),
    "several amounts": Case("amounts", (3,)),
    "a series of amounts": Case("series", (2, 3)),
    "labels": Case("tags", (3,), "sigmoid"),
    "a class for each step": Case("steps", (2, 3), "softmax"),
    "a class for each pixel": Case("mask", (2, 2, 3), "softmax"),
    "one-hot pixels": Case("mask", (2, 2, 3), "softmax", "one_hot"),
    "two classes of pixels, sigmoid": Case("cut", (2, 2, 1), "sigmoid"),
}


def specs(kind: Kind) -> list[dict[str, Any]]:
    """Each loss or metric of the catalogue, with the arguments that it needs."""
    names = [entry.name for entry in catalogue().objects if entry.kind == kind]
    return [{"class": name, "params": NEEDED.get(name, {})} for name in names]


def found(document: Document, param: str) -> list[Problem]:
    """The problems of a document with its loss, or its metrics, and with the output's width."""
    problems = check(document, DATA).problems
    mine = ("too_few_classes", "too_many_classes") if param == "loss" else ()
    return [problem for problem in problems if problem.param == param or problem.code in mine]


def failure(kind: Kind, spec: dict[str, Any], case: Case) -> str | None:
    """What Keras says about a loss or a metric that it can't compute; None if it can."""
    made = create(kind, ObjectSpec.model_validate(spec))
    targets, predictions = case.targets, case.predictions
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of JAX, about types of 64 bits
            if kind == "metric":
                made.update_state(targets, predictions)
                made.result()
            else:
                made(targets, predictions)
    except Exception as error:
        return f"{type(error).__name__}: {error}"[:200]
    return None


@pytest.mark.parametrize("kind", ["loss", "metric"])
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_what_the_check_does_not_refuse_works(case: Case, kind: Kind) -> None:
    """And the fix of a problem leaves none."""
    param = {"loss": "loss", "metric": "metrics"}[kind]
    assert found(case.document(), param) == []
    wrong: dict[str, Any] = {}
    fitting = 0
    for spec in specs(kind):
        document = case.document(**{param: spec if kind == "loss" else [spec]})
        problems = found(document, param)
        refused = any(problem.severity == "error" for problem in problems)
        if not refused and (error := failure(kind, spec, case)):
            wrong[spec["class"]] = error
        for problem in problems:
            for fix in filter(None, (problem.fix, problem.alternative)):
                operations = [OPERATION.validate_python(item) for item in fix.operations]
                left = found(apply_all(document, operations)[0], param)
                if left:
                    wrong[f"{spec['class']}, fixed"] = [fix.label, *(item.message for item in left)]
        fitting += not problems
    assert wrong == {}
    assert fitting >= 2
