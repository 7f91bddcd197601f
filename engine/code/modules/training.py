"""A script that trains the classes of another library: data, then epochs of batches.

Only losses and optimizers with an exact counterpart are written; the rest is refused by name.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path as File

from engine.catalogue import Kind, load
from engine.catalogue.refusals import object_label
from engine.code.lines.flow import Flow
from engine.code.modules.measuring import (
    MEASURES,
    MODEL,
    copies,
    drawing,
    epochs,
    evaluating,
    measures_of,
    part_name,
    predicting,
)
from engine.code.modules.supported import changes_training
from engine.code.program import Program
from engine.code.scripts.copied import function, splitter
from engine.code.scripts.ending import class_names, filename
from engine.code.scripts.feeding import Feed, fed_rows
from engine.code.scripts.script import loading_function
from engine.code.scripts.training import Plan, constants, make_plan, prepare
from engine.code.syntax.tree import (
    Assign,
    Blank,
    Call,
    Comment,
    Copied,
    Docstring,
    Expression,
    Function,
    Group,
    Main,
    Statement,
    Variable,
)
from engine.data.catalogue import OneHot
from engine.data.division import Part
from engine.document import ObjectSpec
from engine.problems import Phrase, Problem, phrase, problem
from engine.values import Json

LOSSES = {
    "SparseCategoricalCrossentropy": "classes_loss",
    "BinaryCrossentropy": "binary_loss",
    "MeanSquaredError": "squared_error",
    "MeanAbsoluteError": "absolute_error",
}
"""The functions that are copied, by the losses of Keras."""

OPTIMIZERS = {
    "SGD": "learning_rate momentum nesterov",
    "Adam": "learning_rate beta_1 beta_2 epsilon",
    "AdamW": "learning_rate beta_1 beta_2 epsilon weight_decay",
}
"""The parameters that other libraries have as well, by the optimizers of Keras."""

OPTIMIZER = Variable("optimizer")


@dataclass(frozen=True)
class Trainer:
    """How a library trains.

    `loops` is the source file of the functions that are copied. `seed` sets the seed; `more` is
    what `train_epoch` takes besides. `optimizer` creates an optimizer of a class of Keras with
    these values, `save` writes the weights into a file of this name.
    """

    loops: File
    seed: Statement
    optimizer: Callable[[str, Mapping[str, Json]], Expression]
    model_arguments: tuple[tuple[str, Expression], ...] = ()
    more: tuple[Expression, ...] = ()
    save: Callable[[str], Statement] | None = None


def training_script(
    program: Program, trainer: Trainer, title: str, class_name: str, *, has_arguments: bool
) -> tuple[list[Statement], list[Statement], list[Problem]]:
    """Return what precedes the classes, what follows them, and why it can't be written."""
    plan = make_plan(program)
    lacks = [problem("module_lacks_training", what=what, library=title) for what in _lacking(plan)]
    if plan.missing or lacks:
        why = [*plan.missing, *lacks]
        return [], [Comment(note) for note in why], why
    (choice,) = plan.chosen.values()
    loss = _loss_function(choice.loss)
    measures = measures_of(choice, loss)
    names = ("to_tensor", "train_epoch", "evaluate", "predict", *measures.functions.values())
    copied: list[Statement] = [Blank(), Blank(), *_data(plan), Blank(), Blank()]
    copied += [function(trainer.loops, *dict.fromkeys(names)), *copies()]
    arguments = trainer.model_arguments if has_arguments else ()
    model = Assign((MODEL.name,), Call(Variable(class_name), (), arguments))
    drawn = Comment(problem("module_first_weights", library=title))
    omitted = [*measures.omitted]
    notes = [problem("module_trains_without", names=omitted, library=title)] if omitted else []
    measured = [*map(Comment, notes), measures.table]
    lines = _body(plan, trainer, [drawn, model], measured)
    body = (Docstring(problem("module_trains")), *lines)
    head = [*constants(plan), *class_names(plan), *copied]
    return head, [Function("main", body), Main("main")], notes


def _data(plan: Plan) -> list[Statement]:
    assert plan.data is not None
    load_rows = loading_function(plan, plan.data)
    if plan.rule is None or not plan.parts:
        return [load_rows]
    return [load_rows, Blank(), Blank(), splitter(plan.rule.function)]


