"""Reads masks: a class for each pixel, as a number, a grey value or a colour.

Each distinct value of all masks is a class. Masks are scaled by taking the nearest pixel, because
a mean of two classes is none.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image

from engine.data.archives import nearest_pixels
from engine.data.catalogue import IGNORED_CLASS, IGNORED_VALUE, Column
from engine.data.files.archive import Archive, Member
from engine.data.files.decoding import decoded_mask, opened
from engine.data.files.packing import Packer, Part
from engine.data.files.refusal import AT, RefusedFileError
from engine.data.files.written import Written
from engine.problems import Problem, problem

MAX_VALUES = 256
"""The most classes of masks: more distinct values come from blurred edges, or from photographs."""
_COLOUR = 1 << 24
"""Added to colours, so that they differ from grey values and class numbers."""
_PIXELS = 1 << 22
_RATIO = 0.02


class OtherPaletteError(Exception):
    """A mask does not share the palette of the masks before it: their colours are the classes."""


@dataclass
class Masks:
    """Masks of one size, whose values are collected until `write` turns them into classes.

    Values are places in the `palette` that all masks share; if it is empty, grey values or colours.
    """

    archive: Archive
    size: tuple[int, int]
    palette: bytes
    part: Part
    values: set[int] = field(default_factory=set)
    stretched: list[Member] = field(default_factory=list)

    @property
    def indexed(self) -> bool:
        """Whether values are places in a palette."""
        return bool(self.palette)

    def read(self, member: Member, image_size: tuple[int, int]) -> np.ndarray | None:
        """Return the values of a mask at its size; None if it is damaged.

        Raises RefusedFileError if all masks so far have more distinct values than classes can be,
        and OtherPaletteError for a mask that does not share the palette.
        """
        image = opened(self.archive, member)
        if image is not None and self.indexed and _palette(image) != self.palette:
            raise OtherPaletteError
        pixels = None if image is None else _pixels(image, indexed=self.indexed)
        if pixels is None:
            return None
        for values in _distinct(pixels):
            self.values.update(values)
            if len(self.values) > MAX_VALUES:
                raise RefusedFileError(
                    problem(
                        "mask_of_many_values",
                        AT,
                        file=self.archive.source.name,
                        member=member.name,
                        limit=MAX_VALUES,
                    )
                )
        if not _same_shape(pixels.shape[:2], image_size):
            self.stretched.append(member)
        return _codes(nearest_pixels(pixels, self.size))

    def append(self, values: Sequence[np.ndarray]) -> None:
        """Keep the values of masks."""
        self.part.append(np.stack(values))

    def write(self, packer: Packer) -> Written:
        """Write a column of classes."""
        order = sorted(self.values)
        is_colour = order[-1] >= _COLOUR
        ignored = self._ignored
        names = [_name(value, is_colour=is_colour) for value in order if value != ignored]
        names += [IGNORED_CLASS] * (ignored is not None)
        column = Column(
            name="mask", shape=self.size, dtype="uint8", role="target", classes=tuple(names)
        )
        part = packer.add("mask", self.size, "uint8")
        for values in _rows(self.part):
            part.append(np.searchsorted(order, values))  # 255 comes last, if it is ignored
        return Written(column, "mask", part, distinct=len(names))

    @property
    def _ignored(self) -> int | None:
        """The value 255, if the others are class numbers: 0, 1, and so on without a gap."""
        others = sorted(self.values - {IGNORED_VALUE})
        numbered = others == list(range(len(others))) and len(others) > 1
        return IGNORED_VALUE if IGNORED_VALUE in self.values and numbered else None

    @property
    def notes(self) -> list[Problem]:
        """What a person should know about the masks."""
        notes = []
        if self._ignored is not None:
            notes.append(problem("mask_ignores", AT, name=IGNORED_CLASS))
        if self.stretched:
            count, first = len(self.stretched), self.stretched[0].name
            notes.append(problem("masks_stretched", AT, count=count, member=first))
        return notes


def begin(archive: Archive, palette: bytes, size: tuple[int, int], folder: Path) -> Masks:
    """Return the masks of an archive, to be read one after another; they are kept in a folder."""
    part = Part("", folder / "masks", size, np.dtype("uint32"))
    part.file.touch()
    return Masks(archive, size, palette, part)


def first_palette(archive: Archive, members: Iterable[Member]) -> bytes:
    """Return the palette of the first mask that is not damaged; empty if it has none."""
    images = (opened(archive, member) for member in members)
    return next((_palette(image) for image in images if image is not None), b"")


def _palette(image: Image.Image) -> bytes:
    return bytes(image.getpalette() or ()) if image.mode == "P" else b""


def _pixels(image: Image.Image, *, indexed: bool) -> np.ndarray | None:
    """The pixels of a mask: numbers, or red, green and blue; None if it is damaged."""
    pixels = decoded_mask(image, indexed=indexed)
    if pixels is None or pixels.dtype == "uint8":
        return pixels
    return _whole(pixels)


def _whole(values: np.ndarray) -> np.ndarray | None:
    """Class numbers of more than 8 bits; None if they are none."""
    are_numbers = bool(np.isfinite(values).all() and (values == np.round(values)).all())
    return values if are_numbers and values.min() >= 0 and values.max() < _COLOUR else None


def _distinct(pixels: np.ndarray) -> Iterator[list[int]]:
    """Yield the distinct values of some rows of pixels after another, which bounds the memory."""
    step = max(1, _PIXELS // max(1, pixels.shape[1]))
    for start in range(0, len(pixels), step):
        yield np.unique(_codes(pixels[start : start + step])).tolist()


def _codes(pixels: np.ndarray) -> np.ndarray:
    """One number for each pixel; grey pixels of colour images have their grey value."""
    if pixels.ndim == 2:  # noqa: PLR2004
        return pixels.astype("uint32")
    red, green, blue = (pixels[..., channel].astype("uint32") for channel in range(3))
    is_grey = (red == green) & (green == blue)
    return np.where(is_grey, red, _COLOUR | red << 16 | green << 8 | blue)


def _same_shape(size: tuple[int, ...], other: tuple[int, ...]) -> bool:
    """Whether a mask and its image differ in scale only."""
    return abs(size[0] * other[1] / (size[1] * other[0]) - 1) <= _RATIO


def _rows(part: Part) -> Iterator[np.ndarray]:
    """Yield the masks that were kept, some at a time."""
    values = np.memmap(part.file, part.dtype, "r", 0, (part.rows, *part.shape))
    step = max(1, _PIXELS // int(np.prod(part.shape)))
    for start in range(0, part.rows, step):
        yield values[start : start + step]


def _name(value: int, *, is_colour: bool) -> str:
    """The name of a class: its number or grey value; in colour masks, its colour."""
    if value >= _COLOUR:
        return f"#{value - _COLOUR:06x}"
    return f"#{value:02x}{value:02x}{value:02x}" if is_colour else str(value)
