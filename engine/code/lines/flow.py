"""Which nodes of a graph can be written, in which order, and why the others can't.

The problems are those that `engine.graph` reports to the check; they become comments.
"""

import itertools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from engine.catalogue import Entry, load
from engine.code.lines import gaps
from engine.code.lines.arguments import Arguments, arguments
from engine.code.syntax.tree import Expression, Literal
from engine.code.syntax.words import prose
from engine.document import Graph, Node
from engine.graph.adaptable import learns
from engine.graph.bypass import bypassed
from engine.graph.freezing import training_at
from engine.graph.index import GraphIndex, endpoints, inputs
from engine.graph.kinds import INPUT, MODEL, is_op
from engine.graph.names import default_name, names
from engine.graph.ports import Outline, Ports, call_arguments, constructor_params
from engine.graph.ranks import last_axes
from engine.graph.structure import Structure, structure
from engine.graph.waiting import has_output
from engine.problems import At, Problem
from engine.problems import problem as make_problem
from engine.values.named import names_in

Value = tuple[str, str]
"""A tensor: the node that it leaves, and the output port."""

END = 1 << 30
"""The index at which the model's outputs are used, after all nodes."""


@dataclass(frozen=True)
class Written:
    """A node that can be written: its layer, its arguments, and its input tensors.

    `sources` maps the input ports that have edges to their tensors, in order. `entry` is None for
    a sub-model. `function` is the function that this calls, instead of a layer. In the body of a
    function, `name` is the layer's name and `nodes` are all nodes for which the line is executed.
    """

    node: Node
    owner: Node
    entry: Entry | None
    arguments: Arguments
    ports: Ports
    sources: Mapping[str, tuple[Value, ...]]
    call_arguments: tuple[tuple[str, Expression], ...] = ()
    function: str = ""
    name: Expression | None = None
    nodes: tuple[str, ...] | None = None

    tensors: tuple[Value, ...] = field(init=False)
    """All input tensors of this node, each once, in the order of its ports."""
    value: Value = field(init=False)
    """The node's first output."""

    def __post_init__(self) -> None:
        ports = self.ports.outputs
        values = tuple([value for values in self.sources.values() for value in values])
        distinct = values if len(values) == 1 else tuple(dict.fromkeys(values))
        object.__setattr__(self, "tensors", distinct)
        object.__setattr__(self, "value", (self.node.id, ports[0].name if ports else "output"))

    @property
    def values(self) -> Iterator[Value]:
        """The tensors that leave this node."""
        return ((self.node.id, port.name) for port in self.ports.outputs)

    @property
    def is_input(self) -> bool:
        """Whether this is an Input, which calls nothing."""
        return self.owner.layer == INPUT


@dataclass
class Flow:
    """One graph, ready to be written.

    `names` are those of the layers in the code, `titles` what messages call the nodes. `order`
    holds the ids of the nodes that are written. `notes` are comments: under the id of the node
    that they precede, or under None at the end. `lost` counts the nodes that are missing, and
    `causes` are the errors because of which they are, also those in sub-models without tensors.
    `returned` is the tensor that a function returns, which builds only a part of a model.
    """

    index: GraphIndex
    names: Mapping[str, str]
    titles: Mapping[str, str]
    written: dict[str, Written] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    inputs: list[str] = field(default_factory=list)
    outputs: list[Value] = field(default_factory=list)
    notes: dict[str | None, list[Problem]] = field(default_factory=dict)
    lost: int = 0
    causes: list[Problem] = field(default_factory=list)
    returned: Value | None = None

    @cached_property
    def uses(self) -> dict[Value, list[int]]:
        """The indices in `order` at which each tensor is used, once all is written.

        `END` for an output.
        """
        uses: dict[Value, list[int]] = {}
        for index, key in enumerate(self.order):
            for value in self.written[key].tensors:
                uses.setdefault(value, []).append(index)
        returned = (self.returned,) if self.returned else ()
        for value in dict.fromkeys((*self.outputs, *returned)):
            uses.setdefault(value, []).append(END)
        return uses

    def add_bypassed(self, whole: Graph) -> None:
        """Add a comment for each bypassed node of the whole graph, before what it feeds."""
        nodes = {node.id: node for node in whole.nodes}
        targets = {edge.source: edge.target for edge in reversed(whole.edges)}
        for key in sorted(bypassed(whole)):
            after = targets.get(key)
            while after in nodes and nodes[after].bypassed:
                after = targets.get(after)
            node = nodes[key]
            at = At(graph=whole.id, node=key)
            about = make_problem("bypassed", at, name=self.titles[key], layer=node.layer)
            self.notes.setdefault(after if after in self.written else None, []).append(about)

    def display_name(self, node: str) -> str:
        """What a node is called in comments, as in messages and on its card."""
        return prose(self.titles[node], 40) or self.names[node]


