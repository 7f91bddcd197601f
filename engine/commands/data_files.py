"""The command `data`, and files of data as other commands take them."""

import argparse
import shutil
import sys
from pathlib import Path

from pydantic import ValidationError

from engine.commands.files import UNREADABLE, VALID, complain
from engine.data.description import Description, Options
from engine.problems import Problem


def data(arguments: argparse.Namespace) -> int:
    """Print what a file of data holds: its columns, their types, roles and statistics."""
    import tempfile

    from engine.data.files.reading import as_data_sets
    from engine.data.files.report import report as table

    with tempfile.TemporaryDirectory(prefix="layerloom-data-") as temporary:
        description = description_of(arguments, arguments.file, Path(temporary))
        if description is None:
            return UNREADABLE
        if arguments.output:
            rows = Path(as_data_sets(description, Path(temporary)).files[description.data.id])
            shutil.copyfile(rows, Path(arguments.output) / f"{description.data.id}.npz")
    print(description.model_dump_json(indent=1) if arguments.json else table(description))
    if not arguments.json:
        complain(description.notes)
    return VALID


def description_of(arguments: argparse.Namespace, file: str, folder: Path) -> Description | None:
    """Read a file of data into a folder; None if it is unreadable."""
    from engine.data.files.reading import read_file

    try:
        description = read_file(Path(file), folder, arguments.options)
    except OSError as error:
        sys.stderr.write(f"{file}: {error.strerror}\n")
        return None
    if isinstance(description, Problem):
        complain([description])
        return None
    return description


def options(text: str) -> Options:
    """How a file is read, from JSON."""
    try:
        return Options.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise argparse.ArgumentTypeError(f"{place}: {first['msg']}") from None
