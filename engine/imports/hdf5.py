"""Convert an HDF5 file, Keras's format until version 3, to a document.

Reads two attributes and no arrays: the structure and the compile settings, both JSON.
"""

import io
from pathlib import Path
from typing import Any

from engine.document import MAX_BYTES
from engine.document.reading import read_json
from engine.imports.graph_builder import Imported
from engine.imports.saved import from_saved
from engine.problems import Problem, phrase, problem

_MODEL, _TRAINING, _VERSION = "model_config", "training_config", "keras_version"
_WEIGHTS = ("layer_names", "_layer_checkpoint_dependencies", "layers")
_BROKEN = (OSError, RuntimeError, KeyError, ValueError, TypeError, OverflowError, MemoryError)


def read_hdf5(data: bytes | Path) -> Imported | list[Problem]:
    """Return the document for an HDF5 file of `model.save`, with problems for what it can't hold.

    Never raises for bad input: returns problems for damaged files, and for files with weights only.
    HDF5 is parsed in this process, so call it in an expendable one.
    """
    import h5py

    try:
        with h5py.File(io.BytesIO(data) if isinstance(data, bytes) else data, "r") as file:
            names = {_MODEL, _TRAINING, _VERSION}
            stored = {name: _text(file, name) for name in names if name in file.attrs}
            # `in` would follow a link to another file.
            links = file.id.links
            weights = any(name in file.attrs or links.exists(name.encode()) for name in _WEIGHTS)
    except _BROKEN:
        return [problem("import_bad_hdf5", why=phrase("it is damaged"))]
    if _MODEL not in stored:
        return [problem("import_weights_only" if weights else "import_foreign_hdf5")]
    model = read_json(stored[_MODEL] or b"")
    if isinstance(model, Problem):
        why = phrase("{file} is not valid JSON", file=_MODEL)
        return [problem("import_bad_hdf5", why=why)]
    training = read_json(stored.get(_TRAINING) or b"null")
    version = (stored.get(_VERSION) or b"").decode(errors="replace")
    return from_saved(model, training, version)


def _text(file: Any, name: str) -> bytes | None:
    """A text attribute; None for one that is no text, or is larger than a document."""
    attribute = file.attrs.get_id(name)
    if attribute.shape != () or attribute.get_storage_size() > MAX_BYTES:
        return None
    value = file.attrs[name]
    if isinstance(value, str):
        return value.encode(errors="replace")
    return bytes(value) if isinstance(value, bytes) else None
