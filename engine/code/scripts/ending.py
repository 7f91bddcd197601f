"""What a script does after training: evaluate, save, predict one example, draw the curves."""

from collections.abc import Iterator, Mapping

from engine.code.program import Program
from engine.code.scripts.feeding import stored_rows
from engine.code.scripts.training import PART_NAMES, Plan
from engine.code.syntax.tree import (
    Assign,
    Attribute,
    Call,
    Do,
    Expression,
    Group,
    Item,
    Literal,
    Message,
    Slices,
    Statement,
    Variable,
)
from engine.code.syntax.tree import Mapping as Table
from engine.code.syntax.words import Scope, identifier, prose
from engine.data.catalogue import Column, parts_of
from engine.data.division import Part
from engine.problems import Problem, problem

MODEL, EXAMPLE = Variable("model"), Variable("example")
HISTORY = Variable("history")
FEW = 10
"""Numbers of an example that are printed; of larger arrays only the shape."""
MANY_CLASSES = 30
"""Classes that are written into a script by name; of more, only the number is printed."""
QUIET = ("verbose", Literal(0))


def ending(plan: Plan) -> list[Statement]:
    """Everything after `model.fit(…)`.

    A model that has taken the averages of its weights is saved first: on JAX it shares their arrays
    with its optimizer, and an evaluation frees them (Keras 3.15).
    """
    first, then = evaluating(plan), [saving(plan.program)]
    if plan.program.document.training.optimizer.params.get("use_ema") is True:
        first, then = then, first
    return [*first, *then, *predicting(plan), drawing(plan.program)]


def evaluating(plan: Plan) -> list[Statement]:
    """`model.evaluate(…)` on the validation rows if there are any, else on the training rows.

    Then on the test rows, which nothing else in the script reads.
    """
    if plan.splits:
        lines = _evaluated("validation", "scores", problem("code_prints.validation"))
    else:
        lines = _evaluated("training", "scores", problem("code_prints.training"))
    if "test" in plan.parts:
        lines += _evaluated("test", "test_scores", problem("code_prints.test"))
    return lines


def _evaluated(part: Part, name: str, note: Problem) -> list[Statement]:
    rows = (Variable(f"x_{PART_NAMES[part]}"), Variable(f"y_{PART_NAMES[part]}"))
    keywords = (QUIET, ("return_dict", Literal(True)))
    scores = Call(Attribute(MODEL, "evaluate"), rows, keywords)
    return [Assign((name,), scores), printed(note, Variable(name))]


def saving(program: Program) -> Statement:
    """`model.save(…)`."""
    return Do(Call(Attribute(MODEL, "save"), (Literal(f"{filename(program)}.keras"),)))


def drawing(program: Program) -> Statement:
    """`plot_curves(history.history, …)`"""
    return drawn(program, Attribute(HISTORY, "history"))


def drawn(program: Program, history: Expression) -> Statement:
    """`plot_curves(…)`, see engine.code.scripts.plotting."""
    picture = Literal(f"{filename(program)}.png")
    return Do(Call(Variable("plot_curves"), (history, picture)))


def filename(program: Program) -> str:
    """The name of the files that the script writes, without a suffix."""
    return program.file_name


def predicting(plan: Plan) -> list[Statement]:
    """Predict one row and print it beside what is true."""
    scope = Scope()
    names = [scope.unique(f"predicted_{identifier(name) or 'output'}") for name in plan.targets]
    variables = tuple(names) if len(names) > 1 else ("predicted",)
    call = Call(Attribute(MODEL, "predict"), (EXAMPLE,), (QUIET,))
    lines: list[Statement] = [Assign(("example",), _example(plan)), Assign(variables, call)]
    for variable, (name, feed) in zip(variables, plan.targets.items(), strict=True):
        lines += compared(plan, Variable(variable), name, feed.column)
    return lines


def _example(plan: Plan) -> Expression:
    rows = Variable("x_validation" if plan.splits else "x_train")
    first = Slices(f":{plan.devices.count}", bare=True)  # each device takes a row
    if len(plan.inputs) == 1:
        return Item(rows, first)
    return Table(tuple((name, Item(Item(rows, Literal(name)), first)) for name in plan.inputs))


def compared(plan: Plan, predicted: Variable, name: str, column: Column) -> Iterator[Statement]:
    """Print the prediction of one output, and its target."""
    row: Expression = Literal(0)
    if plan.parts:
        row = Item(Variable("validation" if plan.splits else "training"), row)
    parts = [Item(stored_rows(part), row) for part in parts_of(column)]
    target: Expression = parts[0] if len(parts) == 1 else Group(tuple(parts))
    value: Expression = Item(predicted, Literal(0))
    shown = prose(column.name, 40)
    if _is_large(column):
        yield printed(problem("code_prints.shape", name=shown), Attribute(value, "shape"))
        return
    if column.classes:
        constant = class_constants(plan).get(column.name)
        named = Variable(constant) if constant else None
        if plan.units.get(name) == len(column.classes):
            value = _class(Call(Attribute(value, "argmax")), named)
        target = _class(target, named)
    yield printed(problem("code_prints.predicted", name=shown), value)
    yield printed(problem("code_prints.expected", name=shown), target)


def _is_large(column: Column) -> bool:
    size = 1
    for axis in column.shape:
        size *= axis
    return size > FEW


def _class(number: Expression, names: Variable | None) -> Expression:
    return Item(names, number) if names else number


def class_constants(plan: Plan) -> Mapping[str, str]:
    """The constants with the names of classes, by column; numbers need no names."""
    scope = Scope()
    return {
        column.name: scope.unique(f"{(identifier(column.name) or 'class').upper()}_NAMES")
        for column in _target_columns(plan).values()
        if column.classes and len(column.classes) <= MANY_CLASSES and not _counted(column.classes)
    }


def _target_columns(plan: Plan) -> dict[str, Column]:
    return {feed.column.name: feed.column for feed in plan.targets.values()}


def _counted(classes: tuple[str, ...]) -> bool:
    return classes == tuple(str(number) for number in range(len(classes)))


def class_names(plan: Plan) -> list[Statement]:
    """The names of classes, as constants at the top; none if the script does not train."""
    if plan.missing:
        return []
    columns = _target_columns(plan)
    return [
        Assign((constant,), Literal([*columns[name].classes], tuples=True))
        for name, constant in class_constants(plan).items()
    ]


def printed(note: Problem, value: Expression) -> Do:
    """`print("Predicted species:", …)`"""
    return Do(Call(Variable("print"), (Message(note), value)))
