"""The training script as a Jupyter notebook: words and a cell for each section."""

import json
import re
from typing import Any

from engine.code.adapting import adapting
from engine.code.body import described
from engine.code.constants import hoisted
from engine.code.formatting import formatted
from engine.code.imports import imports
from engine.code.program import Program, functional
from engine.code.render import render
from engine.code.script import backend, copies, stop_here
from engine.code.targets import CodeTarget
from engine.code.training import (
    Plan,
    compiling,
    constants,
    evaluating,
    fitting,
    plan,
    prepare,
    saving,
)
from engine.code.tree import Attribute, Blank, Call, Copied, Do, Statement, Variable

MARK = "# --- next cell ---"
_OWN = {"data", "training", "validation", "x_train", "y_train", "x_validation", "y_validation"}


def notebook(made: Program) -> str:
    """Return a notebook (nbformat 4.5) as JSON."""
    found = plan(made)
    sections = _sections(made, found)
    cells = [_markdown("title", f"# {_escaped(described(made.title, made.main)).rstrip('.')}")]
    for (key, words, _), source in zip(sections, _sources(sections, made.target), strict=True):
        cells += [_markdown(f"{key}-words", words), _code(key, source)]
    about = {
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps({"cells": cells, **about}, indent=1, ensure_ascii=False) + "\n"


def _sections(made: Program, found: Plan) -> list[tuple[str, str, list[Statement]]]:
    """The id, the words and the statements of each section; imports are put into the first."""
    summary = Do(Call(Attribute(Variable("model"), "summary")))
    functions = copies(found)
    taken = frozenset(_OWN.union(*(_defined(one) for one in functions)))
    named, model = hoisted(functional(made, taken))
    sections: list[tuple[str, str, list[Statement]]] = [
        ("data", "## Data", [*functions, Blank(), *prepare(found)]),
        ("model", "## Model", [*model, *([summary] if made.main.outputs else [])]),
    ]
    if found.missing:
        sections.append(("missing", "## Still missing", stop_here(found)))
    else:
        sections += [
            ("training", "## Training", [*adapting(found), *compiling(found), *fitting(found)]),
            ("evaluation", "## Evaluation", [*evaluating(found), saving(made)]),
        ]
    needed = imports([*named, *(one for _, _, part in sections for one in part)], made.target)
    setup = [*backend(made), Blank(), *needed, Blank(), *constants(found), *named]
    return [("setup", "## Setup", setup), *sections]


def _defined(statement: Statement) -> set[str]:
    """The functions that a copied piece of source defines."""
    source = statement.source if isinstance(statement, Copied) else ""
    return set(re.findall(r"^def (\w+)", source, re.MULTILINE))


def _sources(sections: list[tuple[str, str, list[Statement]]], target: CodeTarget) -> list[str]:
    """Format all cells in one go, and part them again."""
    whole = f"{MARK}\n".join(render(statements, target) for _, _, statements in sections)
    return [part.strip("\n") for part in formatted(whole).split(f"{MARK}\n")]


def _escaped(words: str) -> str:
    """Text as Markdown that shows just this text."""
    return re.sub(r"([\\`*_{}\[\]<>#|~&$])", r"\\\1", words)


def _markdown(id: str, words: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": id, "metadata": {}, "source": _cell(words)}


def _code(id: str, source: str) -> dict[str, Any]:
    kept = {"cell_type": "code", "id": id, "metadata": {}, "source": _cell(source)}
    return kept | {"execution_count": None, "outputs": []}


def _cell(text: str) -> list[str]:
    return text.splitlines(keepends=True)
