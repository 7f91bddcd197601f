"""Keras's own JSON (`model.to_json()`, Keras 2 and 3) → a document.

Read as data: no class is resolved, no function is called. A layer that the catalogue does not
know becomes a node all the same, so that the graph keeps its form, and is named in a problem.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.catalogue import load
from engine.document import MAIN, Document, Graph
from engine.graph import INPUT, MODEL
from engine.imports.drawing import Drawing, Imported
from engine.imports.keras_config import read_config
from engine.layout import lay_out
from engine.problems import Problem, import_left_out, import_unknown_layer, not_a_keras_model

MODELS = ("Functional", "Model", "Sequential")
MAX_NESTING = 50
_TENSOR = "__keras_tensor__"


class _UnreadableError(Exception):
    """The JSON is not what Keras writes; the text says where."""


@dataclass
class _Reader:
    """Collects graphs and problems of one import; lives for one call of `from_keras_json`."""

    graphs: list[Graph] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def document(self, name: str) -> Document:
        return Document(name=name[:200] or "Imported", graphs=tuple(self.graphs))


def from_keras_json(value: Any) -> Imported | list[Problem]:
    """Return the document for Keras's JSON, given as plain values (see engine.reading).

    Never raises for bad input: what is no Keras model comes back as problems.
    """
    if not isinstance(value, dict) or value.get("class_name") not in MODELS:
        return [not_a_keras_model("it has no class_name of Functional or Sequential")]
    reader = _Reader()
    try:
        _graph(reader, value, MAIN, 0)
        name = str(value["config"].get("name", ""))
        document = lay_out(reader.document(name))
        return Imported(document=document, problems=tuple(reader.problems))
    except _UnreadableError as error:
        return [not_a_keras_model(str(error))]
    except (KeyError, TypeError, ValueError, IndexError, AttributeError) as error:
        return [not_a_keras_model(f"{type(error).__name__}: {str(error)[:200]}")]


def _graph(reader: _Reader, model: Mapping[str, Any], id: str, depth: int) -> None:
    """Read one model, and before it those it holds, into `reader.graphs`."""
    if depth > MAX_NESTING:
        raise _UnreadableError(f"models nest deeper than {MAX_NESTING}")
    config = model["config"]
    place = len(reader.graphs)
    reader.graphs.append(Graph(id=id))
    layers = config["layers"] if isinstance(config, dict) else config
    reading = _Reading(reader, id, depth)
    if model["class_name"] == "Sequential":
        reading.stack(layers, config if isinstance(config, dict) else {})
    else:
        reading.layers(layers)
        reading.finish(_flat(config["output_layers"]))
    name = str(config.get("name", "")) if isinstance(config, dict) else ""
    reader.graphs[place] = reading.graph(id, "" if id == MAIN else name)


class _Reading(Drawing):
    """The nodes and wires of one graph while its JSON is read."""

    def __init__(self, reader: _Reader, graph: str, depth: int) -> None:
        super().__init__(reader.graphs)
        self.reader, self.id, self.depth = reader, graph, depth
        self.calls: dict[tuple[str, int], str] = {}  # (layer name, call) → node id

    # --- layers -----------------------------------------------------------------------------

    def layers(self, layers: list[Any]) -> None:
        """Read a functional model's layers, then the wires between their calls."""
        for layer in layers:
            self.place(layer, max(1, len(layer.get("inbound_nodes") or ())))
        for layer in layers:
            for call, inbound in enumerate(layer.get("inbound_nodes") or ()):
                self.connect(self.calls[_name(layer), call], inbound)

    def place(self, layer: Mapping[str, Any], calls: int) -> str:
        """Add a node for each call of a layer: the first holds it, the others share it."""
        first = self.node(**self.fields(layer))
        name = _name(layer)
        self.calls[name, 0] = first
        for call in range(1, calls):
            self.calls[name, call] = self.node(layer=self.nodes[first].layer, shares=first)
        return first

    def fields(self, layer: Mapping[str, Any]) -> dict[str, Any]:
        """What a node says of its layer."""
        kind, config = str(layer["class_name"]).rpartition(">")[2], layer["config"]
        name = _name(layer)[:200]
        if kind in MODELS:
            graph = f"g{len(self.reader.graphs)}"
            _graph(self.reader, layer, graph, self.depth + 1)
            return {"layer": MODEL, "name": name, "graph": graph}
        if kind == "InputLayer":
            return {"layer": INPUT, "name": name, "params": self.input_params(config)}
        entry = load().layer(kind) if _is_layer(layer) else None
        if entry is None or entry.refused:
            self.problem(import_unknown_layer(name, kind, entry.refused if entry else None))
            return {"layer": kind[:200], "name": name}
        read = read_config(entry, config)
        if read.left:
            self.problem(import_left_out(name, read.left))
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
            shape = _stack_shape(layers, config)
            if shape is None:
                raise _UnreadableError("the Sequential model was never built: its input is unknown")
            previous = self.node(layer=INPUT, params={"shape": list(shape[1:])})
        for layer in layers:
            node = self.place(layer, 1)
            if previous is not None:
                self.wire(previous, 0, node, self.input_ports(node)[0], 0.0)
            previous = node

    # --- wires ------------------------------------------------------------------------------

    def connect(self, node: str, inbound: Any) -> None:
        """Wire one call: Keras 3 writes args and kwargs, Keras 2 a list of histories."""
        if isinstance(inbound, dict):
            args, kwargs = inbound.get("args") or [], inbound.get("kwargs") or {}
        else:
            tensors = inbound if inbound and isinstance(inbound[0], list) else [inbound]
            args = [[_keras_2(item) for item in tensors]]
            kwargs = {key: value for item in tensors[:1] for key, value in _named(item).items()}
        ports = self.input_ports(node)
        for port, value in [*zip(ports, args, strict=False), *kwargs.items()]:
            self.feed(node, port, value)
        if extra := [value for value in args[len(ports) :] if value is not None]:
            self.leave(node, [f"{len(extra)} more arguments"])

    def feed(self, node: str, port: str, value: Any) -> None:
        """Wire the tensors of one argument; anything else but None and False is left out."""
        histories = list(_histories(value))
        names = self.input_ports(node)
        several = self.nodes[self.nodes[node].shares or node].layer == MODEL and len(histories) > 1
        for order, (layer, call, output) in enumerate(histories):
            target = names[order] if several else port
            self.wire(self.calls[layer, call], output, node, target, float(order))
        if not histories and value not in (None, False, []):
            self.leave(node, [f"{port}={str(value)[:60]}"])

    def leave(self, node: str, what: list[str]) -> None:
        """Say what of a call could not be kept."""
        problem = import_left_out(self.nodes[node].name or node, what)
        place = {"graph": self.id, "node": node}
        self.reader.problems.append(problem.model_copy(update=place))

    def finish(self, outputs: Any) -> None:
        """Note what the model returns."""
        for layer, call, output in outputs:
            self.give(self.calls[layer, call], output)


