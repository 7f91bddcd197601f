"""Reads an archive of images: with masks, in a folder for each class, or with a table of labels.

Images are decoded once, to one size, as integers 0 to 255: the model scales them.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from math import prod
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
from PIL import Image

from engine.data.catalogue import Column
from engine.data.description import Description
from engine.data.files import masks, script_archives
from engine.data.files.archive import Archive, Member, open_archive
from engine.data.files.classes import folder_labels
from engine.data.files.decoding import decoded, opened, upright_size
from engine.data.files.describing import Contents, describe
from engine.data.files.image_tables import IMAGE, table_of_images
from engine.data.files.packing import Packer, Part
from engine.data.files.pairing import paired
from engine.data.files.recognising import IMAGES
from engine.data.files.refusal import AT, RefusedFileError
from engine.data.files.source import Source, Table
from engine.data.files.table import read_columns
from engine.data.files.written import Written
from engine.document import Division
from engine.problems import Problem, problem

DEFAULT_SIDE = 256
"""The longest side of images whose size is guessed."""
HALVED = 4
"""Sides of images with masks are multiples of this: a U-Net halves them twice, without a rest."""
_GREY = ("1", "L", "LA", "I;16", "I;16B", "I;16L", "I", "F")
_BATCH_BYTES = 1 << 25
"""Bytes of the images that are decoded before they are written."""
_SAMPLE = 16
"""At least so many images are looked at before all are; if they mislead, all are decoded again."""


@dataclass(frozen=True)
class _Header:
    """What an image says before it is decoded."""

    size: tuple[int, int]
    grey: bool


@dataclass(frozen=True)
class _Form:
    """How all images are stored."""

    size: tuple[int, int]
    colour: bool

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of one image."""
        return (*self.size, 3 if self.colour else 1)


@dataclass
class _Stored:
    """The images that could be decoded, and the members that could not."""

    packer: Packer
    part: Part
    masks: masks.Masks | None
    headers: list[_Header] = field(default_factory=list)
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
    images = [image for image, _ in pairs.pairs] if pairs else members
    form = _form(source, _sampled(archive, images), with_masks=bool(pairs))
    palette = masks.first_palette(archive, mask_of.values())
    stored = _store(archive, images, form, mask_of, palette)
    if stored.headers and form != (right := _form(source, stored.headers, with_masks=bool(pairs))):
        form = right
        stored = _store(archive, images, form, mask_of, palette)
    if not stored.good:
        raise RefusedFileError(
            problem("file_damaged.member", AT, file=source.name, member=stored.damaged[0].name)
        )
    column = Column(name=IMAGE, shape=form.shape, dtype="uint8", role="input")
    written, division = [Written(column, "image", stored.part)], Division()
    notes = [*archive.notes, *_damage(stored.damaged)]
    good, damaged = stored.good, stored.damaged
    if pairs and stored.masks:
        written.append(stored.masks.write(stored.packer))
        notes += [*_unpaired(pairs.left_out), *stored.masks.notes]
        kept = [(image, mask_of[image.name]) for image in good]
        known = script_archives.of_pairs(archive, kept, damaged, indexed=stored.masks.indexed)
    else:
        found, unused = table_of_images(archive, good)
        notes += unused
        if isinstance(found, Table):
            columns, more, division = read_columns(source, found, stored.packer, beside_inputs=True)
            written += columns
            notes += more
            known = None
        else:
            labels = found or folder_labels([member.path for member in good])
            written += [labels.write(stored.packer)] if labels else []
            known = script_archives.of_images(archive, good, damaged, labels)
    options = source.options.model_copy(update={"size": form.size, "colour": form.colour})
    contents = Contents("images", options, written, notes, division=division, archive=known)
    return describe(source, contents, stored.packer)


def _form(source: Source, headers: Sequence[_Header], *, with_masks: bool) -> _Form:
    """The form that the options give, or else the one that fits these images."""
    size = source.options.size or _common_size(headers, HALVED if with_masks else 1)
    colour = source.options.colour
    return _Form(size, not all(header.grey for header in headers) if colour is None else colour)


def _sampled(archive: Archive, members: Sequence[Member]) -> list[_Header]:
    """The headers of some images, from which the form of all can be guessed."""
    images = (opened(archive, member) for member in members[:: max(1, len(members) // _SAMPLE)])
    headers = [_header(image) for image in images if image is not None]
    return headers or [_Header((1, 1), grey=True)]


def _header(image: Image.Image) -> _Header:
    return _Header(upright_size(image), image.mode in _GREY)


def _store(
    archive: Archive,
    members: Sequence[Member],
    form: _Form,
    mask_of: dict[str, Member],
    palette: bytes,
) -> _Stored:
    """Decode images, and the masks of those that can be decoded; once more if palettes differ."""
    try:
        return _decode(archive, members, form, mask_of, palette)
    except masks.OtherPaletteError:
        return _decode(archive, members, form, mask_of, b"")


def _decode(
    archive: Archive,
    members: Sequence[Member],
    form: _Form,
    mask_of: dict[str, Member],
    palette: bytes,
) -> _Stored:
    """Decode images, and the masks of those that can be decoded, to files in a new folder.

    Raises masks.OtherPaletteError.
    """
    archive.source.limits.check_bytes(archive.source.name, len(members) * prod(form.shape))
    folder = Path(mkdtemp(dir=archive.source.scratch))
    packer = Packer(folder)
    part = packer.add(IMAGE, form.shape, "uint8")
    read = masks.begin(archive, palette, form.size, folder) if mask_of else None
    stored = _Stored(packer, part, read)
    batch: list[tuple[np.ndarray, np.ndarray | None]] = []
    for member in members:
        image = opened(archive, member)
        if image is None:
            stored.damaged.append(member)
            continue
        stored.headers.append(header := _header(image))
        pixels = decoded(image, form.shape)
        mask = mask_of.get(member.name)
        values = read.read(mask, header.size) if read and mask and pixels is not None else None
        if pixels is None or (mask and values is None):
            stored.damaged.append(member if pixels is None or mask is None else mask)
            continue
        stored.good.append(member)
        batch.append((pixels, values))
        if len(batch) == max(1, _BATCH_BYTES // prod(form.shape)):
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


def _common_size(headers: Sequence[_Header], multiple: int) -> tuple[int, int]:
    """The size that most images have, with the longest side at most `DEFAULT_SIDE`.

    Sides are rounded to a multiple of a number.
    """
    ((height, width), _), *_ = Counter(header.size for header in headers).most_common(1)
    scale = min(1.0, DEFAULT_SIDE / max(height, width))
    sides = (max(1, round(side * scale / multiple)) * multiple for side in (height, width))
    return next(sides), next(sides)
