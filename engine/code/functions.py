"""Writes repeated regions of a graph as functions, and the graph as calls of them.

    regions (engine.code.regions) → those that are worth a function → parameters → calls

A function's body is a flow of its own, written by the same code as a model.
"""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache

from engine.catalogue import Port
from engine.code.arguments import Arguments, default_value, replaced
from engine.code.body import explicit_names, layer_name
from engine.code.flow import Flow, Value, Written
from engine.code.parameters import (
    NAME,
    Column,
    Parameters,
    rank,
    role_of,
    variable_part,
)
from engine.code.regions import Region, Regions, find_regions
from engine.code.roles import MAIN, OTHER, SHORTCUT, SKIP, function_name, tensor_names
from engine.code.tree import Expression, Literal
from engine.code.words import Scope
from engine.code.worth import Worth
from engine.document import Node
from engine.graph.adaptable import learns
from engine.graph.freezing import freezes_inside, is_frozen
from engine.graph.kinds import INPUT, is_op
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


@dataclass(frozen=True)
class Blocks:
    """A graph as calls of functions; `explicit` are the classes whose layers all have names."""

    flow: Flow
    functions: tuple[Block, ...]
    explicit: frozenset[str]


def find_blocks(flow: Flow, scope: Scope) -> Blocks:
    """Find the functions of a graph. Their names are taken from `scope`."""
    explicit = explicit_names(flow)
    return _Abstraction(flow, explicit, scope).blocks()


@dataclass
class _Function:
    """A function under construction: `inputs` are indices into the inputs of its regions."""

    block: Block
    parameters: Parameters
    rows: dict[str, dict[str, Literal]] = field(default_factory=dict)


