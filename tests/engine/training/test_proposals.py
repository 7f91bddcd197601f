"""The model that is proposed for each kind of file trains."""

import math
from typing import Any

import pytest

from tests.engine.engines import printed

HEADS: dict[str, tuple[str, list[Any], str]] = {
    "two classes": ("binary", ["Dense", 1, "sigmoid"], "accuracy"),
    "many classes": ("classification", ["Dense", 3, "softmax"], "accuracy"),
    "several labels": ("labels", ["Dense", 3, "sigmoid"], "auc"),
    "regression": ("regression", ["Rescaling", None, None], "mae"),
    "forecast": ("forecast", ["Dense", 2, None], "mae"),
    "reconstruction": ("reconstruction", ["Rescaling", None, None], "mae"),
    "segmentation": ("segmentation", ["Dense", 2, "softmax"], "accuracy"),
    "sequence to sequence": ("sequence", ["Dense", 5, "softmax"], "accuracy"),
    "text": ("binary", ["Dense", 1, "sigmoid"], "accuracy"),
    "language model": ("forecast", ["Dense", 29, "softmax"], "accuracy"),
    "images": ("classification", ["Dense", 3, "softmax"], "accuracy"),
}
"""The task of each kind, the last layer of its model, and a metric of it."""


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return printed("training.proposal_cases", "tensorflow", str(tmp_path_factory.mktemp("kinds")))


@pytest.mark.parametrize("kind", HEADS)
def test_a_proposal_trains(kind: str, trained: Any) -> None:
    task, head, metric = HEADS[kind]
    found = trained[kind]
    assert (found["outcome"], found["problem"]) == ("finished", None)
    assert (found["task"], found["head"]) == (task, head)
    assert {"loss", metric} <= {*found["measured"]}
    assert all(map(math.isfinite, found["measured"].values()))


def test_all_kinds_are_told(trained: Any) -> None:
    assert trained.keys() == HEADS.keys()
