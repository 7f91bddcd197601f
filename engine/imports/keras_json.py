"""Keras's own JSON (`model.to_json()`, Keras 2 and 3) → a document.

Read as data: no class is resolved, no function is called. A layer that the catalogue does not
know becomes a node all the same, so that the graph keeps its form, and is named in a problem.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from engine.catalogue import Entry, load
from engine.document import MAIN, MAX_EDGES, MAX_GRAPHS, MAX_NODES, Document, Graph, Position
from engine.graph.kinds import INPUT, MODEL
from engine.graph.layout import lay_out
from engine.imports.compiled import MALFORMED, read_compiled
from engine.imports.drawing import Drawing, Imported
from engine.imports.keras_2 import changed_meaning, is_keras_2, modern, modern_call
from engine.imports.keras_config import read_config
from engine.imports.keras_values import (
    as_dict,
    endpoints,
    histories,
    is_layer,
    name_of,
    said_at_call,
    says_nothing,
    stack_shape,
)
from engine.imports.masks import without_carried_masks
from engine.imports.operations import (
    STAND_INS,
    bound,
    chosen_name,
    equal_layers,
    holds_tensor,
    operation,
    read_operation,
)
from engine.problems import Problem, import_left_out, import_unknown_layer, not_a_keras_model
from engine.problems.imports import custom_model, import_stand_in, means_something_else

MODELS = ("Functional", "Model", "Sequential")
MAX_NESTING = 50


class _UnreadableError(Exception):
    """The JSON is not what Keras writes; the text says where."""


@dataclass
class _Reader:
    """Collects graphs and problems of one import; lives for one call of `from_keras_json`."""

    graphs: list[Graph] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    old: bool = False  # written by Keras 2

    def document(self, name: str) -> Document:
        return Document(name=name[:200] or "Imported", graphs=tuple(self.graphs))


def from_keras_json(value: Any) -> Imported | list[Problem]:
    """Return the document for Keras's JSON, given as plain values (see engine.document.reading).

    Never raises for bad input: what is no Keras model comes back as problems.
    """
    if not isinstance(value, dict) or not _is_model(value):
        return [not_a_keras_model("it has no class_name of Functional or Sequential")]
    reader = _Reader()
    try:
        reader.old = is_keras_2(value)
        main = _graph(reader, value, MAIN, 0)
        config = value["config"]
        document = lay_out(reader.document(str(as_dict(config).get("name", ""))))
        training, problems = read_compiled(value.get("compile_config"), main.ends())
        document = document.model_copy(update={"training": training})
        return Imported(document=document, problems=(*reader.problems, *problems))
    except _UnreadableError as error:
        return [not_a_keras_model(str(error))]
    except MALFORMED as error:
        return [not_a_keras_model(_words(error))]


def _words(error: Exception) -> str:
    """What is wrong, as far as the error of a library says it."""
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_context=False, include_input=False)[0]
        return first["msg"].removeprefix("Value error, ")[:200]
    return f"{type(error).__name__}: {str(error)[:200]}"


def _is_model(layer: Mapping[str, Any]) -> bool:
    """Whether this is a model whose graph can be read: Keras's own, or a functional subclass."""
    config = layer.get("config")
    is_functional = isinstance(config, dict) and {"layers", "output_layers"} <= config.keys()
    return layer.get("class_name") in MODELS or is_functional


def _graph(reader: _Reader, model: Mapping[str, Any], id: str, depth: int) -> "_Reading":
    """Read one model, and before it those it holds, into `reader.graphs`."""
    if depth > MAX_NESTING:
        raise _UnreadableError(f"models nest deeper than {MAX_NESTING}")
    config = model["config"]
    place = len(reader.graphs)
    reader.graphs.append(Graph(id=id))
    layers = config["layers"] if isinstance(config, dict) else config
    if len(layers) > MAX_NODES:
        raise _UnreadableError(f"it has more than {MAX_NODES:,} layers")
    if len(reader.graphs) > MAX_GRAPHS:
        raise _UnreadableError(f"it holds more than {MAX_GRAPHS} models")
    layers = [modern(layer) for layer in layers] if reader.old else layers
    reading = _Reading(reader, id, depth)
    name = str(as_dict(config).get("name", ""))
    if model["class_name"] not in MODELS:
        problem = custom_model(name, str(model["class_name"]))
        reader.problems.append(problem.model_copy(update={"graph": id}))
    if model["class_name"] == "Sequential":
        reading.stack(layers, as_dict(config))
    else:
        reading.layers(layers)
        reading.begin(endpoints(config["input_layers"]))
        reading.finish(endpoints(config["output_layers"]))
    whole = reading.graph(id, "" if id == MAIN else name)
    reader.graphs[place] = without_carried_masks(whole)
    return reading


