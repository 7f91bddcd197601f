"""The forms of generated code: which statements, in which order, with which imports."""

from collections.abc import Sequence

from engine.code import keras2
from engine.code.constants import with_constants
from engine.code.modules.subclass import subclass
from engine.code.program import (
    Program,
    functional,
    model_function,
    sequential,
    submodels,
)
from engine.code.scripts.needs import needs
from engine.code.scripts.notebook import notebook
from engine.code.scripts.script import backend, script
from engine.code.syntax.formatting import formatted
from engine.code.syntax.imports import imports
from engine.code.syntax.render import render
from engine.code.syntax.tree import Blank, Comment, Copied, Statement
from engine.code.targets import Form
from engine.machine import old
from engine.problems import Problem, problem


def write(
    program: Program, form: Form, *, options: bool = False
) -> tuple[str, list[Statement], Form]:
    """Return the source, its statements, and its actual form (see `generate`)."""
    match form:
        case "notebook":
            return notebook(program), [], form
        case "script":
            statements = script(program, options=options)
            packages = Comment(needs(program, statements))
            before = [packages, Blank(), *backend(program, options=options)]
            if program.target.exact:
                python = _python(program)
                before = [Comment(problem("code_old_python", version=python)), *before]
                if keras2.keeps_annotations(python):
                    before[2:2] = [Blank(), Copied(keras2.ANNOTATIONS)]
            return (*module_text(program, statements, before, program.purpose), form)
        case "subclass":
            return (*module_text(program, subclass(program), (), program.purpose), form)
        case "function":
            model = model_function(program, describe=bool(program.document.description))
            return (*module_text(program, [*submodels(program), *model]), form)
        case "sequential" if (stack := sequential(program)) is not None:
            return (*module_text(program, stack), form)
        case _:
            statements = functional(program)
            if not program.main.outputs:
                statements.append(Comment(problem("code_without_output")))
            return (*module_text(program, statements), "functional")


def module_text(
    program: Program,
    statements: Sequence[Statement],
    before: Sequence[Statement] = (),
    purpose: Problem | None = None,
) -> tuple[str, list[Statement]]:
    """Return a module with its docstring and imports, and its statements.

    `before` precedes the imports. The docstring states the model's `purpose`, else it describes
    the model.
    """
    if program.target.exact:
        statements = keras2.rewritten(statements, _python(program))
    constants, statements = with_constants(program, statements)
    needed = imports([*constants, *statements], program.target)
    module = [
        program.docstring(purpose),
        Blank(),
        *before,
        Blank(),
        *needed,
        Blank(),
        *constants,
        *statements,
    ]
    return formatted(render(module, program.target, program.language)), module


def _python(program: Program) -> str:
    """The newest Python of the engine that code for Keras 2.3.1 runs on."""
    return old.get(program.target.backend_for(program.document.target)).python
