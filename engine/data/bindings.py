"""Which column of the data feeds which Input node, and which is the target of which output.

Pure functions without NumPy, shared by the checker, training and code generation, so that all
three agree.
"""

from collections.abc import Mapping, Sequence
from itertools import chain

from engine.data.catalogue import Column, DataSet, DataSets, joined, one_hot
from engine.data.refusals import unknown_column, unknown_data
from engine.document import Document
from engine.problems import At, Problem, problem

Bound = dict[str, tuple[str, ...]]
"""The names of the columns of each node, by its id; several columns are fed side by side."""


def bind(
    document: Document, inputs: Sequence[str], outputs: Sequence[str], sets: DataSets
) -> tuple[Bound, Bound, list[Problem]]:
    """Return the column of each Input node, the column of each output node, and the problems.

    `inputs` and `outputs` are node ids in the model's order. `training.bindings` takes precedence,
    where several bindings of a node join their columns; then a column with the node's name, then
    the data's default inputs and targets in order, each used once. If a data set has only one
    target, all outputs share it; if only one input is left, it takes all default inputs, provided
    that they can be joined. A column that divides the rows by name or by group is no default input:
    it says where a row came from, not what it is. A node without a column is missing from the
    result, and there is a problem about it.
    """
    data = sets.find(document.training.data)
    if data is None:
        return {}, {}, [unknown_data(document.training.data, sets)]
    problems = _stray(document, data, {*inputs, *outputs})
    names = {node.id: node.name for node in document.main.nodes}
    explicit, unjoinable = _explicit(document, data)
    fed = _inputs(document, data, inputs, _named(data, inputs, explicit, names))
    targets = _targets(data, outputs, _named(data, outputs, explicit, names))
    problems += [
        problem("columns_dont_join", At(node=node), columns=[*names])
        for node, names in unjoinable.items()
    ]
    fed, targets = (
        {node: names for node, names in part.items() if node not in unjoinable}
        for part in (fed, targets)
    )
    problems += [
        problem("no_column_for_input", At(node=node), data=data.id)
        for node in inputs
        if node not in fed and node not in unjoinable
    ]
    problems += [
        problem("no_target_for_output", At(node=node), data=data.id)
        for node in outputs
        if node not in targets and node not in unjoinable
    ]
    return fed, targets, problems


def columns(document: Document, bound: Bound, sets: DataSets) -> dict[str, Column]:
    """Return the column of each bound node as it is fed, by node id; see `Binding.encoding`."""
    data = sets.find(document.training.data)
    encoded = {
        (binding.node, binding.column)
        for binding in document.training.bindings
        if binding.encoding == "one_hot"
    }
    if data is None:
        return {}
    result: dict[str, Column] = {}
    for node, names in bound.items():
        parts = [column for name in names if (column := data.column(name))]
        parts = [
            one_hot(part) if part.classes and (node, part.name) in encoded else part
            for part in parts
        ]
        column = parts[0] if len(parts) == 1 else joined(parts)
        if column is not None:
            result[node] = column
    return result


def _columns_with_role(data: DataSet, role: str) -> list[str]:
    return [column.name for column in data.columns if column.role == role]


def _explicit(document: Document, data: DataSet) -> tuple[Bound, Bound]:
    """The columns that the bindings name, as far as the data set has them, and which of these
    can't be joined."""
    bound: Bound = {}
    for binding in document.training.bindings:
        if data.column(binding.column):
            bound[binding.node] = (*bound.get(binding.node, ()), binding.column)
    fitting = columns(document, bound, DataSets(sets=(data,)))
    return bound, {node: names for node, names in bound.items() if node not in fitting}


def _named(data: DataSet, nodes: Sequence[str], explicit: Bound, names: Mapping[str, str]) -> Bound:
    """The columns of the nodes that bindings or their own names give them."""
    bound = {node: explicit[node] for node in nodes if node in explicit}
    for node in nodes:
        name = names.get(node, "")
        if node not in bound and data.column(name):
            bound[node] = (name,)
    return bound


def _unused(defaults: Sequence[str], bound: Bound) -> list[str]:
    """The default columns that no node has yet."""
    unused = list(defaults)
    for column in chain.from_iterable(bound.values()):
        if column in unused:
            unused.remove(column)
    return unused


def _inputs(document: Document, data: DataSet, nodes: Sequence[str], bound: Bound) -> Bound:
    """The columns of all inputs: default ones in order, or all of them joined for a last one."""
    division = document.training.division
    divides = division.column if division.by in ("column", "group") else ""
    defaults = [name for name in _columns_with_role(data, "input") if name != divides]
    unused = _unused(defaults, bound)
    left = [node for node in nodes if node not in bound]
    if len(left) == 1 and _can_join(data, unused):
        return bound | {left[0]: tuple(unused)}
    return bound | _one_each(left, unused)


def _targets(data: DataSet, nodes: Sequence[str], bound: Bound) -> Bound:
    """The columns of all outputs: default ones in order, or the only one for all of them."""
    defaults = _columns_with_role(data, "target")
    if len(defaults) == 1:
        defaults *= len(nodes)
    left = [node for node in nodes if node not in bound]
    return bound | _one_each(left, _unused(defaults, bound))


def _one_each(nodes: Sequence[str], names: Sequence[str]) -> Bound:
    return {node: (name,) for node, name in zip(nodes, names, strict=False)}


def _can_join(data: DataSet, names: Sequence[str]) -> bool:
    parts = [column for name in names if (column := data.column(name))]
    return len(parts) > 1 and joined(parts) is not None


def _stray(document: Document, data: DataSet, nodes: set[str]) -> list[Problem]:
    problems = []
    for binding in document.training.bindings:
        at, column = At(node=binding.node), data.column(binding.column)
        if column is None:
            problems.append(unknown_column(binding, data))
        elif binding.node not in nodes:
            problems.append(problem("stray_binding", at, column=binding.column, node=binding.node))
        elif binding.encoding and not column.classes:
            problems.append(problem("nothing_to_encode", at, column=binding.column))
    return problems
