"""Every activation before every loss: the check warns of what the loss is not defined for."""

from dataclasses import replace
from typing import Any

import keras
import numpy as np
import pytest

from engine.catalogue import load
from engine.check import check
from engine.check.last_activation import COMPARED, SHARES_OF_CLASSES
from engine.document.operations import OPERATION, apply_all
from engine.problems import Problem
from tests.engine.check.test_losses_and_metrics import CASES, DATA, Case, specs

NAMES = [
    entry.name for entry in load().objects if entry.kind == "activation" and entry.traits.gives
]
ONE_CLASS = "class numbers, softmax"
ONE_HOT = "one-hot rows, softmax"
TARGETS = {
    "SparseCategoricalCrossentropy": ONE_CLASS,
    "CategoricalGeneralizedCrossEntropy": ONE_CLASS,
    "CategoricalCrossentropy": ONE_HOT,
    "CategoricalFocalCrossentropy": ONE_HOT,
    "CategoricalHinge": ONE_HOT,
    "KLDivergence": ONE_HOT,
    "Dice": ONE_HOT,
    "Tversky": ONE_HOT,
    "BinaryCrossentropy": "two classes, sigmoid",
    "BinaryFocalCrossentropy": "two classes, sigmoid",
    "Hinge": "two classes, sigmoid",
    "SquaredHinge": "two classes, sigmoid",
    "Circle": ONE_CLASS,
    "CTC": "a class for each step",
}
"""Targets that suit a loss; those of amounts take amounts."""
OF_ROWS = {"softmax", "log_softmax", "sparsemax"}
"""Functions of a row, which of one value are always the same."""
UNBOUNDED = {"linear", "leaky_relu", "hard_shrink", "soft_shrink", "tanh_shrink"}
LOSSES = [spec["class"] for spec in specs("loss")]
OF_LOGITS = [
    loss for loss in LOSSES if (entry := load().object("loss", loss)) and entry.param("from_logits")
]


def told(case: Case, loss: str, **params: Any) -> list[Problem]:
    chosen = {"class": loss, "params": params}
    problems = check(case.document(loss=chosen), DATA).problems
    codes = ("activation_unlike_loss", "logits_unlike_loss")
    return [problem for problem in problems if problem.code in codes]


def is_defined(loss: str, case: Case) -> bool:
    """Whether Keras's loss is defined for what the activation gives, by calling it on numbers."""
    numbers = np.random.default_rng(0).normal(0, 4, (500, *case.shape)).astype("float32")
    values = np.asarray(getattr(keras.activations, case.activation)(numbers))
    low, high = COMPARED.get(loss, (-np.inf, np.inf))
    if loss in SHARES_OF_CLASSES and not np.allclose(values.sum(axis=-1), 1, atol=1e-3):
        return False
    return bool((values >= low - 1e-6).all() and (values <= high + 1e-6).all())


@pytest.mark.parametrize("loss", LOSSES)
def test_what_a_loss_is_not_defined_for_is_told(loss: str) -> None:
    case = CASES[TARGETS.get(loss, "an amount")]
    names = set(NAMES) - OF_ROWS if case.shape == (1,) else NAMES
    cases = {name: replace(case, activation=name) for name in names}
    wrong = {name for name, one in cases.items() if not is_defined(loss, one)}
    assert {name for name, one in cases.items() if told(one, loss)} == wrong


@pytest.mark.parametrize("loss", OF_LOGITS)
def test_scores_with_bounds_are_told(loss: str) -> None:
    case = CASES[TARGETS[loss]]
    fits = {
        name for name in NAMES if not told(replace(case, activation=name), loss, from_logits=True)
    }
    assert fits == UNBOUNDED | {"log_softmax"}


def test_several_labels_do_not_share() -> None:
    (problem,) = told(replace(CASES["labels"], activation="softmax"), "BinaryCrossentropy")
    assert problem.fix
    assert (problem.code, problem.fix.label) == ("activation_unlike_loss", "Use sigmoid")
    assert told(CASES["labels"], "BinaryCrossentropy") == []


@pytest.mark.parametrize("loss", [loss for loss in LOSSES if loss in COMPARED])
def test_the_fix_makes_the_loss_fit(loss: str) -> None:
    case = replace(CASES[TARGETS.get(loss, "an amount")], activation="leaky_relu")
    chosen = {"class": loss, "params": {}}
    (problem,) = told(case, loss)
    assert problem.fix
    operations = [OPERATION.validate_python(item) for item in problem.fix.operations]
    fixed, _, refused = apply_all(case.document(loss=chosen), operations)
    assert refused == []
    assert problem.code not in [other.code for other in check(fixed, DATA).problems]
