"""Convert the tape of layer calls to a document: the calls that lead to a model's outputs."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from engine.catalogue import Kind, load
from engine.data.bindings import bind
from engine.data.catalogue import DataSets
from engine.document import (
    MAIN,
    Binding,
    Document,
    Graph,
    ObjectSpec,
    OutputTraining,
    Target,
    Training,
)
from engine.graph.index import inputs, outputs
from engine.graph.kinds import INPUT, MODEL
from engine.graph.layout import lay_out
from engine.graph.names import layer_names, valid_name
from engine.imports.graph_builder import GraphBuilder
from engine.imports.python.interpreter import Interpreter
from engine.imports.python.layers import call_params
from engine.imports.python.values import (
    Call,
    KerasObject,
    Layer,
    Model,
    ReadError,
    Rows,
    Tensor,
    Unknown,
)
from engine.machine import backends
from engine.problems import phrase
from engine.values import Json

MAX_NESTING = 50


class Assembler:
    """Builds the graphs of a model and its sub-models; a model used twice has one graph."""

    def __init__(self, reader: Interpreter) -> None:
        self.reader = reader
        self.graphs: list[Graph] = []
        self._ids: dict[int, str] = {}
        self._main: _ModelBuilder | None = None

    def document(self, model: Model, docstring: str) -> Document:
        """The document whose main graph is `model`. Raises ReadError."""
        self.build(model, MAIN, 0)
        assert self._main is not None
        document = Document(
            name=_title(model.name, docstring),
            graphs=tuple(sorted(self.graphs, key=lambda graph: graph.id != MAIN)),
            training=_training(self.reader, model, self._main),
            target=_target(self.reader),
        )
        return _with_bindings(lay_out(document), model.training, self.reader.data)

    def build(self, model: Model, id: str, depth: int) -> None:
        """Add the graph of a model to `graphs`, after those of its sub-models."""
        if depth > MAX_NESTING:
            raise ReadError(
                model.line, phrase("models nest deeper than {limit}", limit=MAX_NESTING)
            )
        builder = _ModelBuilder(self, depth)
        if model.stack is not None:
            builder.add_sequential(model)
        else:
            builder.add_functional(model)
        if id == MAIN:
            self._main = builder
        self.graphs.append(builder.graph(id, "" if id == MAIN else model.name))

    def graph_of(self, model: Model, depth: int) -> str:
        """The id of a sub-model's graph, which is built on first use."""
        if id(model) not in self._ids:
            self._ids[id(model)] = f"g{len(self._ids) + 1}"
            self.build(model, self._ids[id(model)], depth + 1)
        return self._ids[id(model)]


class _ModelBuilder(GraphBuilder):
    """Builds the graph of one model."""

    def __init__(self, assembler: Assembler, depth: int) -> None:
        super().__init__(assembler.graphs)
        self.assembler, self.depth = assembler, depth
        self.calls: dict[int, str] = {}  # index of a call on the tape → node id
        self.owners: dict[int, str] = {}  # id() of a layer → node id of its owner

    def add_call(self, layer: Layer, at_call: Mapping[str, Json] = MappingProxyType({})) -> str:
        """Add a node for one call of a layer: the first owns the layer, later ones share it.

        `at_call` are the call's arguments other than tensors.
        """
        if id(layer) in self.owners:
            owner = self.owners[id(layer)]
            kind = self.nodes[owner].layer
            return self.add_node(layer=kind, shares=owner, params=dict(at_call))
        graph = self.assembler.graph_of(layer.model, self.depth) if layer.model else None
        name = layer.name[:200]
        params = {**layer.params, **at_call}
        node = self.add_node(layer=layer.layer, name=name, params=params, graph=graph)
        self.owners[id(layer)] = node
        return node

    def add_functional(self, model: Model) -> None:
        """Add the calls between a model's inputs and its outputs, in the order of the source."""
        tape = self.assembler.reader.tape
        starts = {tensor.call for tensor in model.inputs}
        for index in sorted(_ancestors(tape, model.outputs, starts)):
            call = tape[index]
            if index in starts and call.layer.layer != INPUT:
                raise ReadError(model.line, phrase("a model that begins at another layer's output"))
            params = call_params(call.layer, call.kwargs, call.line)
            self.calls[index] = self.add_call(call.layer, params)
            self.connect(self.calls[index], call)
        self.inputs += [self.calls[t.call] for t in model.inputs if t.call in self.calls]
        for tensor in model.outputs:
            self.add_output(self.calls[tensor.call], tensor.index)

    def connect(self, node: str, call: Call) -> None:
        """Add the edges for the arguments of one call."""
        ports = self.input_ports(node)
        args = list(call.args)
        if self.nodes[self.nodes[node].shares or node].layer == MODEL and len(ports) > 1:
            args = list(_tensors(args))
        pairs = [*zip(ports, args, strict=False), *call.kwargs.items()]
        for port, value in pairs:
            tensors = list(_tensors(value))
            if tensors and port not in ports:
                raise ReadError(
                    call.line,
                    phrase("{layer} has no input “{port}”", layer=call.layer.layer, port=port),
                )
            for order, tensor in enumerate(tensors):
                self.add_edge(self.calls[tensor.call], tensor.index, node, port, float(order))

    def add_sequential(self, model: Model) -> None:
        """Add a Sequential model as a chain with an explicit Input node."""
        layers = model.stack or []
        if not layers:
            raise ReadError(model.line, phrase("the Sequential model has no layers"))
        previous = None
        if layers[0].layer != INPUT:
            shape = layers[0].input_shape or model.input_shape
            if shape is None:
                raise ReadError(
                    model.line,
                    phrase(
                        "the Sequential model does not state its input's shape: "
                        "put keras.Input(shape=…) first"
                    ),
                )
            previous = self.add_node(layer=INPUT, params={"shape": list(shape)})
        for layer in layers:
            node = self.add_call(layer)
            if previous is not None:
                self.add_edge(previous, 0, node, self.input_ports(node)[0], 0.0)
            previous = node
        assert previous is not None
        self.add_output(previous, 0)


