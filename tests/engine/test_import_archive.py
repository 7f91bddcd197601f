""".keras files: structure and weights come back; hostile archives come to nothing."""

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import keras
import numpy as np
import pytest

from engine import templates
from engine.__main__ import main
from engine.build import build_model
from engine.document import Document
from engine.imports.drawing import Imported
from engine.imports.files import read_model
from engine.imports.weights import load_weights
from engine.problems import Problem
from engine.training.lean import without_tensorflow
from tests.engine.documents import graph, node

# The ones whose layers hold state of many kinds; building compiles each shape, so not all.
SOME = [one for one in templates.load() if one.id in ("iris_shared", "waves_lstm")]
CONFIG = {
    "class_name": "Sequential",
    "config": {
        "name": "small",
        "layers": [
            {"class_name": "InputLayer", "config": {"batch_shape": [None, 3], "name": "x"}},
            {"class_name": "Dense", "config": {"name": "d", "units": 2}},
        ],
    },
}
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


def read(data: bytes) -> Imported:
    """The document of a sound archive."""
    answer = read_model(data)
    assert isinstance(answer, Imported), answer
    return answer


def problems(data: bytes) -> list[Problem]:
    """What is wrong with an archive."""
    answer = read_model(data)
    assert isinstance(answer, list), answer
    return answer


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


@pytest.mark.parametrize("template", SOME, ids=[one.id for one in SOME])
def test_a_template_comes_back_with_its_weights(
    template: templates.Template, tmp_path: Path
) -> None:
    model = build_model(template.document)
    data = saved(model, tmp_path)
    imported = read(data)
    assert imported.problems == ()
    again = build_model(imported.document)
    assert load_weights(again, data) == []
    for one, other in zip(outputs(model), outputs(again), strict=True):
        np.testing.assert_array_equal(one, other)


def test_nested_and_shared_models_come_back_with_their_weights(tmp_path: Path) -> None:
    model = build_model(nested_and_shared())
    data = saved(model, tmp_path)
    again = build_model(read(data).document)
    assert again.count_params() == model.count_params()
    assert load_weights(again, data) == []
    for one, other in zip(outputs(model), outputs(again), strict=True):
        np.testing.assert_array_equal(one, other)


# --- hostile and broken archives ----------------------------------------------------------------


Members = dict[str | zipfile.ZipInfo, bytes]


def packed(more: Members | None = None, config: Any = CONFIG, method: int = 0) -> bytes:
    """A small archive with other members beside its config."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in (more or {}).items():
            archive.writestr(name, content)
        archive.writestr("config.json", config if isinstance(config, str) else json.dumps(config))
    return file.getvalue()


def entry(name: str, **fields: Any) -> zipfile.ZipInfo:
    """A member's description with fields that no writer would set."""
    info = zipfile.ZipInfo(name)
    for key, value in fields.items():
        setattr(info, key, value)
    return info


def test_a_small_archive_is_read_without_metadata_or_weights() -> None:
    imported = read(packed())
    assert [one.layer for one in imported.document.main.nodes] == ["Input", "Dense"]
    assert imported.problems == ()
    assert read(packed(method=zipfile.ZIP_DEFLATED)) == imported


def test_another_major_version_of_keras_is_told() -> None:
    (problem,) = read(packed({"metadata.json": b'{"keras_version": "2.15.0"}'})).problems
    assert (problem.code, problem.severity) == ("import_other_keras", "note")
    assert "2.15.0" in problem.message
    assert read(packed({"metadata.json": b'{"keras_version": "3.99"}'})).problems == ()
    assert read(packed({"metadata.json": b"[}"})).problems == ()


def test_what_layers_learned_and_keep_in_files_is_named() -> None:
    (problem,) = read(packed({"assets/layers/string_lookup/vocabulary.txt": b"a"})).problems
    assert problem.code == "import_assets"
    assert "string_lookup" in problem.message


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("../evil", "leads out"),
        ("a/../../evil", "leads out"),
        ("/etc/passwd", "leads out"),
        ("..\\evil", "leads out"),
        ("C:\\evil", "leads out"),
        (entry("link", create_system=3, external_attr=0o120777 << 16), "link"),
    ],
)
def test_members_that_lead_elsewhere_refuse_the_archive(
    name: str | zipfile.ZipInfo, why: str
) -> None:
    (problem,) = problems(packed({name: b""}))
    assert problem.code == "import_bad_archive"
    assert why in problem.message


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
def test_two_members_of_one_name_refuse_the_archive() -> None:
    (problem,) = problems(packed({"config.json": b"{}"}))
    assert "two files of one name" in problem.message


