"""Convert Keras JSON (`model.to_json()`, Keras 2 and 3) to a document.

The JSON is read as data: no class is resolved, no function is called. A layer that is not in the
catalogue becomes a node, too, so that the graph keeps its structure, and is reported.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from engine.catalogue import Entry, load
from engine.catalogue.refusals import refusal
from engine.document import MAIN, MAX_EDGES, MAX_GRAPHS, MAX_NODES, Document, Graph
from engine.graph.freezing import takes_training
from engine.graph.kinds import INPUT, MODEL
from engine.graph.layout import lay_out
from engine.imports.call_indices import CallIndices, History, call_indices
from engine.imports.compiled import MALFORMED, read_compiled
from engine.imports.graph_builder import GraphBuilder, Imported
from engine.imports.keras_2 import changed_meaning, is_keras_2, modern, modern_call
from engine.imports.keras_config import TRAINABLE, class_name, read_config, thawed
from engine.imports.keras_values import (
    TRAINING,
    as_dict,
    call_params,
    call_training,
    endpoints,
    histories,
    is_empty,
    is_layer,
    name_of,
    stack_shape,
)
from engine.imports.masks import without_implicit_masks
from engine.imports.ops import (
    STAND_INS,
    bind,
    custom_name,
    equivalent_layers,
    find_op,
    holds_tensor,
    read_op,
)
from engine.imports.titles import UNTITLED
from engine.problems import At, Phrase, Problem, phrase, problem, words_of
from engine.problems.validation import reasons
from engine.values import RuleError

MODELS = ("Functional", "Model", "Sequential")
MAX_NESTING = 50


class _UnreadableError(Exception):
    """The JSON is not what Keras writes; the text explains where."""

    def __init__(self, why: Phrase) -> None:
        super().__init__(why)
        self.why = why


@dataclass
class _Reader:
    """Collects graphs and problems of one import; lives for one call of `from_keras_json`."""

    graphs: list[Graph] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    old: bool = False  # written by Keras 2

    def document(self, name: str) -> Document:
        return Document(name=name[:200] or UNTITLED, graphs=tuple(self.graphs))


def from_keras_json(value: Any) -> Imported | list[Problem]:
    """Return the document for Keras JSON as parsed by engine.document.reading.

    Never raises for bad input: returns problems for a value that is no Keras model.
    """
    if not isinstance(value, dict) or not _is_model(value):
        return [_not_a_model(_no_graph(value))]
    reader = _Reader()
    try:
        reader.old = is_keras_2(value)
        main = _read_graph(reader, value, MAIN, 0)
        config = value["config"]
        document = lay_out(reader.document(str(as_dict(config).get("name", ""))))
        training, problems = read_compiled(value.get("compile_config"), main.ends())
        document = document.model_copy(update={"training": training})
        return Imported(document=document, problems=(*reader.problems, *problems))
    except _UnreadableError as error:
        return [_not_a_model(error.why)]
    except MALFORMED as error:
        return [_not_a_model(_describe(error))]


def _not_a_model(why: Phrase | str) -> Problem:
    return problem("not_a_keras_model", why=why)


def _no_graph(value: Any) -> Phrase:
    """Why a value that is no model with a graph can't be read."""
    custom = as_dict(value).get("registered_name")
    if isinstance(custom, str) and custom:
        kind = custom.rpartition(">")[2][:60]
        return phrase("what its class {kind} computes is in its code, not in this file", kind=kind)
    return phrase("it has no class_name of Functional or Sequential")


def _unknown_layer(name: str, kind: str, entry: Entry | None) -> Problem:
    """A layer that can't be represented."""
    why = entry.refused if entry else None
    return problem(
        "import_unknown_layer.refused" if why else "import_unknown_layer",
        name=name,
        kind=kind,
        why=refusal(why) if why else None,
    )


def _describe(error: Exception) -> Phrase | str:
    """A library's error as a short message."""
    if isinstance(error, ValidationError):
        return next(reasons(error))[2]
    if isinstance(error, RuleError):
        return words_of(error)
    return f"{type(error).__name__}: {error}"


