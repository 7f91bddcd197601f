"""The training section of a document as statements: data, compile, fit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from engine.catalogue import Kind
from engine.code.lines.arguments import Notes, written_object
from engine.code.lines.flow import Flow
from engine.code.program import Program
from engine.code.scripts import parallel
from engine.code.scripts.callbacks import callbacks
from engine.code.scripts.feeding import Feed, fed_rows, feeds, stored_rows
from engine.code.scripts.own_data import OwnData, own_data
from engine.code.scripts.preparing import filling, leaving_out
from engine.code.scripts.reading import ReadableFile, readable, reading
from engine.code.scripts.weighing import lists_weights, weighing
from engine.code.syntax.tree import (
    Assign,
    Attribute,
    Call,
    Comment,
    Do,
    Expression,
    Group,
    Literal,
    Path,
    Statement,
    Variable,
)
from engine.code.syntax.tree import Mapping as Table
from engine.code.targets import SET_POLICY, SET_SEED
from engine.code.training_errors import of_compiling, of_fitting
from engine.data.bindings import bind, columns
from engine.data.catalogue import Column, DataSet, parts_of
from engine.data.defaults import Chosen, choose
from engine.data.division import Part, Rule
from engine.data.feeding import fed_shape, target_shape
from engine.data.preparation import ReadyStep, RowPlan, row_plan
from engine.data.row_weights import weight_column
from engine.document import ObjectSpec
from engine.machine.backends import BackendId
from engine.machine.devices import Devices
from engine.problems import Problem, problem

Keyword = tuple[str, Expression]
PART_NAMES: dict[Part, str] = {"training": "train", "validation": "validation", "test": "test"}
"""What the rows of each part are called in scripts, after `x_` and `y_`."""
TRAINING = Variable("training")


@dataclass
class Plan:
    """How a program is trained: columns, losses and metrics by Keras name of each input and output.

    `units` are the lengths of the last axes of the outputs, where they are known. `missing` says
    what must be chosen before training is possible. `own` is the data that a person provides,
    because the document names none. `rows` says which rows are left out, what fills gaps, and how
    the rows are divided.
    """

    program: Program
    data: DataSet | None = None
    own: OwnData | None = None
    rows: RowPlan | None = None
    inputs: dict[str, Feed] = field(default_factory=dict)
    targets: dict[str, Feed] = field(default_factory=dict)
    chosen: dict[str, Chosen] = field(default_factory=dict)
    units: dict[str, int | None] = field(default_factory=dict)
    missing: list[Problem] = field(default_factory=list)

    @property
    def rule(self) -> Rule | None:
        """How the rows are divided."""
        return self.rows.rule if self.rows else None

    @property
    def steps(self) -> tuple[ReadyStep, ...]:
        """The steps that prepare the rows, in the order in which they are taken."""
        return self.rows.steps if self.rows else ()

    @property
    def weight(self) -> Column | None:
        """The column that weighs the rows, if there is one."""
        found = weight_column(self.data) if self.data else None
        return None if isinstance(found, Problem) else found

    @property
    def splits(self) -> bool:
        """Whether some rows are held out for validation."""
        return "validation" in self.parts

    @property
    def parts(self) -> tuple[Part, ...]:
        """The parts of the rows besides the training rows."""
        return self.rule.parts if self.rule else ()

    @property
    def devices(self) -> Devices:
        """The devices that train at once."""
        return self.program.target.devices(self.program.document.target)

    @property
    def backend(self) -> BackendId:
        """The backend that trains."""
        return self.program.target.backend_for(self.program.document.target)

    @property
    def training_rows(self) -> Variable | None:
        """The training rows; None if these are all rows."""
        return TRAINING if self.parts or self.devices.count > 1 else None


def make_plan(program: Program) -> Plan:
    """Bind the data's columns to the model's inputs and outputs, and choose losses."""
    document, main = program.document, program.main
    outputs = list(dict.fromkeys(node for node, _ in main.outputs))
    if not document.training.data and outputs and main.inputs:
        return _own_plan(program, outputs)
    plan = Plan(program, program.data.find(document.training.data))
    input_columns, target_columns, problems = bind(document, main.inputs, outputs, program.data)
    bound = len(input_columns) == len(main.inputs) and len(target_columns) == len(outputs)
    if plan.data is None or not bound:
        plan.missing = problems
    if not outputs:
        plan.missing.append(problem("code_without_output"))
    targets = columns(document, target_columns, program.data)
    _choose(plan, outputs, targets)
    starts = [main.written[key].value for key in main.inputs]
    sources = columns(document, input_columns, program.data)
    plan.inputs = feeds(program, starts, sources, fed_shape)
    plan.targets = feeds(program, main.outputs, targets, target_shape)
    _divide(plan)
    return plan


def _own_plan(program: Program, outputs: list[str]) -> Plan:
    """How a program is trained on data that a person provides."""
    main, training = program.main, program.document.training
    units = {key: _units(main, key) for key in outputs}
    own = own_data(training, program.flows, units)
    plan = Plan(program, own.data_set, own)
    plan.inputs, plan.targets = own.feeds(main, main.inputs), own.feeds(main, outputs)
    _choose(plan, outputs, own.columns)
    _divide(plan)
    return plan


def _divide(plan: Plan) -> None:
    """Decide how the rows are prepared and divided; a person's own data have no steps yet."""
    if plan.data is None or plan.missing:
        return
    training = plan.program.document.training
    if plan.own is not None:
        training = training.model_copy(update={"preparation": ()})
    targets = [feed.column for feed in plan.targets.values()]
    rows, problems = row_plan(training, plan.data, targets)
    plan.missing += [problem for problem in problems if problem.severity == "error"]
    if not plan.missing:
        plan.rows = rows


