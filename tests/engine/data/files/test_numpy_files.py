"""Arrays of NumPy."""

from pathlib import Path

import numpy as np

from tests.engine.data.files.archives import (
    npy,
    npz,
)
from tests.engine.data.files.reads import codes, read, refused, roles, rows, types


def test_arrays(tmp_path: Path) -> None:
    images = np.arange(5 * 4 * 4, dtype="uint8").reshape(5, 4, 4)
    content = npz(
        x=np.asfortranarray(np.arange(10, dtype="float64").reshape(5, 2)),
        image=images,
        y=np.array([0, 2, 1, 2, 0]),
        name=np.array(["one", "two", "three", "four", "ü"]),
        when=np.array(["2020-01-02"] * 4 + ["NaT"], "datetime64[D]"),
        more=np.zeros((3, 2)),
    )
    description = read(tmp_path, content, "a.npz")
    assert types(description) == {
        "x": "array",
        "image": "image",
        "y": "category",
        "when": "date",
        "name": "text",
    }
    assert roles(description)["y"] == "target"
    assert description.data.column("y").classes == ("0", "1", "2")  # type: ignore[union-attr]
    assert codes(description) == ["array_left_out"]
    arrays = rows(tmp_path, description)
    assert arrays["x"].dtype == "float32"
    assert arrays["x"].tolist() == [[0, 1], [2, 3], [4, 5], [6, 7], [8, 9]]
    np.testing.assert_array_equal(arrays["image"], images)
    assert isinstance(arrays["image"], np.memmap)
    assert arrays["name"].tolist() == ["one", "two", "three", "four", "ü"]
    np.testing.assert_array_equal(arrays["when"].ravel(), [18263.0] * 4 + [np.nan])


def test_a_single_array(tmp_path: Path) -> None:
    values = np.random.default_rng(0).normal(size=(50, 3)).astype("float32")
    description = read(tmp_path, npy(values), "values.npy")
    (column,) = description.columns
    assert (column.name, column.type, column.role) == ("values", "array", "input")
    np.testing.assert_array_equal(rows(tmp_path, description)["values"], values)


def test_whole_numbers_for_each_step_are_classes_if_somebody_says_so(tmp_path: Path) -> None:
    x, y = np.arange(24).reshape(4, 6) % 5, np.arange(16, dtype="uint8").reshape(4, 2, 2) % 3
    plain = read(tmp_path, npz(x=x, y=y), "a.npz")
    assert [column.classes for column in plain.data.columns] == [(), ()]
    wanted = {"x": {"type": "category"}, "y": {"type": "mask", "role": "target"}}
    description = read(tmp_path, npz(x=x, y=y), "a.npz", columns=wanted)
    assert [column.shape for column in description.data.columns] == [(6,), (2, 2)]
    assert [len(column.classes) for column in description.data.columns] == [5, 3]
    assert description.data.task == "segmentation"
    loaded = rows(tmp_path, description)
    np.testing.assert_array_equal(loaded["x"], x)
    np.testing.assert_array_equal(loaded["y"], y)
    assert sum(description.columns[0].counts) == 24
    for number, values in enumerate((x - 1, x * 1_000, x / 2)):
        folder = tmp_path / str(number)
        folder.mkdir()
        wrong = refused(folder, npz(x=values), "a.npz", columns={"x": wanted["x"]})
        assert wrong.code == "column_of_other_type"