def _name(layer: Mapping[str, Any]) -> str:
    return str(layer.get("name") or layer["config"].get("name") or layer["class_name"])


def _is_layer(layer: Mapping[str, Any]) -> bool:
    """Whether a class is one of Keras's layers: an operation may have a layer's name (Add)."""
    module = str(layer.get("module") or "keras.layers")
    return not layer.get("registered_name") and ".ops" not in module


def _stack_shape(layers: list[Any], config: Mapping[str, Any]) -> list[Any] | None:
    first = layers[0]["config"] if layers else {}
    shape = first.get("batch_input_shape") or first.get("batch_shape")
    return shape or config.get("build_input_shape")


def _flat(value: Any) -> Iterator[tuple[str, int, int]]:
    """Histories [layer, call, output] wherever they are in lists and dicts."""
    if isinstance(value, dict):
        for item in value.values():
            yield from _flat(item)
    elif value and isinstance(value[0], str):
        yield value[0], value[1], value[2]
    else:
        for item in value:
            yield from _flat(item)


def _keras_2(item: Any) -> dict[str, Any]:
    return {"class_name": _TENSOR, "config": {"keras_history": item[:3]}}


def _named(item: Any) -> dict[str, Any]:
    """Keras 2's keyword arguments of a call: a history [layer, call, output] is a tensor."""
    _, _, _, kwargs = [*item, {}][:4]
    return {
        key: _keras_2(value) if isinstance(value, list) and value else value
        for key, value in kwargs.items()
    }


def _histories(value: Any) -> Iterator[tuple[str, int, int]]:
    """Every tensor in an argument, in order."""
    if isinstance(value, dict) and value.get("class_name") == _TENSOR:
        layer, call, output = value["config"]["keras_history"]
        yield str(layer), int(call), int(output)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _histories(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _histories(item)