def test_an_encrypted_member_refuses_the_archive() -> None:
    data = bytearray(packed())
    data[data.index(b"PK\1\2") + 8] |= 1
    assert "encrypted" in problems(bytes(data))[0].message


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (packed(config=" " * 5_000_000, method=zipfile.ZIP_DEFLATED), "next to nothing"),
        (packed(config=" " * 21_000_000), "larger than 20 MB"),
        (packed({f"{n}": b"" for n in range(1_001)}), "more than 1,000 files"),
        (packed({"a" * 60_000 + str(n): b"" for n in range(20)}), "more than Keras puts"),
        (packed(method=zipfile.ZIP_LZMA), "does not use"),
    ],
    ids=["bomb", "large", "members", "directory", "lzma"],
)
def test_archives_that_would_cost_much_are_refused(data: bytes, why: str) -> None:
    (problem,) = problems(data)
    assert why in problem.message


def test_a_member_that_lies_about_its_size_is_cut_off() -> None:
    data = bytearray(packed(config="[" + "1," * 1_000_000 + "1]", method=zipfile.ZIP_DEFLATED))
    for sign, at in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
        start = data.index(sign) + at
        data[start : start + 4] = (100).to_bytes(4, "little")
    assert problems(bytes(data))[0].code == "import_bad_archive"


def test_what_is_inside_another_archive_is_told() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("models/net.keras", packed())
    (problem,) = problems(file.getvalue())
    assert "models/net.keras" in problem.message
    assert problem.hint == "Unpack it, and import what is inside."


@pytest.mark.parametrize(
    "content", ["", "{", "[" * 100_000, '{"a": NaN}', '{"a": 1, "a": 2}', "\0"]
)
def test_a_config_that_is_no_json_is_told(content: str) -> None:
    assert problems(packed(config=content))[0].code == "import_bad_archive"


def test_archives_cut_anywhere_or_with_any_byte_changed_never_raise() -> None:
    data = packed({"metadata.json": b"{}"}, method=zipfile.ZIP_DEFLATED)
    for cut in range(2, len(data)):
        assert isinstance(read_model(data[:cut]), list)
    for at in range(len(data)):
        for bit in (0x01, 0x80, 0xFF):
            read_model(data[:at] + bytes([data[at] ^ bit]) + data[at + 1 :])
    assert isinstance(read_model(data + b"trailing"), list)


# --- hostile weights ----------------------------------------------------------------------------

KERNEL, BIAS = "layers/dense/vars/0", "layers/dense/vars/1"


def with_weights(write: Callable[[h5py.File], None]) -> bytes:
    """The small archive with weights as `write` leaves them."""
    file = io.BytesIO()
    with h5py.File(file, "w") as weights:
        weights[KERNEL] = np.ones((3, 2), "float32")
        weights[BIAS] = np.ones(2, "float32")
        write(weights)
    return packed({"model.weights.h5": file.getvalue()})


@pytest.fixture(scope="module")
def small() -> keras.Model:
    """The model of the small archive."""
    return build_model(read(packed()).document)


def replaced(weights: h5py.File, **more: Any) -> None:
    """Put another dataset in the kernel's place."""
    del weights[KERNEL]
    weights.create_dataset(KERNEL, **more)


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


# --- the command line ---------------------------------------------------------------------------


def test_the_command_line_tells_three_ends_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "small.keras"
    file.write_bytes(packed())
    assert main(["import", str(file)]) == 0
    assert Document.model_validate_json(capsys.readouterr().out) == read(packed()).document
    file.write_bytes(packed(config={**CONFIG, "compile_config": {"loss": "mine"}}))
    assert main(["import", str(file)]) == 1
    assert "the loss mine" in capsys.readouterr().err
    for path in (str(tmp_path / "nothing"), __file__):
        assert main(["import", path]) == 2
        assert capsys.readouterr().out == ""


def test_the_command_line_writes_weights(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], small: keras.Model
) -> None:
    file = tmp_path / "small.keras"
    kernel = np.full((3, 2), 4, "float32")
    file.write_bytes(with_weights(lambda weights: replaced(weights, data=kernel)))
    assert main(["import", str(file), "--weights", str(tmp_path / "out")]) == 0
    small.load_weights(tmp_path / "out.weights.h5")
    np.testing.assert_array_equal(small.get_weights()[0], kernel)
