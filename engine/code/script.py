"""The training script: backend, data, model, training, evaluation, saving."""

from engine.code.adapting import adapting
from engine.code.copied import arrays, loader, splitter
from engine.code.program import Program, model_function, submodels
from engine.code.training import (
    Plan,
    compiling,
    constants,
    evaluating,
    fitting,
    make_plan,
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
from engine.problems import Problem, problem


def backend(program: Program) -> list[Statement]:
    """The lines that choose backend and device; they must precede the import of Keras."""
    variables = program.target.variables(program.document.target)
    lines = [f'os.environ["{name}"] = "{value}"' for name, value in variables.items()]
    return [Copied("\n".join(["import os", "", *lines]))] if lines else []


def script(program: Program) -> list[Statement]:
    """The statements of the script, without its imports and the choice of the backend."""
    plan = make_plan(program)
    main = Function("main", (Docstring(_purpose(plan)), *training(plan)))
    functions = [*submodels(program), model_function(program), main]
    return [*constants(plan), *copies(plan), *functions, Main("main")]


def copies(plan: Plan) -> list[Statement]:
    """The functions that load and split the data."""
    if plan.data is None or plan.missing:
        return []
    copied: list[Statement] = [Blank(), Blank(), _loader(plan, plan.data)]
    if plan.splits:
        copied += [Blank(), Blank(), splitter()]
    return copied


def _loader(plan: Plan, data: DataSet) -> Copied:
    return arrays() if data.id in plan.program.data.files else loader(data.id)


def training(plan: Plan) -> list[Statement]:
    """The body of `main`, section by section."""
    if plan.missing and not plan.program.main.outputs:
        return [*prepare(plan), *stop_here(plan)]
    model = Assign(("model",), Call(Variable("build_model")))
    start = [*prepare(plan), Blank(), model]
    if plan.missing:
        return [*start, *compiling(plan), *stop_here(plan)]
    start += [*adapting(plan), *compiling(plan)]
    return [*start, *fitting(plan), *evaluating(plan), saving(plan.program)]


def stop_here(plan: Plan) -> list[Statement]:
    """Comments about what must be chosen before training is possible."""
    return [Comment(note) for note in plan.missing]


def _purpose(plan: Plan) -> Problem:
    if plan.missing:
        return problem("code_purpose.build")
    return problem("code_purpose.split" if plan.splits else "code_purpose")
