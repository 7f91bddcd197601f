"""The training script as a Jupyter notebook: Markdown and a code cell for each section."""

import itertools
import json
import re
from typing import Any

from engine.code.constants import with_constants
from engine.code.program import Program, functional
from engine.code.scripts.adapting import adapting
from engine.code.scripts.ending import class_names, ending
from engine.code.scripts.needs import needs
from engine.code.scripts.script import backend, copies, stop_here
from engine.code.scripts.training import (
    Plan,
    compiling,
    constants,
    fitting,
    make_plan,
    prepare,
)
from engine.code.syntax.formatting import formatted
from engine.code.syntax.imports import imports
from engine.code.syntax.render import render
from engine.code.syntax.tree import (
    Attribute,
    Blank,
    Call,
    Comment,
    Copied,
    Do,
    Statement,
    Variable,
)
from engine.code.syntax.words import prose
from engine.problems import marked, translated

MARK = "# --- next cell ---"
_OWN = {
    "data",
    "training",
    "validation",
    "x_train",
    "y_train",
    "x_validation",
    "y_validation",
    "test",
    "x_test",
    "y_test",
    "test_scores",
    "history",
    "load_data",
    "scores",
    "example",
}


def notebook(program: Program) -> str:
    """Return a notebook (nbformat 4.5) as JSON."""
    plan = make_plan(program)
    sections = _sections(program, plan)
    cells = [_markdown("title", _heading(program))]
    for (key, heading, _), source in zip(sections, _sources(sections, program), strict=True):
        text = program.language.gettext(heading)
        cells += [_markdown(f"{key}-words", f"## {text}"), _code(key, source)]
    metadata = {
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps({"cells": cells, **metadata}, indent=1, ensure_ascii=False) + "\n"


def _sections(program: Program, plan: Plan) -> list[tuple[str, str, list[Statement]]]:
    """The id, heading and statements of each section; the first contains all imports."""
    summary = Do(Call(Attribute(Variable("model"), "summary")))
    functions = copies(plan)
    taken = frozenset(_OWN.union(*(_defined(function) for function in functions)))
    model = functional(program, taken)
    sections: list[tuple[str, str, list[Statement]]] = [
        ("data", marked("Data"), [*functions, Blank(), *prepare(plan)]),
        ("model", marked("Model"), [*model, *([summary] if program.main.outputs else [])]),
    ]
    if plan.missing:
        sections.append(("missing", marked("Still missing"), stop_here(plan)))
    else:
        sections += [
            ("training", marked("Training"), [*adapting(plan), *compiling(plan), *fitting(plan)]),
            ("evaluation", marked("Evaluation"), ending(plan)),
        ]
    statements = [statement for _, _, part in sections for statement in part]
    named, statements = with_constants(program, statements)
    rest = iter(statements)
    sections = [
        (key, heading, [*itertools.islice(rest, len(part))]) for key, heading, part in sections
    ]
    statements = [*named, *statements]
    needed = imports(statements, program.target)
    head = [Comment(needs(program, statements)), Blank(), *backend(program), Blank()]
    setup = [*head, *needed, Blank(), *constants(plan), *class_names(plan), *named]
    return [("setup", marked("Setup"), setup), *sections]


def _defined(statement: Statement) -> set[str]:
    """The functions that a copied piece of source defines."""
    source = statement.source if isinstance(statement, Copied) else ""
    return set(re.findall(r"^def (\w+)", source, re.MULTILINE))


def _sources(sections: list[tuple[str, str, list[Statement]]], program: Program) -> list[str]:
    """The source of each section; formatted in one call of ruff, then split at `MARK`."""
    cells = (render(part, program.target, program.language) for _, _, part in sections)
    whole = f"{MARK}\n".join(cells)
    return [part.strip("\n") for part in formatted(whole).split(f"{MARK}\n")]


def _heading(program: Program) -> str:
    """The title and the description of the model."""
    note = program.docstring(program.purpose).note
    title = translated(note, program.language).message if note else ""
    lines = program.document.description.splitlines()
    text = "\n".join(_escaped(prose(line, len(line))) for line in lines)
    return f"# {_escaped(title).rstrip('.')}\n\n{text}".strip() if title else text


def _escaped(text: str) -> str:
    """Escape text for Markdown."""
    return re.sub(r"([\\`*_{}\[\]<>#|~&$])", r"\\\1", text)


def _markdown(id: str, text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": id, "metadata": {}, "source": _cell(text)}


def _code(id: str, source: str) -> dict[str, Any]:
    cell = {"cell_type": "code", "id": id, "metadata": {}, "source": _cell(source)}
    return cell | {"execution_count": None, "outputs": []}


def _cell(text: str) -> list[str]:
    return text.splitlines(keepends=True)
