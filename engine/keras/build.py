"""The one walk over the graph, and the model that it yields.

`walk` visits every node that can be visited, once, in topological order. What it yields depends
on the function passed in: real layers called on Keras tensors give a model (`build_model`),
remembered results of symbolic calls give shapes (engine.check).
"""

import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar

import keras

from engine.catalogue import Entry, Kind, Param, load, slicing
from engine.document import MAIN, Document, Node, ObjectSpec
from engine.graph.kinds import INPUT, MODEL, is_operation
from engine.graph.names import names, valid_name
from engine.graph.ports import Outline, Ports, called_with, made_with
from engine.graph.wiring import Wiring, endpoints
from engine.graph.wiring import inputs as model_inputs
from engine.keras.initializing import quick_weights
from engine.keras.lean import without_tensorflow
from engine.keras.signatures import remembered_signatures
from engine.problems import Problem, cannot_build
from engine.values import Json

T = TypeVar("T")
Arguments = dict[str, T | list[T]]
Visit = Callable[[Node, Ports, Arguments[T]], Mapping[str, T] | None]


class BuildError(Exception):
    """A document that `engine.check` does not call sound can't be built; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def _refuse(detail: str, graph: str, node: str | None = None) -> BuildError:
    return BuildError(cannot_build(detail).model_copy(update={"graph": graph, "node": node}))


def walk(
    outline: Outline,
    graph: str,
    feeds: Mapping[str, T],
    visit: Visit[T],
    skip: Collection[str] = (),
) -> dict[str, Mapping[str, T]]:
    """Visit the nodes of a graph in topological order; return what left each, by port.

    `feeds` are the values of the Input nodes. A node is visited when all its wires bring a
    value; where `visit` returns None, the walk goes on without what lies behind.
    """
    wires = outline.wiring(graph)
    found: dict[str, Mapping[str, T]] = {}
    for key in wires.order:
        if wires.nodes[key].layer == INPUT:
            if key in feeds:
                found[key] = {"output": feeds[key]}
            continue
        ports = None if key in skip else outline.ports(graph, key)
        arguments = gather(wires, key, ports, found) if ports else None
        if ports is None or arguments is None:
            continue
        outputs = visit(wires.nodes[key], ports, arguments)
        if outputs is not None:
            found[key] = outputs
    return found


def gather(
    wires: Wiring, key: str, ports: Ports, found: Mapping[str, Mapping[str, T]]
) -> Arguments[T] | None:
    """What the wires bring to each port of a node; None when a wire brings nothing."""
    arguments: Arguments[T] = {}
    incoming = wires.incoming[key]
    for port in ports.inputs:
        values: list[T] = []
        for edge in incoming.get(port.name, ()):
            outputs = found.get(edge.source)
            value = outputs.get(edge.source_port) if outputs else None
            if value is None:
                return None
            values.append(value)
        if values:
            arguments[port.name] = values if port.variadic else values[0]
    return arguments


def apply(
    layer: Any, ports: Ports, arguments: Arguments[Any], said: Mapping[str, Json]
) -> dict[str, Any]:
    """Call a layer: its first port by position, the others and what is `said` by name.

    Return the outputs by port.
    """
    if isinstance(layer, Operation):
        outputs = layer(arguments)
    elif isinstance(layer, keras.Model):
        values = [arguments[port.name] for port in ports.inputs]
        outputs = layer(values if len(values) > 1 else values[0])
    else:
        first, *rest = ports.inputs
        named = {port.name: arguments[port.name] for port in rest if port.name in arguments}
        outputs = layer(arguments[first.name], **named, **said)
    return by_port(ports, keras.tree.flatten(outputs))


@dataclass
class Operation:
    """A function of keras.ops with its parameters, called like a layer. It has no weights."""

    entry: Entry
    params: Mapping[str, Any]
    trainable_weights: tuple[Any, ...] = ()
    non_trainable_weights: tuple[Any, ...] = ()

    def __call__(self, tensors: Mapping[str, Any], name: str | None = None) -> Any:
        """Apply the function; `name` is what Keras's graph calls it, instead of a number."""
        function = resolve(self.entry.path)
        given = {**self.params, **tensors}
        if any(port.spread for port in self.entry.inputs):
            ordered = [given[key] for key in self.entry.signature if key in given]
            outputs = function(*ordered[:-1], *ordered[-1])
        else:
            outputs = function(**given)
        if name is not None:
            keras.tree.flatten(outputs)[0]._keras_history.operation.name = name
        return outputs


def operation(entry: Entry, params: Mapping[str, Json]) -> Operation:
    """The operation that `entry` describes; `params` must have passed `engine.catalogue.params`."""
    # A constant that is set to null is none.
    given = {key: value for key, value in params.items() if value is not None}
    return Operation(
        entry, {key: _argument(entry.param(key), value) for key, value in given.items()}
    )


def by_port(ports: Ports, outputs: Sequence[T]) -> dict[str, T]:
    """Name the outputs of a call after the layer's ports."""
    named = [port.name for port in ports.outputs]
    named += [f"output_{index}" for index in range(len(named), len(outputs))]
    return dict(zip(named, outputs, strict=False))


@cache
def resolve(path: str) -> Any:
    """The class or function that a path of the catalogue names, such as "keras.layers.Dense"."""
    package, _, inner = path.partition(".")
    assert package == "keras"
    return attrgetter(inner)(keras)


