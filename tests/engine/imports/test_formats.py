"""Model files of older versions of Keras are read; those of other libraries are named."""

import io
import json
import pickle
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
import pytest
from keras import layers

from engine.imports.files import read_model
from engine.imports.graph_builder import Imported
from engine.keras.build import build_model
from tests.engine.keras_models import call, config, old, old_model

START = old("InputLayer", "x", batch_input_shape=[None, 3])
OLD = old_model(START, old("Dense", "d", call("x"), units=2))
ADAM = {"class_name": "Adam", "config": {"lr": 0.25, "decay": 0.0, "name": "Adam"}}
TRAINING = {
    "optimizer_config": ADAM,
    "loss": {"class_name": "BinaryCrossentropy", "config": {"reduction": "auto"}},
    "metrics": [
        [
            {
                "class_name": "MeanMetricWrapper",
                "config": {"name": "mae", "fn": "mean_absolute_error"},
            }
        ]
    ],
}


def read(data: bytes) -> Imported:
    answer = read_model(data)
    assert isinstance(answer, Imported), answer
    return answer


def code(data: bytes, name: str = "") -> str:
    """The code of the problem of a file that can't be read."""
    answer = read_model(data, name)
    assert isinstance(answer, list), answer
    return answer[0].code + (f".{answer[0].variant}" if answer[0].variant else "")


def hdf5(**attributes: Any) -> bytes:
    file = io.BytesIO()
    with h5py.File(file, "w") as content:
        content.attrs.update(attributes)
    return file.getvalue()


def field(number: int, content: bytes) -> bytes:
    """A field of a protocol buffer."""
    length, size = b"", len(content)
    while size > 0x7F:
        length, size = length + bytes([size & 0x7F | 0x80]), size >> 7
    return bytes([number << 3 | 2]) + length + bytes([size]) + content


def metadata(value: Any, path: bytes = b"root") -> bytes:
    """A keras_metadata.pb with a layer and the root."""
    kind = field(4, b"_tf_keras_network")
    node = b"\x10\x01" + field(3, path) + kind + field(5, json.dumps(value).encode())
    return field(1, field(3, b"root.x") + kind) + field(1, node)


def zipped(name: str, content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, content)
    return file.getvalue()


SAVED = {"model_config": OLD, "training_config": TRAINING, "keras_version": "2.9.0"}
TOPOLOGY = {"modelTopology": SAVED, "format": "layers-model", "weightsManifest": []}
TOGETHER = [
    hdf5(
        model_config=json.dumps(OLD),
        training_config=json.dumps(TRAINING),
        keras_version="2.9.0",
    ),
    hdf5(
        model_config=json.dumps(OLD).encode(),
        training_config=json.dumps(TRAINING).encode(),
        keras_version=b"2.9.0",
    ),
    metadata(SAVED),
    zipped("model/keras_metadata.pb", metadata(SAVED)),
    json.dumps(TOPOLOGY).encode(),
]


@pytest.mark.parametrize("data", TOGETHER, ids=["hdf5", "bytes", "metadata", "folder", "tfjs"])
def test_structure_and_compile_settings_are_read(data: bytes) -> None:
    imported = read(data)
    assert imported.problems == ()
    document = imported.document
    assert [(node.layer, node.name) for node in document.main.nodes] == [
        ("Input", "x"),
        ("Dense", "d"),
    ]
    training = document.training
    assert training.loss
    assert training.loss.class_ == "BinaryCrossentropy"
    assert training.optimizer.params == {"learning_rate": 0.25}
    assert [metric.class_ for metric in training.metrics or ()] == ["MeanAbsoluteError"]


def test_shapes_and_tuples_of_a_saved_model_are_lists() -> None:
    shape = {"class_name": "TensorShape", "items": [None, 8, 8, 3]}
    size = {"class_name": "__tuple__", "items": [3, 5]}
    model = old_model(
        old("InputLayer", "x", batch_input_shape=shape),
        old("Conv2D", "c", call("x"), filters=2, kernel_size=size),
    )
    nodes = read(metadata({"model_config": model})).document.main.nodes
    assert nodes[0].params["shape"] == [8, 8, 3]
    assert nodes[1].params["kernel_size"] == [3, 5]


