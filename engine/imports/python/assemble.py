"""Convert the tape of layer calls to a document: the calls that lead to a model's outputs."""

from collections.abc import Callable, Iterable
from typing import Any

from engine.catalogue import load
from engine.document import MAIN, Graph
from engine.graph.kinds import INPUT, MODEL
from engine.graph.names import unique
from engine.imports.graph_builder import GraphBuilder
from engine.imports.python import models, stacks
from engine.imports.python.blocks import blocks_of, named_inputs
from engine.imports.python.folding import (
    Fold,
    Part,
    Plan,
    base_of,
    has_weights,
    instances_of,
    plan,
)
from engine.imports.python.layers import call_params
from engine.imports.python.specs import input_params
from engine.imports.python.state import State
from engine.imports.python.tape import ancestors
from engine.imports.python.unknown import (
    ReadError,
    Unknown,
)
from engine.imports.python.values import (
    Call,
    Instance,
    InstanceCall,
    Layer,
    Model,
    Tensor,
    find_tensors,
)
from engine.problems import phrase
from engine.values import MAX_NAME

MAX_NESTING = 50
_TOO_DEEP = phrase("models nest deeper than {limit}", limit=MAX_NESTING)


class Assembler:
    """Builds the graphs of a model and its sub-models; a model used twice has one graph.

    `holes` collects the layers' arguments that are not known.
    """

    def __init__(self, state: State) -> None:
        self.state = state
        self.graphs: list[Graph] = []
        self.plan = Plan()
        self.frozen: frozenset[Any] = frozenset()
        self.holes: list[Unknown] = []
        self.main: ModelBuilder | None = None
        self.instance_calls: dict[InstanceCall, None] = {}
        self.used: set[int] = set()  # the calls on the tape that the graphs hold
        self._ids: dict[int, str] = {}
        self._holders: dict[Any, Layer] = {}  # a weight of an instance → the layer that has it
        self._classes: dict[str, str] = {}  # graph id → the class that it is of

    @property
    def parts(self) -> frozenset[int]:
        """The sub-models of which there are graphs, by their id()."""
        return frozenset(self._ids)

    def build_main(self, model: Model) -> tuple[Graph, ...]:
        """The graphs of a model, its own first. Raises ReadError."""
        now = models.frozen_parts(self.state, model)
        self.frozen = now if model.frozen_parts is None else model.frozen_parts
        stacks.build(self.state, model, model.line)
        self.plan = plan(self.state, model)
        self.build(model, MAIN, 0)
        self._examine_instances()
        if self.holes:
            raise HolesError(self.holes)
        return tuple(sorted(self.graphs, key=lambda graph: graph.id != MAIN))

    def _examine_instances(self) -> None:
        """Note what the document can't hold of the instances whose calls it has."""
        for instance_call in self.instance_calls:
            self._examine_inputs(instance_call)
        for instance in dict.fromkeys(call.instance for call in self.instance_calls):
            if isinstance(unknown := instance.attributes.get("trainable"), Unknown):
                self.holes.append(unknown)
            for weight in instance.weights:
                if weight not in self._holders:
                    name = instance.cls.name
                    what = phrase("a weight of “{name}” that its call does not use", name=name)
                    self.state.leave_out(weight.line, what, "weights", self.used)

    def _examine_inputs(self, call: InstanceCall) -> None:
        """Note the layers that only lead to an input without effect, which Keras keeps."""
        if any(tensor.call not in self.used for tensor in call.inputs):
            name = call.instance.cls.name
            what = phrase("an input of “{name}” that has no effect on its result", name=name)
            self.state.leave_out(call.line, what, calls=self.used)

    def note_instances(self, call: Call) -> None:
        """Note the calls of instances that made a call of a layer."""
        outer = call.within
        while outer is not None and outer not in self.instance_calls:
            self.instance_calls[outer] = None
            outer = outer.outer

    def hold(self, layer: Layer) -> None:
        """Note the weights of instances and the layers in a layer: two can't have the same one."""
        for part in (layer, *layer.weights):
            if self._holders.setdefault(part, layer) is layer or not has_weights(part):
                continue
            why = phrase("a layer that a wrapper shares with another call")
            self.holes.append(Unknown(layer.line, why) if isinstance(part, Layer) else part.unknown)

    def build(self, model: Model, id: str, depth: int) -> None:
        """Add the graph of a model to `graphs`, after those of its sub-models."""
        if depth > MAX_NESTING:
            raise ReadError(model.line, _TOO_DEEP)
        if model.unknown is not None:
            raise ReadError.of(model.unknown)
        stacks.build(self.state, model, model.line)
        builder = ModelBuilder(self, model, depth)
        builder.add_model(model)
        if id == MAIN:
            self.main = builder
        name = "" if id == MAIN else name_of(self.state, model)[: MAX_NAME - 5]
        # Functions of a source call their models alike.
        name = unique([*(graph.name for graph in self.graphs if graph.name), name])[-1]
        self.graphs.append(builder.graph(id, name))

    def graph_of_fold(self, fold: Fold, depth: int) -> str:
        """The id of the graph of an instance's calls; equal instances of a class have one graph."""
        if depth > MAX_NESTING:
            raise ReadError(fold.instance.line, _TOO_DEEP)
        builder = ModelBuilder(self, fold.instance, depth + 1, fold.parts[0].call)
        builder.add_part(fold)
        name = fold.instance.cls.name
        alike = [graph for graph in self.graphs if self._classes.get(graph.id) == name]
        graph = builder.graph(f"g{len(self._ids) + 1}", name)
        for other in alike:
            if other.model_copy(update={"id": graph.id, "name": graph.name}) == graph:
                return other.id
        if alike:
            graph = graph.model_copy(update={"name": f"{name}_{len(alike) + 1}"[:200]})
        self._ids[id(fold)] = graph.id
        self._classes[graph.id] = name
        self.graphs.append(graph)
        return graph.id

    def graph_of(self, model: Model, depth: int) -> str:
        """The id of a sub-model's graph, which is built on first use."""
        if id(model) not in self._ids:
            self._ids[id(model)] = f"g{len(self._ids) + 1}"
            self.build(model, self._ids[id(model)], depth + 1)
        return self._ids[id(model)]


