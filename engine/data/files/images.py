"""Reads an archive of images: in a folder for each class, or with a table of labels.

Images are decoded once, to one size, as integers 0 to 255: the model scales them.
"""

import io
import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageOps

from engine.data.catalogue import Column
from engine.data.description import Description
from engine.data.files.archive import Archive, Member, open_archive
from engine.data.files.classes import folder_labels
from engine.data.files.describing import Contents, describe
from engine.data.files.labels import table_labels
from engine.data.files.packing import Packer
from engine.data.files.recognising import IMAGES
from engine.data.files.refusal import AT, RefusedFileError
from engine.data.files.source import Source
from engine.data.files.written import Written
from engine.problems import Problem, problem

DEFAULT_SIDE = 256
"""The longest side of images whose size is guessed."""
MAX_MEMBER = 200_000_000
_FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF")
_GREY = ("1", "L", "LA", "I;16", "I;16B", "I;16L", "I", "F")
_BATCH = 256


@dataclass(frozen=True)
class _Header:
    """What an image says before it is decoded."""

    member: Member
    size: tuple[int, int]
    grey: bool


def read_images(source: Source) -> Description:
    """Read an archive of images. Raises RefusedFileError."""
    with open_archive(source) as archive:
        return _read(source, archive)


def _read(source: Source, archive: Archive) -> Description:
    headers, damaged = _headers(archive)
    height, width = source.options.size or _common_size(headers)
    colour = source.options.colour
    colour = not all(header.grey for header in headers) if colour is None else colour
    packer = Packer(source.scratch)
    shape = (height, width, 3 if colour else 1)
    source.limits.check_bytes(source.name, len(headers) * int(np.prod(shape)))
    part = packer.add("image", shape, "uint8")
    good: list[Member] = []
    batch: list[np.ndarray] = []
    for header in headers:
        pixels = _decoded(archive, header.member, shape)
        if pixels is None:
            damaged.append(header.member)
            continue
        good.append(header.member)
        batch.append(pixels)
        if len(batch) == _BATCH:
            part.append(np.stack(batch))
            batch = []
    if not good:
        raise RefusedFileError(
            problem("file_damaged.member", AT, file=source.name, member=damaged[0].name)
        )
    if batch:
        part.append(np.stack(batch))
    column = Column(name="image", shape=shape, dtype="uint8", role="input")
    written = [Written(column, "image", part)]
    labels = table_labels(archive, good) or folder_labels([member.path for member in good])
    if labels:
        written.append(labels.write(packer))
    options = source.options.model_copy(update={"size": (height, width), "colour": colour})
    notes = [*archive.notes, *_damage(damaged)]
    return describe(source, Contents("images", options, written, notes), packer)


def _damage(damaged: Sequence[Member]) -> list[Problem]:
    if not damaged:
        return []
    count, first = len(damaged), damaged[0].name
    return [problem("images_damaged", AT, count=count, member=first)]


def _headers(archive: Archive) -> tuple[list[_Header], list[Member]]:
    """Read the header of each image; return also the members that are none."""
    headers, damaged = [], []
    for member in archive.members:
        if not member.name.lower().endswith(IMAGES):
            continue
        image = _opened(archive, member)
        if image is None:
            damaged.append(member)
        else:
            headers.append(_Header(member, _upright(image), image.mode in _GREY))
    if not headers:
        raise RefusedFileError(
            problem("file_damaged.member", AT, file=archive.source.name, member=damaged[0].name)
        )
    return headers, damaged


def _opened(archive: Archive, member: Member) -> Image.Image | None:
    """Read the header of an image. Raises RefusedFileError for one with too many pixels."""
    content = io.BytesIO(archive.read(member, MAX_MEMBER))
    limit = archive.source.limits.pixels
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(content, formats=_FORMATS)
    except Image.DecompressionBombError:
        raise _too_large(archive, member, limit) from None
    except _BROKEN:
        return None
    if image.width * image.height > limit:
        raise _too_large(archive, member, limit)
    return image


_BROKEN = (OSError, ValueError, SyntaxError, TypeError, KeyError, IndexError, OverflowError)
"""What Pillow raises for damaged images."""


def _too_large(archive: Archive, member: Member, limit: int) -> RefusedFileError:
    file = archive.source.name
    return RefusedFileError(
        problem("image_too_large", AT, file=file, member=member.name, limit=limit)
    )


def _upright(image: Image.Image) -> tuple[int, int]:
    """The height and the width of an image as it is shown."""
    try:
        turned = image.getexif().get(0x0112, 1) in (5, 6, 7, 8)
    except _BROKEN:
        turned = False
    return (image.width, image.height) if turned else (image.height, image.width)


def _common_size(headers: Sequence[_Header]) -> tuple[int, int]:
    """The size that most images have, with the longest side at most `DEFAULT_SIDE`."""
    ((height, width), _), *_ = Counter(header.size for header in headers).most_common(1)
    scale = min(1.0, DEFAULT_SIDE / max(height, width))
    return max(1, round(height * scale)), max(1, round(width * scale))


def _decoded(archive: Archive, member: Member, shape: tuple[int, int, int]) -> np.ndarray | None:
    """Return the pixels of an image in this shape; None if it is damaged."""
    image = _opened(archive, member)
    if image is None:
        return None
    height, width, channels = shape
    mode = "RGB" if channels == 3 else "L"  # noqa: PLR2004
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image.draft(mode, (width, height))
            upright = ImageOps.exif_transpose(_eight_bits(image)).convert(mode)
            if upright.size != (width, height):
                upright = upright.resize((width, height), Image.Resampling.BILINEAR)
    except _BROKEN:
        return None
    return np.asarray(upright, "uint8").reshape(shape)


def _eight_bits(image: Image.Image) -> Image.Image:
    """Return images of 16 bits with their high bits; `convert` would cut the values off."""
    if not image.mode.startswith("I"):
        return image
    values = np.asarray(image).astype("int64")
    return Image.fromarray(np.clip(values >> 8, 0, 255).astype("uint8"))