class _Abstraction:
    """Turns regions into functions; owns the functions that are complete."""

    def __init__(self, flow: Flow, explicit: frozenset[str], scope: Scope) -> None:
        self._flow, self._explicit, self._scope = flow, explicit, scope
        self._names = {
            key: layer_name(flow, written, explicit) for key, written in flow.written.items()
        }
        self._position = {key: index for index, key in enumerate(flow.order)}
        self._trial = scope.copy()  # a rejected function gives its name back
        self._functions: dict[int, _Function] = {}

    def blocks(self) -> Blocks:
        kinds = dict(self._kinds())
        names = {key: str(name.value) for key, name in self._names.items() if name}
        regions = find_regions(self._flow, kinds, names)
        worth = Worth(self._flow, regions, self._names)
        while (kind := worth.next_kind()) is not None:
            function = self._function(kind, regions, worth.kept)
            if function is None:
                worth.reject(kind)
                self._functions.clear()
                self._trial = self._scope.copy()
                worth.restart()
            else:
                self._functions[kind] = function
        for number in sorted(self._functions):
            self._scope.unique(self._functions[number].block.name)
        return self._contracted(regions, worth.kept)

    def _kinds(self) -> Iterator[tuple[str, Hashable]]:
        """The structure of each node that may be part of a function, without its literals."""
        calls: dict[str, int] = {}
        for written in self._flow.written.values():
            calls[written.owner.id] = calls.get(written.owner.id, 0) + 1
        ends = {key for key, _ in self._flow.outputs}
        for key in self._flow.order:
            written = self._flow.written[key]
            owner = written.owner
            plain = is_op(owner) or (calls[owner.id] == 1 and not freezes_inside(owner))
            single = len(written.ports.outputs) == 1
            free = key not in ends and not self._flow.notes.get(key) and written.tensors
            if plain and single and free and written.entry and learns(owner) is None:
                fixed, call = written.arguments.structure, repr(written.call_arguments)
                named = self._names[key] is not None
                yield key, (written.entry.path, fixed, named, call, is_frozen(owner))

    def _members(self, region: Region, kept: frozenset[int], *, top: bool = True) -> list[Region]:
        """The layers and the calls of other functions in a region."""
        if region.parts is None or (region.kind in kept and not top):
            return [region]
        first, second = region.parts
        return [*self._members(first, kept, top=False), *self._members(second, kept, top=False)]

    def _nodes(self, region: Region) -> tuple[str, ...]:
        if region.parts is None:
            return (region.root,)
        return (*self._nodes(region.parts[0]), *self._nodes(region.parts[1]))

    def _row(self, region: Region) -> Mapping[str, Expression]:
        """The arguments of a layer or of a call of a function."""
        if region.parts is None:
            written = self._flow.written[region.root]
            name = self._names[region.root]
            return {**written.arguments.values, **({NAME: name} if name else {})}
        return self._functions[region.kind].rows[region.root]

    def _default(self, region: Region, param: str) -> Literal:
        entry = self._flow.written[region.root].entry
        assert entry is not None
        return default_value(entry, param)

    def _function(self, kind: int, regions: Regions, kept: frozenset[int]) -> _Function | None:
        """The function of a kind; None if it has too many parameters."""
        instances = regions.instances[kind]
        bodies = [self._members(region, kept) for region in instances]
        order = _order(bodies[0], instances[0].root)
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
        nodes = [tuple(n for body in bodies for n in self._nodes(body[index])) for index in order]
        body = self._body(instances[0], members, values, [names.get(i) for i in order], nodes)
        name = self._trial.unique(function_name(self._flow, members, body))
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

    def _columns(self, members: list[Region]) -> dict[str, Column]:
        """The literal arguments of one line of a body, each with a value for every call."""
        rows = [self._row(member) for member in members]
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
        body = Flow(flow.index, flow.names, returned=flow.written[region.root].value)
        rows = zip(members, values, names, nodes, strict=True)
        lines = [self._line(member, row, label, keys) for member, row, label, keys in rows]
        tensors = tensor_names(region.inputs, lines)
        for value, name in zip(region.inputs, tensors, strict=True):
            body.written[value[0]] = _input(value, name)
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
            return self._call(member, {**row, **({NAME: name} if name else {})})
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

    def _call(self, region: Region, row: Mapping[str, Expression]) -> Written:
        """A call of a function, in place of the region's nodes."""
        function = self._functions[region.kind].block
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
        ports = _ports(function.tensors)
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

    def _contracted(self, regions: Regions, kept: frozenset[int]) -> Blocks:
        """The graph with a call in place of each region that became a function."""
        if not self._functions:
            return Blocks(self._flow, (), self._explicit)
        members: dict[str, Region] = {}
        for grown in regions.roots.values():
            members |= {member.root: member for member in self._members(grown, kept, top=False)}
        result = replace(self._flow, written={}, order=[])
        inside = {key for member in members.values() for key in self._nodes(member)}
        for key in self._flow.order:
            region = members.get(key)
            if region is not None and region.parts is not None:
                result.written[key] = self._call(region, self._row(region))
            elif region is not None or key not in inside:
                result.written[key] = self._flow.written[key]
        result.order = _in_order(result)
        functions = tuple(self._functions[kind].block for kind in sorted(self._functions))
        return Blocks(result, functions, self._explicit)


@cache
def _ports(names: tuple[str, ...]) -> tuple[Port, ...]:
    """The input ports of a call of a function: the names of the tensors that it takes."""
    return tuple(Port(name=name) for name in names)


def _value(value: Expression) -> object:
    return value.value if isinstance(value, Literal) else value


def _input(value: Value, name: str) -> Written:
    """The first line of a body: a parameter that is a tensor."""
    node = Node(id=value[0], layer=INPUT, name=name)
    return Written(node, node, None, Arguments(), Ports(outputs=(Port(name=value[1]),)), {})


def _order(members: list[Region], root: str) -> list[int]:
    """The indices of a body's lines, depth first from its output: branches in their order."""
    sources = {member.root: [value[0] for value in member.inputs] for member in members}
    index = {member.root: number for number, member in enumerate(members)}
    return [index[key] for key in _depth_first([root], sources)]


def _in_order(flow: Flow) -> list[str]:
    """The order of the lines of a model with functions: inputs, then depth first."""
    sources = {
        key: [value[0] for value in written.tensors] for key, written in flow.written.items()
    }
    return _depth_first([*flow.inputs, *(key for key, _ in flow.outputs)], sources)


def _depth_first(ends: list[str], sources: Mapping[str, list[str]]) -> list[str]:
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