def name_of(state: State, model: Model) -> str:
    """A model's name, else the module's variable that has it, else the first that had it."""
    if model.name:
        return model.name
    for name, value in state.module.names.items():
        if value is model or (model.instance is not None and value is model.instance):
            return name
    return model.variable


class HolesError(ReadError):
    """Arguments of layers that a model needs are not known."""

    def __init__(self, holes: list[Unknown]) -> None:
        super().__init__(holes[0].line, holes[0].why, holes[0].question)
        self.holes = holes


class ModelBuilder(GraphBuilder):
    """Builds the graph of one model, or of the calls that one call of an instance made (`base`)."""

    def __init__(
        self, assembler: Assembler, model: Model | Instance, depth: int,
        base: InstanceCall | None = None,
    ) -> None:  # fmt: skip
        super().__init__(assembler.graphs)
        self.assembler, self.model, self.depth, self.base = assembler, model, depth, base
        self.calls: dict[int, str] = {}  # index of a call on the tape → node id
        self.tensors: dict[Tensor, tuple[str, int]] = {}  # inputs, and outputs of instances
        self.owners: dict[int, str] = {}  # id() of a layer or instance → node id of its owner

    def add_call(self, call: Call) -> str:
        """Add a node for one call of a layer: the first owns the layer, later ones share it."""
        layer = call.layer
        at_call, _ = call_params(layer, call.kwargs, call.line)
        self.assembler.holes += layer.unknown.values()
        self.assembler.hold(layer)
        training = self._training(call)
        if id(layer) in self.owners:
            owner = self.owners[id(layer)]
            kind = self.nodes[owner].layer
            return self.add_node(layer=kind, shares=owner, params=at_call, training=training)
        graph = self.assembler.graph_of(layer.model, self.depth) if layer.model else None
        params = {**layer.params, **at_call}
        name = layer.model.name if layer.model else layer.name
        node = self.add_node(
            layer=layer.layer, name=name[:200], params=params, graph=graph,
            frozen=self._is_frozen(call), training=training,
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

    def _is_frozen(self, call: Call) -> bool:
        """Whether to freeze a node; a layer in a frozen sub-model is frozen with it.

        A layer of an instance that is drawn inline is frozen with the instance.
        """
        if call.layer.layer == INPUT:
            return False
        owners = [call.layer.model or call.layer, *instances_of(call, self.base)]
        return any(map(self._freezes, owners)) or self._holds_frozen(call.layer)

    def _holds_frozen(self, layer: Layer) -> bool:
        """Whether the layers in a wrapper are frozen; only some of them can't be."""
        layers = [part for part in layer.weights if isinstance(part, Layer) and not part.weights]
        frozen = [self._freezes(part) for part in layers]
        if any(frozen) and not all(frozen):
            why = phrase("only some of the layers in {layer} are frozen", layer=layer.layer)
            self.assembler.holes.append(Unknown(layer.line, why))
        return any(frozen)

    def _freezes(self, item: Layer | Model | Instance) -> bool:
        frozen = self.assembler.frozen
        return item in frozen and not (self.depth and self.model in frozen)

    def _training(self, call: Call) -> bool | None:
        """The value of `training=` at a call, or at the call of an instance that is drawn inline.

        Keras passes it on to all layers that a layer calls.
        """
        outer = self.base.training if self.base else None
        training = call.training
        entry = load().layer(call.layer.layer)
        if (
            training is None
            and call.within
            and (call.layer.model or (entry and entry.takes_training))
        ):
            training = call.within.training
        return None if training == outer else training

    def add_model(self, model: Model) -> None:
        """Add the calls between a model's inputs and its outputs, in the order of the source."""
        state = self.assembler.state
        starts = {tensor.call for tensor in model.inputs}
        members = self.assembler.plan.members.get(model)
        if members is None:
            members = sorted(ancestors(state.tape, model.outputs, starts) - starts)
        if any(state.tape[index].layer.layer == INPUT for index in members):
            raise ReadError(model.line, phrase("the outputs need an Input that is not listed"))
        self.base = base_of(state, model)
        self.assembler.used |= starts
        for index in sorted(starts):
            is_input = state.tape[index].layer.layer == INPUT
            self.calls[index] = (
                self.add_call(state.tape[index]) if is_input else self._begin(model, index)
            )
        self._add_calls(members)
        self.inputs += [self.calls[t.call] for t in model.inputs if t.call in self.calls]
        for tensor in model.outputs:
            self.add_output(*self._source(tensor))
        self._name_blocks()

    def add_part(self, fold: Fold) -> None:
        """Add the calls that the first call of an instance made."""
        part = fold.parts[0]
        for tensor, spec in zip(part.inputs, part.specs, strict=True):
            self.tensors[tensor] = (self.add_node(layer=INPUT, params=input_params(spec)), 0)
        self._add_calls(self.assembler.plan.members[fold])
        for tensor in part.outputs:
            self.add_output(*self._source(tensor))
        self._name_blocks()

    def _name_blocks(self) -> None:
        inputs = [key for key, node in self.nodes.items() if node.layer == INPUT]
        state = self.assembler.state
        self.blocks = blocks_of(state.spans, self.calls, inputs)
        variables = {key: state.input_names.get(call, "") for call, key in self.calls.items()}
        own = [(self.nodes[key], variables.get(key, "")) for key in inputs]
        self.blocks += named_inputs(own)

    def _add_calls(self, indices: Iterable[int]) -> None:
        added: set[InstanceCall] = set()
        for index in indices:
            call = self.assembler.state.tape[index]
            self.assembler.used.add(index)
            self.assembler.note_instances(call)
            instance_call = self.assembler.plan.outermost(call, self.base)
            if instance_call is None:
                self.calls[index] = self.add_call(call)
                self.connect(self.calls[index], call, self._source)
            elif instance_call not in added:
                added.add(instance_call)
                self._add_instance(*self.assembler.plan.parts[instance_call])

    def _add_instance(self, fold: Fold, part: Part) -> None:
        """Add a node for one call of an instance: the first owns its sub-model."""
        training = part.call.training
        training = None if self.base and training == self.base.training else training
        owner = self.owners.get(id(fold))
        if owner is not None:
            node = self.add_node(layer=MODEL, shares=owner, training=training)
        else:
            graph = self.assembler.graph_of_fold(fold, self.depth)
            name = fold.instance.attributes.get("name", "")
            node = self.owners[id(fold)] = self.add_node(
                layer=MODEL, name=name[:200] if isinstance(name, str) else "", graph=graph,
                frozen=self._freezes(fold.instance), training=training,
            )  # fmt: skip
        call = Call(Layer(MODEL, {}, "", part.call.line), part.inputs, {}, part.call.line)
        self.connect(node, call, self._source)
        self.tensors |= {tensor: (node, index) for index, tensor in enumerate(part.outputs)}

    def _source(self, tensor: Tensor) -> tuple[str, int]:
        """The node and the number of its output that a tensor is."""
        return self.tensors.get(tensor) or (self.calls[tensor.call], tensor.index)

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
