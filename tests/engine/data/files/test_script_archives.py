"""What a script reads from images or texts is what the app has read, or it does not try."""

import ast
import gzip
import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from engine.code import generate, targets
from engine.code.scripts.reading import reading
from engine.code.syntax.render import At, expression
from engine.data import archives, plain_texts
from engine.data.description import own_file
from engine.data.files.reading import as_data_sets
from engine.data.files.recognising import IMAGES
from engine.imports.graph_builder import Imported
from engine.imports.python import from_python
from engine.templates.proposing import Proposal, propose
from tests.engine.data.files.archives import Members, picture, tarred, zipped
from tests.engine.data.files.reads import Arrays, read, rows
from tests.engine.data.files.test_masks import QUARTERS, png

BORDERED = np.where(np.arange(64).reshape(8, 8) % 9 == 4, 255, QUARTERS).astype("uint8")
COLOURS = np.array([[0, 0, 0], [200, 0, 0], [255, 255, 255]], "uint8")[QUARTERS]
PALETTE = np.random.default_rng(0).integers(0, 256, 768).tolist()


def turned(height: int, width: int) -> bytes:
    """A photograph that lies on its side, and says so."""
    pixels = np.random.default_rng(0).integers(0, 256, (height, width, 3), "uint8")
    exif = Image.Exif()
    exif[0x0112] = 6
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "JPEG", exif=exif)
    return file.getvalue()


def from_script(
    folder: Path, content: bytes, name: str = "own.zip", **options: Any
) -> tuple[Arrays, Arrays] | None:
    """What the call in the script of the proposed model reads, and the rows of the app.

    None if the script reads the .npz file. Reading the script gives the data set back.
    """
    description = read(folder, content, name, **options)
    archive = own_file(description, str(folder / "source"))
    if archive is None:
        return None
    sets = as_data_sets(description, folder / "read")
    sets = sets.model_copy(update={"archives": {description.data.id: archive}})
    proposal = propose(description.data, description.data.hash or "", description.columns)
    assert isinstance(proposal, Proposal), proposal
    source = generate(proposal.document, "script", data=sets).source
    imported = from_python(source, data=sets)
    assert isinstance(imported, Imported), imported
    assert imported.document.training.data == description.data.id
    calls = [part for part in ast.walk(ast.parse(source)) if isinstance(part, ast.Assign)]
    (call,) = (part.value for part in calls if ast.unparse(part.targets[0]) == "data")
    loaded = eval(ast.unparse(call), vars(archives) | vars(plain_texts))
    return loaded, rows(folder, description)


LABELS = "file;kind\nc;Öl\na.png;wood\ndeep/b.png;wood\n".encode("windows-1252")

READ: dict[str, Members] = {
    "folders": {"cat/a.jpg": turned(30, 20), "x/dog/b.png": turned(20, 30), "._c.png": b""},
    "folders with a damaged image": {
        "cat/a.png": picture(8, 8),
        "cat/b.png": picture(8, 8)[:60],
        "dog/c.png": picture(8, 8, 9),
    },
    "no classes": {"a.png": picture(8, 8, mode="L"), "b.tif": picture(8, 8, 900, "I;16", "TIFF")},
    "a table": {
        "labels.csv": LABELS,
        "a.png": picture(8, 8),
        "deep/b.png": picture(8, 8, 7),
        "c.png": picture(8, 8, 8),
    },
    "masks in folders": {
        "train/images/a.jpg": turned(24, 16),
        "train/masks/a.png": png(QUARTERS),
        "val/images/b.jpeg": picture(8, 8, 3, format="JPEG"),
        "val/masks/b.png": png(BORDERED),
        "val/images/c.png": picture(8, 8),
    },
    "masks by their endings": {
        "x_sat.jpg": picture(8, 8, format="JPEG"),
        "x_mask.png": png(COLOURS),
        "y_sat.jpg": picture(8, 8, 1, format="JPEG"),
        "y_mask.png": png(QUARTERS),
        "readme.txt": "words",
    },
    "indexed masks": {
        "JPEGImages/a.jpg": picture(8, 8, format="JPEG"),
        "SegmentationClass/a.png": png(BORDERED, PALETTE),
    },
}


@pytest.mark.parametrize("pack", [zipped, tarred])
@pytest.mark.parametrize("name", READ)
def test_a_script_reads_the_same_rows(name: str, pack: Any, tmp_path: Path) -> None:
    pair = from_script(tmp_path, pack(READ[name]), size=(6, 10))
    assert pair is not None
    assert_alike(pair)