def _choose(plan: Plan, outputs: list[str], columns: Mapping[str, Column]) -> None:
    """Choose the loss, the weights and the metrics of each output."""
    training, main = plan.program.document.training, plan.program.main
    for key in outputs:
        units = _units(main, key)
        plan.chosen[main.names[key]] = choose(training, key, columns.get(key), units)
        plan.units[main.names[key]] = units


def _units(flow: Flow, key: str) -> int | None:
    """The length of the last axis of an output, if it is known without Keras."""
    written = flow.written[key]
    while "units" not in written.owner.params and len(written.tensors) == 1:
        written = flow.written[written.tensors[0][0]]
    units = written.owner.params.get("units")
    return units if isinstance(units, int) else None


def prepare(plan: Plan) -> list[Statement]:
    """Seed, load and split."""
    start: list[Statement] = [
        *parallel.using(plan.devices, plan.backend),
        Do(Call(Path(SET_SEED), (Variable("SEED"),))),
    ]
    precision = plan.program.document.training.precision
    if precision != "float32":
        start.append(Do(Call(Path(SET_POLICY), (Literal(precision),))))
    if plan.data is None:
        return [*start, Comment(problem("code_without_data"))]
    if plan.missing:
        return start
    read = set(plan_columns(plan))
    left_out, fillings = (
        leaving_out(plan.steps, read),
        filling(plan.steps, TRAINING if plan.parts else None),
    )
    return [
        *start,
        Assign(("data",), _loading(plan, plan.data)),
        *left_out,
        *_split(plan, fillings),
    ]


def _loading(plan: Plan, data: DataSet) -> Call:
    """Call the loader of a data set, or read a file with its rows in the working directory."""
    if file := readable_file(plan):
        return reading(file, _used(plan), data)
    if data.id in plan.program.data.files:
        return Call(Variable("load_arrays"), (Literal(f"{data.id}.npz"),))
    return Call(Variable(f"load_{data.id}"))


def readable_file(plan: Plan) -> ReadableFile | None:
    """The person's file from which the script reads its columns, if it can read them all."""
    return readable(plan.program.data, plan.data.id, _used(plan)) if plan.data else None


def _used(plan: Plan) -> list[Column]:
    """The columns that feed the model or are compared with its outputs, and those of the rows."""
    feeds = (*plan.inputs.values(), *plan.targets.values())
    columns = {part.name: part for feed in feeds for part in parts_of(feed.column)}
    if plan.parts and plan.rule and plan.rule.column:
        columns.setdefault(plan.rule.column.name, plan.rule.column)
    if plan.weight:
        columns.setdefault(plan.weight.name, plan.weight)
    for step in plan.steps:
        columns |= {column.name: column for column in step.columns if column.name not in columns}
    return list(columns.values())


def plan_columns(plan: Plan) -> list[str]:
    """The names of the columns that the script loads."""
    if plan.data is None:
        return []
    read = _used(plan) if readable_file(plan) else plan.data.columns
    return [column.name for column in read]


def _split(plan: Plan, fillings: list[Assign]) -> list[Statement]:
    """Divide the rows, fill gaps, and assign the rows of each part."""
    listed = lists_weights(plan.chosen, plan.weight)
    lines: list[Statement] = [*([dividing(plan)] if plan.parts else []), *fillings]
    names = ("training", *plan.parts) if plan.parts else ()
    lines += parallel.sharing(plan.devices, names, _row_count(plan))
    if plan.training_rows is None:
        return [
            *lines,
            Assign(("x_train",), fed_rows(plan.inputs, None)),
            Assign(("y_train",), fed_rows(plan.targets, None, listed=listed)),
        ]
    for part in ("training", *plan.parts):
        rows, name = Variable(part), PART_NAMES[part]
        lines += [
            Assign((f"x_{name}",), fed_rows(plan.inputs, rows)),
            Assign((f"y_{name}",), fed_rows(plan.targets, rows, listed=listed)),
        ]
    return lines


