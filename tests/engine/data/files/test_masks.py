"""Archives of images with masks: a class for each pixel."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from engine.data.description import Description
from engine.data.files.archive import Member
from engine.data.files.pairing import paired
from tests.engine.data.files.archives import picture, tarred, zipped
from tests.engine.data.files.reads import Arrays, codes, read, refused, rows

QUARTERS = np.array([[0, 1], [2, 1]], "uint8").repeat(4, 0).repeat(4, 1)
"""An 8 × 8 mask of three classes."""


def png(pixels: np.ndarray, palette: list[int] | None = None, format: str = "PNG") -> bytes:
    """An image with these pixels; with a palette, an indexed one."""
    image = Image.fromarray(pixels)
    if palette is not None:
        image.putpalette(palette)
    file = io.BytesIO()
    image.save(file, format)
    return file.getvalue()


def segmented(folder: Path, description: Description) -> Arrays:
    assert (description.family, description.data.task) == ("images", "segmentation")
    return rows(folder, description)


@pytest.mark.parametrize(
    ("image", "mask"),
    [
        ("images/x.jpg", "masks/x.png"),
        ("train/images/x.jpg", "train/labels/x.png"),
        ("images/train/x.jpg", "annotations/train/x.png"),
        ("x.jpg", "x_mask.png"),
        ("pets/x.jpg", "pets/x-Label.png"),
        ("VOC/JPEGImages/x.jpg", "VOC/SegmentationClass/x.png"),
        ("train/x.jpg", "train_masks/x_mask.gif"),
        ("train/x.png", "train_labels/x_L.png"),
        ("train/x.png", "trainannot/x.png"),
        ("images/x.jpg", "annotations/trimaps/x.png"),
        ("x_sat.jpg", "x_mask.png"),
        ("leftImg8bit/val/x_leftImg8bit.png", "gtFine/val/x_gtFine_labelIds.png"),
        ("Images/X.JPG", "Masks/x.PNG"),
    ],
)
def test_images_and_masks_are_paired_by_their_names(image: str, mask: str) -> None:
    other, spare = Member("other/y.jpg", 1, None), Member("masks/z.png", 1, None)
    members = [Member(mask, 1, None), other, Member(image, 1, None), spare]
    pairs = paired(members)
    assert pairs is not None
    assert [(one.name, two.name) for one, two in pairs.pairs] == [(image, mask)]
    assert pairs.left_out == (other, spare)


@pytest.mark.parametrize(
    "names",
    [
        ("with_mask/1.jpg", "without_mask/1.jpg"),
        ("mask/1.jpg", "no_mask/1.jpg"),
        ("cat/1.png", "dog/1.png"),
        ("1.png", "2.png"),
        ("masks/1.png", "masks/2.png"),
    ],
)
def test_class_folders_are_no_masks(names: tuple[str, ...]) -> None:
    assert paired([Member(name, 1, None) for name in names]) is None


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_masks_of_class_numbers(pack: Any, tmp_path: Path) -> None:
    numbers = QUARTERS.copy()
    numbers[numbers == 2] = 7
    members = {
        "images/a.jpg": picture(8, 8, 40, format="JPEG"),
        "images/b.jpg": picture(8, 8, 90, format="JPEG"),
        "masks/b.png": png(numbers),
        "masks/a.png": png(QUARTERS),
        "images/c.jpg": picture(8, 8),
    }
    description = read(tmp_path, pack(members), "set.zip")
    arrays = segmented(tmp_path, description)
    image, mask = description.data.columns
    assert (image.shape, mask.shape, mask.role) == ((8, 8, 3), (8, 8), "target")
    assert mask.classes == ("0", "1", "2", "7")
    assert arrays["mask"].tolist() == [
        QUARTERS.tolist(),
        np.where(numbers == 7, 3, numbers).tolist(),
    ]
    assert arrays["image"][:, 0, 0, 0].tolist() == [40, 90]
    assert codes(description) == ["images_unpaired"]
    assert description.notes[0].arguments == {"count": 1, "member": "images/c.jpg"}
    assert description.columns[1].type == "mask"
    assert description.columns[1].counts == (32, 64, 16, 16)


def test_the_colours_of_masks_are_classes(tmp_path: Path) -> None:
    colours = np.array([[0, 0, 0], [200, 0, 0], [255, 255, 255]], "uint8")[QUARTERS]
    members = {"a.png": picture(8, 8), "a_mask.png": png(colours)}
    description = read(tmp_path, zipped(members), "set.zip")
    assert description.data.columns[1].classes == ("#000000", "#ffffff", "#c80000")
    expected = np.array([0, 2, 1])[QUARTERS]
    assert segmented(tmp_path, description)["mask"][0].tolist() == expected.tolist()


def test_black_and_white_masks_have_two_classes(tmp_path: Path) -> None:
    white = ((QUARTERS == 1) * 255).astype("uint8")
    members = {"a.png": picture(8, 8), "a_mask.png": png(white)}
    members |= {"b.png": picture(8, 8, 1), "b_mask.png": png(np.stack([white] * 3, axis=-1))}
    members |= {"c.png": picture(8, 8, 2), "c_mask.png": png(white > 0)}
    description = read(tmp_path, zipped(members), "set.zip")
    assert description.data.columns[1].classes == ("0", "255")
    masks = segmented(tmp_path, description)["mask"]
    assert (masks == (QUARTERS == 1)).all()
    assert codes(description) == []


def test_indexed_masks_with_one_palette_hold_class_numbers(tmp_path: Path) -> None:
    palette = np.random.default_rng(0).integers(0, 256, 768).tolist()
    bordered = QUARTERS.copy()
    bordered[3:5] = 255
    members = {
        "JPEGImages/a.jpg": picture(8, 8, format="JPEG"),
        "SegmentationClass/a.png": png(bordered, palette),
    }
    description = read(tmp_path, zipped(members), "set.zip")
    assert description.data.columns[1].classes == ("0", "1", "2", "(ignored)")
    expected = np.where(bordered == 255, 3, bordered)
    assert segmented(tmp_path, description)["mask"][0].tolist() == expected.tolist()
    assert codes(description) == ["mask_ignores"]


def test_indexed_masks_with_palettes_of_their_own_hold_colours(tmp_path: Path) -> None:
    red, blue = [255, 0, 0], [0, 0, 255]
    members = {"a.png": picture(8, 8), "a_mask.png": png(QUARTERS % 2, red + blue)}
    members |= {"b.png": picture(8, 8), "b_mask.png": png(QUARTERS % 2, blue + red)}
    description = read(tmp_path, zipped(members), "set.zip")
    assert description.data.columns[1].classes == ("#0000ff", "#ff0000")
    first, second = segmented(tmp_path, description)["mask"]
    assert (first + second == 1).all()


def test_class_numbers_of_16_bits_keep_their_values(tmp_path: Path) -> None:
    members = {"a.png": picture(8, 8), "a_mask.png": png(QUARTERS.astype("uint16") * 1000)}
    description = read(tmp_path, zipped(members), "set.zip")
    assert description.data.columns[1].classes == ("0", "1000", "2000")


def test_masks_are_scaled_without_new_values(tmp_path: Path) -> None:
    members = {
        "a.png": picture(90, 70),
        "a_mask.png": png(np.kron(QUARTERS, np.ones((12, 9), "uint8"))),
    }
    description = read(tmp_path, zipped(members), "set.zip")
    assert description.options.size == (88, 72)  # multiples of 4
    mask = segmented(tmp_path, description)["mask"][0]
    assert np.unique(mask).tolist() == [0, 1, 2]
    assert (mask[:44, 36:] == 1).all()
    small = read(tmp_path, zipped(members), "set.zip", size=(2, 2))
    assert rows(tmp_path, small)["mask"][0].tolist() == [[0, 1], [2, 1]]


def test_a_mask_of_other_proportions_is_named(tmp_path: Path) -> None:
    members = {"a.png": picture(8, 16), "a_mask.png": png(QUARTERS)}
    description = read(tmp_path, zipped(members), "set.zip")
    assert codes(description) == ["masks_stretched"]
    assert segmented(tmp_path, description)["mask"].shape == (1, 8, 16)


def test_damaged_masks_and_images_are_left_out(tmp_path: Path) -> None:
    members = {f"images/{name}.png": picture(8, 8) for name in "abc"}
    members |= {f"masks/{name}.png": png(QUARTERS) for name in "abc"}
    members["masks/b.png"] = members["masks/b.png"][:50]
    members["images/c.png"] = b"no image"
    members["masks/c.png"] = png(QUARTERS + 9)  # no class: its image is damaged
    description = read(tmp_path, zipped(members), "set.zip")
    assert codes(description) == ["images_damaged"]
    assert description.notes[0].arguments["count"] == 2
    assert segmented(tmp_path, description)["mask"].shape == (1, 8, 8)
    assert description.data.columns[1].classes == ("0", "1", "2")


@pytest.mark.parametrize("format", ["PNG", "JPEG"])
def test_masks_of_many_colours_are_refused(format: str, tmp_path: Path) -> None:
    colours = np.random.default_rng(0).integers(0, 256, (320, 320, 3)).astype("uint8")
    members = {"images/a.png": picture(8, 8), "masks/a.png": png(colours, format=format)}
    problem = refused(tmp_path, zipped(members), "set.zip")
    assert problem.code == "mask_of_many_values"
    assert problem.arguments["member"] == "masks/a.png"


def test_a_mask_of_too_many_pixels_is_refused(tmp_path: Path) -> None:
    from tests.engine.data.files.test_hostile import huge_png

    members = {"images/a.png": picture(8, 8), "masks/a.png": huge_png()}
    assert refused(tmp_path, zipped(members), "set.zip").code == "image_too_large"


def test_the_role_of_masks_can_be_chosen(tmp_path: Path) -> None:
    members = {"a.png": picture(8, 8), "a_mask.png": png(QUARTERS)}
    description = read(tmp_path, zipped(members), "set.zip", columns={"mask": {"role": "other"}})
    assert [column.role for column in description.data.columns] == ["input", "other"]
    assert description.data.task == "reconstruction"
