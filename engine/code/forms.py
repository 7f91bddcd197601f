"""The forms that code comes in: which statements, in which order, under which imports."""

from collections.abc import Sequence
from typing import Literal

from engine.code.body import described
from engine.code.constants import hoisted
from engine.code.formatting import formatted
from engine.code.imports import imports
from engine.code.notebook import notebook
from engine.code.program import (
    NO_OUTPUT,
    Program,
    functional,
    model_function,
    sequential,
    submodels,
)
from engine.code.render import render
from engine.code.script import backend, script
from engine.code.tree import Blank, Comment, Docstring, Statement

Form = Literal["functional", "sequential", "function", "script", "notebook"]


def written(made: Program, form: Form) -> tuple[str, list[Statement], Form]:
    """Return the source, its statements, and the form that it really has."""
    match form:
        case "notebook":
            return notebook(made), [], form
        case "script":
            return (*_module(made, script(made), backend(made)), form)
        case "function":
            return (*_module(made, [*submodels(made), model_function(made)]), form)
        case "sequential" if (stack := sequential(made)) is not None:
            return (*_module(made, stack), form)
        case _:
            statements = functional(made)
            if not made.main.outputs:
                statements.append(Comment(NO_OUTPUT))
            return (*_module(made, statements), "functional")


def _module(
    made: Program, statements: Sequence[Statement], before: Sequence[Statement] = ()
) -> tuple[str, list[Statement]]:
    """A module with its docstring and imports; `before` comes ahead of these."""
    head = Docstring(described(made.title, made.main))
    constants, statements = hoisted(statements)
    needed = imports([*constants, *statements], made.target)
    every = [head, Blank(), *before, Blank(), *needed, Blank(), *constants, *statements]
    return formatted(render(every, made.target)), every
