"""From the tape of layer calls to a document: the graph behind a model's outputs."""

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
from engine.graph.kinds import INPUT, MODEL
from engine.graph.layout import lay_out
from engine.graph.names import layer_names, valid_name
from engine.graph.wiring import inputs, outputs
from engine.imports.drawing import Drawing
from engine.imports.python.calls import told
from engine.imports.python.interpreter import Interpreter
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
from engine.values import Json

MAX_NESTING = 50


class Assembler:
    """Draws one model and those inside it; owns the graphs, which models share by identity."""

    def __init__(self, reader: Interpreter) -> None:
        self.reader = reader
        self.graphs: list[Graph] = []
        self._ids: dict[int, str] = {}
        self._main: _Sketch | None = None

    def document(self, model: Model, docstring: str) -> Document:
        """The document whose main graph is `model`. Raises ReadError."""
        self.draw(model, MAIN, 0)
        assert self._main is not None
        document = Document(
            name=_title(model.name, docstring),
            graphs=tuple(sorted(self.graphs, key=lambda graph: graph.id != MAIN)),
            training=_training(self.reader, model, self._main),
            target=_target(self.reader),
        )
        return _bound(lay_out(document), model.training, self.reader.data)

    def draw(self, model: Model, id: str, depth: int) -> None:
        """Add the graph of a model to `graphs`, after those that it holds."""
        if depth > MAX_NESTING:
            raise ReadError(model.line, f"models nest deeper than {MAX_NESTING}")
        sketch = _Sketch(self, depth)
        if model.stack is not None:
            sketch.stack(model)
        else:
            sketch.function(model)
        if id == MAIN:
            self._main = sketch
        self.graphs.append(sketch.graph(id, "" if id == MAIN else model.name))

    def graph_of(self, model: Model, depth: int) -> str:
        """The id of a sub-model's graph, drawn the first time it is needed."""
        if id(model) not in self._ids:
            self._ids[id(model)] = f"g{len(self._ids) + 1}"
            self.draw(model, self._ids[id(model)], depth + 1)
        return self._ids[id(model)]


class _Sketch(Drawing):
    """One model's nodes while they are drawn."""

    def __init__(self, assembler: Assembler, depth: int) -> None:
        super().__init__(assembler.graphs)
        self.assembler, self.depth = assembler, depth
        self.calls: dict[int, str] = {}  # call on the tape → node
        self.owners: dict[int, str] = {}  # layer → the node that holds it

    def place(self, layer: Layer, said: Mapping[str, Json] = MappingProxyType({})) -> str:
        """A node for one call of a layer: the first holds it, later ones share it.

        `said` is what the call is told beside its tensors.
        """
        if id(layer) in self.owners:
            owner = self.owners[id(layer)]
            return self.node(layer=self.nodes[owner].layer, shares=owner, params=dict(said))
        graph = self.assembler.graph_of(layer.model, self.depth) if layer.model else None
        name = layer.name[:200]
        params = {**layer.params, **said}
        node = self.node(layer=layer.layer, name=name, params=params, graph=graph)
        self.owners[id(layer)] = node
        return node

    def function(self, model: Model) -> None:
        """The calls between a model's inputs and its outputs, in the order of the source."""
        tape = self.assembler.reader.tape
        starts = {tensor.call for tensor in model.inputs}
        for index in sorted(_behind(tape, model.outputs, starts)):
            call = tape[index]
            if index in starts and call.layer.layer != INPUT:
                raise ReadError(model.line, "a model that begins at another layer's output")
            self.calls[index] = self.place(call.layer, told(call.layer, call.kwargs, call.line))
            self.connect(self.calls[index], call)
        for tensor in model.outputs:
            self.give(self.calls[tensor.call], tensor.index)

    def connect(self, node: str, call: Call) -> None:
        """Wire the arguments of one call to the node's ports."""
        ports = self.input_ports(node)
        args = list(call.args)
        if self.nodes[self.nodes[node].shares or node].layer == MODEL and len(ports) > 1:
            args = list(_tensors(args))
        pairs = [*zip(ports, args, strict=False), *call.kwargs.items()]
        for port, value in pairs:
            tensors = list(_tensors(value))
            if tensors and port not in ports:
                raise ReadError(call.line, f"{call.layer.layer} has no input “{port}”")
            for order, tensor in enumerate(tensors):
                self.wire(self.calls[tensor.call], tensor.index, node, port, float(order))

    def stack(self, model: Model) -> None:
        """A Sequential model: a chain, with its input spelled out."""
        layers = model.stack or []
        if not layers:
            raise ReadError(model.line, "the Sequential model has no layers")
        previous = None
        if layers[0].layer != INPUT:
            shape = layers[0].input_shape or model.input_shape
            if shape is None:
                raise ReadError(
                    model.line,
                    "the Sequential model does not say its input's shape: "
                    "put keras.Input(shape=…) first",
                )
            previous = self.node(layer=INPUT, params={"shape": list(shape)})
        for layer in layers:
            node = self.place(layer)
            if previous is not None:
                self.wire(previous, 0, node, self.input_ports(node)[0], 0.0)
            previous = node
        assert previous is not None
        self.give(previous, 0)