def _is_model(layer: Mapping[str, Any]) -> bool:
    """Whether this is a model with a readable graph: a Keras model or a functional subclass."""
    config = layer.get("config")
    is_functional = isinstance(config, dict) and {"layers", "output_layers"} <= config.keys()
    return layer.get("class_name") in MODELS or is_functional


def _read_graph(reader: _Reader, model: Mapping[str, Any], id: str, depth: int) -> "_GraphReader":
    """Read a model and its sub-models into `reader.graphs`."""
    if depth > MAX_NESTING:
        raise _UnreadableError(phrase("models nest deeper than {limit}", limit=MAX_NESTING))
    config = model["config"]
    index = len(reader.graphs)
    reader.graphs.append(Graph(id=id))
    layers = config["layers"] if isinstance(config, dict) else config
    if len(layers) > MAX_NODES:
        raise _UnreadableError(phrase("it has more than {limit:,} layers", limit=MAX_NODES))
    if len(reader.graphs) > MAX_GRAPHS:
        raise _UnreadableError(phrase("it contains more than {limit} models", limit=MAX_GRAPHS))
    layers = [modern(layer) for layer in layers] if reader.old else layers
    graph_reader = _GraphReader(reader, id, depth)
    name = str(as_dict(config).get("name", ""))
    if model["class_name"] not in MODELS:
        kind = str(model["class_name"])
        reader.problems.append(problem("import_custom_model", At(graph=id), name=name, kind=kind))
    if model["class_name"] == "Sequential":
        graph_reader.read_sequential(layers, as_dict(config))
    else:
        outputs = list(endpoints(config["output_layers"]))
        graph_reader.read_layers(layers, outputs)
        graph_reader.read_inputs(endpoints(config["input_layers"]))
        graph_reader.read_outputs(outputs)
    graph = graph_reader.graph(id, "" if id == MAIN else name)
    reader.graphs[index] = without_implicit_masks(graph)
    return graph_reader


