"""The arguments of Keras's callbacks: those that a document holds, and what of the rest to name."""

from typing import Any

from engine.catalogue import Entry
from engine.catalogue.written_files import ARGUMENTS
from engine.imports.python.unknown import Unknown
from engine.problems import phrase

ADDED_BY_KERAS = ("History", "ProgbarLogger", "BaseLogger")
"""Callbacks that every training has."""

_HARMLESS = {
    "CSVLogger": ("append",),
    "TensorBoard": (
        "write_graph",
        "profile_batch",
        "write_grads",
        "batch_size",
        "embeddings_freq",
        "embeddings_layer_names",
        "embeddings_metadata",
        "embeddings_data",
    ),
    "TerminateOnNaN": ("raise_error",),
    "ModelCheckpoint": ("options",),
    "BackupAndRestore": ("options",),
}
"""Arguments that change neither what is learned nor what is kept."""
_USUAL = {"save_freq": "epoch", "period": 1}
"""Arguments that a document lacks, with the only values that it means."""
_RENAMED = {"epsilon": "min_delta"}
"""Names that Keras had before."""


def arguments(
    entry: Entry, args: list[Any], kwargs: dict[str, Any], line: int
) -> tuple[list[Any], dict[str, Any], dict[str, Unknown]]:
    """Return the arguments without a path and what changes nothing, and those to name."""
    args, kwargs = list(args), dict(kwargs)
    left: dict[str, Unknown] = {}
    if path_name := ARGUMENTS.get(entry.name):
        path = args.pop(0) if args else kwargs.pop(path_name, None)
        if entry.name == "ModelCheckpoint" and isinstance(path, str) and "{" in path:
            why = phrase("one file is kept, not one for each epoch")
            left[path_name] = Unknown(line, why)
    names = _order(entry)
    kwargs = dict(zip(names, args, strict=False)) | kwargs
    known = {param.name for param in entry.params}
    taken: dict[str, Any] = {}
    for name, value in kwargs.items():
        modern = _RENAMED.get(name, name)
        if modern in known:
            taken[modern] = value
        elif name not in _HARMLESS.get(entry.name, ()) and not _is_usual(name, value):
            left[name] = Unknown(line, phrase("it is not held by a document"))
    return [], taken, left


def _is_usual(name: str, value: Any) -> bool:
    return name in _USUAL and value == _USUAL[name] and not isinstance(value, bool)


def _order(entry: Entry) -> list[str]:
    """The names of the arguments by position, after a path.

    TensorBoard's further ones differ between versions of Keras.
    """
    names = [param.name for param in entry.params]
    if entry.name == "ModelCheckpoint":
        at = names.index("initial_value_threshold")
        return [*names[:at], "save_freq", *names[at:]]
    return names[:1] if entry.name in ("TensorBoard", "CSVLogger") else names
