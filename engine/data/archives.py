"""Reads the images, texts or table of an archive; copied into training scripts unchanged.

engine.data.files decodes images and masks with the same functions, so that the rows of a script are
those of the app.
"""

import atexit
import bz2
import csv
import gzip
import shutil
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from io import BytesIO, StringIO
from pathlib import Path, PurePosixPath

import numpy as np
from PIL import Image, ImageOps


def load_images(
    path: str, shape: Sequence[int], classes: Sequence[str] = (), leave_out: Sequence[str] = ()
) -> dict[str, np.ndarray]:
    """Load the images of a ZIP or TAR archive; with classes, by the names of their folders."""
    images, numbers = [], []
    for name, read in archive_files(path):
        if is_image(name) and name not in leave_out:
            images.append(scaled_image(Image.open(BytesIO(read())), shape))
            if classes:
                numbers.append(classes.index(PurePosixPath(name).parent.name))
    columns = {"image": np.stack(images)}
    return columns | {"class": np.array(numbers, dtype="int64")} if classes else columns


def load_labelled_images(
    path: str,
    shape: Sequence[int],
    table: dict[str, str],
    classes: Sequence[str],
    leave_out: Sequence[str] = (),
) -> dict[str, np.ndarray]:
    """Load the images of an archive, and their classes from a table in it.

    `table` has its path, its delimiter and encoding, and its columns of files and of classes.
    """
    content = next(read() for name, read in archive_files(path) if name == table["path"])
    class_of = read_labels_of_files(content.decode(table["encoding"]), table)
    images, numbers = [], []
    for name, read in archive_files(path):
        if is_image(name) and name not in leave_out:
            images.append(scaled_image(Image.open(BytesIO(read())), shape))
            numbers.append(classes.index(label_of(name, class_of)))
    return {"image": np.stack(images), table["label"]: np.array(numbers, dtype="int64")}


def load_images_with_masks(
    path: str,
    shape: Sequence[int],
    changes: dict[str, str],
    classes: Sequence[int | str],
    indexed: bool = False,
) -> dict[str, np.ndarray]:
    """Load the images of an archive with their masks, whose names differ by these changes.

    Each grey value or colour of the masks is a class; of `indexed` masks, each place in a palette.
    """
    mask_of = masks_by_name([name for name, _ in archive_files(path)], changes)
    masks = set(mask_of.values())
    pixels = {}
    for name, read in archive_files(path):
        if name in mask_of:
            pixels[name] = scaled_image(Image.open(BytesIO(read())), shape)
        elif name in masks:
            values = mask_pixels(Image.open(BytesIO(read())), indexed)
            pixels[name] = class_numbers(nearest_pixels(values, shape), classes)
    images = np.stack([pixels[name] for name in mask_of])
    return {"image": images, "mask": np.stack([pixels[name] for name in mask_of.values()])}


def load_texts(path: str, classes: Sequence[str] = ()) -> dict[str, np.ndarray]:
    """Load the texts of a ZIP or TAR archive; with classes, by the names of their folders."""
    texts, numbers = [], []
    for name, read in archive_files(path):
        if is_text(name):
            texts.append(decoded_text(read()))
            if classes:
                numbers.append(classes.index(PurePosixPath(name).parent.name))
    columns = {"text": np.array(texts, dtype=object)}
    return columns | {"class": np.array(numbers, dtype="int64")} if classes else columns


def unpack(path: str, member: str = "") -> str:
    """Unpack a compressed file, or one in an archive; return where it is until the program ends."""
    folder = tempfile.TemporaryDirectory()
    atexit.register(folder.cleanup)
    target = Path(folder.name) / "unpacked"
    if member:
        for name, read in archive_files(path):
            if name == member:
                target.write_bytes(read())
    else:
        opener = bz2.open if path.lower().endswith(".bz2") else gzip.open
        with opener(path, "rb") as source, target.open("wb") as file:
            shutil.copyfileobj(source, file)
    return str(target)


def archive_files(path: str) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Yield the name of each file in a ZIP or TAR archive, and a function that reads it."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as zip_file:
            for name in zip_file.namelist():
                yield name, partial(zip_file.read, name)
    else:
        with tarfile.open(path) as tar_file:
            for member in tar_file:
                if content := tar_file.extractfile(member):
                    yield member.name, content.read


