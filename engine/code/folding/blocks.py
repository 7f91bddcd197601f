"""Writes one repeated region of a graph as a function, and its calls.

A function's body is a flow of its own, written by the same code as a model.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache

from engine.catalogue import Port
from engine.code.folding.named_blocks import NamedBlocks
from engine.code.folding.parameters import (
    NAME,
    Column,
    Parameters,
    rank,
    role_of,
    variable_part,
)
from engine.code.lines.arguments import Arguments, default_value, replaced
from engine.code.lines.flow import Flow, Value, Written
from engine.code.lines.regions import Region, Regions
from engine.code.lines.roles import MAIN, OTHER, SHORTCUT, SKIP, function_name, tensor_names
from engine.code.syntax.tree import Expression, Literal
from engine.code.syntax.words import Scope
from engine.document import Node
from engine.graph.kinds import INPUT
from engine.graph.ports import Ports

MAX_PARAMETERS, MORE = 7, 2
"""The most parameters of a function, and how many more than lines it may have, but for a name."""
_CALL = Node(id="call", layer="function")


@dataclass(frozen=True)
class Block:
    """A function: its body, and its parameters with their defaults, required ones first."""

    name: str
    flow: Flow
    parameters: tuple[tuple[str, Literal | None], ...]

    @property
    def tensors(self) -> tuple[str, ...]:
        """The names of the tensors that it takes, which precede its parameters."""
        return tuple(self.flow.written[key].node.name for key in self.flow.inputs)


@dataclass
class _Function:
    """A function under construction: `inputs` are indices into the inputs of its regions."""

    block: Block
    parameters: Parameters
    rows: dict[str, dict[str, Literal]] = field(default_factory=dict)


class Writer:
    """Writes the functions of kinds; owns those that are complete, callees first.

    `names` are the names that code gives to layers; `scope` gets those of the functions.
    """

    def __init__(self, flow: Flow, names: Mapping[str, Literal | None], scope: Scope) -> None:
        self.functions: dict[int, _Function] = {}
        self._flow, self._names, self._scope = flow, names, scope
        self._blocks = NamedBlocks(flow.index.graph)

    def write(self, kind: int, regions: Regions, kept: frozenset[int]) -> bool:
        """Write the function of a kind; false if that would have too many parameters.

        `kept` are the kinds that become functions.
        """
        function = self._function(kind, regions, kept)
        if function is not None:
            self.functions[kind] = function
        return function is not None

    def members(self, region: Region, kept: frozenset[int], *, top: bool = True) -> list[Region]:
        """The layers and the calls of other functions in a region."""
        if region.parts is None or (region.kind in kept and not top):
            return [region]
        first, second = region.parts
        return [*self.members(first, kept, top=False), *self.members(second, kept, top=False)]

    def row(self, region: Region) -> Mapping[str, Expression]:
        """The arguments of a layer or of a call of a function."""
        if region.parts is None:
            written = self._flow.written[region.root]
            name = self._names[region.root]
            return {**written.arguments.values, **({NAME: name} if name else {})}
        return self.functions[region.kind].rows[region.root]

    def _default(self, region: Region, param: str) -> Literal:
        entry = self._flow.written[region.root].entry
        assert entry is not None
        return default_value(entry, param)

    def _function(self, kind: int, regions: Regions, kept: frozenset[int]) -> _Function | None:
        """The function of a kind; None if it has too many parameters."""
        instances = regions.instances[kind]
        bodies = [self.members(region, kept) for region in instances]
        order = order_of(bodies[0], instances[0].root)
        parameters = Parameters(frozenset({MAIN, SHORTCUT, SKIP, OTHER, "inputs"}))
        columns = {index: self._columns([body[index] for body in bodies]) for index in order}
        named = {index: row.pop(NAME) for index, row in columns.items() if NAME in row}
        names: dict[int, Expression] = {}
        if named:
            part = variable_part(list(named.values()))
            if part is None:
                return None
            names = {index: parameters.name(column, part) for index, column in named.items()}
        values = [
            {
                param: parameters.expression(param, column, role_of(names.get(index)))
                for param, column in columns[index].items()
            }
            for index in order
        ]
        if len(parameters.columns) > min(MAX_PARAMETERS, len(order) + MORE + bool(named)):
            return None
        defaults = parameters.defaults()
        members = [bodies[0][index] for index in order]
        nodes = [tuple(n for body in bodies for n in body[index].nodes) for index in order]
        body = self._body(instances[0], members, values, [names.get(i) for i in order], nodes)
        name = self._scope.unique(self._function_name(instances, members, body))
        ordered = sorted(
            parameters.columns,
            key=lambda param: (param in defaults, param == NAME, rank(parameters.columns[param])),
        )
        block = Block(name, body, tuple((param, defaults.get(param)) for param in ordered))
        rows = {
            region.root: {param: column[index] for param, column in parameters.columns.items()}
            for index, region in enumerate(instances)
        }
        return _Function(block, parameters, rows)

    def name(self, instances: list[Region]) -> str:
        """A name for regions of one kind that are no function, by the layers in them."""
        layers = self.members(instances[0], frozenset())
        ordered = [layers[index] for index in order_of(layers, instances[0].root)]
        rows: list[dict[str, Expression]] = [{} for _ in ordered]
        nodes = [layer.nodes for layer in ordered]
        body = self._body(instances[0], ordered, rows, [None] * len(ordered), nodes)
        return self._function_name(instances, ordered, body)

    def _function_name(self, instances: list[Region], members: list[Region], body: Flow) -> str:
        """The name of the document's blocks that a kind is, else one by what it computes."""
        name = self._blocks.name(region.nodes for region in instances)
        taken = not name or self._scope.holds(name)
        return function_name(self._flow, members, body) if taken else name

    def _columns(self, members: list[Region]) -> dict[str, Column]:
        """The literal arguments of one line of a body, each with a value for every call."""
        rows = [self.row(member) for member in members]
        params = dict.fromkeys(param for row in rows for param in row)
        columns: dict[str, Column] = {}
        for param in params:
            cells = [row.get(param) or self._default(members[0], param) for row in rows]
            literals = tuple(cell for cell in cells if isinstance(cell, Literal))
            if len(literals) == len(cells):
                columns[param] = literals
        return columns

    def _body(
        self,
        region: Region,
        members: list[Region],
        values: list[dict[str, Expression]],
        names: list[Expression | None],
        nodes: list[tuple[str, ...]],
    ) -> Flow:
        """The body of a function as a flow; its inputs stand for those of one of its regions."""
        flow = self._flow
        body = Flow(flow.index, flow.names, flow.titles, returned=flow.written[region.root].value)
        rows = zip(members, values, names, nodes, strict=True)
        lines = [self._line(member, row, label, keys) for member, row, label, keys in rows]
        tensors = tensor_names(region.inputs, lines)
        for value, name in zip(region.inputs, tensors, strict=True):
            body.written[value[0]] = input_line(value, name)
            body.inputs.append(value[0])
        body.written |= {line.node.id: line for line in lines}
        body.order = [member.root for member in members]
        return body

    def _line(
        self,
        member: Region,
        row: Mapping[str, Expression],
        name: Expression | None,
        nodes: tuple[str, ...],
    ) -> Written:
        written = self._flow.written[member.root]
        if member.parts is not None:
            return self.call(member, {**row, **({NAME: name} if name else {})})
        assert written.entry is not None
        kept = {
            param: value
            for param, value in {**written.arguments.values, **row}.items()
            if value != self._default_or_none(member, param)
        }
        arguments = replaced(written.entry, kept)
        node = written.node.model_copy(update={"name": ""})  # that of one call
        return replace(written, node=node, arguments=arguments, name=name, nodes=nodes)

    def _default_or_none(self, member: Region, param: str) -> Literal | None:
        entry = self._flow.written[member.root].entry
        assert entry is not None
        required = any(item.required for item in entry.params if item.name == param)
        return None if required else default_value(entry, param)

    def call(self, region: Region, row: Mapping[str, Expression]) -> Written:
        """A call of a function, in place of the region's nodes."""
        function = self.functions[region.kind].block
        positional: list[Expression] = []
        keywords: list[tuple[str, Expression]] = []
        for param, default in function.parameters:
            value = row[param]
            if default is not None and repr(_value(value)) == repr(default.value):
                continue
            if default is None and param != NAME:
                positional.append(value)
            else:
                keywords.append((param, value))
        keywords.sort(key=lambda item: item[0] == NAME)
        written = self._flow.written[region.root]
        ports = ports_of(function.tensors)
        sources = {port.name: (value,) for port, value in zip(ports, region.inputs, strict=True)}
        node = _CALL.model_copy(update={"id": region.root})
        return Written(
            node=node,
            owner=node,
            entry=None,
            arguments=Arguments(tuple(positional), tuple(keywords), dict(row)),
            ports=Ports(ports, written.ports.outputs),
            sources=sources,
            function=function.name,
            nodes=(),
        )


