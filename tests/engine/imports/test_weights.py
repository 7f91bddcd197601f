"""Loading the weights of .keras files; hostile files are reported and change nothing."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
import pytest

from engine import templates
from engine.document import Document
from engine.imports.weights import load_weights
from engine.keras.build import build_model
from engine.keras.lean import without_tensorflow
from tests.engine.archives import BIAS, KERNEL, packed, read, replace_kernel, with_weights
from tests.engine.documents import graph, node

ALL = [template for template in templates.load() if template.document.training.data != "reviews"]
"""The templates whose models run on JAX, which does not support text."""
pytestmark = pytest.mark.filterwarnings(  # Keras on JAX
    "ignore:__array__ implementation:DeprecationWarning"
)


def saved(model: keras.Model, folder: Path) -> bytes:
    """The archive of a model, whose weights are set to values that no initializer draws."""
    rng = np.random.default_rng(7)
    for variable in model.weights:
        if variable.dtype.startswith("float"):
            variable.assign(rng.uniform(0.1, 0.9, variable.shape))
    with without_tensorflow():
        model.save(folder / "model.keras")
    return (folder / "model.keras").read_bytes()


def outputs(model: keras.Model) -> list[Any]:
    """A model's outputs for fixed inputs."""
    rng = np.random.default_rng(1)
    rows = [rng.uniform(0, 1, (3, *tensor.shape[1:])) for tensor in model.inputs]
    tensors = model(rows if len(rows) > 1 else rows[0], training=False)
    return [np.asarray(tensor) for tensor in keras.tree.flatten(tensors)]


def nested_and_shared() -> Document:
    """Sub-models in a sub-model that is called twice, and a layer that is called twice."""
    inner = graph(
        [
            node("i", "Input", shape=[6]),
            node("d", "Dense", units=6),
            node("b", "BatchNormalization"),
        ],
        ["i > d", "d > b"],
        key="inner",
    )
    outer = graph(
        [
            node("i", "Input", shape=[6]),
            node("one", "Model", graph="inner"),
            node("two", "Model", graph="inner"),
            node("join", "Add"),
        ],
        ["i > one", "i > two", "one > join", "two > join"],
        key="outer",
    )
    main = graph(
        [
            node("a", "Input", shape=[6]),
            node("c", "Input", shape=[6]),
            node("m1", "Model", graph="outer"),
            node("m2", "Model", shares="m1"),
            node("d1", "Dense", units=4),
            node("d2", "Dense", shares="d1"),
            node("d3", "Dense", units=4, use_bias=False),
            node("all", "Concatenate"),
        ],
        ["a > m1", "c > m2", "m1 > d1", "m2 > d2", "c > d3", "d1 > all", "d2 > all", "d3 > all"],
    )
    return Document(graphs=(main, outer, inner))


def assert_round_trip(model: keras.Model, folder: Path) -> None:
    """Assert that a model imported from its archive has the same outputs."""
    data = saved(model, folder)
    imported = read(data)
    assert imported.problems == ()
    rebuilt = build_model(imported.document)
    assert rebuilt.count_params() == model.count_params()
    assert load_weights(rebuilt, data) == []
    for expected, actual in zip(outputs(model), outputs(rebuilt), strict=True):
        np.testing.assert_array_equal(expected, actual)


@pytest.mark.parametrize("template", ALL, ids=[template.id for template in ALL])
def test_weights_of_templates(template: templates.Template, tmp_path: Path) -> None:
    assert_round_trip(build_model(template.document), tmp_path)


def test_weights_of_nested_and_shared_models(tmp_path: Path) -> None:
    assert_round_trip(build_model(nested_and_shared()), tmp_path)


def test_weights_of_an_application(tmp_path: Path) -> None:
    build = keras.applications.MobileNet
    model = build(input_shape=(32, 32, 3), alpha=0.25, weights=None, classes=10, dropout=0)
    assert_round_trip(model, tmp_path)


