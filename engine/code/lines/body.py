"""The statements of one graph: one line for each layer, and the model that they form."""

import re
from collections.abc import Mapping

from engine.catalogue import Entry
from engine.code import targets
from engine.code.lines.flow import Flow, Written
from engine.code.lines.steps import Step, Steps
from engine.code.syntax.tree import (
    Assign,
    Call,
    Comment,
    Expression,
    Group,
    Item,
    Literal,
    Path,
    SetAttribute,
    Slices,
    Statement,
    Variable,
)
from engine.code.syntax.words import Scope
from engine.document import MAIN, Graph, Node
from engine.graph.adaptable import learns
from engine.graph.freezing import freezes_inside, is_frozen
from engine.graph.kinds import MODEL, is_op
from engine.graph.names import default_name, valid_name

Keyword = tuple[str, Expression]


class Body:
    """One graph as statements; `inputs` and `outputs` are the variables of its ends.

    `functions` maps the sub-models to the functions that build them. Statements of the main graph
    refer to their nodes.
    """

    def __init__(
        self, flow: Flow, functions: Mapping[str, str], scope: Scope, explicit: frozenset[str]
    ) -> None:
        self.flow = flow
        self._traced = flow.index.graph.id == MAIN
        self._functions = functions
        self._explicit = explicit
        steps = Steps(flow, scope)
        self.statements: list[Statement] = []
        for step in steps.steps():
            self._write(step)
        self.statements += [Comment(note) for note in flow.notes.get(None, ())]
        self.inputs = [steps.variables[flow.written[key].value] for key in flow.inputs]
        self.outputs = steps.outputs()

    def model(self, name: Expression | None) -> Call:
        """`keras.Model(inputs=…, outputs=…)`."""
        keywords: list[Keyword] = [
            ("inputs", _one_or_list(self.inputs)),
            ("outputs", _one_or_list(self.outputs)),
        ]
        return Call(Path(targets.MODEL), (), (*keywords, *([("name", name)] if name else [])))

    def _write(self, step: Step) -> None:
        written = self.flow.written[step.node]
        if notes := self.flow.notes.get(step.node):
            self.statements += map(Comment, notes)
        if step.aside:
            self.statements.append(Assign(step.aside[:1], Variable(step.aside[1])))
        callee: Expression = Variable(step.layer or written.function)
        if not (step.layer or written.function):
            callee = self._layer(written)
        frozen = self._frozen(step, written)
        if step.layer and step.creates:
            line = Assign((step.layer,), self._layer(written), self._nodes(written.owner.id))
            self.statements.append(line)
            self.statements += frozen if written.entry is None else ()
        value = callee if written.is_input else call_layer(callee, written, step)
        if written.function:
            value = _call_function(written, step)
        elif written.entry is not None and is_op(written.owner):
            value = call_op(written.entry, written, step)
        nodes = self._nodes(step.node) if written.nodes is None else written.nodes
        self.statements.append(Assign(step.targets, value, nodes if self._traced else ()))
        self.statements += () if written.entry is None else frozen

    def _frozen(self, step: Step, written: Written) -> list[Statement]:
        """Freeze a layer with layers inside, which some of them create at the first call only."""
        if not (step.layer and step.creates and freezes_inside(written.owner)):
            return []
        nodes = self._nodes(written.owner.id)
        return [SetAttribute(Variable(step.layer), "trainable", Literal(False), nodes)]

    def _nodes(self, node: str) -> tuple[str, ...]:
        return (node,) if self._traced else ()

    def _layer(self, written: Written) -> Call:
        return layer(self.flow, written, self._functions, self._explicit)


def layer(
    flow: Flow, written: Written, functions: Mapping[str, str], explicit: frozenset[str]
) -> Call:
    """The constructor call of a layer, with a name if it has one or Keras's name would clash."""
    owner = written.owner
    value = written.name or layer_name(flow, written, explicit)
    name: list[Keyword] = [("name", value)] if value else []
    if written.entry is None:
        return Call(Variable(functions[owner.graph or ""]), (), tuple(name))
    arguments = written.arguments
    by_argument = is_frozen(owner) and not freezes_inside(owner)
    frozen: list[Keyword] = [("trainable", Literal(False))] if by_argument else []
    keywords = (*arguments.keywords, *frozen, *name)
    return Call(Path(written.entry.path), arguments.positional, keywords)