@pytest.mark.usefixtures("weightless")
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
def test_an_hdf5_file_of_this_keras_is_read(tmp_path: Path) -> None:
    start = keras.Input((4, 3), name="start")
    model = keras.Model(start, layers.Dense(2, activation="relu")(layers.GRU(3)(start)), name="m")
    with h5py.File(tmp_path / "m.h5", "w") as file:
        file.attrs["model_config"] = model.to_json()
        file.attrs["keras_version"] = keras.__version__
    imported = read((tmp_path / "m.h5").read_bytes())
    assert imported.problems == ()
    assert config(build_model(imported.document)) == config(model)


def layer_1(kind: str, name: str, *inbound: Any, **fields: Any) -> dict[str, Any]:
    """A layer as Keras 1 wrote it."""
    inbound_nodes = [[[source, 0, 0] for source in inbound]] if inbound else []
    settings = {"name": name, "trainable": True, **fields}
    return {"class_name": kind, "name": name, "config": settings, "inbound_nodes": inbound_nodes}


@pytest.mark.usefixtures("weightless")
def test_json_of_keras_1_is_read() -> None:
    weighted = {"l1": 0.0, "l2": 0.5, "name": "WeightRegularizer"}
    convolution = {
        "nb_filter": 4, "nb_row": 3, "nb_col": 5, "border_mode": "same", "subsample": [2, 2],
        "init": "uniform", "W_regularizer": weighted, "b_regularizer": None, "dim_ordering": "tf",
        "bias": True, "activation": "relu", "input_dim": None,
    }  # fmt: skip
    value = old_model(
        layer_1("InputLayer", "x", batch_input_shape=[None, 8, 8, 3], input_dtype="float32"),
        layer_1("Convolution2D", "c", "x", **convolution),
        layer_1("Dropout", "p", "c", p=0.5),
        layer_1("Merge", "m", "c", "p", mode="concat", concat_axis=-1, mode_type="raw"),
    )
    imported = read(json.dumps({**value, "keras_version": "1.2.2"}).encode())
    assert imported.problems == ()
    model = build_model(imported.document)
    assert model.output_shape == (None, 4, 4, 8)
    assert model.get_layer("p").rate == 0.5
    assert model.get_layer("c").kernel_regularizer.l2 == 0.5
    assert [node.layer for node in imported.document.main.nodes][2:] == ["Dropout", "Concatenate"]


def test_a_merge_layer_without_an_equivalent_is_named() -> None:
    value = old_model(START, layer_1("Merge", "m", "x", "x", mode="cos"))
    imported = read(json.dumps({**value, "keras_version": "1.0.0"}).encode())
    assert [problem.code for problem in imported.problems] == ["import_unknown_layer"]


