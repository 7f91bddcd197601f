"""Pairs images with their masks by the names that people give them.

A mask lies in a folder for masks (“masks”, “labels”, “SegmentationClass”, “train_masks” …) with the
name of its image, or beside it with a word at the end (“x_mask.png”).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from engine.data.files.archive import Member

_MASKS = (
    r"masks?|labels?|annotations?|annots?|segmentations?|segs?|segmentation_?class(?:_?raw)?"
    r"|gt|gtfine|ground_?truths?|trimaps?"
)
_IMAGES = r"images?|imgs?|jpegimages|leftimg8bit|photos?|pictures?"
_MASK_FOLDER = re.compile(rf"(?:(.*)[_\- ])?(?:{_MASKS})|(train|val|test)annot", re.IGNORECASE)
_IMAGE_FOLDER = re.compile(rf"(?:(.*)[_\- ])?(?:{_IMAGES})", re.IGNORECASE)
_MASK_STEM = re.compile(
    r"(.+)[_\-. ](?:masks?|labels?|seg|segmentation|gt|ground_?truth|gtfine_labelids)"
    r"|(?:mask|label)[_\-](.+)",
    re.IGNORECASE,
)
_SHORT_STEM = re.compile(r"(.+)_(?:l|p)", re.IGNORECASE)
"""Ends of names that only masks in a folder for masks have."""
_IMAGE_STEM = re.compile(
    r"(.+)[_\-. ](?:image|img|rgb|sat|leftimg8bit)|(?:image|img)[_\-](.+)", re.IGNORECASE
)
_LEAST = 4
"""At least one of so many files that are named like masks has to have an image."""

_Key = tuple[tuple[str, ...], str]


@dataclass(frozen=True)
class Pairs:
    """Images with their masks, in the order of the images; `left_out` are files without a pair."""

    pairs: tuple[tuple[Member, Member], ...]
    left_out: tuple[Member, ...]


def paired(members: Sequence[Member]) -> Pairs | None:
    """Return the pairs among the images of an archive; None if they are no images with masks."""
    masks = [member for member in members if _is_mask(member.path)]
    named = {id(member) for member in masks}
    images = [member for member in members if id(member) not in named]
    known: dict[_Key, Member] = {}
    for member in images:
        for key in _keys(member.path, _IMAGE_FOLDER, [_IMAGE_STEM]):
            known.setdefault(key, member)
    mask_of: dict[int, Member] = {}
    for mask in masks:
        keys = _keys(mask.path, _MASK_FOLDER, [_MASK_STEM, _SHORT_STEM])
        image = next((known[key] for key in keys if key in known), None)
        if image is not None:
            mask_of.setdefault(id(image), mask)
    if not mask_of or len(mask_of) * _LEAST < len(masks):
        return None
    pairs = tuple((image, mask_of[id(image)]) for image in images if id(image) in mask_of)
    used = {id(member) for pair in pairs for member in pair}
    return Pairs(pairs, tuple(member for member in members if id(member) not in used))


def _is_mask(path: PurePosixPath) -> bool:
    folders = any(_MASK_FOLDER.fullmatch(part) for part in path.parent.parts)
    return folders or _MASK_STEM.fullmatch(path.stem) is not None


def _keys(
    path: PurePosixPath, word: re.Pattern[str], ends: Sequence[re.Pattern[str]]
) -> list[_Key]:
    """What a file shares with its partner: folders and name, without the words for its kind."""
    folders = tuple(rest for part in path.parent.parts if (rest := _without(part, word)))
    stems = [path.stem, *(_without(path.stem, end) for end in ends if end.fullmatch(path.stem))]
    return [(folders, stem.lower()) for stem in stems]


def _without(text: str, pattern: re.Pattern[str]) -> str:
    """A text without the word that the pattern finds; the text itself if there is none."""
    found = pattern.fullmatch(text)
    if found is None:
        return text.lower()
    return next((group for group in found.groups() if group), "").lower()