def find_flow(  # noqa: PLR0913
    outline: Outline,
    graph: str,
    without_tensors: Mapping[str, Sequence[Problem]] = MappingProxyType({}),
    recursive: Collection[str] = (),
    errors: Iterable[Problem] = (),
    *,
    refused: Iterable[Problem] = (),
    all_names: bool = False,
) -> Flow:
    """Find the nodes of a graph that can be written.

    With `all_names`, code repeats those that Keras 3 would choose: Keras 2 counts otherwise.

    `without_tensors` are the sub-models that can't be written because they return nothing, with
    the causes, and `recursive` those that contain themselves. `errors` are problems that the check
    found, `refused` those of nodes that the target can't express.
    """
    checked = structure(outline, graph)
    index = checked.index
    empty_calls = dict(gaps.empty_calls(outline, checked, without_tensors, recursive))
    refused = [problem for problem in refused if problem.graph == graph]
    failed = {*empty_calls, *itertools.chain(*index.cycles)}
    failed |= {problem.node for problem in refused if problem.node}
    failed |= checked.unsound & {
        problem.node for problem in checked.problems if gaps.fails(problem)
    }
    starts = inputs(index.graph)
    automatic = frozenset() if all_names else automatic_names(index)
    order = (*starts, *(key for key in index.order if index.nodes[key].layer != INPUT))
    writable = _writable(outline, checked, order, failed, automatic)
    available = {key: written.ports.output_names for key, written in writable.items()}
    result = Flow(index, names(index), outline.titles(graph), lost=len(index.nodes) - len(writable))
    result.inputs = [key for key in starts if key in writable]
    result.outputs = [
        (end.node, available[end.node][0] if end.port == "output" else end.port)
        for end in endpoints(index)
        if has_output(available, end)
    ]
    consequences = gaps.consequences(outline, checked, failed, available)
    structural = (*checked.problems, *refused, *empty_calls.values(), *consequences)
    inside = [*gaps.inside(index, checked.names, empty_calls, without_tensors)]
    others = [*gaps.others(index, errors, structural)]
    notes = gaps.notes((*structural, *inside, *others))
    own = (error for error in (*checked.problems, *refused, *others) if error.severity == "error")
    result.causes = [*inside, *own]
    _arrange(result, order, writable, notes)
    return result


def _writable(
    outline: Outline,
    checked: Structure,
    order: Iterable[str],
    failed: Collection[str],
    automatic: Collection[str],
) -> dict[str, Written]:
    """The nodes without a problem of which all tensors come from such nodes."""
    index, layers = checked.index, _Layers(checked)
    writable: dict[str, Written] = {}
    for key in order:
        owner, ports = index.owners[key], outline.ports(index.graph.id, key)
        if owner is None or ports is None or key in failed or owner.id in failed:
            continue
        sources = _sources(index, key, ports, writable)
        if sources is not None:
            node = _unnamed(index.nodes[key]) if key in automatic else index.nodes[key]
            owner = _unnamed(owner) if owner.id in automatic else owner
            entry, created = layers.find(owner)
            call = _call_arguments(node, owner, entry)
            writable[key] = Written(node, owner, entry, created, ports, sources, call)
    return writable


def _unnamed(node: Node) -> Node:
    return node.model_copy(update={"name": ""})