TEXTS: dict[str, Members] = {
    "texts": {
        "set/bad/1.txt": "\ufeffdull, dull\r\n",
        "set/good/2.TXT": "sch\u00f6n".encode("windows-1252"),
        "set/good/3.md": "très bon",
        "set/.hidden/4.txt": "x",
        "readme.rst": "x",
    },
    "texts without classes": {"1.txt": "dull", "2.txt": ""},
}


@pytest.mark.parametrize("pack", [zipped, tarred])
@pytest.mark.parametrize("name", TEXTS)
def test_a_script_reads_the_same_texts(name: str, pack: Any, tmp_path: Path) -> None:
    assert_alike(called(tmp_path, pack(TEXTS[name]), "own.zip"))


POEM = "Ein Gedicht\r\n\r\n  über nichts,\nund wieder nichts.\n \n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
@pytest.mark.parametrize("windows", [None, {}, {"past": 5, "step": 2}])
def test_a_script_reads_the_same_text(windows: Any, encoding: str, tmp_path: Path) -> None:
    assert_alike(called(tmp_path, POEM.encode(encoding), "poem.txt", windows=windows))


def test_rare_characters_are_one_class_in_scripts_too(tmp_path: Path) -> None:
    text = "".join(map(chr, range(0x4E00, 0x4E00 + 251))) + "abc"
    loaded, stored = called(tmp_path, text.encode(), "han.txt", windows={"past": 5})
    assert_alike((loaded, stored))
    assert max(stored["next"]) == 250


@pytest.mark.parametrize(
    ("name", "content"), [("own.zip", zipped(TEXTS["texts"])), ("p.txt", POEM)]
)
def test_the_script_of_a_proposal_reads_texts(
    name: str, content: bytes | str, tmp_path: Path
) -> None:
    windows = None if name == "own.zip" else {"past": 4}
    data = content.encode() if isinstance(content, str) else content
    pair = from_script(tmp_path, data, name, windows=windows)
    assert pair is not None
    assert_alike(pair)


def called(folder: Path, content: bytes, name: str, **options: Any) -> tuple[Arrays, Arrays]:
    """What the call of a script reads, and the rows of the app."""
    description = read(folder, content, name, **options)
    own = own_file(description, str(folder / "source"))
    assert own is not None
    call = expression(
        reading(own, description.data.columns, description.data), At(targets.get("keras"))
    )
    return eval(call, vars(archives) | vars(plain_texts)), rows(folder, description)


def assert_alike(pair: tuple[Arrays, Arrays]) -> None:
    """The rows that a script reads are those of the app, in all columns."""
    loaded, expected = pair
    assert loaded.keys() == expected.keys()
    for column, values in expected.items():
        assert loaded[column].dtype == values.dtype, column
        np.testing.assert_array_equal(loaded[column], values)


def test_a_packed_text_is_not_read(tmp_path: Path) -> None:
    assert own_file(read(tmp_path, gzip.compress(POEM.encode()), "p.txt.gz"), "p.txt.gz") is None


NOT_READ: dict[str, Members] = {
    "masks in a folder that the images have not": {
        "a.png": picture(8, 8), "masks/a.png": png(QUARTERS),
        "b.png": picture(8, 8, 1), "masks/b.png": png(QUARTERS),
    },
    "a damaged mask": {
        "a.png": picture(8, 8), "a_mask.png": png(QUARTERS),
        "b.png": picture(8, 8, 1), "b_mask.png": png(QUARTERS)[:60],
    },
    "classes with other names than their folders": {
        "cat  1/a.png": picture(8, 8), "dog/b.png": picture(8, 8, 1),
    },
    "many damaged images": {
        "cat/a.png": picture(8, 8), "dog/b.png": picture(8, 8, 1),
        **{f"cat/{number}.png": b"x" for number in range(21)},
    },
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_READ)
def test_what_a_script_can_not_read_in_the_same_way_is_in_the_npz(
    name: str, tmp_path: Path
) -> None:
    assert from_script(tmp_path, zipped(NOT_READ[name])) is None


def test_links_are_left_to_the_npz(tmp_path: Path) -> None:
    members = {"cat/a.png": picture(8, 8), "dog/b.png": picture(8, 8, 1)}
    assert from_script(tmp_path, tarred(members, links={"cat/c.png": "a.png"})) is None


def test_scripts_know_the_images_that_the_app_knows() -> None:
    assert all(archives.is_image(f"a{ending}".upper()) for ending in IMAGES)
    assert not any(map(archives.is_image, ["a.txt", ".a.png", "__MACOSX/a.png", "b/.c/a.png"]))
