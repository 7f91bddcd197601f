"""The task of a data set follows from its columns."""

import pytest

from engine.data.built_in import BUILT_IN
from engine.data.catalogue import Column, DataSet
from engine.data.tasks import task_of


@pytest.mark.parametrize("data", BUILT_IN.sets, ids=lambda data: data.id)
def test_sets_that_come_with_layerloom_have_the_task_of_their_columns(data: DataSet) -> None:
    if data.task == "forecast":
        assert task_of(data.columns) == "regression"
    else:
        assert task_of(data.columns) == data.task


@pytest.mark.parametrize(
    ("targets", "task"),
    [
        ([], "reconstruction"),
        ([((), 2)], "binary"),
        ([((1,), 2)], "binary"),
        ([((), 3)], "classification"),
        ([((), 2), ((1,), 2)], "labels"),
        ([((), 2), ((), 3)], "binary"),
        ([((12,), 4)], "sequence"),
        ([((8, 8), 2)], "segmentation"),
        ([((1,), 0)], "regression"),
    ],
)
def test_tasks(targets: list[tuple[tuple[int, ...], int]], task: str) -> None:
    columns = [
        Column(
            name=f"y{at}", shape=shape, dtype="int64", role="target",
            classes=tuple(map(str, range(many))),
        )
        for at, (shape, many) in enumerate(targets)
    ]  # fmt: skip
    assert (
        task_of([Column(name="tags", shape=(2,), dtype="uint8", role="target", labels=("a", "b"))])
        == "labels"
    )
    feature = Column(name="x", shape=(3,), dtype="float32", role="input")
    assert task_of([feature, *columns]) == task
