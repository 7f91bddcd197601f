"""The files that callbacks write: their names, which no document holds.

A path in a document would let it write anywhere. Scripts write beside themselves, in files that are
named after the model; a run of the app writes into its own folder.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from engine.document import ObjectSpec


@dataclass(frozen=True)
class WrittenFile:
    """The argument of a callback that takes a path, and the name of the file or folder."""

    argument: str
    name: str


ARGUMENTS = {
    "ModelCheckpoint": "filepath",
    "CSVLogger": "filename",
    "TensorBoard": "log_dir",
    "BackupAndRestore": "backup_dir",
}
"""The first argument of the callbacks that write."""
RUN = "model"
"""What the names begin with in the folder of a run of the app."""
_ENDINGS = {"CSVLogger": ".csv", "TensorBoard": "_logs", "BackupAndRestore": "_backup"}


def written_files(callbacks: Sequence[ObjectSpec], stem: str) -> list[WrittenFile | None]:
    """Return the file of each callback, or None of one that writes none.

    Their names begin with `stem`; no two are the same.
    """
    files: list[WrittenFile | None] = []
    taken: set[str] = set()
    for spec in callbacks:
        argument = ARGUMENTS.get(spec.class_)
        if argument is None:
            files.append(None)
            continue
        number, name = 1, _name(spec, stem)
        while name in taken:
            number += 1
            name = _name(spec, f"{stem}_{number}")
        taken.add(name)
        files.append(WrittenFile(argument, name))
    return files


def _name(spec: ObjectSpec, stem: str) -> str:
    if spec.class_ != "ModelCheckpoint":
        return stem + _ENDINGS[spec.class_]
    which = "best" if spec.params.get("save_best_only") is True else "latest"
    ending = ".weights.h5" if spec.params.get("save_weights_only") is True else ".keras"
    return f"{stem}_{which}{ending}"
