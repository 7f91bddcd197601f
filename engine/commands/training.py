"""The command `train`."""

import argparse
import sys
from pathlib import Path

from engine.commands.data_files import description_of
from engine.commands.files import UNREADABLE, VALID, WRONG, complain, read
from engine.data.adopting import use_data
from engine.data.catalogue import DataSets
from engine.problems import sentence


def train(arguments: argparse.Namespace) -> int:
    """Train a document in a process of its own; its events go to standard output."""
    import tempfile

    from engine.processes.command import train as run
    from engine.protocol import Train

    document = read(arguments.document, arguments.backend, arguments.device, arguments.epochs)
    if document is None:
        return UNREADABLE
    output = Path(arguments.output or tempfile.mkdtemp(prefix="layerloom-"))
    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="layerloom-data-") as folder:
        sets = DataSets()
        if arguments.data:
            description = description_of(arguments, arguments.data, Path(folder))
            if description is None:
                return UNREADABLE
            document = use_data(document, description.data)
            sets = DataSets(sets=(description.data,))
        sys.stderr.write(sentence("Files go to {folder}", folder=str(output)) + "\n")
        command = Train(document=document, output=str(output), data=sets)
        ended = run(command, Path(folder))
    complain([ended.problem] if ended.problem else [])
    return VALID if ended.outcome in ("finished", "stopped") else WRONG