@cache
def ports_of(names: tuple[str, ...]) -> tuple[Port, ...]:
    """The input ports of a call of a function: the names of the tensors that it takes."""
    return tuple(Port(name=name) for name in names)


def _value(value: Expression) -> object:
    return value.value if isinstance(value, Literal) else value


def input_line(value: Value, name: str) -> Written:
    """The first line of a body: a parameter that is a tensor."""
    node = Node(id=value[0], layer=INPUT, name=name)
    return Written(node, node, None, Arguments(), Ports(outputs=(Port(name=value[1]),)), {})


def order_of(members: list[Region], root: str) -> list[int]:
    """The indices of a body's lines, depth first from its output: branches in their order."""
    sources = {member.root: [value[0] for value in member.inputs] for member in members}
    index = {member.root: number for number, member in enumerate(members)}
    return [index[key] for key in depth_first([root], sources)]


def depth_first(ends: list[str], sources: Mapping[str, list[str]]) -> list[str]:
    """The keys of `sources` that lead to `ends`, each after its own sources."""
    order: list[str] = []
    seen: set[str] = set()
    pending = [(key, False) for key in reversed(ends)]
    while pending:
        key, complete = pending.pop()
        if complete:
            order.append(key)
        elif key in sources and key not in seen:
            seen.add(key)
            pending.append((key, True))
            pending += [(source, False) for source in reversed(sources[key])]
    return order
