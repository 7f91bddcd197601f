"""How a script reads the images or texts of an archive, if it is certain to read the same.

The functions that scripts contain are called here with the names of the members; where they would
find other images, texts, classes or masks, scripts read the rows from the .npz file.
"""

from collections.abc import Sequence

from engine.data.archives import is_image, is_text, label_of, masks_by_name, read_labels_of_files
from engine.data.catalogue import ImageArchive, LabelTable, TextArchive
from engine.data.files.archive import Archive, Member
from engine.data.files.classes import Labels

MAX_LEFT_OUT = 20
"""The most damaged images that a script names."""
_MAX_CHANGES = 6

Pair = tuple[Member, Member]


def of_images(
    archive: Archive, good: Sequence[Member], damaged: Sequence[Member], labels: Labels | None
) -> ImageArchive | None:
    """Return how a script reads these images and their classes; None if it can't."""
    left_out = tuple(member.name for member in damaged)
    known = [name for name in _names(archive) if is_image(name) and name not in left_out]
    if known != [member.name for member in good] or not _is_plain(archive):
        return None
    if len(left_out) > MAX_LEFT_OUT:
        return None
    if labels and not _has_labels(archive, good, labels):
        return None
    return ImageArchive(labels=labels.table if labels else None, leave_out=left_out)


def of_texts(
    archive: Archive, members: Sequence[Member], labels: Labels | None
) -> TextArchive | None:
    """Return how a script reads these texts and their classes; None if it can't."""
    known = [name for name in _names(archive) if is_text(name)]
    if known != [member.name for member in members] or not _is_plain(archive):
        return None
    return TextArchive() if not labels or _has_labels(archive, members, labels) else None


def of_pairs(
    archive: Archive, pairs: Sequence[Pair], damaged: Sequence[Member], *, indexed: bool
) -> ImageArchive | None:
    """Return how a script reads these images and their masks; None if it can't."""
    changes = _changes(pairs)
    expected = [(image.name, mask.name) for image, mask in pairs]
    if damaged or not changes or not _is_plain(archive):
        return None
    if [*masks_by_name(_names(archive), changes).items()] != expected:
        return None
    return ImageArchive(masks=changes, indexed=indexed)


def _names(archive: Archive) -> list[str]:
    return [member.name for member in archive.members]


def _is_plain(archive: Archive) -> bool:
    """Whether names say which members are meant: they differ, and none is that of a link."""
    return len(set(_names(archive))) == len(archive.members) and not archive.left_out


def _has_labels(archive: Archive, good: Sequence[Member], labels: Labels) -> bool:
    """Whether a script finds the same class for each image."""
    expected = [labels.classes[index] for index in labels.indices]
    if labels.table is None:
        return [member.path.parent.name for member in good] == expected
    try:
        class_of = _class_of(archive, labels.table)
        return [label_of(member.name, class_of) for member in good] == expected
    except (KeyError, IndexError, ValueError, AttributeError):  # another table to `csv`
        return False


def _class_of(archive: Archive, table: LabelTable) -> dict[str, str]:
    member = next(item for item in archive.members if item.name == table.path)
    text = archive.read(member).decode(table.encoding)
    return read_labels_of_files(text, table.model_dump())


def _changes(pairs: Sequence[Pair]) -> dict[str, str]:
    """What has to be replaced in the names of images to get the names of their masks."""
    changes: dict[str, str] = {}
    for image, mask in pairs:
        if masks_by_name([image.name, mask.name], changes).get(image.name) != mask.name:
            changes |= _difference(image, mask)
        if len(changes) > _MAX_CHANGES:
            return {}
    return changes


def _difference(image: Member, mask: Member) -> dict[str, str]:
    """The folders in which two names differ, and what differs in the ends of the names."""
    folders = _middle(image.path.parent.parts, mask.path.parent.parts)
    changes = {}
    if any(folders):
        old, new = ("".join(f"{part}/" for part in parts) for parts in folders)
        changes[old] = new
    same = 0
    for ours, theirs in zip(image.path.stem, mask.path.stem, strict=False):
        if ours != theirs:
            break
        same += 1
    if image.path.name != mask.path.name:
        changes[image.path.name[same:]] = mask.path.name[same:]
    return {} if "" in changes else changes


def _middle(
    ours: tuple[str, ...], theirs: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Two paths without the folders with which both begin and end."""
    while ours and theirs and ours[0] == theirs[0]:
        ours, theirs = ours[1:], theirs[1:]
    while ours and theirs and ours[-1] == theirs[-1]:
        ours, theirs = ours[:-1], theirs[:-1]
    return ours, theirs
