"""The command line: the engine for scripts and classrooms, without the web.

    python -m engine catalogue                      the layers, ports and parameters, as JSON
    python -m engine check DOC [--json]             exit 0 valid, 1 problems, 2 unreadable
    python -m engine summary DOC                    the table people know from Keras
    python -m engine code DOC [--form FORM]         Python source
    python -m engine train DOC [--data FILE]        events as JSON lines on standard output
    python -m engine data FILE [--json]             what a file of data holds
    python -m engine import FILE [--weights OUT]    a document from a model file or code

DOC and FILE are files, or - for standard input. Diagnostics go to standard error. `import` lists
the models of a source there, and what it asks: --model INDEX and --answer KEY=VALUE decide.
"""

import argparse
import json
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from pydantic import ValidationError

from engine.check.verdict import Verdict
from engine.code.targets import FORMS, TARGETS
from engine.data.adopting import use_data
from engine.data.catalogue import DataSets
from engine.data.description import Description, Options
from engine.document import Document
from engine.document.reading import read_document, validate_document
from engine.imports.asking import Choices, Unread
from engine.imports.graph_builder import Imported
from engine.machine.backends import BACKENDS
from engine.problems import Problem, sentence

VALID, WRONG, UNREADABLE = 0, 1, 2
SIGNS = {"error": "✗", "warning": "!", "note": "·"}


def catalogue(_: argparse.Namespace) -> int:
    """Print the catalogue as JSON."""
    from engine.catalogue import load

    print(load().model_dump_json(indent=1))
    return VALID


def check(arguments: argparse.Namespace) -> int:
    """Print the problems of a document, and the shapes that are known."""
    document = _document(arguments.document)
    if document is None:
        return UNREADABLE
    _quiet()
    from engine.check import check as check_document

    verdict = check_document(document)
    print(verdict.model_dump_json(indent=1) if arguments.json else report(document, verdict))
    return VALID if verdict.ok else WRONG


def report(document: Document, verdict: Verdict) -> str:
    """A verdict as people read it: each layer with its shape and parameters, then problems."""
    from engine.graph.ports import Outline

    outline = Outline(document)
    index = outline.index(document.main.id)
    names = outline.titles(document.main.id)
    rows = []
    for key in index.all_ids:
        node, known = index.nodes[key], verdict.nodes.get(key)
        shapes = [_shape(tensor.shape) for tensor in known.outputs] if known else ["?"]
        count = known.trainable + known.non_trainable if known else 0
        rows.append((names[key], node.layer, " ".join(shapes), f"{count:,}" if count else ""))
    lines = _table(rows) if rows else []
    totals = verdict.totals
    if rows:
        count = totals.trainable + totals.non_trainable
        lines += [
            sentence("{count:,} parameters, {size:bytes}", count=count, size=totals.weight_bytes),
            sentence(
                "{count:,} multiply-adds for each example, "
                "{size:bytes} of activations for each batch",
                count=totals.multiply_adds,
                size=totals.activation_bytes,
            ),
        ]
    lines += [""] * bool(rows and verdict.problems)
    lines += [text for problem in verdict.problems for text in text_lines(problem)]
    return "\n".join(lines) or sentence("Nothing is wrong.")


def text_lines(problem: Problem) -> list[str]:
    """A problem as lines of text."""
    lines = [f"{SIGNS[problem.severity]} {problem.message}"]
    if problem.hint:
        lines.append(f"  {problem.hint}")
    fixes = (problem.fix, problem.alternative)
    lines += [f"  → {fix.label}" for fix in fixes if fix]
    return lines


def _table(rows: Sequence[tuple[str, ...]]) -> list[str]:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            cell.rjust(width) if column == len(widths) - 1 else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]


def _shape(shape: Sequence[int | None]) -> str:
    return "×".join("?" if axis is None else str(axis) for axis in shape[1:]) or "()"


def summary(arguments: argparse.Namespace) -> int:
    """Print Keras's own table of the model."""
    document = _document(arguments.document)
    if document is None:
        return UNREADABLE
    _quiet()
    from engine.check.summary import summary as table

    text = table(document)
    if isinstance(text, list):
        _complain(text)
        return WRONG
    print(text)
    return VALID


def code(arguments: argparse.Namespace) -> int:
    """Print the Python source of a document."""
    from engine.code import generate

    document = _document(arguments.document, backend=arguments.backend)
    if document is None:
        return UNREADABLE
    errors: tuple[Problem, ...] = ()
    if arguments.check:
        _quiet()
        from engine.check import check

        verdict = check(document)
        errors = tuple(problem for problem in verdict.problems if problem.severity == "error")
    written = generate(
        document, arguments.form, arguments.imports, options=arguments.options, errors=errors
    )
    sys.stdout.write(written.source)
    _complain(written.problems)
    wrong = any(problem.severity != "note" for problem in (*written.problems, *errors))
    return WRONG if wrong else VALID


def train(arguments: argparse.Namespace) -> int:
    """Train a document in a process of its own; its events go to standard output."""
    import tempfile

    from engine.data.files.reading import as_data_sets
    from engine.processes.command import train as run
    from engine.protocol import Train

    document = _document(arguments.document, arguments.backend, arguments.device, arguments.epochs)
    if document is None:
        return UNREADABLE
    output = Path(arguments.output or tempfile.mkdtemp(prefix="layerloom-"))
    output.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="layerloom-data-") as folder:
        sets = DataSets()
        if arguments.data:
            description = _description(arguments, arguments.data, Path(folder))
            if description is None:
                return UNREADABLE
            document = use_data(document, description.data)
            sets = as_data_sets(description, Path(folder))
        sys.stderr.write(sentence("Files go to {folder}", folder=str(output)) + "\n")
        ended = run(Train(document=document, output=str(output), data=sets))
    _complain([ended.problem] if ended.problem else [])
    return VALID if ended.outcome in ("finished", "stopped") else WRONG


