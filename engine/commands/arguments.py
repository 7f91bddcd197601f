"""The commands and their arguments."""

import argparse
from collections.abc import Callable

from engine.code.targets import FORMS, TARGETS
from engine.commands.data_files import data, options
from engine.commands.importing import answer, import_, weights_file
from engine.commands.legacy import legacy
from engine.commands.looking import catalogue, check, summary
from engine.commands.training import train
from engine.commands.writing import code
from engine.machine.backends import BACKENDS
from engine.problems import sentence


def parser(purpose: str) -> argparse.ArgumentParser:
    """Read the command line; `purpose` is what the program is for."""
    top = argparse.ArgumentParser(prog="python -m engine", description=purpose)
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    def command(
        run: Callable[[argparse.Namespace], int], document: bool = True
    ) -> argparse.ArgumentParser:
        added = commands.add_parser(run.__name__.strip("_"), help=(run.__doc__ or "").rstrip("."))
        added.set_defaults(run=run)
        if document:
            added.add_argument(
                "document", metavar="DOC", help=sentence("a document, or - for standard input")
            )
        return added

    command(catalogue, document=False)
    command(check).add_argument(
        "--json", action="store_true", help=sentence("the whole verdict as JSON")
    )
    command(summary)
    coding = command(code)
    backends = [backend.id for backend in BACKENDS]
    styles = [target.id for target in TARGETS]
    coding.add_argument("--form", choices=FORMS, default=FORMS[0])
    coding.add_argument("--backend", choices=backends)
    coding.add_argument("--imports", choices=styles, default=styles[0])
    coding.add_argument(
        "--options", action="store_true", help=sentence("a script with command-line options")
    )
    coding.add_argument(
        "--check",
        action="store_true",
        help=sentence("check with Keras first, and write what is wrong as comments"),
    )
    importing = command(import_, document=False)
    importing.add_argument(
        "--weights",
        metavar="OUT",
        type=weights_file,
        help=sentence(
            "write the weights of a .keras or HDF5 file to OUT.weights.h5, for model.load_weights"
        ),
    )
    importing.add_argument(
        "--model", type=int, help=sentence("the index of the model to take, of several")
    )
    importing.add_argument(
        "--answer",
        metavar="KEY=VALUE",
        type=answer,
        action="append",
        help=sentence("a value that source asks for"),
    )
    importing.add_argument(
        "file", metavar="FILE", help=sentence("a model, or - for standard input")
    )
    training = command(train)
    training.add_argument("--backend", choices=backends)
    training.add_argument("--device", help=sentence("cpu, gpu or gpu:N"))
    training.add_argument("--epochs", type=int)
    training.add_argument("--output", metavar="DIR", help=sentence("where the model's files go"))
    training.add_argument(
        "--data", metavar="FILE", help=sentence("a file of data instead of the document's data set")
    )
    old = [row.id for row in BACKENDS if row.environment]
    command(legacy, document=False).add_argument(
        "engine", choices=old, help=sentence("the engine whose old interpreter is set up")
    )
    reading = command(data, document=False)
    reading.add_argument("--json", action="store_true", help=sentence("all of it as JSON"))
    reading.add_argument(
        "--output", metavar="DIR", help=sentence("where an .npz file with the columns goes")
    )
    reading.add_argument("file", metavar="FILE", help=sentence("a file of data"))
    for reader in (training, reading):
        reader.add_argument(
            "--options",
            metavar="JSON",
            type=options,
            help=sentence("how the file of data is read; --json of the command data shows it"),
        )
    return top
