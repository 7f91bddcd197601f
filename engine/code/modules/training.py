"""A script that trains the classes of another library: data, then epochs of batches.

Only losses and optimizers with an exact counterpart are written; the rest is refused by name.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path as File

from engine.catalogue import load
from engine.code.modules.lacking import LOSSES, OPTIMIZERS, lacking
from engine.code.modules.measuring import (
    LOSS,
    MEASURES,
    MODEL,
    Measures,
    copies,
    drawing,
    epochs,
    evaluating,
    measures_of,
    part_name,
    predicting,
)
from engine.code.program import Program
from engine.code.scripts.copied import function, splitter
from engine.code.scripts.ending import class_names, filename
from engine.code.scripts.feeding import Feed, fed_rows
from engine.code.scripts.options import parse_function, with_arguments
from engine.code.scripts.preparing import cleaning_functions
from engine.code.scripts.script import loading_functions
from engine.code.scripts.training import Plan, constants, make_plan, prepare
from engine.code.scripts.weighing import class_weights, weighers
from engine.code.syntax.tree import (
    Assign,
    Attribute,
    Blank,
    Call,
    Comment,
    Do,
    Docstring,
    Expression,
    Function,
    Group,
    Infix,
    Item,
    Literal,
    Main,
    Statement,
    Variable,
)
from engine.code.syntax.tree import Mapping as Mapped
from engine.data.defaults import Chosen
from engine.data.division import Part
from engine.document import ObjectSpec
from engine.graph.adaptable import learns
from engine.problems import Problem, problem
from engine.values import Json

OPTIMIZER, WEIGHTED_MEASURES = Variable("optimizer"), Variable("weighted_measures")
ADAPT, WEIGHTED = "adapt", "weighted"
"""Functions that are copied if a layer learns from the data, or if classes have weights."""


@dataclass(frozen=True)
class Trainer:
    """How a library trains.

    `loops` is the source file of the functions that are copied. `seed` sets the seed; `more` is
    what `train_epoch` takes besides. `optimizer` creates an optimizer of a class of Keras with
    these values, `save` writes the weights into a file, whose name ends with `suffix`; `saving` are
    the functions for that which are copied.
    """

    loops: File
    seed: Statement
    optimizer: Callable[[str, Mapping[str, Json]], Expression]
    save: Callable[[Expression], Statement]
    suffix: str
    model_arguments: tuple[tuple[str, Expression], ...] = ()
    more: tuple[Expression, ...] = ()
    saving: tuple[str, ...] = ()


def training_script(  # noqa: PLR0913
    program: Program,
    trainer: Trainer,
    title: str,
    model: Call,
    *,
    attributes: Mapping[str, str],
    options: bool = False,
) -> tuple[list[Statement], list[Statement], list[Problem]]:
    """Return what precedes the classes, what follows them, and why it can't be written.

    `model` creates the model, whose `attributes` hold its layers, by the ids of these.
    """
    plan = make_plan(program)
    lacks = [
        problem("module_lacks_training", what=what, library=title)
        for what in lacking(plan, attributes)
    ]
    if plan.missing or lacks:
        why = [*plan.missing, *lacks]
        return [], [Comment(note) for note in why], why
    script = TrainingScript(plan, trainer, title, model, attributes)
    settings = constants(plan)
    main = Function("main", (Docstring(problem("module_trains")), *script.body()))
    functions = [main]
    if options:
        names = [name for line in settings for name in line.targets]
        functions = [parse_function(names, script.file), with_arguments(main, names, script.file)]
    head = [*settings, *class_names(plan), *script.copied()]
    return head, [*functions, Main("main")], [*script.notes]


@dataclass(frozen=True)
class TrainingScript:
    """The statements of a script that trains the classes of another library."""

    plan: Plan
    trainer: Trainer
    title: str
    model: Call
    attributes: Mapping[str, str]

    @property
    def choice(self) -> Chosen:
        """The loss, the weights and the metrics of the output."""
        (choice,) = self.plan.chosen.values()
        return choice

    @property
    def measures(self) -> Measures:
        """The loss and the metrics, as functions."""
        return measures_of(self.choice, _loss_function(self.choice.loss))

    @property
    def file(self) -> str:
        """The file with the trained weights."""
        return filename(self.plan.program) + self.trainer.suffix

    @property
    def notes(self) -> Iterator[Problem]:
        """What is left out."""
        if omitted := [*self.measures.omitted]:
            yield problem("module_trains_without", names=omitted, library=self.title)

    def body(self) -> Iterator[Statement]:
        """The lines of `main`."""
        plan, trainer = self.plan, self.trainer
        yield trainer.seed
        yield from (line for line in prepare(plan)[1:] if _is_data(line))
        yield from _rows("training", plan, plan.training_rows)
        for part in plan.parts:
            yield from _rows(part, plan, Variable(part))
        yield Blank()
        yield Comment(problem("module_first_weights", library=self.title))
        yield Assign((MODEL.name,), self.model)
        yield from self._adapting()
        spec = plan.program.document.training.optimizer
        yield Assign((OPTIMIZER.name,), trainer.optimizer(spec.class_, _settings(spec)))
        yield from self._measuring()
        yield from epochs(plan, self._trained())
        yield Blank()
        yield from evaluating(plan)
        yield trainer.save(Literal(self.file))
        yield from predicting(plan)
        yield drawing(plan)

    def _measuring(self) -> Iterator[Statement]:
        """The functions that measure, and those of training if classes have weights."""
        yield from map(Comment, self.notes)
        yield self.measures.table
        weights = class_weights(self.plan.targets, self.plan.chosen, self.plan.training_rows)
        if weights is not None:
            loss = Variable(self.measures.functions[LOSS])
            changed = Mapped(((LOSS, Call(Variable(WEIGHTED), (loss, weights))),))
            yield Assign((WEIGHTED_MEASURES.name,), Infix("|", (MEASURES, changed)))

    def _adapting(self) -> Iterator[Statement]:
        """`adapt(model.normalization, inputs[0])`, for layers that learn from the data."""
        flow = self.plan.program.main
        inputs = [*self.plan.inputs]
        for key, written in flow.written.items():
            if written.owner.id == key and learns(written.owner) is not None:
                number = inputs.index(flow.names[written.tensors[0][0]])
                rows = Item(Variable("inputs"), Literal(number))
                layer = Attribute(MODEL, self.attributes[key])
                yield Do(Call(Variable(ADAPT), (layer, rows)))

    def _trained(self) -> Call:
        """The scores of an epoch of training."""
        measures = WEIGHTED_MEASURES if self._has_weights else MEASURES
        rows = (Variable("inputs"), Variable("targets"), Variable("BATCH_SIZE"))
        return Call(
            Variable("train_epoch"), (MODEL, OPTIMIZER, measures, *rows, *self.trainer.more)
        )

    @property
    def _has_weights(self) -> bool:
        return self.choice.class_weights is not None

    def copied(self) -> list[Statement]:
        """The functions that load and divide the data, train, and draw."""
        plan = self.plan
        assert plan.data is not None
        parts: list[Statement] = [*loading_functions(plan, plan.data)]
        if plan.rule and plan.parts:
            parts.append(splitter(plan.rule.function))
        parts += cleaning_functions(plan.steps)
        names = ["to_tensor", "train_epoch", "evaluate", "predict"]
        names += self.measures.functions.values()
        names += [ADAPT] * any(True for _ in self._adapting())
        names += [WEIGHTED] * self._has_weights
        parts += weighers(plan.chosen)
        parts.append(function(self.trainer.loops, *dict.fromkeys(names), *self.trainer.saving))
        lines = [line for part in parts for line in (Blank(), Blank(), part)]
        return [*lines, *copies()]


def _is_data(line: Statement) -> bool:
    """Whether a line loads or divides the rows, which are fed in another form here."""
    return isinstance(line, Assign) and not line.targets[0].startswith(("x_", "y_"))


def _rows(part: Part, plan: Plan, rows: Variable | None) -> Iterator[Statement]:
    inputs = tuple(_tensor({name: feed}, rows) for name, feed in plan.inputs.items())
    yield Assign((part_name(part, "inputs"),), Group(inputs))
    yield Assign((part_name(part, "targets"),), _tensor(plan.targets, rows))


def _tensor(feeds: Mapping[str, Feed], rows: Variable | None) -> Expression:
    return Call(Variable("to_tensor"), (fed_rows(feeds, rows, has_keras=False),))


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
