"""Writes a document as the Python code that a careful person would write.

    document → flow (what can be written, in which order)
             → steps (which variable holds which tensor)
             → statements (engine.code.syntax.tree) → fold → source → ruff

Imports no Keras. Text that a person typed appears only as a literal, as a cleaned identifier, or
in a comment.
"""

from collections.abc import Sequence
from gettext import NullTranslations

from engine.code.ends import with_named_ends
from engine.code.forms import module_text, write
from engine.code.modules.classes import Library
from engine.code.modules.libraries import LIBRARIES
from engine.code.modules.source import module
from engine.code.program import Program, build_program
from engine.code.scripts.needs import needs, needs_tensorflow
from engine.code.scripts.training import make_plan
from engine.code.syntax.formatting import lines
from engine.code.syntax.tree import Blank, Comment, Copied, Statement
from engine.code.targets import Form, Style, get
from engine.data.built_in import BUILT_IN
from engine.data.catalogue import DataSets
from engine.data.keras2 import training_problems
from engine.document import Document
from engine.graph.keras2 import layer_problems
from engine.problems import Problem, problem
from engine.problems.render import ENGLISH
from engine.values import Frozen

__all__ = ["Code", "Form", "Style", "generate"]

TRAINED = ("script", "notebook")
"""The forms that train the model."""


class Code(Frozen):
    """Generated source: Python, or the JSON of a notebook.

    `lines` maps node ids of the main graph to the first and last line (from 1) that they
    became; it is empty for a notebook. `problems` are about what could not be written, and
    `packages` what code that trains needs, as pip takes it.
    """

    form: Form
    filename: str
    source: str
    lines: dict[str, tuple[int, int]] = {}
    problems: tuple[Problem, ...] = ()
    packages: tuple[str, ...] = ()


def generate(  # noqa: PLR0913
    document: Document,
    form: Form,
    style: Style = "keras",
    data: DataSets = BUILT_IN,
    language: NullTranslations = ENGLISH,
    *,
    options: bool = False,
    errors: Sequence[Problem] = (),
) -> Code:
    """Write a document as code; `style` is the id of a target in engine.code.targets.

    `data` are the data sets that the document may name, `language` is that of the comments.
    With `options`, a script reads its settings from the command line. `errors` are problems that
    the check found: they become comments at their layer, or where a script compiles and fits.

    Never raises for a valid document: what can be written is, with a comment where something is
    missing. An impossible form (Sequential for a graph with branches) yields a problem and the
    functional form.
    """
    if form in TRAINED and style not in LIBRARIES:
        document = with_named_ends(document)
    program = build_program(document, get(style), data, language, errors)
    if style in LIBRARIES:
        trained = form == "script"
        return _classes(program, LIBRARIES[style], trained=trained, options=trained and options)
    problems = _refused(program, form)
    form = "function" if problems and form == "script" else form
    text, statements, actual = write(program, form, options=options)
    if actual != form:
        problems.append(problem("not_a_stack"))
    problems += program.target.unsupported(document.target)
    if style == "keras-torch":
        problems += needs_tensorflow(program)
    if program.incomplete:
        problems.append(program.incomplete)
    suffix = ".ipynb" if form == "notebook" else ".py"
    return Code(
        form=actual,
        filename=program.file_name + suffix,
        source=text,
        lines=lines(statements, text) if actual != "notebook" else {},
        problems=tuple(problems),
        packages=_packages(program, statements) if form in TRAINED else (),
    )


def _refused(program: Program, form: Form) -> list[Problem]:
    """What Keras 2.3.1 can't express, of a document that is written for it.

    Where a script would lack something, the function that builds the model is written.
    """
    if not program.target.exact:
        return []
    document = program.document
    engine = program.target.backend_for(document.target)
    problems = [*layer_problems(document, engine)]
    if form == "script":
        problems += training_problems(document, make_plan(program).chosen.values(), engine)
    return problems


def _classes(program: Program, library: Library, *, trained: bool, options: bool) -> Code:
    """The model as classes of another library than Keras, or a script that trains them."""
    statements, problems = module(program, library, trained=trained, options=options)
    purpose = program.purpose
    if purpose is None and not program.document.description:
        purpose = problem("module_about", title=program.title, library=library.title)
    packages = Comment(needs(program, statements))
    before: list[Statement] = [packages, Blank()] if trained else []
    before += [Copied("import argparse")] * options
    text, statements = module_text(program, statements, before, purpose)
    if program.incomplete:
        problems.append(program.incomplete)
    return Code(
        form="script" if trained else "subclass",
        filename=f"{program.file_name}.py",
        source=text,
        lines=lines(statements, text),
        problems=tuple(problems),
        packages=_packages(program, statements) if trained else (),
    )


def _packages(program: Program, statements: Sequence[Statement]) -> tuple[str, ...]:
    return tuple(needs(program, statements).arguments["packages"])