class _Reading(Drawing):
    """The nodes and wires of one graph while its JSON is read."""

    def __init__(self, reader: _Reader, graph: str, depth: int) -> None:
        super().__init__(reader.graphs)
        self.reader, self.id, self.depth = reader, graph, depth
        self.calls: dict[tuple[str, int], str] = {}  # (layer name, call) → node id
        self.arguments: dict[str, dict[str, Any]] = {}  # what an operation is called with

    def node(self, **fields: Any) -> str:
        """Add a node; a graph that no document can hold is refused before it costs much."""
        if len(self.nodes) >= MAX_NODES:
            raise _UnreadableError(f"it has more than {MAX_NODES:,} layers")
        return super().node(**fields)

    def wire(self, source: str, output: int, target: str, port: str, order: float) -> None:
        """Connect two nodes; refused as nodes are."""
        if len(self.edges) >= MAX_EDGES:
            raise _UnreadableError(f"it has more than {MAX_EDGES:,} connections")
        super().wire(source, output, target, port, order)

    def call(self, layer: Any, call: Any) -> str:
        """The node of one call of a layer, by the layer's name."""
        node = self.calls.get((layer, call)) if isinstance(layer, str) else None
        if node is None:
            raise _UnreadableError(
                f"a layer takes the output of “{str(layer)[:60]}”, which is not there"
            )
        return node

    def ends(self) -> list[tuple[str, str]]:
        """The nodes that the model returns, with their layers' names."""
        return [(end.node, self.owner(end.node).name) for end in self.outputs]

    # --- layers -----------------------------------------------------------------------------

    def layers(self, layers: list[Any]) -> None:
        """Read a functional model's layers, then the wires between their calls."""
        layers = self.equal(layers)
        for layer in layers:
            self.place(layer, max(1, len(layer.get("inbound_nodes") or ())))
        for layer in layers:
            for call, inbound in enumerate(layer.get("inbound_nodes") or ()):
                self.connect(self.calls[name_of(layer), call], inbound)

    def place(self, layer: Mapping[str, Any], calls: int) -> str:
        """Add a node for each call of a layer: the first holds it, the others share it."""
        if (entry := operation(layer)) is not None:
            return self.operations(layer, entry)
        first = self.node(**self.fields(layer))
        name, kind = name_of(layer), self.nodes[first].layer
        self.calls[name, 0] = first
        for call in range(1, calls):
            self.calls[name, call] = self.node(layer=kind, shares=first)
        for call, inbound in enumerate(layer.get("inbound_nodes") or ()):
            self.say(self.calls[name, call], said_at_call(kind, inbound))
        return first

    def say(self, node: str, said: Mapping[str, Any]) -> None:
        """Add what a call is told to the parameters of its node."""
        if said:
            params = {**self.nodes[node].params, **said}
            self.nodes[node] = self.nodes[node].model_copy(update={"params": params})

    def equal(self, layers: list[Any]) -> list[Any]:
        """The layers, those that Keras keeps private as others that compute the same."""
        found = [(layer, list(equal_layers(layer))) for layer in layers]
        private = Counter(
            (str(layer["class_name"]), STAND_INS[layer["class_name"]])
            for layer, equal in found
            if equal[0] is not layer and layer["class_name"] in STAND_INS
        )
        for (kind, instead), count in private.items():
            place = {"graph": self.id}
            said = import_stand_in(kind, instead, count).model_copy(update=place)
            self.reader.problems.append(said)
        return [one for _, equal in found for one in equal]

    def operations(self, layer: Mapping[str, Any], entry: Entry) -> str:
        """Add a node for each call of an operation; nothing is shared, for it has no weights."""
        name = chosen_name(layer, name_of(layer))[:200]
        config = {key: one for key, one in layer["config"].items() if key != "name"}
        for call, inbound in enumerate(layer.get("inbound_nodes") or ()):
            given = bound(entry, config, inbound)
            read = read_operation(entry, config, given)
            if read.left:
                self.problem(import_left_out(name or entry.name, read.left))
            node = self.node(layer=entry.name, name=name, params=read.params)
            self.calls[name_of(layer), call] = node
            self.arguments[node] = {key: one for key, one in given.items() if holds_tensor(one)}
        return self.calls[name_of(layer), 0]

    def fields(self, layer: Mapping[str, Any]) -> dict[str, Any]:
        """What a node says of its layer."""
        kind, config = str(layer["class_name"]).rpartition(">")[2], layer["config"]
        name = name_of(layer)[:200]
        if _is_model(layer):
            graph = f"g{len(self.reader.graphs)}"
            _graph(self.reader, layer, graph, self.depth + 1)
            return {"layer": MODEL, "name": name, "graph": graph}
        if kind == "InputLayer":
            return {"layer": INPUT, "name": name, "params": self.input_params(config)}
        entry = load().layer(kind) if is_layer(layer) else None
        if entry is None or entry.refused:
            self.problem(import_unknown_layer(name, kind, entry.refused if entry else None))
            return {"layer": kind[:200], "name": name}
        read = read_config(entry, config)
        if read.left:
            self.problem(import_left_out(name, read.left))
        for what in changed_meaning(config) if self.reader.old else ():
            self.problem(means_something_else(name, what))
        return {"layer": entry.name, "name": name, "params": read.params}

    def problem(self, problem: Problem) -> None:
        """Keep a problem, with the node that comes next as its place."""
        place = {"graph": self.id, "node": f"n{len(self.nodes) + 1}"}
        self.reader.problems.append(problem.model_copy(update=place))

    def input_params(self, config: Mapping[str, Any]) -> dict[str, Any]:
        """An InputLayer's shape without the batch axis, and its dtype unless float32."""
        shape: list[Any] = config.get("batch_shape") or config["batch_input_shape"]
        params: dict[str, Any] = {"shape": list(shape[1:])}
        if shape[0] is not None:
            params["batch_size"] = shape[0]
        if config.get("dtype") not in (None, "float32"):
            params["dtype"] = config["dtype"]
        return params

    def stack(self, layers: list[Any], config: Mapping[str, Any]) -> None:
        """Read a Sequential model: a chain, with its input spelled out."""
        previous = None
        if not layers or layers[0]["class_name"] != "InputLayer":
            shape = stack_shape(layers, config)
            if shape is None:
                raise _UnreadableError("the Sequential model was never built: its input is unknown")
            previous = self.node(layer=INPUT, params={"shape": list(shape[1:])})
        for layer in layers:
            node = self.place(layer, 1)
            if previous is not None:
                self.wire(previous, 0, node, self.input_ports(node)[0], 0.0)
            previous = node
        if previous is not None:
            self.give(previous, 0)

    # --- wires ------------------------------------------------------------------------------

    def connect(self, node: str, inbound: Any) -> None:
        """Wire one call: Keras 3 writes args and kwargs, Keras 2 a list of histories."""
        if node in self.arguments:
            for port, value in self.arguments[node].items():
                self.feed(node, port, value)
            return
        if isinstance(inbound, dict):
            args, kwargs = inbound.get("args") or [], inbound.get("kwargs") or {}
        else:
            args, kwargs = modern_call(self.owner(node).layer, inbound)
        ports = self.input_ports(node)
        said = self.nodes[node].params
        for port, value in [*zip(ports, args, strict=False), *kwargs.items()]:
            if not (port in said and said[port] is value):
                self.feed(node, port, value)
        if extra := [value for value in args[len(ports) :] if value is not None]:
            self.leave(node, [f"{len(extra)} more arguments"])

    def feed(self, node: str, port: str, value: Any) -> None:
        """Wire the tensors of one argument; anything else but None and False is left out."""
        tensors = list(histories(value))
        names = self.input_ports(node)
        several = self.owner(node).layer == MODEL and len(tensors) > 1
        for order, (layer, call, output) in enumerate(tensors):
            target = names[order] if several else port
            self.wire(self.call(layer, call), output, node, target, float(order))
        if not tensors and not says_nothing(value) and not self.is_usual(node, port):
            self.leave(node, [f"{port}={str(value)[:60]}"])

    def is_usual(self, node: str, argument: str) -> bool:
        """Whether an argument needs no word: Keras writes it at every call of such a layer (what
        changes images does so anyhow), or the layer itself was named."""
        owner = self.owner(node)
        entry = load().layer(owner.layer)
        if entry is None:
            return owner.layer != MODEL
        return argument == "training" and entry.category.startswith("Image")

    def leave(self, node: str, what: list[str]) -> None:
        """Say what of a call could not be kept."""
        problem = import_left_out(self.nodes[node].name or node, what)
        place = {"graph": self.id, "node": node}
        self.reader.problems.append(problem.model_copy(update=place))

    def begin(self, inputs: Any) -> None:
        """Note the order in which the model takes its inputs: it is that of their places."""
        for place, (layer, call, _) in enumerate(inputs):
            if place >= MAX_NODES:
                raise _UnreadableError(f"it has more than {MAX_NODES:,} inputs")
            key = self.call(layer, call)
            above = Position(x=float(place), y=-1.0)
            self.nodes[key] = self.nodes[key].model_copy(update={"position": above})

    def finish(self, outputs: Any) -> None:
        """Note what the model returns."""
        for layer, call, output in outputs:
            if len(self.outputs) >= MAX_NODES:
                raise _UnreadableError(f"it has more than {MAX_NODES:,} outputs")
            self.give(self.call(layer, call), output)
