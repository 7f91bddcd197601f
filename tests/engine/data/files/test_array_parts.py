"""The arrays of training and test rows of one file become one data set, which divides its rows."""

from pathlib import Path

import numpy as np
import pytest

from engine.data.adopting import use_data
from engine.data.dividing import divide
from engine.data.division import Rule, rule_of
from engine.document import Division, Document, Training
from engine.templates.proposing import Proposal, propose
from tests.engine.data.files.archives import npz
from tests.engine.data.files.reads import codes, read, roles, rows, types


def halves(**changes: np.ndarray) -> dict[str, np.ndarray]:
    """Arrays of six rows for training, and of two for the test."""
    arrays = {
        "x_test": np.zeros((2, 3)),
        "y_test": np.array([2, 1]),
        "x_train": np.arange(18.0).reshape(6, 3),
        "y_train": np.arange(6) % 2,
    }
    return arrays | changes


def test_rows_of_both_parts_are_in_one_column(tmp_path: Path) -> None:
    description = read(tmp_path, npz(**halves()), "a.npz")
    assert roles(description) == {"x": "input", "y": "target", "part": "other"}
    assert types(description)["part"] == "category"
    assert codes(description) == ["arrays_joined"]
    arrays = rows(tmp_path, description)
    np.testing.assert_array_equal(arrays["x"][:6], np.arange(18).reshape(6, 3))
    np.testing.assert_array_equal(arrays["x"][6:], np.zeros((2, 3)))
    assert arrays["y"].tolist() == [0, 1, 0, 1, 0, 1, 2, 1]
    data = description.data
    classes = {column.name: column.classes for column in data.columns}
    assert classes == {"x": (), "y": ("0", "1", "2"), "part": ("train", "test")}
    assert data.division == Division(by="column", column="part")
    options = description.options.model_dump()
    assert read(tmp_path, npz(**halves()), "a.npz", **options) == description


def test_three_parts_with_images_and_texts(tmp_path: Path) -> None:
    counts = {"train": 5, "val": 2, "test": 3}
    arrays: dict[str, np.ndarray] = {"mean": np.zeros(())}
    for number, (part, count) in enumerate(counts.items()):
        arrays[f"{part}_images"] = np.full((count, 4, 4), number, "uint8")
        arrays[f"{part}_names"] = np.array([part * (number + 1)] * count)
    description = read(tmp_path, npz(**arrays), "a.npz")
    assert types(description)["images"] == "image"
    stored = rows(tmp_path, description)
    assert stored["images"][:, 0, 0].tolist() == [0] * 5 + [1] * 2 + [2] * 3
    names = description.data.column("names")
    assert names is not None
    assert [names.classes[number] for number in stored["names"]] == [
        *["train"] * 5, *["valval"] * 2, *["testtesttest"] * 3,
    ]  # fmt: skip
    assert codes(description)[:2] == ["array_left_out", "arrays_joined"]


@pytest.mark.parametrize(
    "changes",
    [
        {"x_test": np.zeros((2, 4))},
        {"y_test": np.ones(2)},
        {"y_test": np.ones(3, int)},
        {"x_val": np.ones((3, 3))},
        {"order": np.arange(8)},
    ],
    ids=["shape", "dtype", "rows", "names", "order"],
)
def test_parts_that_do_not_fit_stay_apart(tmp_path: Path, changes: dict[str, np.ndarray]) -> None:
    description = read(tmp_path, npz(**halves(**changes)), "a.npz")
    assert {"x_train", "y_train"} <= {*roles(description)}
    assert description.data.division == Division()
    assert "array_left_out" in codes(description)


def test_columns_of_the_same_rows_are_not_parts(tmp_path: Path) -> None:
    scores = {"train_score": np.arange(5.0), "test_score": np.arange(5.0) + 0.5}
    description = read(tmp_path, npz(**scores), "a.npz")
    assert [*roles(description)] == ["train_score", "test_score"]


def test_a_document_that_takes_the_data_divides_by_the_parts(tmp_path: Path) -> None:
    description = read(tmp_path, npz(**halves()), "a.npz")
    data, by_part = description.data, Division(by="column", column="part")
    assert use_data(Document(), data).training.division == by_part
    proposal = propose(data, data.id, description.columns)
    assert isinstance(proposal, Proposal)
    assert proposal.document.training.division == by_part
    stratified = Training(division=Division(by="stratified"))
    kept = use_data(Document(training=stratified), data)
    assert kept.training.division == stratified.division
    rule = rule_of(Training(division=by_part, split=0.5), data, ())
    assert isinstance(rule, Rule)
    parts = divide(rule, data.rows, rows(tmp_path, description), seed=0)
    assert parts.test.tolist() == [6, 7]
    assert sorted([*parts.training, *parts.validation]) == [0, 1, 2, 3, 4, 5]
    assert len(parts.validation) == 3
