"""Reads an archive of images: with masks, in a folder for each class, or with a table of labels.

Images are decoded once, to one size, as integers 0 to 255: the model scales them.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import prod

import numpy as np

from engine.data.catalogue import Column
from engine.data.description import Description
from engine.data.files import masks
from engine.data.files.archive import Archive, Member, open_archive
from engine.data.files.classes import folder_labels
from engine.data.files.decoding import decoded, opened, upright_size
from engine.data.files.describing import Contents, describe
from engine.data.files.labels import table_labels
from engine.data.files.packing import Packer, Part
from engine.data.files.pairing import paired
from engine.data.files.recognising import IMAGES
from engine.data.files.refusal import AT, RefusedFileError
from engine.data.files.source import Source
from engine.data.files.written import Written
from engine.problems import Problem, problem

DEFAULT_SIDE = 256
"""The longest side of images whose size is guessed."""
HALVED = 4
"""Sides of images with masks are multiples of this: a U-Net halves them twice, without a rest."""
_GREY = ("1", "L", "LA", "I;16", "I;16B", "I;16L", "I", "F")
_BATCH_BYTES = 1 << 25
"""Bytes of the images that are decoded before they are written."""


@dataclass(frozen=True)
class _Header:
    """What an image says before it is decoded."""

    member: Member
    size: tuple[int, int]
    grey: bool


@dataclass
class _Stored:
    """The images that could be decoded, and the members that could not."""

    good: list[Member] = field(default_factory=list)
    damaged: list[Member] = field(default_factory=list)


def read_images(source: Source) -> Description:
    """Read an archive of images. Raises RefusedFileError."""
    with open_archive(source) as archive:
        return _read(source, archive)


def _read(source: Source, archive: Archive) -> Description:
    members = [item for item in archive.members if item.name.lower().endswith(IMAGES)]
    pairs = paired(members)
    mask_of = {image.name: mask for image, mask in pairs.pairs} if pairs else {}
    headers, damaged = _headers(archive, [image for image, _ in pairs.pairs] if pairs else members)
    size = source.options.size or _common_size(headers, HALVED if pairs else 1)
    colour = source.options.colour
    colour = not all(header.grey for header in headers) if colour is None else colour
    shape = (*size, 3 if colour else 1)
    source.limits.check_bytes(source.name, len(headers) * int(np.prod(shape)))
    packer = Packer(source.scratch)
    part = packer.add("image", shape, "uint8")
    read = masks.begin(archive, [*mask_of.values()], size) if pairs else None
    stored = _store(archive, headers, part, read, mask_of)
    damaged += stored.damaged
    if not stored.good:
        raise RefusedFileError(
            problem("file_damaged.member", AT, file=source.name, member=damaged[0].name)
        )
    written = [
        Written(Column(name="image", shape=shape, dtype="uint8", role="input"), "image", part)
    ]
    notes = [*archive.notes, *_damage(damaged)]
    if pairs and read:
        written.append(read.write(packer))
        notes += [*_unpaired(pairs.left_out), *read.notes]
    elif labels := table_labels(archive, stored.good) or folder_labels(
        [member.path for member in stored.good]
    ):
        written.append(labels.write(packer))
    options = source.options.model_copy(update={"size": size, "colour": colour})
    return describe(source, Contents("images", options, written, notes), packer)


def _store(
    archive: Archive,
    headers: Sequence[_Header],
    part: Part,
    read: masks.Masks | None,
    mask_of: dict[str, Member],
) -> _Stored:
    """Decode the images, and the masks of those that can be decoded, some at a time."""
    stored, size = _Stored(), max(1, _BATCH_BYTES // prod(part.shape))
    batch: list[tuple[np.ndarray, np.ndarray | None]] = []
    for header in headers:
        pixels = decoded(archive, header.member, part.shape)  # type: ignore[arg-type]
        if pixels is None:
            stored.damaged.append(header.member)
            continue
        mask = mask_of.get(header.member.name)
        values = read.read(mask, header.size) if read and mask else None
        if mask and values is None:
            stored.damaged.append(mask)
            continue
        stored.good.append(header.member)
        batch.append((pixels, values))
        if len(batch) == size:
            _append(batch, part, read)
    if batch:
        _append(batch, part, read)
    return stored


def _append(
    batch: list[tuple[np.ndarray, np.ndarray | None]], part: Part, read: masks.Masks | None
) -> None:
    part.append(np.stack([pixels for pixels, _ in batch]))
    if read:
        read.append([values for _, values in batch if values is not None])
    batch.clear()


def _damage(damaged: Sequence[Member]) -> list[Problem]:
    if not damaged:
        return []
    count, first = len(damaged), damaged[0].name
    return [problem("images_damaged", AT, count=count, member=first)]


def _unpaired(left_out: Sequence[Member]) -> list[Problem]:
    if not left_out:
        return []
    count, first = len(left_out), left_out[0].name
    return [problem("images_unpaired", AT, count=count, member=first)]


def _headers(archive: Archive, members: Sequence[Member]) -> tuple[list[_Header], list[Member]]:
    """Read the header of each image; return also the members that are none."""
    headers, damaged = [], []
    for member in members:
        image = opened(archive, member)
        if image is None:
            damaged.append(member)
        else:
            headers.append(_Header(member, upright_size(image), image.mode in _GREY))
    if not headers:
        raise RefusedFileError(
            problem("file_damaged.member", AT, file=archive.source.name, member=damaged[0].name)
        )
    return headers, damaged


def _common_size(headers: Sequence[_Header], multiple: int) -> tuple[int, int]:
    """The size that most images have, with the longest side at most `DEFAULT_SIDE`.

    Sides are rounded to a multiple of a number.
    """
    ((height, width), _), *_ = Counter(header.size for header in headers).most_common(1)
    scale = min(1.0, DEFAULT_SIDE / max(height, width))
    sides = (max(1, round(side * scale / multiple)) * multiple for side in (height, width))
    return next(sides), next(sides)