def _tensors(value: Any) -> Iterator[Tensor]:
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _tensors(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _tensors(item)


def _ancestors(tape: list[Call], outputs: list[Tensor], starts: set[int]) -> set[int]:
    """The calls on which the outputs depend, back to the inputs."""
    ancestors: set[int] = set(starts)
    waiting = [tensor.call for tensor in outputs]
    while waiting:
        index = waiting.pop()
        if index in ancestors:
            continue
        ancestors.add(index)
        call = tape[index]
        waiting.extend(tensor.call for tensor in _tensors([*call.args, *call.kwargs.values()]))
    return ancestors


def _title(name: str, docstring: str) -> str:
    """The title in the source's docstring if the model is named after it, else the model's name."""
    title = docstring.partition("\n")[0].partition(":")[0].strip()
    if title and valid_name(title).lower() == name.lower():
        return title[:200]
    return name.replace("_", " ").strip().capitalize()[:200] or "Imported"


def _target(reader: Interpreter) -> Target:
    backend = reader.settings.get("KERAS_BACKEND")
    known = isinstance(backend, str) and backends.find(backend)
    return Target(backend=backend) if known else Target()


# --- data ---------------------------------------------------------------------------------------


def _with_bindings(document: Document, settings: dict[str, Any], data: DataSets) -> Document:
    """The document with the columns that are passed to fit, where they differ from the default."""
    graph = document.main
    ends = (inputs(graph), outputs(graph))
    names = layer_names(graph)
    columns = [
        _columns(nodes, names, settings.get(key)) for nodes, key in zip(ends, "xy", strict=True)
    ]
    defaults = bind(document, *ends, data)[:2]
    bindings = tuple(
        Binding(node=node, column=column)
        for wanted, default in zip(columns, defaults, strict=True)
        for node, column in wanted.items()
        if default.get(node) != column
    )
    training = document.training.model_copy(update={"bindings": bindings})
    return document.model_copy(update={"training": training})


def _columns(nodes: tuple[str, ...], names: dict[str, str], value: Any) -> dict[str, str]:
    """The column of each node in one argument of fit: an array, a list, or a dict by name."""
    by_name = value if isinstance(value, dict) else {}
    if isinstance(value, list | tuple):
        by_name = dict(zip((names[node] for node in nodes), value, strict=False))
    elif isinstance(value, Rows) and nodes:
        by_name = {names[nodes[0]]: value}
    rows = {node: by_name.get(names[node]) for node in nodes}
    return {n: row.column for n, row in rows.items() if isinstance(row, Rows) and row.column}


# --- training -----------------------------------------------------------------------------------


def _training(reader: Interpreter, model: Model, builder: _ModelBuilder) -> Training:
    """The constant arguments of compile and fit; other settings keep their defaults."""
    arguments, settings = model.training, reader.settings
    fields: dict[str, Any] = {
        "data": settings.get("data", ""),
        "seed": settings.get("seed"),
        "split": arguments.get("validation_split") or settings.get("split"),
        "batch_size": arguments.get("batch_size"),
        "epochs": arguments.get("epochs"),
        "optimizer": _spec("optimizer", arguments.get("optimizer")),
        "callbacks": _specs("callback", arguments.get("callbacks")),
    }
    fields |= _losses(arguments, builder)
    training = Training()
    for name, value in fields.items():
        if value in (None, ()) or isinstance(value, Unknown):
            continue
        try:
            training = Training.model_validate({**dict(training), name: value})
        except ValidationError:
            reader.problems.setdefault(
                model.line, phrase("{name} has a value that training can't take", name=name)
            )
    return training


def _losses(arguments: dict[str, Any], builder: _ModelBuilder) -> dict[str, Any]:
    """The loss and metrics of all outputs, or of each output by its layer's name or its index."""
    loss, metrics, weights = (arguments.get(key) for key in ("loss", "metrics", "loss_weights"))
    if not isinstance(loss, dict | list | tuple) and not isinstance(metrics, dict):
        return {"loss": _spec("loss", loss), "metrics": _specs("metric", metrics)}
    outputs = []
    for index, end in enumerate(builder.outputs):
        name = builder.nodes[end.node].name
        fields: dict[str, Any] = {
            "node": end.node,
            "loss": _spec("loss", _of_output(loss, name, index)),
            "metrics": _specs("metric", _of_output(metrics, name, index)) or None,
        }
        weight = _of_output(weights, name, index)
        if isinstance(weight, int | float):
            fields["weight"] = weight
        outputs.append(OutputTraining.model_validate(fields))
    return {"outputs": tuple(outputs)}


def _of_output(value: Any, name: str, index: int) -> Any:
    if isinstance(value, dict):
        return value.get(name)
    if isinstance(value, list | tuple):
        return value[index] if index < len(value) else None
    return value


def _spec(kind: Kind, value: Any) -> ObjectSpec | None:
    if isinstance(value, KerasObject):
        return value.spec
    if isinstance(value, str) and (entry := load().object(kind, value)):
        return ObjectSpec(class_=entry.name)
    return None


def _specs(kind: Kind, value: Any) -> tuple[ObjectSpec, ...]:
    """A list of objects; "accuracy" is left out, because the default fits the target."""
    items = value if isinstance(value, list | tuple) else [value]
    return tuple(spec for item in items if (spec := _spec(kind, item)) is not None)