# --- hostile weights ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def small() -> keras.Model:
    """The model of the small archive."""
    return build_model(read(packed()).document)


def external_link(weights: h5py.File) -> None:
    del weights[KERNEL]
    weights[KERNEL] = h5py.ExternalLink("/etc/passwd", "/x")


def external_group(weights: h5py.File) -> None:
    del weights["layers"]
    weights["layers"] = h5py.ExternalLink("/etc/passwd", "/x")


def soft_link(weights: h5py.File) -> None:
    del weights[KERNEL]
    weights[KERNEL] = h5py.SoftLink(f"/{BIAS}")


def external_data(weights: h5py.File) -> None:
    stored = [("/etc/passwd", 0, 24)]
    replace_kernel(weights, shape=(3, 2), dtype="float32", external=stored)


def virtual(weights: h5py.File) -> None:
    del weights[KERNEL]
    layout = h5py.VirtualLayout((3, 2), "float32")
    layout[:] = h5py.VirtualSource("/etc/passwd", "x", (3, 2))
    weights.create_virtual_dataset(KERNEL, layout)


def huge_chunk(weights: h5py.File) -> None:
    chunk = (2**14, 2**14)
    replace_kernel(weights, shape=(3, 2), dtype="float32", chunks=chunk, maxshape=(None, None))


def plugin(weights: h5py.File) -> None:
    replace_kernel(weights, data=np.ones((3, 2), "float32"), compression="lzf")


@pytest.mark.parametrize(
    "write",
    [external_link, external_group, soft_link, external_data, virtual, huge_chunk, plugin],
    ids=lambda write: write.__name__,
)
def test_hostile_weights_change_nothing(
    small: keras.Model, write: Callable[[h5py.File], None]
) -> None:
    before = small.get_weights()
    (problem,) = load_weights(small, with_weights(write))
    assert problem.code == "import_bad_weights"
    for expected, actual in zip(before, small.get_weights(), strict=True):
        np.testing.assert_array_equal(expected, actual)


@pytest.mark.parametrize(
    "options",
    [
        {"data": np.ones((2, 3), "float32")},
        {"data": np.ones((3, 2), "float64")},
        {"shape": (2**31, 2**29), "dtype": "float32", "chunks": (1, 1)},
        {"data": [["a", "b"]] * 3, "dtype": h5py.string_dtype()},
        {"shape": (3, 2), "dtype": h5py.ref_dtype},
    ],
    ids=["shape", "dtype", "bomb", "objects", "references"],
)
def test_arrays_of_another_shape_or_dtype_are_reported_and_skipped(
    small: keras.Model, options: dict[str, Any]
) -> None:
    archive = with_weights(lambda file: replace_kernel(file, **options))
    (problem,) = load_weights(small, archive)
    assert problem.code == "import_weights_missing"
    assert "“dense”" in problem.message
    np.testing.assert_array_equal(small.get_weights()[1], np.ones(2))


def test_compressed_weights_are_loaded(small: keras.Model) -> None:
    data = np.full((3, 2), 5, "float32")
    options: dict[str, Any] = {"data": data, "compression": "gzip", "shuffle": True}
    archive = with_weights(lambda file: replace_kernel(file, **options))
    assert load_weights(small, archive) == []
    np.testing.assert_array_equal(small.get_weights()[0], data)


@pytest.mark.parametrize("content", [b"", b"no HDF5", b"\x89HDF\r\n\x1a\n" + b"\0" * 2_000])
def test_reports_damaged_weights(small: keras.Model, content: bytes) -> None:
    (problem,) = load_weights(small, packed({"model.weights.h5": content}))
    assert problem.code == "import_bad_weights"


def test_reports_an_archive_without_weights(small: keras.Model) -> None:
    (problem,) = load_weights(small, packed())
    assert "model.weights.h5" in problem.message
