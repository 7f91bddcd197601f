"""Which column of the data feeds which Input node, and which is the target of which output.

Pure functions without NumPy, shared by the checker, training and code generation, so that all
three agree.
"""

from collections.abc import Sequence

from engine.data.catalogue import Column, DataSet, DataSets, one_hot
from engine.data.refusals import unknown_column, unknown_data
from engine.document import Document
from engine.problems import At, Problem, problem

Bound = dict[str, str]
"""Column names by node id."""


def bind(
    document: Document, inputs: Sequence[str], outputs: Sequence[str], sets: DataSets
) -> tuple[Bound, Bound, list[Problem]]:
    """Return the column of each Input node, the column of each output node, and the problems.

    `inputs` and `outputs` are node ids in the model's order. `training.bindings` takes precedence,
    then a column with the node's name, then the data's default inputs and targets in order, each
    used once; if a data set has only one target, all outputs share it. A node without a column is
    missing from the result, and there is a problem about it.
    """
    data = sets.find(document.training.data)
    if data is None:
        return {}, {}, [unknown_data(document.training.data, sets)]
    problems = _stray(document, data, {*inputs, *outputs})
    names = {node.id: node.name for node in document.main.nodes}
    explicit = {
        binding.node: binding.column
        for binding in document.training.bindings
        if data.column(binding.column)
    }
    fed = _assign(data, inputs, explicit, names, _columns_with_role(data, "input"))
    defaults = _columns_with_role(data, "target")
    if len(defaults) == 1:
        defaults *= len(outputs)
    targets = _assign(data, outputs, explicit, names, defaults)
    problems += [
        problem("no_column_for_input", At(node=node), data=data.id)
        for node in inputs
        if node not in fed
    ]
    problems += [
        problem("no_target_for_output", At(node=node), data=data.id)
        for node in outputs
        if node not in targets
    ]
    return fed, targets, problems


def columns(document: Document, bound: Bound, sets: DataSets) -> dict[str, Column]:
    """Return the column of each bound node as it is fed, by node id; see `Binding.encoding`."""
    data = sets.find(document.training.data)
    stored = {node: data.column(name) for node, name in bound.items()} if data else {}
    encoded = {
        binding.node
        for binding in document.training.bindings
        if binding.encoding == "one_hot" and binding.column == bound.get(binding.node)
    }
    return {
        node: one_hot(column) if node in encoded and column.classes else column
        for node, column in stored.items()
        if column
    }


def _columns_with_role(data: DataSet, role: str) -> list[str]:
    return [column.name for column in data.columns if column.role == role]


def _assign(
    data: DataSet,
    nodes: Sequence[str],
    explicit: Bound,
    names: dict[str, str],
    defaults: list[str],
) -> Bound:
    bound = {node: explicit[node] for node in nodes if node in explicit}
    for node in nodes:
        name = names.get(node, "")
        if node not in bound and data.column(name):
            bound[node] = name
    unused = list(defaults)
    for column in bound.values():
        if column in unused:
            unused.remove(column)
    unbound = [node for node in nodes if node not in bound]
    return bound | dict(zip(unbound, unused, strict=False))


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
