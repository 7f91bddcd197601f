"""Data sets agree with their descriptions, and columns are bound to inputs and outputs."""

import socket
from math import prod

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.data import loaders
from engine.data.bindings import Bound, bind, columns
from engine.data.built_in import BUILT_IN
from engine.data.catalogue import TEXT, Column, DataSet, DataSets, joined, parts_of
from engine.data.loading import load
from engine.data.preview import Preview
from engine.data.previewing import preview
from engine.data.splitting import split_rows
from engine.document import Binding, Document, Graph, Node, Training
from engine.problems import Problem

OFFLINE = [data for data in BUILT_IN.sets if not data.download]
DOWNLOADED = [data for data in BUILT_IN.sets if data.download]


def _dtype(values: np.ndarray) -> str:
    return TEXT if values.dtype == object else values.dtype.name


@pytest.mark.parametrize("data", OFFLINE, ids=lambda data: data.id)
def test_the_catalogue_describes_what_the_loader_returns(data: DataSet) -> None:
    arrays = load(data.id, BUILT_IN)
    assert isinstance(arrays, dict)
    described = {c.name: ((data.rows, *c.shape), c.dtype) for c in data.columns}
    assert {name: (array.shape, _dtype(array)) for name, array in arrays.items()} == described
    for column in data.columns:
        values = arrays[column.name]
        if column.classes:
            assert set(values.ravel().tolist()) == set(range(len(column.classes)))
        elif column.dtype == TEXT:
            assert {type(value) for value in values} == {str}
        else:
            assert np.isfinite(values).all()
            assert np.abs(values).max() < 20


@pytest.mark.parametrize("data", BUILT_IN.sets, ids=lambda data: data.id)
def test_every_data_set_can_be_trained_on(data: DataSet) -> None:
    roles = [column.role for column in data.columns]
    assert "input" in roles
    assert "target" in roles
    assert callable(getattr(loaders, f"load_{data.id}"))


@pytest.mark.parametrize("data", OFFLINE, ids=lambda data: data.id)
def test_a_preview_has_a_few_rows_and_statistics_of_all(data: DataSet) -> None:
    shown = preview(data.id, BUILT_IN)
    assert isinstance(shown, Preview)
    assert shown.rows == data.rows
    assert (len(shown.indices), shown.indices[0], shown.indices[-1]) == (12, 0, data.rows - 1)
    assert [column.name for column in shown.columns] == [column.name for column in data.columns]
    for column, described in zip(shown.columns, data.columns, strict=True):
        assert np.shape(column.rows) == (12, *described.shape)
        if described.classes:
            assert sum(column.counts) == data.rows * prod(described.shape)
            assert len(column.counts) == len(described.classes)
        elif described.dtype == TEXT:
            assert all(isinstance(row, str) and row.endswith(".") for row in column.rows)
            assert (column.minimum, column.mean, column.maximum) == (None, None, None)
        else:
            assert column.minimum is not None
            assert column.mean is not None
            assert column.maximum is not None
            assert column.minimum < column.mean < column.maximum
    assert len(shown.model_dump_json()) < 70_000


@pytest.mark.filterwarnings("ignore:Retry downloading")
@pytest.mark.parametrize("data", DOWNLOADED, ids=lambda data: data.id)
def test_a_download_without_a_network_is_a_problem(
    data: DataSet, monkeypatch: pytest.MonkeyPatch, tmp_path: object
) -> None:
    def unreachable(*_: object, **__: object) -> None:
        raise OSError("Network is unreachable")

    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setenv("SCIKIT_LEARN_DATA", str(tmp_path))
    monkeypatch.setattr("keras.src.backend.config.keras_home", lambda: str(tmp_path))
    monkeypatch.setattr(socket, "getaddrinfo", unreachable)
    problem = load(data.id, BUILT_IN)
    assert isinstance(problem, Problem)
    assert (problem.code, problem.param) == ("needs_network", "data")
    assert problem.detail is not None
    assert "unreachable" in problem.detail
    assert preview(data.id, BUILT_IN) == problem


def test_an_unknown_data_set_is_a_problem_with_a_suggestion() -> None:
    problem = load("digit", BUILT_IN)
    assert isinstance(problem, Problem)
    assert (problem.code, problem.hint) == ("unknown_data", "Did you mean “digits”?")


@given(
    rows=st.integers(0, 300),
    fraction=st.floats(0, 0.9),
    seed=st.integers(0, 2**31 - 1),
)
def test_a_split_is_a_partition_and_depends_on_the_seed_alone(
    rows: int, fraction: float, seed: int
) -> None:
    training, validation = split_rows(rows, fraction, seed)
    assert sorted([*training, *validation]) == list(range(rows))
    assert len(validation) == round(rows * fraction)
    again = split_rows(rows, fraction, seed)
    assert (training.tolist(), validation.tolist()) == tuple(half.tolist() for half in again)