def data(arguments: argparse.Namespace) -> int:
    """Print what a file of data holds: its columns, their types, roles and statistics."""
    import tempfile

    from engine.data.files.reading import as_data_sets
    from engine.data.files.report import report as table

    with tempfile.TemporaryDirectory(prefix="layerloom-data-") as temporary:
        description = _description(arguments, arguments.file, Path(temporary))
        if description is None:
            return UNREADABLE
        if arguments.output:
            rows = Path(as_data_sets(description, Path(temporary)).files[description.data.id])
            shutil.copyfile(rows, Path(arguments.output) / f"{description.data.id}.npz")
    print(description.model_dump_json(indent=1) if arguments.json else table(description))
    if not arguments.json:
        _complain(description.notes)
    return VALID


def _description(arguments: argparse.Namespace, file: str, folder: Path) -> Description | None:
    """Read a file of data into a folder; None if it is unreadable."""
    from engine.data.files.reading import read_file

    try:
        description = read_file(Path(file), folder, arguments.options)
    except OSError as error:
        sys.stderr.write(f"{file}: {error.strerror}\n")
        return None
    if isinstance(description, Problem):
        _complain([description])
        return None
    return description


def _options(text: str) -> Options:
    """How a file is read, from JSON."""
    try:
        return Options.model_validate_json(text)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise argparse.ArgumentTypeError(f"{place}: {first['msg']}") from None


def import_(arguments: argparse.Namespace) -> int:
    """Read a file that holds a Keras model, or its code, as a document on standard output."""
    from engine.imports.files import read_model
    from engine.processes.keras_tools import TOOLS

    data = _bytes_of(arguments.file)
    if data is None:
        return UNREADABLE
    _quiet()
    answers = json.dumps(dict(arguments.answer)) if arguments.answer else ""
    choices = Choices(model=arguments.model, answers=answers)
    imported = read_model(data, arguments.file, tools=TOOLS, choices=choices)
    if isinstance(imported, list):
        _complain(imported)
        return UNREADABLE
    _list_choices(imported)
    if isinstance(imported, Unread):
        _complain(imported.problems)
        return UNREADABLE
    print(json.dumps(imported.document.to_json(), indent=1, ensure_ascii=False))
    problems = list(imported.problems)
    if arguments.weights:
        from engine.imports.weights import write_weights

        problems += write_weights(imported.document, data, Path(arguments.weights))
    _complain(problems)
    return WRONG if any(problem.severity != "note" for problem in problems) else VALID


def _list_choices(imported: Imported | Unread) -> None:
    """List the models of a source that has several, and what it asks."""
    lines = [
        sentence("--model {index}: {name}, line {line}", index=index, name=name, line=model.line)
        for index, model in enumerate(imported.models)
        if (name := model.name or "?") and len(imported.models) > 1
    ]
    if isinstance(imported, Unread):
        lines += [
            sentence(
                "--answer {key}=…: {text}, line {line}",
                key=item.key,
                text=item.text,
                line=item.line,
            )
            for item in imported.questions
        ]
    sys.stderr.write("".join(f"{line}\n" for line in lines))


def _answer(text: str) -> tuple[str, str]:
    """The key and the value of an answer."""
    key, equals, value = text.rpartition("=")
    if not equals:
        raise argparse.ArgumentTypeError(sentence("KEY=VALUE is expected"))
    return key, value


def _weights_file(path: str) -> str:
    """The path as Keras accepts it."""
    return path.removesuffix(".weights.h5") + ".weights.h5"


def _bytes_of(path: str) -> bytes | None:
    """The bytes of a file, or of standard input for "-"; None when there is no such file."""
    try:
        return sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
    except OSError as error:
        sys.stderr.write(f"{path}: {error.strerror}\n")
        return None


def _document(
    path: str, backend: str | None = None, device: str | None = None, epochs: int | None = None
) -> Document | None:
    """Read a document, with its target and epochs replaced where asked; None when unreadable."""
    text = _bytes_of(path)
    if text is None:
        return None
    document = read_document(text)
    if isinstance(document, list):
        _complain(document)
        return None
    values = document.to_json()
    chosen = {"backend": backend, "device": device}
    values["target"] |= {key: value for key, value in chosen.items() if value is not None}
    values["training"] |= {} if epochs is None else {"epochs": epochs}
    changed = validate_document(values)
    if isinstance(changed, list):
        _complain(changed)
        return None
    return changed


def _complain(problems: Sequence[Problem]) -> None:
    for problem in problems:
        sys.stderr.write("\n".join(text_lines(problem)) + "\n")


def _quiet() -> None:
    """The command line checks on JAX and the CPU, without the libraries' chatter."""
    from engine.processes.checker import QUIET

    os.environ |= QUIET


def parser() -> argparse.ArgumentParser:
    """The commands and their arguments."""
    top = argparse.ArgumentParser(prog="python -m engine", description=__doc__.split("\n")[0])
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
        type=_weights_file,
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
        type=_answer,
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
            type=_options,
            help=sentence("how the file of data is read; --json of the command data shows it"),
        )
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    chosen = parser().parse_args(arguments)
    try:
        return int(chosen.run(chosen))
    except BrokenPipeError:  # the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return VALID


if __name__ == "__main__":
    sys.exit(main())
