"""What the document says of training, as statements: data, compile, fit, evaluate, save."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from engine.catalogue import Kind
from engine.code.arguments import Arguments, written_object
from engine.code.flow import Flow
from engine.code.program import NO_OUTPUT, Program
from engine.code.targets import SET_SEED
from engine.code.tree import (
    Assign,
    Attribute,
    Call,
    Comment,
    Do,
    Expression,
    Group,
    Item,
    Literal,
    Path,
    Statement,
    Variable,
)
from engine.code.tree import Mapping as Table
from engine.data.bindings import bind, columns
from engine.data.catalogue import DataSet
from engine.data.defaults import Chosen, choose
from engine.document import ObjectSpec

Keyword = tuple[str, Expression]
TRAINING, VALIDATION = Variable("training"), Variable("validation")


@dataclass
class Plan:
    """How a program is trained: columns, losses and metrics by the Keras name of each end.

    `missing` says what has to be chosen before anything can be trained.
    """

    made: Program
    data: DataSet | None = None
    inputs: dict[str, str] = field(default_factory=dict)
    targets: dict[str, str] = field(default_factory=dict)
    chosen: dict[str, Chosen] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)

    @property
    def splits(self) -> bool:
        """Whether rows are kept for validation."""
        return self.made.document.training.split > 0


def plan(made: Program) -> Plan:
    """Bind the data's columns to the model's inputs and outputs, and choose losses."""
    document, main = made.document, made.main
    found = Plan(made, made.data.find(document.training.data))
    outputs = list(dict.fromkeys(node for node, _ in main.outputs))
    fed, aims, problems = bind(document, main.inputs, outputs, made.data)
    if found.data is None or len(fed) < len(main.inputs) or len(aims) < len(outputs):
        found.missing = [problem.message for problem in problems]
    if not outputs:
        found.missing.append(NO_OUTPUT)
    targets = columns(document, aims, made.data)
    for key in outputs:
        units = _units(main, key)
        found.chosen[main.names[key]] = choose(document.training, key, targets.get(key), units)
    found.inputs = {main.names[key]: fed[key] for key in main.inputs if key in fed}
    found.targets = {main.names[key]: aims[key] for key in outputs if key in aims}
    return found


def _units(flow: Flow, key: str) -> int | None:
    """The last axis of an output, as far as it can be told without Keras."""
    written = flow.written[key]
    while "units" not in written.owner.params and len(written.tensors) == 1:
        written = flow.written[written.tensors[0][0]]
    units = written.owner.params.get("units")
    return units if isinstance(units, int) else None


def prepare(found: Plan) -> list[Statement]:
    """Seed, load and split."""
    seed: Statement = Do(Call(Path(SET_SEED), (Variable("SEED"),)))
    if found.data is None:
        return [seed, Comment("No data is chosen: load yours here.")]
    if found.missing:
        return [seed]
    return [seed, Assign(("data",), _loading(found, found.data)), *_split(found)]


def _loading(found: Plan, data: DataSet) -> Call:
    """Call the loader of a data set, or read the file of its rows, which lies beside the code."""
    if data.id in found.made.data.files:
        return Call(Variable("load_arrays"), (Literal(f"{data.id}.npz"),))
    return Call(Variable(f"load_{data.id}"))


def _split(found: Plan) -> list[Statement]:
    if not found.splits:
        return [
            Assign(("x_train",), _columns(found.inputs, None)),
            Assign(("y_train",), _columns(found.targets, None)),
        ]
    rows = Call(Variable("len"), (_column(next(iter(found.targets.values())), None),))
    call = Call(Variable("split_rows"), (rows, Variable("VALIDATION_SPLIT"), Variable("SEED")))
    return [
        Assign((TRAINING.name, VALIDATION.name), call),
        Assign(("x_train",), _columns(found.inputs, TRAINING)),
        Assign(("y_train",), _columns(found.targets, TRAINING)),
        Assign(("x_validation",), _columns(found.inputs, VALIDATION)),
        Assign(("y_validation",), _columns(found.targets, VALIDATION)),
    ]


def _columns(named: Mapping[str, str], rows: Variable | None) -> Expression:
    """One array, or several by the names of the model's inputs or outputs."""
    if len(named) == 1:
        return _column(next(iter(named.values())), rows)
    return Table(tuple((name, _column(column, rows)) for name, column in named.items()))


