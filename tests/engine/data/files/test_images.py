"""Images in archives: class folders, tables of labels, sizes."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.data.description import Description
from engine.data.files.archive import Archive, Member
from tests.engine.data.files.archives import (
    picture,
    tarred,
    zipped,
)
from tests.engine.data.files.reads import Arrays, codes, read, roles, rows, types


def images(folder: Path, description: Description) -> Arrays:
    assert description.family == "images"
    return rows(folder, description)


@pytest.mark.parametrize("pack", [zipped, tarred])
def test_images_in_class_folders(pack: Any, tmp_path: Path) -> None:
    members = {
        "set/cat/1.png": picture(value=10),
        "set/dog/2.jpg": picture(value=200, format="JPEG"),
        "set/cat/3.gif": picture(8, 12, value=30),
        "set/.DS_Store": b"",
        "__MACOSX/set/cat/._1.png": b"",
    }
    description = read(tmp_path, pack(members), "pets.zip")
    image, label = description.data.columns
    assert (image.shape, image.dtype, label.classes) == ((4, 6, 3), "uint8", ("cat", "dog"))
    assert description.options.size == (4, 6)
    assert description.options.colour is True
    arrays = images(tmp_path, description)
    assert isinstance(arrays["image"], np.memmap)
    assert arrays["class"].tolist() == [0, 1, 0]
    means = arrays["image"].reshape(3, -1).mean(axis=1)
    np.testing.assert_allclose(means, [10, 200, 30], atol=2)
    (_, classes) = description.columns
    assert classes.counts == (2, 1)


@pytest.mark.parametrize(("mode", "value"), [("L", 77), ("I;16", 77 * 256)])
def test_grey_images(mode: str, value: int, tmp_path: Path) -> None:
    content = zipped({"a/1.png": picture(value=value, mode=mode)})
    arrays = images(tmp_path, read(tmp_path, content, "a.zip"))
    assert arrays["image"].tolist() == [[[[77]] * 6] * 4]
    assert list(arrays) == ["image"]


def test_the_size_and_colour_of_images(tmp_path: Path) -> None:
    content = zipped({"1.png": picture(512, 1024, 50), "2.png": picture(5, 5, 50, "L")})
    description = read(tmp_path, content, "a.zip")
    assert images(tmp_path, description)["image"].shape == (2, 128, 256, 3)
    chosen = read(tmp_path, content, "a.zip", size=(3, 2), colour=False)
    assert images(tmp_path, chosen)["image"].tolist() == [[[[50], [50]]] * 3] * 2


def test_each_image_is_opened_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """But for a few, from which the form of all is guessed."""
    read_members: list[str] = []
    read_member = Archive.read

    def record(archive: Archive, member: Member, limit: int) -> bytes:
        read_members.append(member.name)
        return read_member(archive, member, limit)

    monkeypatch.setattr(Archive, "read", record)
    content = zipped({f"{number:03}.png": picture(value=number) for number in range(96)})
    description = read(tmp_path, content, "a.zip")
    assert images(tmp_path, description)["image"][:, 0, 0, 0].tolist() == list(range(96))
    assert len(read_members) == 96 + 16


def test_a_few_images_mislead(tmp_path: Path) -> None:
    """The size and the colour are those of most images, whatever the first looks said."""
    members = {
        f"{number:03}.png": picture(8, 8, mode="L") if number % 6 == 0 else picture(value=number)
        for number in range(96)
    }
    description = read(tmp_path, zipped(members), "a.zip")
    assert (description.options.size, description.options.colour) == ((4, 6), True)
    stored = images(tmp_path, description)["image"]
    assert stored.shape == (96, 4, 6, 3)
    assert stored[:3, 0, 0, 0].tolist() == [100, 1, 2]


def test_images_with_a_table_of_labels(tmp_path: Path) -> None:
    members = {f"images/{index}.png": picture(value=index) for index in range(4)}
    table = "file,label\n3,ship\n0,car\n1,ship\n2,car\n"
    description = read(tmp_path, zipped({"labels.csv": table} | members), "a.zip")
    arrays = images(tmp_path, description)
    assert arrays["label"].tolist() == [0, 1, 0, 1]
    assert description.data.columns[1].classes == ("car", "ship")
    assert description.archive is not None


def test_images_with_a_table_of_other_columns(tmp_path: Path) -> None:
    members = {f"images/{index}.png": picture(value=index) for index in range(40)}
    rows = [
        f"{index}.png;{index},5;{'town' if index % 3 else ''};2026-01-{index % 28 + 1:02};"
        f"{index % 2};{'train' if index % 4 else 'test'};a photo of the number {index} there"
        for index in reversed(range(40))
    ]
    table = "\n".join(["photo;size;place;day;image;split;words", *rows])
    content = zipped({"about.csv": table} | members)
    description = read(tmp_path, content, "a.zip")
    assert types(description) == {
        "image": "image", "size": "number", "place": "category", "day": "date",
        "image 2": "category", "split": "category", "words": "text",
    }  # fmt: skip
    assert roles(description)["image 2"] == "target"
    assert description.data.division.column == "split"
    arrays = images(tmp_path, description)
    assert arrays["image"][:, 0, 0, 0].tolist() == [*range(40)]
    assert arrays["size"].ravel().tolist() == [index + 0.5 for index in range(40)]
    assert arrays["words"][7] == "a photo of the number 7 there"
    columns = {"size": {"role": "target"}, "image 2": {"type": "number", "role": "input"}}
    chosen = read(tmp_path, content, "a.zip", columns=columns)
    assert (chosen.data.task, types(chosen)["image 2"]) == ("regression", "number")


def test_images_with_a_number_are_a_regression(tmp_path: Path) -> None:
    members = {f"{index}.png": picture(value=index) for index in range(30)}
    table = "file,age\n" + "".join(f"{index}.png,{index * 7 % 30}.5\n" for index in range(30))
    description = read(tmp_path, zipped({"ages.csv": table} | members), "faces.zip")
    assert (description.data.task, roles(description)["age"]) == ("regression", "target")


def test_images_with_lists_of_labels(tmp_path: Path) -> None:
    members = {f"{index}.png": picture(value=index) for index in range(30)}
    lists = ("sea;boat", "boat", "sky;sea")
    table = "file,seen\n" + "".join(f"{index}.png,{lists[index % 3]}\n" for index in range(30))
    content = zipped({"seen.csv": table} | members)
    description = read(tmp_path, content, "photos.zip")
    assert (description.data.task, types(description)["seen"]) == ("labels", "labels")
    assert images(tmp_path, description)["seen"][:2].tolist() == [[1, 1, 0], [1, 0, 0]]
    chosen = read(tmp_path, content, "photos.zip", columns={"seen": {"type": "category"}})
    assert (chosen.data.task, types(chosen)["seen"]) == ("classification", "category")


def test_a_table_of_two_is_used_and_others_are_named(tmp_path: Path) -> None:
    members = {f"{index}.png": picture(value=index) for index in range(2)}

    def described(table: str) -> Description:
        return read(tmp_path, zipped({"labels.csv": table} | members), "a.zip")

    used = described("file,label\n0.png,cat\n1.png,dog\n")
    assert (used.data.columns[1].classes, codes(used)) == (("cat", "dog"), [])
    again = described("file,label\n0.png,cat\n1.png,dog\n0.png,dog\n1.png,cat\n")
    assert codes(again) == ["images_named_again"]
    assert images(tmp_path, again)["label"].tolist() == [1, 0]
    assert codes(described("file,label\n0.png,cat\n2.png,cat\n")) == ["table_of_images_left_out"]


def test_damaged_images_are_left_out(tmp_path: Path) -> None:
    whole = picture(40, 40)
    members = {"a/1.png": whole, "b/2.png": whole[:60], "b/3.png": b"no", "b/4.png": whole}
    description = read(tmp_path, zipped(members), "a.zip")
    assert codes(description) == ["images_damaged"]
    assert description.notes[0].arguments == {"count": 2, "member": "b/2.png"}
    assert images(tmp_path, description)["class"].tolist() == [0, 1]
