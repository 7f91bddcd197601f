"""Reads a person's file of any format that is known, or returns a problem that says why not."""

import tempfile
from pathlib import Path

from engine.data.catalogue import DataSets
from engine.data.description import Description, Options
from engine.data.files.delimited import read_delimited
from engine.data.files.images import read_images
from engine.data.files.json_lines import open_json_lines
from engine.data.files.limits import Limits
from engine.data.files.numpy_files import read_arrays
from engine.data.files.parquet import open_parquet
from engine.data.files.recognising import recognise, unpacked
from engine.data.files.refusal import RefusedFileError
from engine.data.files.source import Source
from engine.data.files.table import read_table
from engine.data.files.texts import read_lines, read_texts
from engine.data.files.workbooks import open_workbook
from engine.data.stores import rows_file
from engine.problems import Problem


def read_file(
    path: Path,
    folder: Path,
    options: Options | None = None,
    name: str | None = None,
    limits: Limits | None = None,
) -> Description | Problem:
    """Read a file and write its rows to `folder`, in a file named by its hash (`rows_file`).

    `name` is the name that the person knows the file by; it is never used as a path.
    """
    with tempfile.TemporaryDirectory(dir=folder, prefix=".reading-") as scratch:
        source = Source(
            path=path,
            name=name or path.name,
            scratch=Path(scratch),
            folder=folder,
            options=options or Options(),
            limits=limits or Limits(),
        )
        try:
            return _read(source)
        except RefusedFileError as refused:
            return refused.problem


def _read(source: Source) -> Description:
    match recognise(source):
        case "delimited":
            return read_delimited(source)
        case "json":
            return read_table(source, open_json_lines(source))
        case "parquet":
            return read_table(source, open_parquet(source))
        case "excel":
            return read_table(source, open_workbook(source))
        case "arrays":
            return read_arrays(source)
        case "images":
            return read_images(source)
        case "texts":
            return read_texts(source)
        case "lines":
            return read_lines(source)
        case "packed" | "compressed":
            return _read_packed(source)


def _read_packed(source: Source) -> Description:
    """Read the table in an archive, or any file that is compressed; scripts unpack tables only."""
    inner, member = unpacked(source)
    description = _read(inner)
    known = member or source.name.lower().endswith((".gz", ".bz2"))
    changed = {"table": description.table if known else None, "archive": None, "member": member}
    return description.model_copy(update=changed)


def as_data_sets(description: Description, folder: Path) -> DataSets:
    """Return the data set of a file that was read into `folder`, with the path of its rows."""
    data = description.data
    assert data.hash is not None
    return DataSets(sets=(data,), files={data.id: str(rows_file(folder, data.hash))})