def is_image(name: str) -> bool:
    """Whether a file of an archive is an image, and not hidden."""
    endings = (".png", ".jpg", ".jpeg", ".gif", ".bmp", ".webp", ".tif", ".tiff")
    return name.lower().endswith(endings) and not is_hidden(name)


def is_text(name: str) -> bool:
    """Whether a file of an archive is a text, and not hidden."""
    return name.lower().endswith((".txt", ".text", ".md")) and not is_hidden(name)


def is_hidden(name: str) -> bool:
    """Whether a file of an archive, or one of its folders, is hidden."""
    parts = PurePosixPath(name).parts
    return any(part.startswith(".") or part == "__MACOSX" for part in parts)


def decoded_text(content: bytes) -> str:
    """Decode a text in UTF-8, else in Windows-1252."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("windows-1252")


def read_labels_of_files(text: str, table: dict[str, str]) -> dict[str, str]:
    """Read the class of each file from a table in text."""
    rows = [*csv.DictReader(StringIO(text), delimiter=table["delimiter"])]
    return {row[table["file"]]: " ".join(row[table["label"]].split()) for row in rows}


def label_of(name: str, class_of: dict[str, str]) -> str:
    """Return the class of a file that a table names by its path, its name or its stem."""
    path = PurePosixPath(name)
    keys = [key for key in (name, path.name, path.stem) if key in class_of]
    return class_of[keys[0]]


def masks_by_name(names: Sequence[str], changes: dict[str, str]) -> dict[str, str]:
    """Return the mask of each image, by these changes of its name; images without one are left."""
    known, result = set(names), {}
    for name in names:
        mask = name
        for old, new in changes.items():
            mask = mask.replace(old, new)
        if mask != name and mask in known:
            result[name] = mask
    return result


def scaled_image(image: Image.Image, shape: Sequence[int]) -> np.ndarray:
    """Return the pixels of an image as it is shown, in this shape: height, width and channels."""
    height, width, channels = shape
    mode = {1: "L", 3: "RGB"}[channels]
    image.draft(mode, (width, height))
    if image.mode.startswith("I"):  # 16 bits, of which the high ones are taken
        values = np.asarray(image).astype("int64") >> 8
        image = Image.fromarray(np.clip(values, 0, 255).astype("uint8"))
    image = ImageOps.exif_transpose(image).convert(mode)
    if image.size != (width, height):
        image = image.resize((width, height), Image.Resampling.BILINEAR)
    return np.asarray(image, "uint8").reshape(height, width, channels)


def mask_pixels(image: Image.Image, indexed: bool) -> np.ndarray:
    """Return the pixels of a mask: grey values, colours, or places in a palette."""
    image = ImageOps.exif_transpose(image)
    if image.mode[0] in "IF":
        return np.asarray(image)
    if image.mode in ("1", "L", "LA"):
        return np.asarray(image.convert("L"))
    return np.asarray(image if indexed else image.convert("RGB"))


def nearest_pixels(pixels: np.ndarray, shape: Sequence[int]) -> np.ndarray:
    """Scale an image to this height and width by taking the nearest pixel."""
    rows, columns = (
        ((np.arange(wanted) + 0.5) * given / wanted).astype("int64")
        for wanted, given in zip(shape[:2], pixels.shape[:2], strict=True)
    )
    return np.asarray(pixels[rows[:, np.newaxis], columns])


def class_numbers(pixels: np.ndarray, classes: Sequence[int | str]) -> np.ndarray:
    """Return the place of each pixel in a list of grey values, or of colours like “#ff0000”."""
    numbers = np.full(pixels.shape[:2], len(classes))
    colours = pixels.reshape(*numbers.shape, -1)  # one or three values for each pixel
    for number, value in enumerate(classes):
        colour = [*bytes.fromhex(value[1:])] if isinstance(value, str) else [value]
        numbers[(colours == colour).all(axis=-1)] = number
    if (numbers == len(classes)).any():
        raise ValueError("A mask has a pixel of no class.")
    return numbers.astype("uint8")