def _body(
    plan: Plan, trainer: Trainer, model: list[Statement], measured: list[Statement]
) -> Iterator[Statement]:
    training = plan.program.document.training
    yield trainer.seed
    yield from (line for line in prepare(plan)[1:] if _is_data(line))
    yield from _rows("training", plan, plan.training_rows)
    for part in plan.parts:
        yield from _rows(part, plan, Variable(part))
    yield Blank()
    yield from model
    created = trainer.optimizer(training.optimizer.class_, _settings(training.optimizer))
    yield Assign((OPTIMIZER.name,), created)
    yield from measured
    yield from epochs(plan, _trained(trainer))
    yield Blank()
    yield from evaluating(plan)
    if trainer.save is not None:
        yield trainer.save(filename(plan.program))
    yield from predicting(plan)
    yield drawing(plan)


def _is_data(line: Statement) -> bool:
    """Whether a line loads or divides the rows, which are fed in another form here."""
    return isinstance(line, Assign) and not line.targets[0].startswith(("x_", "y_"))


def _rows(part: Part, plan: Plan, rows: Variable | None) -> Iterator[Statement]:
    inputs = tuple(_tensor({name: feed}, rows) for name, feed in plan.inputs.items())
    yield Assign((part_name(part, "inputs"),), Group(inputs))
    yield Assign((part_name(part, "targets"),), _tensor(plan.targets, rows))


def _tensor(feeds: Mapping[str, Feed], rows: Variable | None) -> Expression:
    return Call(Variable("to_tensor"), (fed_rows(feeds, rows),))


def _trained(trainer: Trainer) -> Call:
    """The scores of an epoch of training."""
    rows = (Variable("inputs"), Variable("targets"), Variable("BATCH_SIZE"))
    return Call(Variable("train_epoch"), (MODEL, OPTIMIZER, MEASURES, *rows, *trainer.more))


def _loss_function(loss: ObjectSpec) -> str:
    scores = "_of_scores" if loss.params.get("from_logits") else ""
    return LOSSES[loss.class_] + scores


def _settings(spec: ObjectSpec) -> dict[str, Json]:
    """The parameters of an optimizer, with Keras's defaults."""
    entry = load().object("optimizer", spec.class_)
    assert entry is not None
    names = OPTIMIZERS[spec.class_].split()
    return {
        param.name: spec.params.get(param.name, param.default)
        for param in entry.params
        if param.name in names
    }


def _lacking(plan: Plan) -> Iterator[Phrase]:
    """What has no counterpart in a loop that trains one output."""
    training = plan.program.document.training
    if len(plan.chosen) != 1:
        yield phrase("training with several outputs")
    yield from _foreign("optimizer", training.optimizer, OPTIMIZERS)
    losses = {name: "from_logits" if "Cross" in name else "" for name in LOSSES}
    for choice in plan.chosen.values():
        yield from _foreign("loss", choice.loss, losses)
        if choice.class_weights:
            yield phrase("the weights of classes")
    for callback in training.callbacks:
        yield object_label("callback", callback.class_)
    if any(isinstance(feed.column, OneHot) for feed in plan.targets.values()):
        yield phrase("a target of one-hot rows")
    if plan.data and not plan.missing and any("keras" in line for line in _loader_imports(plan)):
        yield phrase("the data set “{title}”, which Keras downloads", title=plan.data.title)
    for flow in plan.program.flows.values():
        yield from _changed_layers(flow)


def _loader_imports(plan: Plan) -> tuple[str, ...]:
    data = _data(plan)[0]
    return data.imports if isinstance(data, Copied) else ()


def _foreign(kind: Kind, spec: ObjectSpec, known: Mapping[str, str]) -> Iterator[Phrase]:
    """An object, or a parameter of one, that other libraries have not."""
    entry = load().object(kind, spec.class_)
    if entry is None or spec.class_ not in known:
        yield object_label(kind, spec.class_)
        return
    for param in entry.params:
        value = spec.params.get(param.name, param.default)
        plain = isinstance(value, bool | int | float) or value is None
        if value != param.default and (param.name not in known[spec.class_].split() or not plain):
            yield phrase("{param} of {name}", param=param.name, name=spec.class_)


def _changed_layers(flow: Flow) -> Iterator[Phrase]:
    """Layers that are trained in another way than their library does."""
    for written in flow.written.values():
        name = flow.display_name(written.owner.id)
        if written.owner.frozen:
            yield phrase("the frozen layer “{name}”", name=name)
        for param in changes_training(written):
            yield phrase("{param} of “{name}”", param=param, name=name)
