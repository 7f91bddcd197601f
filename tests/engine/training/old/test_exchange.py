"""What the worker and the old interpreter exchange: weights and rows, as files of NumPy."""

from pathlib import Path

import keras
import numpy as np
import pytest

from engine.data.built_in import BUILT_IN
from engine.training import compiling
from engine.training.old import rows, weights
from engine.training.rows import fitted, gather
from tests.engine.documents import document, node
from tests.engine.runs import document as template

pytestmark = pytest.mark.filterwarnings(
    "ignore:__array__ implementation:DeprecationWarning"
)  # Keras on JAX

KERNEL = {"kernel_size": 3}


def convolutions() -> keras.Model:
    """A model in which kernels are turned, and others are not."""
    nodes = [
        node("in", "Input", shape=[8, 8, 3]),
        node("conv", "Conv2D", filters=4, **KERNEL),
        node("norm", "BatchNormalization"),
        node("flat", "Flatten"),
        node("out", "Dense", units=2),
    ]
    edges = ["in > conv", "conv > norm", "norm > flat", "flat > out"]
    return compiling.build(document(nodes, edges))


def test_kernels_are_turned_in_space_and_nothing_else(tmp_path: Path) -> None:
    model, file = convolutions(), tmp_path / "weights.npz"
    weights.write(model, file, turned=True)
    expected = model.get_weights()
    expected[0] = expected[0][::-1, ::-1]
    with np.load(file, allow_pickle=False) as archive:
        written = [archive[str(at)] for at in range(len(expected))]
    for array, wanted in zip(written, expected, strict=True):
        assert np.array_equal(array, wanted)
    assert weights.counted(model) == [
        (("conv2d",), 2),
        (("batch_normalization",), 4),
        (("dense",), 2),
    ]


def test_weights_come_back_as_they_were(tmp_path: Path) -> None:
    model, file = convolutions(), tmp_path / "weights.npz"
    weights.write(model, file, turned=True)
    before = model.get_weights()
    model.set_weights([np.zeros_like(array) for array in before])
    weights.read(model, file, turned=True)
    assert all(map(np.array_equal, model.get_weights(), before))


def test_weights_of_another_shape_change_nothing(tmp_path: Path) -> None:
    model, file = convolutions(), tmp_path / "weights.npz"
    before = model.get_weights()
    np.savez(file, **{str(at): np.zeros((1, 2)) for at in range(len(before))})
    with pytest.raises(ValueError, match="instead of"):
        weights.read(model, file, turned=True)
    assert all(map(np.array_equal, model.get_weights(), before))


def test_rows_are_written_as_the_model_takes_them(tmp_path: Path) -> None:
    made = template("iris_two_inputs")
    data = fitted(gather(made, BUILT_IN), compiling.build(made))
    rows.write(tmp_path, "training", data.training, batch_size=7)
    files = sorted(path.name for path in tmp_path.iterdir())
    assert files == [
        "training-inputs-0.npy",
        "training-inputs-1.npy",
        "training-targets-0.npy",
    ]
    inputs, targets = data.training.read(np.arange(len(data.training)))
    for at, array in enumerate(inputs):
        file = np.load(tmp_path / f"training-inputs-{at}.npy", allow_pickle=False)
        assert file.dtype == np.float32
        assert np.array_equal(file, array.astype("float32"))
    assert np.array_equal(np.load(tmp_path / "training-targets-0.npy"), targets[0])
