"""Weights of HDF5 files are those of the model that was saved."""

import io
from collections.abc import Callable

import h5py
import keras
import numpy as np
import pytest
from keras import layers

from engine.imports.files import read_model
from engine.imports.graph_builder import Imported
from engine.imports.weights import load_weights
from engine.keras.build import build_model

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def example() -> keras.Model:
    """A model with a sub-model, a wrapper, and weights that are not trained."""
    start = keras.Input((4,), name="start")
    x = layers.Dense(4, name="d")(start)
    inner = keras.Model(start, layers.BatchNormalization(name="b")(x), name="inner")
    rows = keras.Input((4,), name="rows")
    x = layers.Reshape((2, 2), name="pairs")(inner(rows))
    x = layers.Bidirectional(layers.LSTM(3), name="both")(x)
    return keras.Model(rows, layers.Dense(2, name="out")(layers.Dropout(0.5)(x)), name="m")


def saved(model: keras.Model, change: Callable[[h5py.File], None] = lambda _: None) -> bytes:
    """An HDF5 file as Keras 2 wrote it: a group for each layer, its arrays by name."""
    file = io.BytesIO()
    with h5py.File(file, "w") as target:
        target.attrs["model_config"] = model.to_json()
        root = target.create_group("model_weights")
        root.attrs["keras_version"] = "2.9.0"
        for layer in model.layers:
            group = root.create_group(layer.name)
            weights = [*layer.trainable_weights, *layer.non_trainable_weights]
            group.attrs["weight_names"] = [f"{weight.path}:0".encode() for weight in weights]
            for weight in weights:
                group[f"{weight.path}:0"] = np.array(weight)
        change(target)
    return file.getvalue()


def imported(data: bytes) -> keras.Model:
    answer = read_model(data)
    assert isinstance(answer, Imported), answer
    return build_model(answer.document)


def test_weights_of_all_layers_are_loaded() -> None:
    model = example()
    for index, weight in enumerate(model.weights):
        weight.assign(np.full(weight.shape, index, "float32"))
    rebuilt = imported(saved(model))
    assert load_weights(rebuilt, saved(model)) == []
    rows = np.arange(8, dtype="float32").reshape(2, 4)
    np.testing.assert_array_equal(model(rows), rebuilt(rows))
    assert [np.array(weight).max() for weight in rebuilt.weights] == list(range(len(model.weights)))


def remove(file: h5py.File) -> None:
    del file["model_weights/out"]


def reshape(file: h5py.File) -> None:
    group = file["model_weights/inner"]
    del group["d/kernel:0"]
    group["d/kernel:0"] = np.ones((3, 4), "float32")


def miscount(file: h5py.File) -> None:
    file["model_weights/both"].attrs["weight_names"] = [b"both/forward_lstm/lstm_cell/kernel:0"]


@pytest.mark.parametrize(
    ("change", "layer"), [(remove, "out"), (reshape, "inner › d"), (miscount, "both")]
)
def test_layers_without_matching_weights_are_named(
    change: Callable[[h5py.File], None], layer: str
) -> None:
    data = saved(example(), change)
    (problem,) = load_weights(imported(data), data)
    assert (problem.code, problem.arguments["names"]) == ("import_weights_missing", [layer])


def link(file: h5py.File) -> None:
    group = file["model_weights/out"]
    del group["out/kernel:0"]
    group["out/kernel:0"] = h5py.ExternalLink("/etc/passwd", "x")


def older(file: h5py.File) -> None:
    file["model_weights"].attrs["keras_version"] = b"1.2.2"


def theano(file: h5py.File) -> None:
    file["model_weights"].attrs["backend"] = b"theano"


def untyped(file: h5py.File) -> None:
    file["model_weights/out"].attrs["weight_names"] = 3


@pytest.mark.parametrize("change", [link, older, theano, untyped])
def test_harmful_files_change_nothing(change: Callable[[h5py.File], None]) -> None:
    data = saved(example(), change)
    model = imported(data)
    before = model.get_weights()
    (problem,) = load_weights(model, data)
    assert problem.code == "import_bad_weights"
    for expected, actual in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(expected, actual)


def test_a_truncated_file_changes_nothing() -> None:
    data = saved(example())
    (problem,) = load_weights(example(), data[: len(data) // 2])
    assert problem.code == "import_bad_weights"
