"""Which column of the data feeds which Input node, and which is the target of which output.

Pure, and without NumPy: the checker, training and code generation all ask here, so that they
can never disagree.
"""

from collections.abc import Sequence

from engine.data.catalogue import Column, DataSet, DataSets
from engine.data.refusals import refused_column, refused_data
from engine.document import Document
from engine.problems import At, Problem, problem

Bound = dict[str, str]
"""Column name by node id."""


def bind(
    document: Document, inputs: Sequence[str], outputs: Sequence[str], sets: DataSets
) -> tuple[Bound, Bound, list[Problem]]:
    """Return the column of each Input node and of each output node, and what is wrong.

    `inputs` and `outputs` are node ids in the model's order. What `training.bindings` says
    comes first, then a column with the node's own name, then the data's default inputs and
    targets in order, each used once; outputs share the target of a data set that has only one.
    A node that gets nothing is missing from the result, with a problem that says so.
    """
    data = sets.find(document.training.data)
    if data is None:
        return {}, {}, [refused_data(document.training.data, sets)]
    problems = _stray(document, data, {*inputs, *outputs})
    names = {node.id: node.name for node in document.main.nodes}
    said = {one.node: one.column for one in document.training.bindings if data.column(one.column)}
    fed = _assign(data, inputs, said, names, _role(data, "input"))
    targets = _role(data, "target")
    shared = len(targets) == 1
    aims = _assign(data, outputs, said, names, targets * len(outputs) if shared else targets)
    problems += [
        problem("no_column_for_input", At(node=node), data=data.id)
        for node in inputs
        if node not in fed
    ]
    problems += [
        problem("no_target_for_output", At(node=node), data=data.id)
        for node in outputs
        if node not in aims
    ]
    return fed, aims, problems


def columns(document: Document, bound: Bound, sets: DataSets) -> dict[str, Column]:
    """Return the column of each bound node, by node id."""
    data = sets.find(document.training.data)
    found = {node: data.column(name) for node, name in bound.items()} if data else {}
    return {node: column for node, column in found.items() if column}


def _role(data: DataSet, role: str) -> list[str]:
    return [column.name for column in data.columns if column.role == role]


def _assign(
    data: DataSet, nodes: Sequence[str], said: Bound, names: dict[str, str], defaults: list[str]
) -> Bound:
    bound = {node: said[node] for node in nodes if node in said}
    for node in nodes:
        name = names.get(node, "")
        if node not in bound and data.column(name):
            bound[node] = name
    left = list(defaults)
    for column in bound.values():
        if column in left:
            left.remove(column)
    rest = [node for node in nodes if node not in bound]
    return bound | dict(zip(rest, left, strict=False))


def _stray(document: Document, data: DataSet, nodes: set[str]) -> list[Problem]:
    problems = []
    for binding in document.training.bindings:
        if data.column(binding.column) is None:
            problems.append(refused_column(binding, data))
        elif binding.node not in nodes:
            at = At(node=binding.node)
            problems.append(problem("stray_binding", at, column=binding.column, node=binding.node))
    return problems
