"""Read arrays of an untrusted HDF5 file safely.

Only plain arrays of an expected dtype and shape are read: no links, no external files, no objects.
"""

from math import prod
from typing import Any

import h5py

from engine.problems import Phrase, phrase

CHUNK = 1_000_000
# Built-in filters of HDF5; others would be loaded from plugins.
_FILTERS = {h5py.h5z.FILTER_DEFLATE, h5py.h5z.FILTER_SHUFFLE, h5py.h5z.FILTER_FLETCHER32}
BROKEN = (OSError, RuntimeError, KeyError, ValueError, TypeError, OverflowError)


class HarmfulError(Exception):
    """A malicious or damaged file, and where."""

    def __init__(self, why: Phrase) -> None:
        super().__init__(why)
        self.why = why


def child(group: Any, name: str) -> Any:
    """The target of a group's hard link; h5py's `in` would follow links of every kind."""
    if not isinstance(group, h5py.Group):
        return None
    links, key = group.id.links, name.encode()
    if not links.exists(key):
        return None
    if links.get_info(key).type != h5py.h5l.TYPE_HARD:
        raise HarmfulError(phrase("“{group}/{name}” is a link", group=group.name, name=name))
    return group[name]


def fits(array: h5py.Dataset, shape: tuple[int, ...], dtype: Any) -> bool:
    """Whether an array has a shape and a dtype. Raises HarmfulError for an unsafe one."""
    if array.external or array.is_virtual:
        raise HarmfulError(phrase("“{name}” is stored in another file", name=array.name))
    if array.shape != shape or array.dtype != dtype or array.dtype.hasobject:
        return False
    settings = array.id.get_create_plist()
    filters = {settings.get_filter(index)[0] for index in range(settings.get_nfilters())}
    if not filters <= _FILTERS:
        raise HarmfulError(
            phrase("“{name}” has a compression filter that Keras does not use", name=array.name)
        )
    if array.chunks and prod(array.chunks) * array.dtype.itemsize > array.nbytes + CHUNK:
        raise HarmfulError(
            phrase("“{name}” would decompress to far more than its size", name=array.name)
        )
    return True
