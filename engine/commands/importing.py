"""The command `import`."""

import argparse
import json
import sys
from pathlib import Path

from engine.commands.files import UNREADABLE, VALID, WRONG, bytes_of, complain, quiet
from engine.imports.asking import Choices, Unread
from engine.imports.graph_builder import Imported
from engine.problems import sentence


def import_(arguments: argparse.Namespace) -> int:
    """Read a file that holds a Keras model, or its code, as a document on standard output."""
    from engine.imports.files import read_model
    from engine.processes.keras_tools import TOOLS

    data = bytes_of(arguments.file)
    if data is None:
        return UNREADABLE
    quiet()
    answers = json.dumps(dict(arguments.answer)) if arguments.answer else ""
    choices = Choices(model=arguments.model, answers=answers)
    imported = read_model(data, arguments.file, tools=TOOLS, choices=choices)
    if isinstance(imported, list):
        complain(imported)
        return UNREADABLE
    _list_choices(imported)
    if isinstance(imported, Unread):
        complain(imported.problems)
        return UNREADABLE
    print(json.dumps(imported.document.to_json(), indent=1, ensure_ascii=False))
    problems = list(imported.problems)
    if arguments.weights:
        from engine.imports.weights import write_weights

        problems += write_weights(imported.document, data, Path(arguments.weights))
    complain(problems)
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


def answer(text: str) -> tuple[str, str]:
    """The key and the value of an answer."""
    key, equals, value = text.rpartition("=")
    if not equals:
        raise argparse.ArgumentTypeError(sentence("KEY=VALUE is expected"))
    return key, value


def weights_file(path: str) -> str:
    """The path as Keras accepts it."""
    return path.removesuffix(".weights.h5") + ".weights.h5"
