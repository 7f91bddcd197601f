"""Columns of uncompressed files are mapped into memory."""

import zipfile
from pathlib import Path

import numpy as np
import pytest

from engine.data.arrays import load_arrays
from engine.data.files.packing import ALIGNMENT, Packer
from engine.data.mapping import map_arrays

TEXTS = ["", "one", "zwei ü", "", "three\nlines"]


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    (tmp_path / "scratch").mkdir()
    packer = Packer(tmp_path / "scratch")
    numbers, text = packer.add("../x", (2,), "float32"), packer.add_text("text")
    for start in range(0, 5, 2):
        stop = min(start + 2, 5)
        numbers.append(np.arange(2 * start, 2 * stop).reshape(-1, 2))
        text.append(TEXTS[start:stop])
    packer.add("none", (3,), "uint8")
    packer.pack(tmp_path / "packed.npz")
    return tmp_path / "packed.npz"


def test_numbers_are_memory_maps_and_text_is_strings(packed: Path) -> None:
    arrays = map_arrays(packed)
    assert arrays is not None
    assert list(arrays) == ["../x", "text", "none"]
    numbers = arrays["../x"]
    assert isinstance(numbers, np.memmap)
    assert not numbers.flags.writeable
    assert numbers.ctypes.data % ALIGNMENT == 0
    np.testing.assert_array_equal(numbers, np.arange(10, dtype="float32").reshape(5, 2))
    assert arrays["text"].tolist() == TEXTS
    assert arrays["none"].shape == (0, 3)


def test_a_script_loads_the_same(packed: Path) -> None:
    mapped, loaded = map_arrays(packed), load_arrays(str(packed))
    assert mapped is not None
    assert mapped.keys() == loaded.keys()
    for name, values in mapped.items():
        np.testing.assert_array_equal(loaded[name], values)
        assert loaded[name].dtype == values.dtype


def test_compressed_files_are_not_mapped(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "a.npz", a=np.ones(3))
    assert map_arrays(tmp_path / "a.npz") is None


def _members(path: Path, **members: bytes) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(f"{name}.npy", content)
    return path


def _npy(array: np.ndarray, folder: Path) -> bytes:
    np.save(folder / "array.npy", array)
    return (folder / "array.npy").read_bytes()


def test_refuses_what_is_not_as_described(tmp_path: Path) -> None:
    values = _npy(np.arange(4), tmp_path)
    for content, match in [
        (values[:-8], "cut off"),
        (b"text", "magic"),
        (_npy(np.array([print]), tmp_path), "objects"),
    ]:
        with pytest.raises(ValueError, match=match):
            map_arrays(_members(tmp_path / "a.npz", a=content))
    text = _npy(np.frombuffer(b"abc", "uint8"), tmp_path)
    for ends in ([1, 4], [2, 1], [-1]):
        file = tmp_path / "t.npz"
        _members(file, **{"a": text, "a:ends": _npy(np.array(ends), tmp_path)})
        with pytest.raises(ValueError, match="text column"):
            map_arrays(file)