class _GraphReader(GraphBuilder):
    """Reads the nodes and edges of one graph."""

    def __init__(self, reader: _Reader, graph: str, depth: int) -> None:
        super().__init__(reader.graphs)
        self.reader, self.id, self.depth = reader, graph, depth
        self.calls: dict[tuple[str, int], str] = {}  # (layer name, call) → node id
        self.indices = CallIndices({}, {})
        self.arguments: dict[str, dict[str, Any]] = {}  # op's node id → tensor arguments

    def add_node(self, **fields: Any) -> str:
        """Add a node; refuse more nodes than a document can hold."""
        if len(self.nodes) >= MAX_NODES:
            raise _UnreadableError(phrase("it has more than {limit:,} layers", limit=MAX_NODES))
        return super().add_node(**fields)

    def add_edge(self, source: str, output: int, target: str, port: str, order: float) -> None:
        """Connect two nodes; refuse more edges than a document can hold."""
        if len(self.edges) >= MAX_EDGES:
            raise _UnreadableError(
                phrase("it has more than {limit:,} connections", limit=MAX_EDGES)
            )
        super().add_edge(source, output, target, port, order)

    def call(self, layer: Any, call: Any) -> str:
        """The node of one call of a layer, by the layer's name."""
        node = self.calls.get((layer, call)) if isinstance(layer, str) else None
        if node is None:
            raise _UnreadableError(
                phrase(
                    "a layer takes the output of “{layer}”, which does not exist",
                    layer=str(layer)[:60],
                )
            )
        return node

    def ends(self) -> list[tuple[str, str]]:
        """The model's output nodes, with their layers' names."""
        return [(end.node, self.owner(end.node).name) for end in self.outputs]

    # --- layers -----------------------------------------------------------------------------

    def read_layers(self, layers: list[Any], outputs: list[History]) -> None:
        """Read a functional model's layers, then the edges between their calls."""
        layers = self.equivalent(layers)
        self.indices = call_indices(layers, outputs)
        for layer in layers:
            self.add_calls(layer, max(1, len(layer.get("inbound_nodes") or ())))
        for layer in layers:
            for call, inbound in enumerate(layer.get("inbound_nodes") or ()):
                self.connect(self.calls[name_of(layer), call], inbound)

    def add_calls(self, layer: Mapping[str, Any], calls: int) -> str:
        """Add a node for each call of a layer: the first owns the layer, the others share it."""
        if (entry := find_op(layer)) is not None:
            return self.add_op_calls(layer, entry)
        first = self.add_node(**self.fields(layer))
        name, kind = name_of(layer), self.nodes[first].layer
        self.calls[name, 0] = first
        for call in range(1, calls):
            self.calls[name, call] = self.add_node(layer=kind, shares=first)
        for call, inbound in enumerate(layer.get("inbound_nodes") or ()):
            self.add_params(self.calls[name, call], call_params(kind, inbound))
            self.set_training(self.calls[name, call], inbound)
        return first

    def add_params(self, node: str, params: Mapping[str, Any]) -> None:
        """Add the arguments of a call to the parameters of its node."""
        if params:
            update = {"params": {**self.nodes[node].params, **params}}
            self.nodes[node] = self.nodes[node].model_copy(update=update)

    def set_training(self, node: str, inbound: Any) -> None:
        """Set what a call says of `training`, if its layer uses it."""
        owner = self.owner(node)
        training = call_training(owner.layer, inbound, old=self.reader.old)
        if training is not None and takes_training(owner):
            update = {"training": training}
            self.nodes[node] = self.nodes[node].model_copy(update=update)

    def equivalent(self, layers: list[Any]) -> list[Any]:
        """The layers, with private layers of Keras replaced by equivalent public ones."""
        replacements = [(layer, list(equivalent_layers(layer))) for layer in layers]
        private = Counter(
            str(layer["class_name"])
            for layer, instead in replacements
            if instead[0] is not layer and layer["class_name"] in STAND_INS
        )
        for kind, count in private.items():
            at, instead = At(graph=self.id), STAND_INS[kind]
            self.reader.problems.append(
                problem("import_stand_in", at, kind=kind, instead=instead, count=count)
            )
        return [layer for _, instead in replacements for layer in instead]

    def add_op_calls(self, layer: Mapping[str, Any], entry: Entry) -> str:
        """Add a node for each call of an op; ops have no weights to share."""
        name = custom_name(layer, name_of(layer))[:200]
        config = {key: value for key, value in layer["config"].items() if key != "name"}
        for call, inbound in enumerate(layer.get("inbound_nodes") or ()):
            arguments = bind(entry, config, inbound)
            read = read_op(entry, config, arguments)
            if read.left_out:
                self.report(problem("import_left_out", name=name or entry.name, what=read.left_out))
            node = self.add_node(layer=entry.name, name=name, params=read.params)
            self.calls[name_of(layer), call] = node
            self.arguments[node] = {
                name: value for name, value in arguments.items() if holds_tensor(value)
            }
        return self.calls[name_of(layer), 0]

    def fields(self, layer: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of the node that owns a layer."""
        kind, config = class_name(layer), layer["config"]
        name = name_of(layer)[:200]
        frozen = as_dict(config).get(TRAINABLE) is False
        config = thawed(config) if frozen else config
        if _is_model(layer):
            graph = f"g{len(self.reader.graphs)}"
            model = {**layer, "config": config}
            _read_graph(self.reader, model, graph, self.depth + 1)
            return {"layer": MODEL, "name": name, "graph": graph, "frozen": frozen}
        if kind == "InputLayer":
            return {"layer": INPUT, "name": name, "params": self.input_params(config)}
        entry = load().layer(kind) if is_layer(layer) else None
        if entry is None or entry.refused:
            self.report(_unknown_layer(name, kind, entry))
            return {"layer": kind[:200], "name": name, "frozen": frozen}
        read = read_config(entry, config)
        if read.left_out:
            self.report(problem("import_left_out", name=name, what=read.left_out))
        for change in changed_meaning(config) if self.reader.old else ():
            self.report(problem("import_changed_meaning", name=name, what=change))
        return {"layer": entry.name, "name": name, "params": read.params, "frozen": frozen}

    def report(self, wrong: Problem) -> None:
        """Report a problem of the node that is added next."""
        location = {"graph": self.id, "node": f"n{len(self.nodes) + 1}"}
        self.reader.problems.append(wrong.model_copy(update=location))

    def input_params(self, config: Mapping[str, Any]) -> dict[str, Any]:
        """An InputLayer's shape without the batch axis, and its dtype unless float32."""
        shape: list[Any] = config.get("batch_shape") or config["batch_input_shape"]
        params: dict[str, Any] = {"shape": list(shape[1:])}
        if shape[0] is not None:
            params["batch_size"] = shape[0]
        if config.get("dtype") not in (None, "float32"):
            params["dtype"] = config["dtype"]
        return params

    def read_sequential(self, layers: list[Any], config: Mapping[str, Any]) -> None:
        """Read a Sequential model as a chain with an explicit Input node."""
        previous = None
        if not layers or layers[0]["class_name"] != "InputLayer":
            shape = stack_shape(layers, config)
            if shape is None:
                raise _UnreadableError(
                    phrase("the Sequential model was never built: its input is unknown")
                )
            previous = self.add_node(layer=INPUT, params={"shape": list(shape[1:])})
        for layer in layers:
            node = self.add_calls(layer, 1)
            if previous is not None:
                self.add_edge(previous, 0, node, self.input_ports(node)[0], 0.0)
            previous = node
        if previous is not None:
            self.add_output(previous, 0)

    # --- edges ------------------------------------------------------------------------------

    def connect(self, node: str, inbound: Any) -> None:
        """Add the edges of one call, which Keras 2 and Keras 3 write in different forms."""
        if node in self.arguments:
            for port, value in self.arguments[node].items():
                self.connect_argument(node, port, value)
            return
        if isinstance(inbound, dict):
            args, kwargs = inbound.get("args") or [], inbound.get("kwargs") or {}
        else:
            args, kwargs = modern_call(self.owner(node).layer, inbound)
        ports = self.input_ports(node)
        params = self.nodes[node].params
        for port, value in [*zip(ports, args, strict=False), *kwargs.items()]:
            known = port == TRAINING and isinstance(value, bool)  # read by `set_training`
            if not known and not (port in params and params[port] is value):
                self.connect_argument(node, port, value)
        if extra := [value for value in args[len(ports) :] if value is not None]:
            self.report_left_out(node, [phrase("{count} more arguments", count=len(extra))])

    def connect_argument(self, node: str, port: str, value: Any) -> None:
        """Add the edges for the tensors of one argument; report other values as left out."""
        tensors = list(histories(value))
        names = self.input_ports(node)
        several = self.owner(node).layer == MODEL and len(tensors) > 1
        for order, (layer, call, output) in enumerate(tensors):
            target = names[order] if several else port
            index = self.indices.by_layers.get((layer, call), call)
            self.add_edge(self.call(layer, index), output, node, target, float(order))
        if not tensors and not is_empty(value) and not self.is_unknown(node):
            self.report_left_out(node, [f"{port}={str(value)[:60]}"])

    def is_unknown(self, node: str) -> bool:
        """Whether the layer is unknown, which is reported already."""
        layer = self.owner(node).layer
        return load().layer(layer) is None and layer != MODEL

    def report_left_out(self, node: str, arguments: Sequence[Phrase | str]) -> None:
        """Report arguments of a call that a document can't hold."""
        at, name = At(graph=self.id, node=node), self.nodes[node].name or node
        self.reader.problems.append(problem("import_left_out", at, name=name, what=arguments))

    def read_inputs(self, inputs: Any) -> None:
        """Add the model's inputs."""
        for layer, call, _ in inputs:
            if len(self.inputs) >= MAX_NODES:
                raise _UnreadableError(phrase("it has more than {limit:,} inputs", limit=MAX_NODES))
            self.inputs.append(self.call(layer, call))

    def read_outputs(self, outputs: Any) -> None:
        """Add the model's outputs."""
        for layer, call, output in outputs:
            if len(self.outputs) >= MAX_NODES:
                raise _UnreadableError(
                    phrase("it has more than {limit:,} outputs", limit=MAX_NODES)
                )
            index = self.indices.by_outputs.get((layer, call), call)
            self.add_output(self.call(layer, index), output)