def _column(name: str, rows: Variable | None) -> Expression:
    column = Item(Variable("data"), Literal(name))
    return Item(column, rows) if rows else column


def compiling(found: Plan) -> list[Statement]:
    """`model.compile(…)`, and what of it could not be written."""
    training = found.made.document.training
    notes = Arguments()
    optimizer = _object("optimizer", training.optimizer, notes)
    keywords: list[Keyword] = [("optimizer", optimizer)] if optimizer else []
    losses = {name: _object("loss", one.loss, notes) for name, one in found.chosen.items()}
    keywords += _per_output("loss", {name: loss for name, loss in losses.items() if loss})
    several = len(found.chosen) > 1
    if several and any(one.weight != 1 for one in found.chosen.values()):
        weights = {name: Literal(one.weight) for name, one in found.chosen.items()}
        keywords += _per_output("loss_weights", weights)
    metrics = {name: _objects("metric", one.metrics, notes) for name, one in found.chosen.items()}
    if any(group.items for group in metrics.values()):
        keywords += _per_output("metrics", metrics)
    call = Do(Call(Attribute(Variable("model"), "compile"), (), tuple(keywords)))
    return [*(Comment(f"{note}.") for note in _said(notes)), call]


def _per_output(name: str, values: Mapping[str, Expression]) -> list[Keyword]:
    """One value for one output, else a dictionary by the outputs' names."""
    if not values:
        return []
    only = len(values) == 1
    return [(name, next(iter(values.values())) if only else Table(tuple(values.items())))]


def _object(kind: Kind, spec: ObjectSpec, notes: Arguments) -> Expression | None:
    return written_object((kind,), {"class": spec.class_, "params": spec.params}, notes)


def _objects(kind: Kind, specs: Iterable[ObjectSpec], notes: Arguments) -> Group:
    """Those that are known; the others are left to the comments."""
    written = (_object(kind, spec, notes) for spec in specs)
    return Group(tuple(value for value in written if value))


def _said(notes: Arguments) -> list[str]:
    return [*notes.strange, *(f"{name} is missing" for name in notes.missing)]


def fitting(found: Plan) -> list[Statement]:
    """`model.fit(…)`, with validation where rows were kept for it."""
    notes = Arguments()
    callbacks = _objects("callback", found.made.document.training.callbacks, notes)
    kept = (Variable("x_validation"), Variable("y_validation"))
    keywords: list[Keyword] = [("validation_data", Group(kept, tuples=True))] * found.splits
    keywords += [("batch_size", Variable("BATCH_SIZE")), ("epochs", Variable("EPOCHS"))]
    keywords += [("callbacks", callbacks)] * bool(callbacks.items)
    trained = (Variable("x_train"), Variable("y_train"))
    call = Do(Call(Attribute(Variable("model"), "fit"), trained, tuple(keywords)))
    return [*(Comment(f"{note}.") for note in _said(notes)), call]


def evaluating(found: Plan) -> list[Statement]:
    """`model.evaluate(…)` on the rows that were kept, or else on those of the training."""
    kind = "validation" if found.splits else "train"
    seen = (Variable(f"x_{kind}"), Variable(f"y_{kind}"))
    return [Do(Call(Attribute(Variable("model"), "evaluate"), seen))]


def saving(made: Program) -> Statement:
    """`model.save(…)`."""
    name = Literal(f"{made.name or 'model'}.keras")
    return Do(Call(Attribute(Variable("model"), "save"), (name,)))


def constants(found: Plan) -> list[Statement]:
    """The numbers that people change first, at the top."""
    training = found.made.document.training
    values: dict[str, float] = {"SEED": training.seed}
    if found.data and not found.missing:
        if found.splits:
            values["VALIDATION_SPLIT"] = training.split
        values |= {"BATCH_SIZE": training.batch_size, "EPOCHS": training.epochs}
    return [Assign((name,), Literal(value)) for name, value in values.items()]