def layer_name(flow: Flow, written: Written, explicit: frozenset[str]) -> Literal | None:
    """The name that a layer is given; None when Keras may choose it."""
    owner = written.owner
    named = bool(owner.name and valid_name(owner.name)) or owner.layer in explicit
    if not named and owner.layer == MODEL and owner.graph in explicit:
        return Literal(_numbered_name(flow, owner), param="name")
    return Literal(flow.names[owner.id], param="name") if named else None


def _numbered_name(flow: Flow, owner: Node) -> str:
    """The name of a sub-model that is used several times: that of its graph, with a number."""
    name = valid_name(flow.titles[owner.id])
    others = (valid_name(title) for key, title in flow.titles.items() if key != owner.id)
    return flow.names[owner.id] if not name or name in {*flow.names.values(), *others} else name


def explicit_names(flow: Flow) -> frozenset[str]:
    """Layer classes and sub-models whose unnamed layers get a name, so that names are unique.

    Keras numbers unnamed layers (dense, dense_1, …); a person may have used such a name.
    """
    distinct = {written.owner.id: written.owner for written in flow.written.values()}
    owners = [owner for owner in distinct.values() if not is_op(owner)]
    plain = [owner for owner in owners if not (owner.name and valid_name(owner.name))]
    unnamed = {owner.id for owner in plain}
    own = {flow.names[owner.id] for owner in owners if owner.id not in unnamed}
    bases = {re.sub(r"_\d+$", "", name) for name in own} | own
    models = [owner.graph or "" for owner in plain if owner.layer == MODEL]
    clashing = {owner.layer for owner in plain if default_name(owner) in bases}
    bases |= {default_name(owner) for owner in plain if owner.layer != MODEL}
    clashing |= {owner.layer for owner in plain if learns(owner)}  # scripts call them by name
    repeated = {graph for graph in models if models.count(graph) > 1 or valid_name(graph) in bases}
    return frozenset((clashing - {MODEL}) | repeated)


def call_layer(callee: Expression, written: Written, step: Step) -> Call:
    """Call a layer: the tensor of its first port is positional, the others have keywords."""
    keywords: list[Keyword] = []
    for port in written.ports.inputs:
        if port.name in step.tensors:
            variables = tuple([Variable(name) for name in step.tensors[port.name]])
            keywords.append((port.name, Group(variables) if port.variadic else variables[0]))
    if written.entry is None and len(written.ports.inputs) > 1:
        inputs = Group(tuple(value for _, value in keywords))
        return Call(callee, (inputs,), written.call_arguments)
    call_arguments = written.call_arguments
    if keywords and keywords[0][0] == written.ports.inputs[0].name:
        return Call(callee, (keywords[0][1],), (*keywords[1:], *call_arguments))
    return Call(callee, (), (*keywords, *call_arguments))


def _call_function(written: Written, step: Step) -> Call:
    """Call a function with its tensors, followed by its other arguments."""
    tensors = tuple(Variable(name) for names in step.tensors.values() for name in names)
    arguments = written.arguments
    return Call(Variable(written.function), (*tensors, *arguments.positional), arguments.keywords)


def call_op(entry: Entry, written: Written, step: Step) -> Expression:
    """Call an op: tensors and constants, in the order of its signature."""
    keywords = dict(written.arguments.keywords)
    operands: list[Expression] = []
    for port in entry.inputs:
        constant = keywords.pop(port.name, None)
        variables = tuple(Variable(name) for name in step.tensors.get(port.name, ()))
        if port.spread:
            operands += [*written.arguments.positional, *variables]
        elif port.variadic:
            operands.append(Group(variables))
        elif variables or constant is not None:
            operands.append(variables[0] if variables else constant or Literal(None))
    if entry.path == targets.GET_ITEM:
        return Item(operands[0], Slices(str(written.owner.params["key"])))
    rest = () if entry.inputs[0].spread else written.arguments.positional
    call = Call(Path(entry.path), (*operands, *rest), tuple(keywords.items()))
    single = len(written.ports.outputs) == 1 and entry.outputs[0].count  # a list of one tensor
    return Item(call, Literal(0)) if single else call


def _one_or_list(names: list[str]) -> Expression:
    variables = tuple(Variable(name) for name in names)
    return variables[0] if len(variables) == 1 else Group(variables)


def model_name(graph: Graph) -> str:
    """The default name of a sub-model."""
    return valid_name(graph.name) or valid_name(graph.id)