def _document(data: str, names: dict[str, str], **bindings: str | tuple[str, ...]) -> Document:
    nodes = tuple(Node(id=node, layer="Dense", name=name) for node, name in names.items())
    bound = tuple(
        Binding(node=node, column=column)
        for node, columns in bindings.items()
        for column in ([columns] if isinstance(columns, str) else columns)
    )
    return Document(
        graphs=(Graph(id="main", nodes=nodes),), training=Training(data=data, bindings=bound)
    )


Case = tuple[Document, list[str], list[str], Bound, Bound, list[tuple[str, str | None]]]

CASES: dict[str, Case] = {
    "in order": (_document("digits", {}), ["a"], ["b"], {"a": ("image",)}, {"b": ("digit",)}, []),
    "by name": (
        _document("iris", {"x": "petal", "y": "sepal"}),
        ["x", "y"],
        ["z"],
        {"x": ("petal",), "y": ("sepal",)},
        {"z": ("species",)},
        [],
    ),
    "explicit before name": (
        _document("iris", {"x": "petal"}, x="sepal"),
        ["x"],
        ["z"],
        {"x": ("sepal",)},
        {"z": ("species",)},
        [],
    ),
    "reconstruction": (
        _document("digits", {}, b="image"),
        ["a"],
        ["b"],
        {"a": ("image",)},
        {"b": ("image",)},
        [],
    ),
    "one target for two outputs": (
        _document("digits", {}),
        ["a"],
        ["b", "c"],
        {"a": ("image",)},
        {"b": ("digit",), "c": ("digit",)},
        [],
    ),
    "two outputs, one bound": (
        _document("digits", {}, b="image"),
        ["a"],
        ["b", "c"],
        {"a": ("image",)},
        {"b": ("image",), "c": ("digit",)},
        [],
    ),
    "too many inputs": (
        _document("digits", {}),
        ["a", "b"],
        ["c"],
        {"a": ("image",)},
        {"c": ("digit",)},
        [("no_column_for_input", "b")],
    ),
    "joined": (
        _document("iris", {}, x=("petal", "species")),
        ["x"],
        ["z"],
        {"x": ("petal", "species")},
        {"z": ("species",)},
        [],
    ),
    "joined images": (
        _document("digits", {}, a=("image", "digit")),
        ["a"],
        ["c"],
        {},
        {"c": ("digit",)},
        [("columns_dont_join", "a")],
    ),
    "unknown column": (
        _document("digits", {}, a="images"),
        ["a"],
        ["c"],
        {"a": ("image",)},
        {"c": ("digit",)},
        [("unknown_column", "a")],
    ),
    "stray": (
        _document("digits", {}, hidden="image"),
        ["a"],
        ["c"],
        {"a": ("image",)},
        {"c": ("digit",)},
        [("stray_binding", "hidden")],
    ),
    "no data": (_document("", {}), ["a"], ["c"], {}, {}, [("no_data", None)]),
    "unknown data": (_document("x", {}), ["a"], ["c"], {}, {}, [("unknown_data", None)]),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_columns_are_bound(case: Case) -> None:
    document, inputs, outputs, *expected = case
    fed, targets, problems = bind(document, inputs, outputs, BUILT_IN)
    assert [fed, targets, [(problem.code, problem.node) for problem in problems]] == expected
    bound = columns(document, targets, BUILT_IN)
    assert {
        node: tuple(part.name for part in parts_of(column)) for node, column in bound.items()
    } == targets


TABLE = DataSets(
    sets=(
        DataSet(
            id="table", title="", summary="", task="regression", rows=1, source="",
            columns=(
                Column(name="a", shape=(), dtype="float32", role="input"),
                Column(name="b", shape=(2,), dtype="float32", role="input"),
                Column(name="c", shape=(), dtype="int64", role="input", classes=("x", "y", "z")),
                Column(name="d", shape=(), dtype="float32", role="target"),
            ),
        ),
    ),
)  # fmt: skip


def test_one_input_takes_all_default_columns_that_can_be_joined() -> None:
    document = _document("table", {})
    fed, targets, problems = bind(document, ["x"], ["y"], TABLE)
    assert (fed, targets, problems) == ({"x": ("a", "b", "c")}, {"y": ("d",)}, [])
    assert columns(document, fed, TABLE)["x"].shape == (4,)
    assert bind(document, ["x", "y"], ["z"], TABLE)[0] == {"x": ("a",), "y": ("b",)}


def test_joined_classes_can_be_encoded() -> None:
    bindings = (
        Binding(node="x", column="c", encoding="one_hot"),
        Binding(node="x", column="a"),
    )
    document = Document(training=Training(data="table", bindings=bindings))
    column = columns(document, bind(document, ["x"], [], TABLE)[0], TABLE)["x"]
    assert (column.name, column.shape, column.classes) == ("c, a", (4,), ())


def test_the_name_of_many_joined_columns_is_short() -> None:
    many = [Column(name=name, shape=(), dtype="float32") for name in "abcd"]
    column = joined(many)
    assert column is not None
    assert column.name == "a, b, c, …"
    assert joined([*many, Column(name="t", shape=(), dtype=TEXT)]) is None


def test_find_returns_only_data_sets_that_exist() -> None:
    assert BUILT_IN.find("iris") in BUILT_IN.sets
    assert BUILT_IN.find("") is None
