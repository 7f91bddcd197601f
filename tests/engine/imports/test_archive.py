""".keras files: the structure comes back; hostile and broken archives come to problems."""

import io
import zipfile

import pytest

from engine.imports.files import read_model
from tests.engine.archives import entry, packed, problems, read


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
