"""Read the Keras metadata of a SavedModel: the JSON of its root in keras_metadata.pb.

The file is a protocol buffer: SavedMetadata.nodes (1), each with a path (3) and its metadata (5).
The graph of TensorFlow functions in saved_model.pb is not read.
"""

from collections.abc import Iterator

from engine.document.reading import read_json
from engine.imports.graph_builder import Imported
from engine.imports.saved import from_saved
from engine.problems import Problem, phrase, problem

NAME = "keras_metadata.pb"
MAX_FIELDS = 100_000
_NODES, _PATH, _METADATA = 1, 3, 5
_ROOT = b"root"
_VARINT, _FIXED_64, _BYTES, _FIXED_32 = 0, 1, 2, 5
_MAX_SHIFT = 63


class _DamagedError(Exception):
    """The bytes are no protocol buffer."""


def is_metadata(data: bytes) -> bool:
    """Whether bytes begin like Keras's metadata: a node whose path is “root”."""
    return data[:1] == b"\x0a" and _ROOT in data[:100] and b"_tf_keras_" in data[:200]


def read_metadata(data: bytes) -> Imported | list[Problem]:
    """Return the document for a keras_metadata.pb. Never raises for bad input."""
    try:
        text = _root(data)
    except _DamagedError:
        return [problem("import_saved_model.reason", why=phrase("its Keras metadata is damaged"))]
    value = read_json(text) if text is not None else None
    if not isinstance(value, dict) or not isinstance(value.get("model_config"), dict):
        why = phrase("its Keras metadata has no structure, as for a subclassed model")
        return [problem("import_saved_model.reason", why=why)]
    version = str(value.get("keras_version", ""))
    return from_saved(value["model_config"], value.get("training_config"), version)


def _root(data: bytes) -> bytes | None:
    """The metadata of the root node."""
    for number, node in _fields(data):
        fields = dict(_fields(node)) if number == _NODES else {}
        if fields.get(_PATH) == _ROOT:
            return fields.get(_METADATA)
    return None


def _fields(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The number and the bytes of each field of bytes. Raises _DamagedError."""
    position = 0
    for _ in range(MAX_FIELDS):
        if position >= len(data):
            return
        key, position = _varint(data, position)
        kind = key & 7
        if kind == _VARINT:
            _, position = _varint(data, position)
        elif kind in (_FIXED_64, _FIXED_32):
            position += 8 if kind == _FIXED_64 else 4
        elif kind == _BYTES:
            length, position = _varint(data, position)
            if length > len(data) - position:
                raise _DamagedError
            yield key >> 3, data[position : position + length]
            position += length
        else:
            raise _DamagedError
    raise _DamagedError


def _varint(data: bytes, position: int) -> tuple[int, int]:
    """A number of variable length, and the position after it. Raises _DamagedError."""
    value = shift = 0
    while position < len(data) and shift <= _MAX_SHIFT:
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:  # noqa: PLR2004  (the bit that says that more bytes follow)
            return value, position
        shift += 7
    raise _DamagedError
