"""Convert the tape of layer calls to a document: the calls that lead to a model's outputs."""

from collections.abc import Callable
from typing import Any

from engine.document import MAIN, Graph
from engine.graph.kinds import INPUT, MODEL
from engine.imports.graph_builder import GraphBuilder
from engine.imports.python import models, stacks
from engine.imports.python.layers import call_params
from engine.imports.python.state import State
from engine.imports.python.tape import ancestors
from engine.imports.python.values import (
    Call,
    Layer,
    Model,
    ReadError,
    Tensor,
    Unknown,
    find_tensors,
)
from engine.problems import phrase

MAX_NESTING = 50


class Assembler:
    """Builds the graphs of a model and its sub-models; a model used twice has one graph.

    `holes` collects the layers' arguments that are not known.
    """

    def __init__(self, state: State) -> None:
        self.state = state
        self.graphs: list[Graph] = []
        self.frozen: frozenset[Any] = frozenset()
        self.holes: list[Unknown] = []
        self.main: ModelBuilder | None = None
        self.used: set[int] = set()  # the calls on the tape that the graphs hold
        self._ids: dict[int, str] = {}

    def build_main(self, model: Model) -> tuple[Graph, ...]:
        """The graphs of a model, its own first. Raises ReadError."""
        now = models.frozen_parts(self.state, model)
        self.frozen = now if model.frozen_parts is None else model.frozen_parts
        self.build(model, MAIN, 0)
        if self.holes:
            raise HolesError(self.holes)
        return tuple(sorted(self.graphs, key=lambda graph: graph.id != MAIN))

    def build(self, model: Model, id: str, depth: int) -> None:
        """Add the graph of a model to `graphs`, after those of its sub-models."""
        if depth > MAX_NESTING:
            why = phrase("models nest deeper than {limit}", limit=MAX_NESTING)
            raise ReadError(model.line, why)
        if model.unknown is not None:
            raise ReadError.of(model.unknown)
        stacks.build(self.state, model, model.line)
        builder = ModelBuilder(self, model, depth)
        builder.add_model()
        if id == MAIN:
            self.main = builder
        self.graphs.append(builder.graph(id, "" if id == MAIN else model.name))

    def graph_of(self, model: Model, depth: int) -> str:
        """The id of a sub-model's graph, which is built on first use."""
        if id(model) not in self._ids:
            self._ids[id(model)] = f"g{len(self._ids) + 1}"
            self.build(model, self._ids[id(model)], depth + 1)
        return self._ids[id(model)]


class HolesError(ReadError):
    """Arguments of layers that a model needs are not known."""

    def __init__(self, holes: list[Unknown]) -> None:
        super().__init__(holes[0].line, holes[0].why, holes[0].question)
        self.holes = holes


class ModelBuilder(GraphBuilder):
    """Builds the graph of one model."""

    def __init__(self, assembler: Assembler, model: Model, depth: int) -> None:
        super().__init__(assembler.graphs)
        self.assembler, self.model, self.depth = assembler, model, depth
        self.calls: dict[int, str] = {}  # index of a call on the tape → node id
        self.owners: dict[int, str] = {}  # id() of a layer → node id of its owner

    def add_call(self, call: Call) -> str:
        """Add a node for one call of a layer: the first owns the layer, later ones share it."""
        layer = call.layer
        at_call, _ = call_params(layer, call.kwargs, call.line)
        self.assembler.holes += layer.unknown.values()
        if id(layer) in self.owners:
            owner = self.owners[id(layer)]
            kind = self.nodes[owner].layer
            return self.add_node(layer=kind, shares=owner, params=at_call, training=call.training)
        graph = self.assembler.graph_of(layer.model, self.depth) if layer.model else None
        params = {**layer.params, **at_call}
        name = layer.model.name if layer.model else layer.name
        node = self.add_node(
            layer=layer.layer, name=name[:200], params=params, graph=graph,
            frozen=self._is_frozen(layer), training=call.training,
        )  # fmt: skip
        self.owners[id(layer)] = node
        return node

    def _begin(self, model: Model, index: int) -> str:
        """Add an Input in the place of a call at whose output a model begins."""
        tensors = [tensor for tensor in model.inputs if tensor.call == index]
        shape = self.assembler.state.shape_of(tensors[0], model.line)
        if len(tensors) > 1 or tensors[0].index or not isinstance(shape, tuple):
            raise ReadError(model.line, phrase("a model that begins at another layer's output"))
        return self.add_node(layer=INPUT, params={"shape": list(shape[1:])})

    def _is_frozen(self, layer: Layer) -> bool:
        """Whether to freeze a node; a layer in a frozen sub-model is frozen with it."""
        frozen = self.assembler.frozen
        if layer.layer == INPUT or (self.depth and self.model in frozen):
            return False
        return (layer.model or layer) in frozen

    def add_model(self) -> None:
        """Add the calls between a model's inputs and its outputs, in the order of the source."""
        model = self.model
        tape = self.assembler.state.tape
        starts = {tensor.call for tensor in model.inputs}
        for index in sorted(ancestors(tape, model.outputs, starts)):
            call = tape[index]
            if index in starts and call.layer.layer != INPUT:
                self.calls[index] = self._begin(model, index)
                continue
            self.calls[index] = self.add_call(call)
            self.assembler.used.add(index)
            self.connect(self.calls[index], call, self._source)
        self.inputs += [self.calls[t.call] for t in model.inputs if t.call in self.calls]
        for tensor in model.outputs:
            self.add_output(self.calls[tensor.call], tensor.index)

    def _source(self, tensor: Tensor) -> tuple[str, int]:
        """The node and the number of its output that a tensor is."""
        return self.calls[tensor.call], tensor.index

    def connect(self, node: str, call: Call, source: Callable[[Tensor], tuple[str, int]]) -> None:
        """Add the edges for the arguments of one call; `source` says where each tensor is from."""
        ports = self.input_ports(node)
        args = list(call.args)
        if self.owner(node).layer == MODEL and len(ports) > 1:
            args = list(find_tensors(args))
        pairs = [*zip(ports, args, strict=False), *call.kwargs.items()]
        for port, value in pairs:
            tensors = find_tensors(value)
            if tensors and port not in ports:
                name = call.layer.layer
                why = phrase("{layer} has no input “{port}”", layer=name, port=port)
                raise ReadError(call.line, why)
            for order, tensor in enumerate(tensors):
                self.add_edge(*source(tensor), node, port, float(order))
