"""The kinds of results, the files of predictions, and the rows behind a number."""

import csv
from pathlib import Path

import numpy as np
import pytest

from engine.data.built_in import BUILT_IN
from engine.data.catalogue import Column, joined, one_hot
from engine.problems import Problem
from engine.results.collecting import Collector
from engine.results.description import Results, Samples, Wanted
from engine.results.keeping import keep, predictions, write
from engine.results.kinds import compared, errors_of, kind_of
from engine.results.sampling import samples
from engine.results.table import PredictionsTable, safe

KIND = Column(name="kind", shape=(), dtype="int64", classes=("=a", "b", "c"))
SIDE = Column(name="side", shape=(1,), dtype="int64", classes=("left", "right"))
PRICE = Column(name="price", shape=(), dtype="float32")
PICTURE = Column(name="picture", shape=(2, 2, 1), dtype="float32")
MASK = Column(name="mask", shape=(2, 2), dtype="int64", classes=("no", "yes"))
TAGS = Column(name="tags", shape=(3,), dtype="float32", labels=("x", "y", "z"))
FUTURE = Column(name="future", shape=(4,), dtype="float32")


@pytest.mark.parametrize(
    ("column", "task", "kind"),
    [
        (KIND, "classification", "classes"),
        (one_hot(KIND), "classification", "classes"),
        (SIDE, "binary", "classes"),
        (MASK, "segmentation", "places"),
        (TAGS, "labels", "labels"),
        (PRICE, "regression", "numbers"),
        (joined([PRICE, PRICE]), "regression", "numbers"),
        (PICTURE, "reconstruction", "arrays"),
        (FUTURE, "forecast", "forecast"),
        (KIND, "forecast", "classes"),
    ],
)
def test_the_kind_follows_from_the_column(column: Column, task: str, kind: str) -> None:
    assert kind_of(column, task) == kind  # type: ignore[arg-type]


def test_outputs_are_compared_by_kind() -> None:
    logits = np.array([[0.0, 3], [2, 0]], "float32")
    two = compared("classes", SIDE, np.array([[1], [0]]), logits, logits=True)
    assert two
    assert two.actual.tolist() == [1, 0]
    assert two.predicted.sum(axis=1) == pytest.approx([1, 1])
    one = compared("classes", SIDE, np.array([[1], [0]]), np.array([[3.0], [-9]]), logits=True)
    assert one
    assert one.predicted.argmax(axis=1).tolist() == [1, 0]
    hot = compared("classes", one_hot(KIND), np.eye(3), np.eye(3), logits=False)
    assert hot
    assert hot.actual.tolist() == [0, 1, 2]
    assert compared("classes", KIND, np.array([2]), np.zeros((1, 2)), logits=False) is None
    assert compared("numbers", PRICE, np.zeros(3), np.zeros((3, 2)), logits=False) is None
    places = compared("places", MASK, np.zeros((1, 2, 2)), np.zeros((1, 2, 2, 1)), logits=True)
    assert places
    assert errors_of("places", places).tolist() == [0]


def _collector(column: Column, rows: int, most_bytes: int = 1 << 20) -> Collector:
    return Collector("out", "score", column, "classification", False, rows, most_bytes)


def test_a_table_holds_all_rows_and_no_formulas(tmp_path: Path) -> None:
    collector, path = _collector(KIND, 3), tmp_path / "table.csv"
    actual, scores = np.array([0, 1, 0]), np.array([[0.75, 0.25, 0], [0, 1, 0], [0, 0, 1.0]])
    with PredictionsTable(path, [collector]) as table:
        for at in (np.array([0, 1]), np.array([2])):
            rows = collector.add(at, at + 40, actual[at], scores[at])
            table.add(at + 40, [rows])
    lines = list(csv.reader(path.read_text("utf-8").splitlines()))
    assert lines[0] == ["row", "actual", "predicted", "confidence", "error", "'=a", "b", "c"]
    assert lines[1] == ["41", "'=a", "'=a", "0.75", "0.287682", "0.75", "0.25", "0"]
    assert [line[0] for line in lines[1:]] == ["41", "42", "43"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@a", "\ta", "\rb"])
def test_texts_are_no_formulas(text: str) -> None:
    assert safe(text) == f"'{text}"
    assert safe(f"a{text}") == f"a{text}"


def test_of_many_rows_evenly_spread_ones_are_kept(tmp_path: Path) -> None:
    collector = _collector(KIND, 1000, most_bytes=1600)
    actual, scores = np.zeros(1000, int), np.tile(np.eye(3)[0], (1000, 1))
    for at in np.split(np.arange(1000), 4):
        collector.add(at, at, actual[at], scores[at])
    results = keep(tmp_path, "validation", 1000, [collector])
    (output,) = results.outputs
    assert (output.rows, output.kept) == (1000, 100)
    kept = predictions(tmp_path, "validation", "out")
    assert kept is not None
    assert isinstance(kept["predicted"], np.memmap)
    assert kept["rows"].tolist() == list(range(0, 1000, 10))
    assert predictions(tmp_path, "test", "out") is None


def _iris(folder: Path) -> Results:
    """Results on the rows of iris, of which every fifth is taken for the first class."""
    data = BUILT_IN.find("iris")
    assert data
    column = data.column("species")
    assert column
    collector = Collector("out", "score", column, data.task, False, 150)
    rows = np.arange(150)
    actual = rows // 50
    guessed = np.where(rows % 5 == 0, 0, actual)
    scores = np.eye(3)[guessed] * 0.8 + 0.2 / 3
    collector.add(rows, rows, actual, scores)
    part = keep(folder, "validation", 150, [collector])
    results = Results(data="iris", inputs=("features",), parts=(part,))
    write(folder, results)
    return results


def test_the_rows_behind_a_cell_of_the_confusion_matrix(tmp_path: Path) -> None:
    _iris(tmp_path)
    found = samples(tmp_path, Wanted(node="out", actual=2, predicted=0, limit=4), BUILT_IN)
    assert isinstance(found, Samples)
    assert found.total == 10
    assert [one.row for one in found.samples] == [100, 105, 110, 115]
    first = found.samples[0]
    assert (first.actual, first.predicted, first.scores[0][0]) == (2, 0, 0)
    assert [column.name for column in found.columns] == ["features"]
    assert found.columns[0].rows[0] == pytest.approx([6.3, 3.3, 6.0, 2.5])  # type: ignore[index]
    right = samples(tmp_path, Wanted(node="out", order="best", limit=1), BUILT_IN)
    assert isinstance(right, Samples)
    assert right.samples[0].actual == right.samples[0].predicted
    later = samples(tmp_path, Wanted(node="out", actual=2, predicted=0, offset=8), BUILT_IN)
    assert isinstance(later, Samples)
    assert [one.row for one in later.samples] == [140, 145]


def test_rows_that_are_not_there_are_refused_by_name(tmp_path: Path) -> None:
    nothing = samples(tmp_path, Wanted(), BUILT_IN)
    assert isinstance(nothing, Problem)
    assert nothing.code == "no_results"
    results = _iris(tmp_path)
    other = samples(tmp_path, Wanted(on="test"), BUILT_IN)
    assert isinstance(other, Problem)
    write(tmp_path, results.model_copy(update={"data": "gone"}))
    gone = samples(tmp_path, Wanted(), BUILT_IN)
    assert isinstance(gone, Problem)
    assert gone.code == "unknown_data"