class _Layers:
    """The entries and arguments of layers; owns those that it has written.

    Layers with equal parameters, and the same names of constants in them, share their arguments.
    The last axis is written as the default.
    """

    def __init__(self, checked: Structure) -> None:
        self._texts = checked.texts
        self._last = last_axes(checked.index)
        self._written: dict[tuple[str, ...], tuple[Entry | None, Arguments]] = {}

    def find(self, owner: Node) -> tuple[Entry | None, Arguments]:
        """The catalogue's entry of a layer, and the arguments of its constructor."""
        last = "last axis" if owner.id in self._last else ""
        key = owner.layer, self._texts[owner.id], last, *names_in(owner.params)
        if key not in self._written:
            entry, params = load().layer(owner.layer), constructor_params(owner)
            if owner.id in self._last:
                params = {name: value for name, value in params.items() if name != "axis"}
            self._written[key] = entry, arguments(entry, params) if entry else Arguments()
        return self._written[key]


def automatic_names(index: GraphIndex) -> frozenset[str]:
    """The nodes with a name that Keras chose, such as dense_8, which code need not repeat.

    Code gives all layers of a class names when some have none in the document, and it gives names
    to several inputs or outputs, because data and losses refer to them by name.
    """
    layers: dict[str, list[Node]] = {}
    ends = {end.node for end in endpoints(index)}
    ends = ends if len(ends) > 1 else set()
    starts = inputs(index.graph)
    ends |= set(starts) if len(starts) > 1 else set()
    for key, owner in index.owners.items():
        if owner is not None and owner.id == key and not is_op(owner) and owner.layer != MODEL:
            layers.setdefault(owner.layer, []).append(owner)
    return frozenset(
        node.id
        for nodes in layers.values()
        if all(node.name for node in nodes)
        for node in nodes
        if node.id not in ends and _is_automatic(node) and learns(node) is None
    )


def input_name(flow: Flow, key: str) -> str:
    """What the variable of an Input is called after: its name, or a block of it alone."""
    node = flow.written[key].node
    if node.name and not _is_automatic(node):
        return node.name
    blocks = (block.name for block in flow.index.graph.blocks if block.nodes == (key,))
    return next(blocks, node.name)


def _is_automatic(node: Node) -> bool:
    name = default_name(node)
    rest = node.name.removeprefix(name)
    return rest == "" if not node.name.startswith(f"{name}_") else rest[1:].isdigit()


def _sources(
    index: GraphIndex, key: str, ports: Ports, writable: Mapping[str, Written]
) -> dict[str, tuple[Value, ...]] | None:
    """The tensors at each input port; None when one of them is missing."""
    incoming = index.incoming[key]
    sources: dict[str, tuple[Value, ...]] = {}
    for port in ports.inputs:
        if port.name not in incoming:
            continue
        values = tuple([(edge.source, edge.source_port) for edge in incoming[port.name]])
        for source, output in values:
            if source not in writable or output not in writable[source].ports.output_names:
                return None
        sources[port.name] = values
    return sources


def _call_arguments(
    node: Node, owner: Node, entry: Entry | None
) -> tuple[tuple[str, Expression], ...]:
    """The arguments of a call, besides its tensors."""
    params, training = call_arguments(node), training_at(node, owner)
    call = arguments(entry.only(at_call=True), params).keywords if entry and params else ()
    if training is not None:
        call = (*call, ("training", Literal(training, param="training")))
    return call


def _arrange(
    result: Flow,
    order: Iterable[str],
    writable: Mapping[str, Written],
    notes: dict[str | None, list[Problem]],
) -> None:
    """Keep the nodes that lead to an output, each after the notes about what is missing."""
    index = result.index
    leading = {*result.inputs, *(key for key, _ in result.outputs)}
    for key in reversed(index.order):
        if key in leading:
            leading.update(source for source, _ in writable[key].tensors)
    pending: list[Problem] = []
    for key in order:
        pending += notes.pop(key, ())
        if key in leading:
            result.order.append(key)
            result.written[key] = writable[key]
            result.notes[key], pending = pending, []
        elif key in writable and all(edge.target in writable for edge in index.outgoing[key]):
            pending.append(make_problem("code_leaves_out", name=result.display_name(key)))
    result.notes[None] = [*pending, *itertools.chain(*notes.values())]
