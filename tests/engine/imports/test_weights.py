"""The weights of .keras files come back; hostile ones change nothing and are told."""

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
from tests.engine.archives import BIAS, KERNEL, packed, read, replaced, with_weights
from tests.engine.documents import graph, node

ALL = [one for one in templates.load() if one.document.training.data != "reviews"]
"""Those whose models answer on JAX, which holds no text."""
pytestmark = pytest.mark.filterwarnings(  # Keras on JAX
    "ignore:__array__ implementation:DeprecationWarning"
)


def saved(model: keras.Model, folder: Path) -> bytes:
    """A model as Keras saves it, its weights made unlike any fresh ones."""
    numbers = np.random.default_rng(7)
    for variable in model.weights:
        if variable.dtype.startswith("float"):
            variable.assign(numbers.uniform(0.1, 0.9, variable.shape))
    with without_tensorflow():
        model.save(folder / "model.keras")
    return (folder / "model.keras").read_bytes()


def outputs(model: keras.Model) -> list[Any]:
    """What a model answers to numbers that never change."""
    numbers = np.random.default_rng(1)
    rows = [numbers.uniform(0, 1, (3, *tensor.shape[1:])) for tensor in model.inputs]
    answers = model(rows if len(rows) > 1 else rows[0], training=False)
    return [np.asarray(answer) for answer in keras.tree.flatten(answers)]


def nested_and_shared() -> Document:
    """Sub-models in a sub-model, one of them called twice, beside a layer that is called twice."""
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


def comes_back_with_its_weights(model: keras.Model, folder: Path) -> None:
    """Assert that the archive of a model is read as a model that answers the same."""
    data = saved(model, folder)
    imported = read(data)
    assert imported.problems == ()
    again = build_model(imported.document)
    assert again.count_params() == model.count_params()
    assert load_weights(again, data) == []
    for one, other in zip(outputs(model), outputs(again), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize("template", ALL, ids=[one.id for one in ALL])
def test_a_template_comes_back_with_its_weights(
    template: templates.Template, tmp_path: Path
) -> None:
    comes_back_with_its_weights(build_model(template.document), tmp_path)


def test_nested_and_shared_models_come_back_with_their_weights(tmp_path: Path) -> None:
    comes_back_with_its_weights(build_model(nested_and_shared()), tmp_path)


def test_an_application_comes_back_with_its_weights(tmp_path: Path) -> None:
    make = keras.applications.MobileNet
    model = make(input_shape=(32, 32, 3), alpha=0.25, weights=None, classes=10, dropout=0)
    comes_back_with_its_weights(model, tmp_path)


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
    replaced(weights, shape=(3, 2), dtype="float32", external=stored)


def virtual(weights: h5py.File) -> None:
    del weights[KERNEL]
    layout = h5py.VirtualLayout((3, 2), "float32")
    layout[:] = h5py.VirtualSource("/etc/passwd", "x", (3, 2))
    weights.create_virtual_dataset(KERNEL, layout)


def huge_chunk(weights: h5py.File) -> None:
    chunk = (2**14, 2**14)
    replaced(weights, shape=(3, 2), dtype="float32", chunks=chunk, maxshape=(None, None))


def plugin(weights: h5py.File) -> None:
    replaced(weights, data=np.ones((3, 2), "float32"), compression="lzf")


@pytest.mark.parametrize(
    "write",
    [external_link, external_group, soft_link, external_data, virtual, huge_chunk, plugin],
    ids=lambda write: write.__name__,
)
def test_harmful_weights_change_nothing(
    small: keras.Model, write: Callable[[h5py.File], None]
) -> None:
    before = small.get_weights()
    (problem,) = load_weights(small, with_weights(write))
    assert problem.code == "import_bad_weights"
    for one, other in zip(before, small.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)


@pytest.mark.parametrize(
    "more",
    [
        {"data": np.ones((2, 3), "float32")},
        {"data": np.ones((3, 2), "float64")},
        {"shape": (2**31, 2**29), "dtype": "float32", "chunks": (1, 1)},
        {"data": [["a", "b"]] * 3, "dtype": h5py.string_dtype()},
        {"shape": (3, 2), "dtype": h5py.ref_dtype},
    ],
    ids=["shape", "dtype", "bomb", "objects", "references"],
)
def test_arrays_that_do_not_fit_are_named_and_left(
    small: keras.Model, more: dict[str, Any]
) -> None:
    (problem,) = load_weights(small, with_weights(lambda file: replaced(file, **more)))
    assert problem.code == "import_weights_missing"
    assert "“dense”" in problem.message
    np.testing.assert_array_equal(small.get_weights()[1], np.ones(2))


def test_sound_weights_are_loaded_also_when_compressed(small: keras.Model) -> None:
    data = np.full((3, 2), 5, "float32")
    write = with_weights(lambda file: replaced(file, data=data, compression="gzip", shuffle=True))
    assert load_weights(small, write) == []
    np.testing.assert_array_equal(small.get_weights()[0], data)


@pytest.mark.parametrize("content", [b"", b"no HDF5", b"\x89HDF\r\n\x1a\n" + b"\0" * 2_000])
def test_broken_weights_are_told(small: keras.Model, content: bytes) -> None:
    (problem,) = load_weights(small, packed({"model.weights.h5": content}))
    assert problem.code == "import_bad_weights"


def test_an_archive_without_weights_is_told(small: keras.Model) -> None:
    (problem,) = load_weights(small, packed())
    assert "model.weights.h5" in problem.message