def dividing(plan: Plan) -> Assign:
    """`training, validation = split_rows(…)`: the function that divides the rows, as it is called.

    Functions for three parts always return three; those that the script has not are called “_”.
    """
    rule = plan.rule
    assert rule is not None
    names: tuple[str, ...] = tuple(
        part if part in ("training", *plan.parts) else "_" for part in PART_NAMES
    )
    arguments: list[Expression] = [_row_count(plan)]
    if rule.column:
        names_of_parts = [Literal([*rule.named])] * (rule.by == "column")
        arguments = [stored_rows(rule.column), *names_of_parts]
    shares = [Variable(name) if value else Literal(0.0) for name, value in _shares(plan).items()]
    if rule.function == "split_rows":
        names, shares = names[:2], shares[:1]
    seed = [Variable("SEED")] * (rule.by != "time")
    return Assign(names, Call(Variable(rule.function), (*arguments, *shares, *seed)))


def _row_count(plan: Plan) -> Call:
    """How many rows there are."""
    first = parts_of(next(iter(plan.targets.values())).column)[0]
    return Call(Variable("len"), (stored_rows(first),))


def _shares(plan: Plan) -> dict[str, float]:
    """The fractions of the rows for validation and test, by their constants; 0 if not drawn."""
    rule = plan.rule
    if rule is None:
        return {}
    drawn = rule.drawn
    return {
        "VALIDATION_SPLIT": rule.validation if "validation" in drawn else 0.0,
        "TEST_SPLIT": rule.test if "test" in drawn else 0.0,
    }


def compiling(plan: Plan) -> list[Statement]:
    """`model.compile(…)`, after comments about what could not be written."""
    training = plan.program.document.training
    notes = Notes()
    optimizer = _object("optimizer", training.optimizer, notes)
    keywords: list[Keyword] = [("optimizer", optimizer)] if optimizer else []
    losses = {name: _object("loss", choice.loss, notes) for name, choice in plan.chosen.items()}
    keywords += _per_output("loss", {name: loss for name, loss in losses.items() if loss})
    several = len(plan.chosen) > 1
    if several and any(choice.weight != 1 for choice in plan.chosen.values()):
        weights = {name: Literal(choice.weight) for name, choice in plan.chosen.items()}
        keywords += _per_output("loss_weights", weights)
    metrics = {
        name: _objects("metric", choice.metrics, notes) for name, choice in plan.chosen.items()
    }
    if any(group.items for group in metrics.values()):
        keywords += _per_output("metrics", metrics)
    if training.steps_per_execution != 1:
        keywords.append(("steps_per_execution", Literal(training.steps_per_execution)))
    if training.jit_compile is not None:
        keywords.append(("jit_compile", Literal(training.jit_compile)))
    call = Do(Call(Attribute(Variable("model"), "compile"), (), tuple(keywords)))
    return [*_comments(of_compiling(plan.program.errors), notes), call]


def _per_output(name: str, values: Mapping[str, Expression]) -> list[Keyword]:
    """One value for one output, else a dictionary by the outputs' names."""
    if not values:
        return []
    only = len(values) == 1
    return [(name, next(iter(values.values())) if only else Table(tuple(values.items())))]


def _object(kind: Kind, spec: ObjectSpec, notes: Notes) -> Expression | None:
    return written_object((kind,), {"class": spec.class_, "params": spec.params}, notes)


def _objects(kind: Kind, specs: Iterable[ObjectSpec], notes: Notes) -> Group:
    """A list of the known objects; `notes` gets the others."""
    written = (_object(kind, spec, notes) for spec in specs)
    return Group(tuple(value for value in written if value))


def _comments(errors: Iterable[Problem], notes: Notes) -> list[Comment]:
    """The errors that the check found; without any, what could not be written, or is missing."""
    missing = [problem("code_lacks", name=name) for name in notes.missing]
    return [Comment(note) for note in [*errors] or [*notes.unknown, *missing]]


def fitting(plan: Plan) -> list[Statement]:
    """`history = model.fit(…)`, with validation data if the rows are split."""
    notes = Notes()
    used = callbacks(plan.program, notes)
    validation = (Variable("x_validation"), Variable("y_validation"))
    keywords: list[Keyword] = [("validation_data", Group(validation, tuples=True))] * plan.splits
    keywords += [("batch_size", Variable("BATCH_SIZE")), ("epochs", Variable("EPOCHS"))]
    keywords += [("shuffle", Literal(False))] * (not plan.program.document.training.shuffle)
    keywords += weighing(plan.targets, plan.chosen, plan.training_rows, plan.weight)
    keywords += [("callbacks", used)] * bool(used.items)
    trained = (Variable("x_train"), Variable("y_train"))
    call = Call(Attribute(Variable("model"), "fit"), trained, tuple(keywords))
    errors = of_fitting(plan.program.errors, plan.missing)
    return [*_comments(errors, notes), Assign(("history",), call)]


def constants(plan: Plan) -> list[Assign]:
    """The settings that people change first, as constants at the top."""
    training = plan.program.document.training
    values: dict[str, float] = {"SEED": training.seed}
    if plan.data and not plan.missing:
        values |= {name: value for name, value in _shares(plan).items() if value}
        values |= {"BATCH_SIZE": training.batch_size, "EPOCHS": training.epochs}
    return [Assign((name,), Literal(value)) for name, value in values.items()]
