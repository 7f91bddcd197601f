"""The whole training script: backend, data, model, training, evaluation, the saved file."""

from engine.code.adapting import adapting
from engine.code.copied import arrays, loader, splitter
from engine.code.program import Program, model_function, submodels
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
from engine.code.tree import (
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
from engine.data.catalogue import DataSet


def backend(made: Program) -> list[Statement]:
    """The lines that choose backend and device, which must come before Keras is imported."""
    variables = made.target.variables(made.document.target)
    lines = [f'os.environ["{name}"] = "{value}"' for name, value in variables.items()]
    return [Copied("\n".join(["import os", "", *lines]))] if lines else []


def script(made: Program) -> list[Statement]:
    """The statements of the script, its imports and the backend's choice left out."""
    found = plan(made)
    main = Function("main", (Docstring(_purpose(found)), *training(found)))
    functions = [*submodels(made), model_function(made), main]
    return [*constants(found), *copies(found), *functions, Main("main")]


def copies(found: Plan) -> list[Statement]:
    """The functions that load and split the data."""
    if found.data is None or found.missing:
        return []
    copied: list[Statement] = [Blank(), Blank(), _loader(found, found.data)]
    if found.splits:
        copied += [Blank(), Blank(), splitter()]
    return copied


def _loader(found: Plan, data: DataSet) -> Copied:
    return arrays() if data.id in found.made.data.files else loader(data.id)


def training(found: Plan) -> list[Statement]:
    """The body of `main`: one section after the other."""
    if found.missing and not found.made.main.outputs:
        return [*prepare(found), *stop_here(found)]
    model = Assign(("model",), Call(Variable("build_model")))
    start = [*prepare(found), Blank(), model]
    if found.missing:
        return [*start, *compiling(found), *stop_here(found)]
    start += [*adapting(found), *compiling(found)]
    return [*start, *fitting(found), *evaluating(found), saving(found.made)]


def stop_here(found: Plan) -> list[Statement]:
    """What has to be chosen before anything can be trained."""
    return [Comment(note) for note in found.missing]


def _purpose(found: Plan) -> str:
    if found.missing:
        return "Build and compile the model."
    rows = "rows that it has not seen" if found.splits else "the same rows"
    return f"Train the model, evaluate it on {rows}, and save it."