def _tensors(value: Any) -> Iterator[Tensor]:
    if isinstance(value, Tensor):
        yield value
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _tensors(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _tensors(item)


def _behind(tape: list[Call], outputs: list[Tensor], starts: set[int]) -> set[int]:
    """The calls that the outputs need, as far back as the inputs."""
    found: set[int] = set(starts)
    waiting = [tensor.call for tensor in outputs]
    while waiting:
        index = waiting.pop()
        if index in found:
            continue
        found.add(index)
        call = tape[index]
        waiting.extend(tensor.call for tensor in _tensors([*call.args, *call.kwargs.values()]))
    return found


def _title(name: str, docstring: str) -> str:
    """The title that the source's first line gives, if the model is named after it."""
    title = docstring.partition("\n")[0].partition(":")[0].strip()
    if title and valid_name(title).lower() == name.lower():
        return title[:200]
    return name.replace("_", " ").strip().capitalize()[:200] or "Imported"


def _target(reader: Interpreter) -> Target:
    backend = reader.settings.get("KERAS_BACKEND")
    known = isinstance(backend, str) and backends.find(backend)
    return Target(backend=backend) if known else Target()


# --- data ---------------------------------------------------------------------------------------


def _bound(document: Document, said: dict[str, Any], data: DataSets) -> Document:
    """The document with the columns that fit was given, where they are not the ones by default."""
    graph = document.main
    ends = (inputs(graph), outputs(graph))
    names = layer_names(graph)
    given = [_columns(nodes, names, said.get(key)) for nodes, key in zip(ends, "xy", strict=True)]
    usual = bind(document, *ends, data)[:2]
    bindings = tuple(
        Binding(node=node, column=column)
        for wanted, default in zip(given, usual, strict=True)
        for node, column in wanted.items()
        if default.get(node) != column
    )
    training = document.training.model_copy(update={"bindings": bindings})
    return document.model_copy(update={"training": training})


def _columns(nodes: tuple[str, ...], names: dict[str, str], value: Any) -> dict[str, str]:
    """Which column each node gets from one argument of fit: an array, a list, or by name."""
    given = value if isinstance(value, dict) else {}
    if isinstance(value, list | tuple):
        given = dict(zip((names[node] for node in nodes), value, strict=False))
    elif isinstance(value, Rows) and nodes:
        given = {names[nodes[0]]: value}
    rows = {node: given.get(names[node]) for node in nodes}
    return {n: row.column for n, row in rows.items() if isinstance(row, Rows) and row.column}


# --- training -----------------------------------------------------------------------------------


def _training(reader: Interpreter, model: Model, sketch: _Sketch) -> Training:
    """What compile and fit said, as far as it is constants; the rest keeps its default."""
    said, settings = model.training, reader.settings
    fields: dict[str, Any] = {
        "data": settings.get("data", ""),
        "seed": settings.get("seed"),
        "split": said.get("validation_split") or settings.get("split"),
        "batch_size": said.get("batch_size"),
        "epochs": said.get("epochs"),
        "optimizer": _spec("optimizer", said.get("optimizer")),
        "callbacks": _specs("callback", said.get("callbacks")),
    }
    fields |= _losses(said, sketch)
    training = Training()
    for name, value in fields.items():
        if value in (None, ()) or isinstance(value, Unknown):
            continue
        try:
            training = Training.model_validate({**dict(training), name: value})
        except ValidationError:
            reader.problems.setdefault(model.line, f"{name} has a value that training can't take")
    return training


def _losses(said: dict[str, Any], sketch: _Sketch) -> dict[str, Any]:
    """One loss and its metrics, or those of each output by its layer's name or its place."""
    loss, metrics, weights = (said.get(key) for key in ("loss", "metrics", "loss_weights"))
    if not any(isinstance(one, dict) for one in (loss, metrics)) and not isinstance(
        loss, list | tuple
    ):
        return {"loss": _spec("loss", loss), "metrics": _specs("metric", metrics)}
    outputs = []
    for index, end in enumerate(sketch.outputs):
        names = (sketch.nodes[end.node].name, index)
        own = {
            "node": end.node,
            "loss": _spec("loss", _of(loss, names)),
            "metrics": _specs("metric", _of(metrics, names)) or None,
        }
        weight = _of(weights, names)
        outputs.append(own | ({"weight": weight} if isinstance(weight, int | float) else {}))
    return {"outputs": tuple(OutputTraining.model_validate(one) for one in outputs)}


def _of(value: Any, names: tuple[str, int]) -> Any:
    name, index = names
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
    """Several objects; "accuracy" is left to the default, which fits the target."""
    items = value if isinstance(value, list | tuple) else [value]
    return tuple(spec for item in items if (spec := _spec(kind, item)) is not None)
