"""The training script: backend, data, model, training, and what follows it."""

from engine.code.program import Program, model_function, submodels
from engine.code.scripts import parallel
from engine.code.scripts.adapting import adapting
from engine.code.scripts.copied import arrays, loader, plotter, splitter
from engine.code.scripts.ending import class_names, ending, filename
from engine.code.scripts.options import parse_function, with_arguments
from engine.code.scripts.preparing import cleaning_functions
from engine.code.scripts.reading import readers
from engine.code.scripts.training import (
    Plan,
    compiling,
    constants,
    fitting,
    make_plan,
    prepare,
    readable_file,
)
from engine.code.scripts.weighing import weighers
from engine.code.syntax.tree import (
    Assign,
    Blank,
    Call,
    Comment,
    Copied,
    Docstring,
    Function,
    Main,
    Statement,
    Variable,
)
from engine.code.training_errors import of_fitting
from engine.data.catalogue import DataSet
from engine.problems import Problem, problem


def backend(program: Program, *, options: bool = False) -> list[Statement]:
    """The lines that choose backend and device; they must precede the import of Keras.

    They follow the imports of Python's own modules: `os`, and with `options` `argparse`.
    """
    variables = program.target.variables(program.document.target)
    modules = [*(["import argparse"] * options), *(["import os"] if variables else [])]
    lines = [f'os.environ["{name}"] = "{value}"' for name, value in variables.items()]
    return [Copied("\n".join([*modules, "", *lines]).rstrip())] if modules else []


def script(program: Program, *, options: bool = False) -> list[Statement]:
    """The statements of the script, without its imports and the choice of the backend.

    With `options`, its settings can be changed on the command line.
    """
    plan = make_plan(program)
    main = Function("main", (Docstring(_purpose(plan)), *training(plan)))
    settings = constants(plan)
    functions = [main]
    if options:
        names = [name for line in settings for name in line.targets]
        file = f"{filename(program)}.keras"
        functions = [parse_function(names, file), with_arguments(main, names, file)]
    known = program.purpose is not None or program.document.description != ""
    model = model_function(program, describe=known)
    head = [*settings, *class_names(plan), *copies(plan)]
    return [*head, *submodels(program), *model, *functions, Main("main")]


def copies(plan: Plan) -> list[Statement]:
    """The functions that load, divide, prepare and weigh the data; that which draws the curves."""
    if plan.data is None or plan.missing:
        return []
    copied: list[Statement] = []
    for function in loading_functions(plan, plan.data):
        copied += [Blank(), Blank(), function]
    if plan.rule and plan.parts:
        copied += [Blank(), Blank(), splitter(plan.rule.function)]
    for function in (
        *parallel.functions(plan.devices, plan.backend),
        *cleaning_functions(plan.steps),
        *weighers(plan.chosen, plan.weight),
        plotter(),
    ):
        copied += [Blank(), Blank(), function]
    return copied


def loading_functions(plan: Plan, data: DataSet) -> tuple[Statement, ...]:
    """The functions that load the data set of a plan."""
    if plan.own is not None:
        return (plan.own.loader(),)
    if file := readable_file(plan):
        return readers(file)
    return (arrays() if data.id in plan.program.data.files else loader(data.id),)


def training(plan: Plan) -> list[Statement]:
    """The body of `main`, section by section."""
    if plan.missing and not plan.program.main.outputs:
        return [*prepare(plan), *stop_here(plan)]
    model = Assign(("model",), Call(Variable("build_model")))
    start = [*prepare(plan), Blank(), model]
    if plan.missing:
        return [*start, *compiling(plan), *stop_here(plan)]
    start += [*adapting(plan), *compiling(plan)]
    return [*start, *fitting(plan), Blank(), *ending(plan)]


def stop_here(plan: Plan) -> list[Statement]:
    """Comments about what must be chosen before training is possible."""
    errors = of_fitting(plan.program.errors, plan.missing)
    return [Comment(note) for note in (*plan.missing, *errors)]


def _purpose(plan: Plan) -> Problem:
    if plan.missing:
        return problem("code_purpose.build")
    return problem("code_purpose.split" if plan.splits else "code_purpose")
