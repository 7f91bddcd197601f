"""Opens and decodes the images of an archive; Pillow reads a header without decoding pixels."""

import io
import warnings

import numpy as np
from PIL import Image

from engine.data.archives import mask_pixels, scaled_image
from engine.data.files.archive import Archive, Member
from engine.data.files.refusal import AT, RefusedFileError
from engine.problems import problem

MAX_MEMBER = 200_000_000
BROKEN = (OSError, ValueError, SyntaxError, TypeError, KeyError, IndexError, OverflowError)
"""What Pillow raises for damaged images."""
_FORMATS = ("PNG", "JPEG", "GIF", "BMP", "WEBP", "TIFF")


def opened(archive: Archive, member: Member) -> Image.Image | None:
    """Read the header of an image; None if it is damaged.

    Raises RefusedFileError for an image with too many pixels.
    """
    content = io.BytesIO(archive.read(member, MAX_MEMBER))
    limit = archive.source.limits.pixels
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(content, formats=_FORMATS)
    except Image.DecompressionBombError:
        raise _too_large(archive, member, limit) from None
    except BROKEN:
        return None
    if image.width * image.height > limit:
        raise _too_large(archive, member, limit)
    return image


def _too_large(archive: Archive, member: Member, limit: int) -> RefusedFileError:
    file = archive.source.name
    return RefusedFileError(
        problem("image_too_large", AT, file=file, member=member.name, limit=limit)
    )


def upright_size(image: Image.Image) -> tuple[int, int]:
    """The height and the width of an image as it is shown."""
    try:
        turned = image.getexif().get(0x0112, 1) in (5, 6, 7, 8)
    except BROKEN:
        turned = False
    return (image.width, image.height) if turned else (image.height, image.width)


def decoded(image: Image.Image, shape: tuple[int, ...]) -> np.ndarray | None:
    """Return the pixels of an image in this shape; None if it is damaged."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return scaled_image(image, shape)
    except BROKEN:
        return None


def decoded_mask(image: Image.Image, *, indexed: bool) -> np.ndarray | None:
    """Return the pixels of a mask: numbers, or red, green and blue; None if it is damaged."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return mask_pixels(image, indexed)
    except BROKEN:
        return None
