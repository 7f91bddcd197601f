"""Scripts read arrays of NumPy as Layerloom does: the same columns, types and parts."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.code import generate, targets
from engine.code.scripts.reading import readable, reading
from engine.code.syntax.render import At, expression
from engine.data import arrays as functions
from engine.data.catalogue import ArrayFile
from engine.data.description import Description, own_file
from engine.data.files.reading import as_data_sets
from engine.imports.graph_builder import Imported
from engine.imports.python import from_python
from engine.templates.proposing import Proposal, propose
from tests.engine.data.files.archives import npz
from tests.engine.data.files.reads import read, rows
from tests.engine.scripts import run

CASES: dict[str, dict[str, Any]] = {
    "images and classes": {
        "x": np.arange(48, dtype="uint8").reshape(3, 4, 4),
        "y": np.array([[2], [0], [1]], "int32"),
    },
    "parts": {
        "x_test": np.zeros((2, 3)),
        "y_test": np.array([2, 1]),
        "x_train": np.arange(18.0).reshape(6, 3),
        "y_train": np.arange(6) % 2,
        "version": np.array(1),
    },
    "times, classes and texts": {
        "x": np.ones((4, 2)),
        "when": np.array(["2024-01-01", "NaT", "1969-12-31", "2024-02-29"], "datetime64[D]"),
        "kind": np.array(["elm", "oak  tree", "elm", "oak  tree"]),
        "text": np.array(["one ü", "two words", " three words more", "four"]),
    },
    "bytes": {
        "kind": np.array([b"oak  tree", b"elm", b"elm", b"oak  tree"]),
        "text": np.array([text.encode() for text in ("one ü", "two words", "a third one", "4")]),
    },
    "other types": {
        "a": np.array([1.5, np.nan, 1e300]),
        "b": np.array([True, False, True]),
        "c": np.array([[1, 2], [3, 4], [5, 6]], ">i2"),
        "folder/d": np.array([7, 8, 9], "uint8"),
    },
}


def npy(values: np.ndarray) -> bytes:
    """An array as an .npy file."""
    file = io.BytesIO()
    np.save(file, values)
    return file.getvalue()


def own(description: Description, path: str) -> ArrayFile:
    """How a script reads the file."""
    file = own_file(description, path)
    assert isinstance(file, ArrayFile)
    return file


def assert_read_alike(description: Description, folder: Path) -> None:
    """A script reads the columns of a file as the app has read them."""
    data, file = description.data, own(description, str(folder / "source"))
    sets = as_data_sets(description, folder / "read")
    sets = sets.model_copy(update={"archives": {data.id: file}})
    assert readable(sets, data.id, data.columns) == file
    call = expression(reading(file, data.columns, data), At(targets.get("keras")))
    loaded: dict[str, np.ndarray] = eval(call, dict(vars(functions)))
    stored = rows(folder, description)
    assert loaded.keys() == stored.keys()
    for name, values in stored.items():
        np.testing.assert_array_equal(loaded[name], values, name)
        assert loaded[name].dtype == values.dtype


@pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning")
@pytest.mark.parametrize("arrays", CASES.values(), ids=CASES)
def test_a_script_reads_the_same_rows(arrays: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "source.npz").touch()
    assert_read_alike(read(tmp_path, npz(**arrays), "a.npz"), tmp_path)


@pytest.mark.parametrize("values", [np.arange(6.0), np.ones((2, 3, 4), "uint8")])
def test_a_script_reads_a_single_array(values: np.ndarray, tmp_path: Path) -> None:
    assert_read_alike(read(tmp_path, npy(values), "a.npy"), tmp_path)


@pytest.mark.parametrize(
    "other",
    [np.array(["1.5", "2"]), np.array(["a", "", "a", "b"])],
    ids=["numbers", "gaps"],
)
def test_other_texts_are_read_from_the_rows(other: np.ndarray, tmp_path: Path) -> None:
    description = read(tmp_path, npz(x=np.ones((len(other), 3)), other=other), "a.npz")
    assert own_file(description, "a.npz") is None


def test_the_script_of_a_proposal_trains_on_the_arrays(tmp_path: Path) -> None:
    generator = np.random.default_rng(0)
    content = npz(
        x_train=generator.normal(size=(40, 6)), y_train=np.arange(40) % 2,
        x_test=generator.normal(size=(9, 6)), y_test=np.arange(9) % 2,
    )  # fmt: skip
    (tmp_path / "letters.npz").write_bytes(content)
    description = read(tmp_path, content, "letters.npz")
    proposal = propose(description.data, description.data.hash or "", description.columns)
    assert isinstance(proposal, Proposal)
    training = proposal.document.training.model_copy(update={"epochs": 1})
    document = proposal.document.model_copy(update={"training": training})
    sets = as_data_sets(description, tmp_path / "read")
    id, file = description.data.id, own(description, "letters.npz")
    sets = sets.model_copy(update={"archives": {id: file}})
    source = generate(document, "script", data=sets).source
    assert 'load_npz(\n        "letters.npz",' in source
    assert "allow_pickle=False" in source
    assert "Evaluation on the test rows" in run(source, tmp_path)
    back = from_python(source, sets)
    assert isinstance(back, Imported)
    assert back.document.training.data == id
