"""Opens and decodes the images of an archive; Pillow reads a header without decoding pixels."""

import io
import warnings

import numpy as np
from PIL import Image, ImageOps

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
    height, width, channels = shape
    mode = "RGB" if channels == 3 else "L"  # noqa: PLR2004
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image.draft(mode, (width, height))
            upright = ImageOps.exif_transpose(_eight_bits(image)).convert(mode)
            if upright.size != (width, height):
                upright = upright.resize((width, height), Image.Resampling.BILINEAR)
    except BROKEN:
        return None
    return np.asarray(upright, "uint8").reshape(shape)


def _eight_bits(image: Image.Image) -> Image.Image:
    """Return images of 16 bits with their high bits; `convert` would cut the values off."""
    if not image.mode.startswith("I"):
        return image
    values = np.asarray(image).astype("int64")
    return Image.fromarray(np.clip(values >> 8, 0, 255).astype("uint8"))
