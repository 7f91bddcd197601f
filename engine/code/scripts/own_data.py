"""The data of a program whose document names none: the columns that its model needs.

The script has a function `load_data`, which a person completes; the rest is as for any data set.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.catalogue import load
from engine.code.lines.flow import Flow
from engine.code.lines.known_shapes import Shape, known_shape
from engine.code.scripts.feeding import Feed
from engine.code.syntax.tree import Docstring, Function, Item, Path, Raise, Variable
from engine.code.syntax.tree import Group as Tuple
from engine.code.syntax.words import Scope, prose
from engine.data.catalogue import Column, DataSet
from engine.data.defaults import choose
from engine.document import MAIN, Training
from engine.problems import Problem, problem

ID = "data"
NDARRAY = "numpy.ndarray"
_SPARSE, _BINARY = "Sparse", ("BinaryCrossentropy", "BinaryFocalCrossentropy")


@dataclass(frozen=True)
class OwnData:
    """The columns of the inputs and outputs of a model by node id, and a line about each column."""

    columns: dict[str, Column]
    lines: tuple[Problem, ...]

    @property
    def data_set(self) -> DataSet:
        """The columns as a data set."""
        return DataSet(
            id=ID, title="", summary="", task="regression", rows=0, source="",
            columns=tuple(self.columns.values()),
        )  # fmt: skip

    def feeds(self, flow: Flow, nodes: list[str]) -> dict[str, Feed]:
        """The columns of nodes by their Keras names, as they are fed: unchanged."""
        columns = {flow.names[key]: self.columns[key] for key in nodes}
        return {name: Feed(column, column.shape) for name, column in columns.items()}

    def loader(self) -> Function:
        """The function `load_data`, which a person completes."""
        body = (
            Docstring(problem("code_own_data"), lines=self.lines),
            Raise("NotImplementedError", problem("code_own_data.missing")),
        )
        rows = Item(Variable("dict"), Tuple((Variable("str"), Path(NDARRAY)), tuples=True))
        return Function(f"load_{ID}", body, (), rows)


def own_data(
    training: Training, flows: Mapping[str, Flow], units: Mapping[str, int | None]
) -> OwnData:
    """The data that the main graph needs; `units` are the lengths of its outputs' last axes."""
    flow, scope = flows[MAIN], Scope()
    columns: dict[str, Column] = {}
    lines: list[Problem] = []
    outputs = list(dict.fromkeys(flow.outputs))
    starts = [flow.written[key].value for key in flow.inputs]
    for value, is_target in (*((end, False) for end in starts), *((end, True) for end in outputs)):
        key = value[0]
        if key in columns:
            continue
        alone = len(outputs if is_target else flow.inputs) == 1
        name = scope.unique(_name(flow, key, "targets" if is_target else "inputs", alone=alone))
        shape = known_shape(flows, MAIN, value)
        if is_target:
            loss = choose(training, key, None, units.get(key)).loss.class_
            columns[key] = _target(name, shape, loss, units.get(key))
        else:
            columns[key] = _column(
                name, shape, str(flow.written[key].owner.params.get("dtype", ""))
            )
        is_classes = is_target and columns[key].dtype == "int64"
        lines.append((_class_line if is_classes else _line)(columns[key], shape))
    return OwnData(columns, tuple(lines))


def _name(flow: Flow, key: str, usual: str, *, alone: bool) -> str:
    return flow.names[key] if flow.index.nodes[key].name or not alone else usual


def _column(name: str, shape: Shape | None, dtype: str = "") -> Column:
    sizes = tuple(1 if size is None else size for size in shape or ())
    return Column(name=name, shape=sizes, dtype=dtype or "float32")


def _target(name: str, shape: Shape | None, loss: str, units: int | None) -> Column:
    """The target of an output: class numbers where its loss takes these, else its own shape."""
    entry = load().object("loss", loss)
    loss = entry.name if entry else loss
    classes = units if loss.startswith(_SPARSE) else None
    if loss in _BINARY and units == 1:
        classes = 2
    if classes is None and not loss.startswith(_SPARSE):
        return _column(name, shape)
    axes = (shape or ())[:-1]
    plain = _column(name, axes, "int64")
    return plain.model_copy(update={"classes": tuple(map(str, range(min(classes or 0, 1000))))})


def _class_line(column: Column, shape: Shape | None) -> Problem:
    """What a column of class numbers holds: one for each row, or for each position of an output."""
    name, last = prose(column.name, 40), len(column.classes) - 1
    if shape is None and not column.classes:
        return problem("code_own_data.unknown_classes", name=name)
    if shape is None:
        return problem("code_own_data.numbers", name=name, last=last)
    if len(shape) > 1:
        sizes = _sizes(shape[:-1])
        return problem("code_own_data.positions", name=name, sizes=sizes, last=last)
    return problem("code_own_data.classes", name=name, last=last)


def _line(column: Column, shape: Shape | None) -> Problem:
    """What a column holds, in one line."""
    name = prose(column.name, 40)
    if shape is None:
        return problem("code_own_data.output", name=name, dtype=column.dtype)
    return problem("code_own_data.column", name=name, dtype=column.dtype, sizes=_sizes(shape))


def _sizes(shape: Shape) -> str:
    return ", ".join(["…", *("…" if size is None else str(size) for size in shape)])