FOREIGN = [
    (b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.", "import_pytorch"),
    (zipped("archive/data.pkl", b"\x80\x02}q\0."), "import_pytorch"),
    (pickle.dumps({"a": [1, 2]}), "import_pickle"),
    (pickle.dumps(np.ones(3), 2), "import_pickle"),
    (b"\x1c\0\0\0TFL3\x14\0\x20\0", "import_tflite"),
    (b"\x93NUMPY\x01\0", "import_numpy"),
    (b"\x08\x07\x12\x07pytorch\x1a\x052.1.0:\x80\x01", "import_onnx"),
    (b"\x08\x03:\x80\x01", "import_onnx"),
    (b"\x08\x01\x12\xa0\x9f\x03\x0a\x20\x12\x07serve", "import_saved_model"),
    (zipped("model/saved_model.pb", b""), "import_saved_model.reason"),
    (metadata({"class_name": "Net"}), "import_saved_model.reason"),
    (metadata(SAVED, b"root.y"), "import_saved_model.reason"),
    (json.dumps({"modelTopology": None, "format": "graph-model"}).encode(), "import_graph_model"),
    (json.dumps({"modelTopology": {"node": []}}).encode(), "not_a_keras_model"),
    (b"backend: tensorflow\nclass_name: Sequential\nconfig:\n  layers: []\n", "import_yaml"),
    (hdf5(layer_names=["dense"]), "import_weights_only"),
    (hdf5(), "import_foreign_hdf5"),
    (hdf5(model_config="{"), "import_bad_hdf5"),
    (hdf5(model_config=3), "import_bad_hdf5"),
    (hdf5(model_config=["{}", "{}"]), "import_bad_hdf5"),
]


@pytest.mark.parametrize(("data", "expected"), FOREIGN, ids=[key for _, key in FOREIGN])
def test_files_without_a_model_are_named(data: bytes, expected: str) -> None:
    assert code(data) == expected


def test_files_that_are_not_opened_stay_closed() -> None:
    assert code(b"cos\nsystem\n(S'touch x'\ntR.") == "python_syntax.line"


@pytest.mark.parametrize("data", TOGETHER[:4], ids=["hdf5", "bytes", "metadata", "folder"])
def test_truncated_and_damaged_files_never_raise(data: bytes) -> None:
    for cut in range(0, len(data) - 1, max(1, len(data) // 40)):
        assert read_model(data[:cut])
        assert read_model(data[:cut] + bytes([data[cut] ^ 0xFF]) + data[cut + 1 :])


NESTED: Any = []
for _ in range(150):
    NESTED = {"class_name": "__tuple__", "items": [NESTED]}
VALUES: list[Any] = [None, 3, "x", [], {}, [3], {"class_name": 3}, NESTED, {"config": {"fn": "x"}}]


@pytest.mark.parametrize("value", VALUES, ids=range(len(VALUES)))
def test_values_of_wrong_types_never_raise(value: Any) -> None:
    text = json.dumps(value)
    for model in (text, json.dumps({**OLD, "config": value})):
        assert isinstance(read_model(hdf5(model_config=model)), list)
    training = {"optimizer_config": value, "loss": value, "metrics": value}
    for settings in (text, json.dumps(training)):
        assert read_model(hdf5(model_config=json.dumps(OLD), training_config=settings))
    assert read_model(json.dumps({"modelTopology": {"model_config": value}}).encode())
    layer = {**layer_1("Dense", "d", "x"), "config": value}
    assert read_model(json.dumps({**old_model(START, layer), "keras_version": "1.0"}).encode())


def test_lengths_beyond_the_end_of_metadata_are_refused() -> None:
    for content in (b"\x0a\xff\xff\xff\xff\x0f", b"\x0a" + b"\xff" * 40, b"\x0f"):
        data = metadata(SAVED)[:60] + content
        assert isinstance(read_model(data), list)


def test_a_subclassed_model_is_named() -> None:
    value = {"class_name": "Net", "config": {"name": "net"}, "registered_name": "mine>Net"}
    answer = read_model(json.dumps(value).encode())
    assert isinstance(answer, list)
    assert "what its class Net computes is in its code" in answer[0].message


def bomb(name: str, size: int) -> bytes:
    """An archive with a member of zeros, which take almost no room."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, b"\0" * size)
    return file.getvalue()


BOMBS = [
    (bomb("model/keras_metadata.pb", 15_000_000), "import_bad_archive"),
    (hdf5(model_config=json.dumps("x" * 21_000_000)), "import_bad_hdf5"),
    (b"\x0a" * 2_000_000 + b"root_tf_keras_", "python_syntax"),
    (json.dumps({"nbformat": 4, "cells": [{}] * 100_000}).encode(), "import_empty_notebook"),
]


@pytest.mark.parametrize(("data", "expected"), BOMBS, ids=[key for _, key in BOMBS])
def test_large_contents_take_little_memory(data: bytes, expected: str) -> None:
    tracemalloc.start()
    answer = code(data)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert answer == expected
    assert peak < 70_000_000
