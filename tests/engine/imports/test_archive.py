"""Importing .keras files: the architecture is read; hostile and broken archives are refused."""

import io
import zipfile

import pytest

from engine.imports.files import read_model
from tests.engine.archives import entry, packed, problems, read


def test_a_small_archive_is_read_without_metadata_or_weights() -> None:
    imported = read(packed())
    assert [node.layer for node in imported.document.main.nodes] == ["Input", "Dense"]
    assert imported.problems == ()
    assert read(packed(method=zipfile.ZIP_DEFLATED)) == imported


def test_reports_another_major_version_of_keras() -> None:
    (problem,) = read(packed({"metadata.json": b'{"keras_version": "2.15.0"}'})).problems
    assert (problem.code, problem.severity) == ("import_other_keras", "note")
    assert "2.15.0" in problem.message
    assert read(packed({"metadata.json": b'{"keras_version": "3.99"}'})).problems == ()
    assert read(packed({"metadata.json": b"[}"})).problems == ()


def test_reports_layers_with_asset_files() -> None:
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
def test_refuses_members_with_paths_outside_the_archive(
    name: str | zipfile.ZipInfo, why: str
) -> None:
    (problem,) = problems(packed({name: b""}))
    assert problem.code == "import_bad_archive"
    assert why in problem.message


@pytest.mark.filterwarnings("ignore:Duplicate name:UserWarning")
def test_refuses_two_members_with_the_same_name() -> None:
    (problem,) = problems(packed({"config.json": b"{}"}))
    assert "two files with the same name" in problem.message


def test_refuses_encrypted_members() -> None:
    data = bytearray(packed())
    data[data.index(b"PK\1\2") + 8] |= 1
    assert "encrypted" in problems(bytes(data))[0].message


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (packed(config=" " * 5_000_000, method=zipfile.ZIP_DEFLATED), "from almost nothing"),
        (packed(config=" " * 21_000_000), "larger than 20 MB"),
        (packed({f"{n}": b"" for n in range(1_001)}), "more than 1,000 files"),
        (packed({"a" * 60_000 + str(n): b"" for n in range(20)}), "more than Keras writes"),
        (packed(method=zipfile.ZIP_LZMA), "does not use"),
    ],
    ids=["bomb", "large", "members", "directory", "lzma"],
)
def test_refuses_archives_that_would_be_expensive_to_read(data: bytes, why: str) -> None:
    (problem,) = problems(data)
    assert why in problem.message


def test_refuses_a_member_larger_than_its_declared_size() -> None:
    data = bytearray(packed(config="[" + "1," * 1_000_000 + "1]", method=zipfile.ZIP_DEFLATED))
    for signature, offset in ((b"PK\3\4", 22), (b"PK\1\2", 24)):
        start = data.index(signature) + offset
        data[start : start + 4] = (100).to_bytes(4, "little")
    assert problems(bytes(data))[0].code == "import_bad_archive"


def test_names_a_model_inside_another_archive() -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("models/net.keras", packed())
    (problem,) = problems(file.getvalue())
    assert "models/net.keras" in problem.message
    assert problem.hint == "Unpack it, and import the file inside."


@pytest.mark.parametrize(
    "content", ["", "{", "[" * 100_000, '{"a": NaN}', '{"a": 1, "a": 2}', "\0"]
)
def test_refuses_a_config_that_is_not_json(content: str) -> None:
    assert problems(packed(config=content))[0].code == "import_bad_archive"


def test_truncated_and_corrupted_archives_never_raise() -> None:
    data = packed({"metadata.json": b"{}"}, method=zipfile.ZIP_DEFLATED)
    for cut in range(2, len(data)):
        assert isinstance(read_model(data[:cut]), list)
    for index in range(len(data)):
        for bits in (0x01, 0x80, 0xFF):
            read_model(data[:index] + bytes([data[index] ^ bits]) + data[index + 1 :])
    assert isinstance(read_model(data + b"trailing"), list)
