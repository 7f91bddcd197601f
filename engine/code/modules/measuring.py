"""What a script for another library measures: metrics after each epoch, scores at the end.

Only metrics with an exact counterpart are written; the script names the others.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path as File

from engine.catalogue import load
from engine.code.scripts.copied import function, plotter
from engine.code.scripts.ending import EXAMPLE, compared, drawn, printed
from engine.code.scripts.training import Plan
from engine.code.syntax.tree import (
    Assign,
    Blank,
    Call,
    Do,
    Expression,
    Group,
    Infix,
    Item,
    Literal,
    Loop,
    Mapping,
    Message,
    Slices,
    Statement,
    Variable,
)
from engine.code.syntax.words import Scope
from engine.data.defaults import Chosen
from engine.data.division import Part
from engine.document import ObjectSpec
from engine.problems import problem

SPARSE = "SparseCategoricalCrossentropy"
OF_CLASS_NUMBERS = {"SparseCategoricalAccuracy": "classes_accuracy"}
"""The functions for metrics that compare the number of a class with a score for each class."""

OF_VALUES = {
    "BinaryAccuracy": "binary_accuracy",
    "MeanAbsoluteError": "absolute_error",
    "MeanSquaredError": "squared_error",
}
"""The functions for metrics whose targets have the shape of the outputs."""

HISTORY, MEASURES, MODEL = Variable("history"), Variable("measures"), Variable("model")
LOSS = "loss"


@dataclass(frozen=True)
class Measures:
    """The functions that measure the outputs, by name, the loss first; `omitted` are metrics."""

    functions: dict[str, str]
    omitted: tuple[str, ...] = ()

    @property
    def table(self) -> Statement:
        """`measures = {"loss": squared_error, "mae": absolute_error}`"""
        items = tuple((name, Variable(measure)) for name, measure in self.functions.items())
        return Assign((MEASURES.name,), Mapping(items))


def measures_of(choice: Chosen, loss_function: str) -> Measures:
    """Return the loss and the metrics that have an exact counterpart."""
    known = OF_CLASS_NUMBERS if choice.loss.class_ == SPARSE else OF_VALUES
    scope, functions, omitted = Scope(), {LOSS: loss_function}, []
    scope.unique(LOSS)
    for metric in choice.metrics:
        if metric.class_ in known and _is_plain(metric):
            functions[scope.unique(_name(metric))] = known[metric.class_]
        else:
            omitted.append(metric.class_)
    return Measures(functions, tuple(dict.fromkeys(omitted)))


def _defaults(metric: ObjectSpec) -> dict[str, object]:
    entry = load().object("metric", metric.class_)
    return {param.name: param.default for param in entry.params} if entry else {}


def _is_plain(metric: ObjectSpec) -> bool:
    """Whether a metric has Keras's defaults, whatever its name."""
    usual = {**_defaults(metric), "name": metric.params.get("name")}
    return all(name in usual and usual[name] == value for name, value in metric.params.items())


def _name(metric: ObjectSpec) -> str:
    """The name of a metric in the history, where `val_` begins those of validation rows."""
    name = metric.params.get("name")
    usable = isinstance(name, str) and name.isidentifier() and not name.startswith("val_")
    return str(name if usable else _defaults(metric)["name"])


def copies() -> list[Statement]:
    """The functions that keep the scores of epochs and draw their curves."""
    scores = function(File(__file__).with_name("history.py"), "record", "last_scores")
    return [Blank(), Blank(), scores, Blank(), Blank(), plotter()]


def epochs(plan: Plan, trained: Expression) -> list[Statement]:
    """The loop over epochs; `trained` are the scores of the training rows of an epoch."""
    scores = Variable("scores")
    body: list[Statement] = [Assign((scores.name,), trained), _record(scores)]
    if plan.splits:
        validated = Assign((scores.name,), _evaluated("validation"))
        body += [validated, _record(scores, Literal("val_"))]
    last = Call(Variable("last_scores"), (HISTORY,))
    shown = (Message(problem("module_prints.epoch")), Variable("epoch"), last)
    body.append(Do(Call(Variable("print"), shown)))
    end = Infix("+", (Variable("EPOCHS"), Literal(1)))
    numbers = Call(Variable("range"), (Literal(1), end))
    return [Assign((HISTORY.name,), Mapping(())), Loop(("epoch",), numbers, tuple(body))]


def _record(scores: Variable, *prefix: Expression) -> Statement:
    return Do(Call(Variable("record"), (HISTORY, scores, *prefix)))


def evaluating(plan: Plan) -> Iterator[Statement]:
    """Evaluate the validation rows if there are any, else the training rows; then the test rows."""
    part: Part = "validation" if plan.splits else "training"
    note = problem("code_prints.validation" if plan.splits else "code_prints.training")
    yield Assign(("scores",), _evaluated(part))
    yield printed(note, Variable("scores"))
    if "test" in plan.parts:
        yield Assign(("test_scores",), _evaluated("test"))
        yield printed(problem("code_prints.test"), Variable("test_scores"))


def _evaluated(part: Part) -> Call:
    rows = (Variable(part_name(part, "inputs")), Variable(part_name(part, "targets")))
    return Call(Variable("evaluate"), (MODEL, MEASURES, *rows, Variable("BATCH_SIZE")))


def part_name(part: Part, name: str) -> str:
    """What the inputs or targets of a part of the rows are called."""
    return name if part == "training" else f"{part}_{name}"


def predicting(plan: Plan) -> Iterator[Statement]:
    """Predict one row, and print it beside what is true."""
    rows = Variable(part_name("validation" if plan.splits else "training", "inputs"))
    firsts = (
        Item(Item(rows, Literal(n)), Slices(":1", bare=True)) for n in range(len(plan.inputs))
    )
    yield Assign((EXAMPLE.name,), Group(tuple(firsts)))
    predicted = Variable("predicted")
    yield Assign((predicted.name,), Call(Variable("predict"), (MODEL, EXAMPLE)))
    for name, feed in plan.targets.items():
        yield from compared(plan, predicted, name, feed.column)


def drawing(plan: Plan) -> Statement:
    """`plot_curves(history, "iris.png")`"""
    return drawn(plan.program, HISTORY)