def construct(entry: Entry, params: Mapping[str, Json], **more: Any) -> Any:
    """Make the object that `entry` describes; `params` must have passed `engine.catalogue.params`.

    Every argument goes by name, and every nested object is one of the catalogue's.
    Raises whatever Keras raises for values that don't fit together.
    """
    given = {name: _argument(entry.param(name), value) for name, value in params.items()}
    return resolve(entry.path)(**given, **more)


def construct_object(kind: Kind, spec: ObjectSpec) -> Any:
    """Make an optimizer, a loss, a metric or a callback. Raises KeyError for an unknown one."""
    entry = load().object(kind, spec.class_)
    if entry is None:
        raise KeyError(spec.class_)
    return construct(entry, spec.params)


def _argument(param: Param | None, value: Json) -> Any:
    if param is None:
        raise KeyError("an unknown parameter reached Keras")
    if param.type in ("layer", "layers") and isinstance(value, list):
        return [_argument(param, item) for item in value]
    if isinstance(value, dict) and param.type != "json":
        return construct(_entry_of(param, value["class"]), value.get("params", {}))
    if isinstance(value, str) and param.type in ("initializer", "regularizer", "constraint"):
        return construct(_entry_of(param, value), {})
    if param.type == "slices":
        return slicing.key(str(value))
    if isinstance(value, list) and param.type not in ("strings", "numbers"):
        return _tuples(value)
    return value


def _tuples(value: Json) -> Any:
    return tuple(_tuples(item) for item in value) if isinstance(value, list) else value


def _entry_of(param: Param, name: str) -> Entry:
    kind: Any = "cell" if param.name in ("cell", "cells") else param.type
    entry = load().layer(name) if kind in ("layer", "layers") else load().object(kind, name)
    if entry is None or (entry.refused and kind != "cell"):
        raise KeyError(name)
    return entry


def input_shape(node: Node) -> tuple[int | None, ...]:
    """The shape of an Input node's tensor, with the batch axis."""
    return (node.params.get("batch_size"), *node.params["shape"])


def input_dtype(node: Node) -> str:
    """The dtype of an Input node's tensor."""
    return node.params.get("dtype") or "float32"


def build_model(document: Document) -> keras.Model:
    """Build the functional model on the active backend.

    Inputs and outputs come in the order of `Verdict.inputs` and `Verdict.outputs`; layers are
    named after their nodes (engine.graph.names.layer_names).

    Raises:
        BuildError: for a document in which `engine.check` finds an error.
    """
    outline = Outline(document)
    nodes = sum(len(graph.nodes) for graph in document.graphs)
    with _room_for(nodes), quick_weights(), remembered_signatures():
        return _model(outline, MAIN, valid_name(document.name) or "model", ())


@contextmanager
def _room_for(nodes: int) -> Iterator[None]:
    """Keras follows a graph by recursion, which ends at about 988 layers in a chain."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(before + 10 * nodes)
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def _model(outline: Outline, graph: str, name: str, above: tuple[str, ...]) -> keras.Model:
    wires = outline.wiring(graph)
    called = names(wires)
    if graph in above or wires.cycles:
        raise _refuse("It runs in a circle.", graph)
    feeds = {
        key: keras.Input(batch_shape=input_shape(node), dtype=input_dtype(node), name=called[key])
        for key, node in wires.nodes.items()
        if node.layer == INPUT
    }
    layers: dict[str, Any] = {}

    def visit(node: Node, ports: Ports, arguments: Arguments[Any]) -> dict[str, Any]:
        owner = wires.owners[node.id] or node
        try:
            if is_operation(owner):
                entry = load().layer(owner.layer)
                if entry is None:
                    raise KeyError(owner.layer)
                made = operation(entry, owner.params)(arguments, called[node.id])
                return by_port(ports, keras.tree.flatten(made))
            if owner.id not in layers:
                layers[owner.id] = _layer(outline, owner, called[owner.id], (*above, graph))
            return apply(layers[owner.id], ports, arguments, called_with(node))
        except BuildError:
            raise
        except Exception as error:
            raise _refuse(str(error), graph, node.id) from error

    found = walk(outline, graph, feeds, visit)
    ends = endpoints(wires)
    missing = [end.node for end in ends if end.node not in found]
    if missing or not ends:
        raise _refuse("Something before it is missing.", graph, missing[0] if missing else None)
    inputs = [feeds[key] for key in model_inputs(wires.graph)]
    outputs = [output_of(found[end.node], end.port) for end in ends]
    return keras.Model(_single(inputs), _single(outputs), name=name)


def _layer(outline: Outline, owner: Node, name: str, above: tuple[str, ...]) -> Any:
    if owner.layer == MODEL:
        return _model(outline, owner.graph or "", name, above)
    entry = load().layer(owner.layer)
    if entry is None or entry.refused:
        raise KeyError(owner.layer)
    try:
        with without_tensorflow():  # Bidirectional copies its layer, and would import it for that
            return construct(entry, made_with(owner), name=name)
    except ImportError:  # a lookup table of text is TensorFlow's on every backend
        return construct(entry, made_with(owner), name=name)


def output_of(outputs: Mapping[str, T], port: str) -> T:
    """The tensor that leaves a port; "output" is the first one, whatever its name is."""
    return next(iter(outputs.values())) if port == "output" else outputs[port]


def _single(tensors: list[Any]) -> Any:
    return tensors[0] if len(tensors) == 1 else tensors
