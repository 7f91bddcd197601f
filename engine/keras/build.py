"""The traversal of a graph, and building a Keras model with it.

`walk` visits each node once, in topological order. What it computes depends on the function
passed in: calling real layers on Keras tensors yields a model (`build_model`), looking up cached
symbolic calls yields shapes (engine.check).
"""

import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar

import keras

from engine.catalogue import Entry, Kind, Param, load, slicing
from engine.document import MAIN, Document, Node, ObjectSpec
from engine.graph.bypass import without_bypassed
from engine.graph.freezing import is_frozen, training_at
from engine.graph.index import GraphIndex, endpoints
from engine.graph.index import inputs as model_inputs
from engine.graph.kinds import INPUT, MODEL, is_op
from engine.graph.names import names, valid_name
from engine.graph.ports import Outline, Ports, call_arguments, constructor_params
from engine.keras.initializing import quick_weights
from engine.keras.lean import without_tensorflow
from engine.keras.network import Call, Network
from engine.keras.precision import with_precision
from engine.keras.signatures import cached_signatures
from engine.problems import At, Problem, problem
from engine.values import Json

T = TypeVar("T")
Arguments = dict[str, T | list[T]]
Visit = Callable[[Node, Ports, Arguments[T]], Mapping[str, T] | None]
Weights = Callable[[], AbstractContextManager[None]]


class BuildError(Exception):
    """A document can't be built, because `engine.check` finds an error in it; see `problem`."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def _refuse(detail: str, graph: str, node: str | None = None) -> BuildError:
    return BuildError(problem("cannot_build", At(graph=graph, node=node), detail=detail))


def walk(
    outline: Outline,
    graph: str,
    feeds: Mapping[str, T],
    visit: Visit[T],
    skip: Collection[str] = (),
) -> dict[str, Mapping[str, T]]:
    """Visit the nodes of a graph in topological order; return each node's outputs by port.

    `feeds` are the values of the Input nodes. A node is visited when every edge into it has a
    value; where `visit` returns None, the nodes that depend on it are skipped.
    """
    index = outline.index(graph)
    values: dict[str, Mapping[str, T]] = {}
    for key in index.order:
        if index.nodes[key].layer == INPUT:
            if key in feeds:
                values[key] = {"output": feeds[key]}
            continue
        ports = None if key in skip else outline.ports(graph, key)
        arguments = gather(index, key, ports, values) if ports else None
        if ports is None or arguments is None:
            continue
        outputs = visit(index.nodes[key], ports, arguments)
        if outputs is not None:
            values[key] = outputs
    return values


def gather(
    index: GraphIndex, key: str, ports: Ports, computed: Mapping[str, Mapping[str, T]]
) -> Arguments[T] | None:
    """The values that arrive at each input port of a node; None when an edge has no value."""
    arguments: Arguments[T] = {}
    incoming = index.incoming[key]
    for port in ports.inputs:
        values: list[T] = []
        for edge in incoming.get(port.name, ()):
            outputs = computed.get(edge.source)
            value = outputs.get(edge.source_port) if outputs else None
            if value is None:
                return None
            values.append(value)
        if values:
            arguments[port.name] = values if port.variadic else values[0]
    return arguments


def apply(
    layer: Any, ports: Ports, arguments: Arguments[Any], call_params: Mapping[str, Json]
) -> dict[str, Any]:
    """Call a layer and return its outputs by port.

    The first port's argument is passed by position, those of other ports and `call_params` by name.
    """
    if isinstance(layer, Op):
        outputs = layer(arguments)
    elif isinstance(layer, keras.Model):
        values = [arguments[port.name] for port in ports.inputs]
        outputs = layer(values if len(values) > 1 else values[0], **call_params)
    else:
        first, *rest = ports.inputs
        named = {port.name: arguments[port.name] for port in rest if port.name in arguments}
        outputs = layer(arguments[first.name], **named, **call_params)
    return by_port(ports, keras.tree.flatten(outputs))


@dataclass
class Op:
    """A function of keras.ops with its parameters, called like a layer without weights."""

    entry: Entry
    params: Mapping[str, Any]
    trainable_weights: tuple[Any, ...] = ()
    non_trainable_weights: tuple[Any, ...] = ()

    def __call__(self, tensors: Mapping[str, Any], name: str | None = None) -> Any:
        """Apply the function; `name` replaces the numbered name in Keras's graph."""
        function = resolve(self.entry.path)
        arguments = {**self.params, **tensors}
        if any(port.spread for port in self.entry.inputs):
            ordered = [arguments[key] for key in self.entry.signature if key in arguments]
            outputs = function(*ordered[:-1], *ordered[-1])
        else:
            outputs = function(**arguments)
        if name is not None:
            keras.tree.flatten(outputs)[0]._keras_history.operation.name = name
        return outputs


def construct_op(entry: Entry, params: Mapping[str, Json]) -> Op:
    """The op that `entry` describes; `params` must have passed `engine.catalogue.params`."""
    # A constant argument that is null counts as left out.
    arguments = {
        key: _argument(entry.param(key), value)
        for key, value in params.items()
        if value is not None
    }
    return Op(entry, arguments)


def by_port(ports: Ports, outputs: Sequence[T]) -> dict[str, T]:
    """Map the layer's output ports to the outputs of a call."""
    names = [port.name for port in ports.outputs]
    names += [f"output_{index}" for index in range(len(names), len(outputs))]
    return dict(zip(names, outputs, strict=False))


@cache
def resolve(path: str) -> Any:
    """The class or function at a path of the catalogue, such as "keras.layers.Dense"."""
    package, _, inner = path.partition(".")
    assert package == "keras"
    return attrgetter(inner)(keras)


def construct(entry: Entry, params: Mapping[str, Json], **extra: Any) -> Any:
    """Create the object that `entry` describes; `params` must have passed engine.catalogue.params.

    Arguments are passed by name, and nested objects are looked up in the catalogue.
    Raises whatever Keras raises for incompatible values.
    """
    arguments = {name: _argument(entry.param(name), value) for name, value in params.items()}
    return resolve(entry.path)(**arguments, **extra)


def construct_object(kind: Kind, spec: ObjectSpec, **extra: Any) -> Any:
    """Create an optimizer, a loss, a metric or a callback. Raises KeyError for an unknown class."""
    entry = load().object(kind, spec.class_)
    if entry is None or entry.refused:
        raise KeyError(spec.class_)
    return construct(entry, spec.params, **extra)


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

    Inputs and outputs have the order of `Verdict.inputs` and `Verdict.outputs`; layers are named
    after their nodes (engine.graph.names.layer_names).

    Raises:
        BuildError: for a document in which `engine.check` finds an error.
    """
    return build_network(document).model


def build_network(document: Document, weights: Weights = quick_weights) -> Network:
    """Build the model like `build_model`, and return with it the tensor at each node.

    Its first weights are drawn in the context that `weights` makes.
    """
    document = without_bypassed(document)
    outline = Outline(document)
    nodes = sum(len(graph.nodes) for graph in document.graphs)
    with (
        _recursion_limit_for(nodes),
        weights(),
        cached_signatures(),
        with_precision(document),
    ):
        return _network(outline, MAIN, valid_name(document.name) or "model", ())


@contextmanager
def _recursion_limit_for(nodes: int) -> Iterator[None]:
    """Raise the recursion limit: Keras recurses over the graph and fails at about 988 layers."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(before + 10 * nodes)
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def _network(outline: Outline, graph: str, name: str, parents: tuple[str, ...]) -> Network:
    index = outline.index(graph)
    node_names = names(index)
    if graph in parents or index.cycles:
        raise _refuse("It contains a cycle.", graph)
    feeds = {
        key: keras.Input(
            batch_shape=input_shape(node), dtype=input_dtype(node), name=node_names[key]
        )
        for key, node in index.nodes.items()
        if node.layer == INPUT
    }
    layers = _Layers(outline, node_names, (*parents, graph))

    def visit(node: Node, ports: Ports, arguments: Arguments[Any]) -> dict[str, Any]:
        owner = index.owners[node.id] or node
        try:
            if is_op(owner):
                entry = load().layer(owner.layer)
                if entry is None:
                    raise KeyError(owner.layer)
                outputs = construct_op(entry, owner.params)(arguments, node_names[node.id])
                return by_port(ports, keras.tree.flatten(outputs))
            return layers.call(node, owner, ports, arguments)
        except BuildError:
            raise
        except Exception as error:
            raise _refuse(str(error), graph, node.id) from error

    tensors = walk(outline, graph, feeds, visit)
    ends = endpoints(index)
    missing = [end.node for end in ends if end.node not in tensors]
    if missing or not ends:
        raise _refuse("Something before it is missing.", graph, missing[0] if missing else None)
    inputs = [feeds[key] for key in model_inputs(index.graph)]
    outputs = [output_of(tensors[end.node], end.port) for end in ends]
    model = keras.Model(_single(inputs), _single(outputs), name=name)
    return Network(model, tensors, layers.parts, layers.calls)


class _Layers:
    """The layers and sub-models of one graph, each created when it is first called.

    Owns what `Network` says of the sub-models: `parts` and `calls`.
    """

    def __init__(
        self, outline: Outline, names: Mapping[str, str], parents: tuple[str, ...]
    ) -> None:
        self._outline, self._names, self._parents = outline, names, parents
        self._layers: dict[str, Any] = {}
        self._networks: dict[str, Network] = {}
        self.parts: dict[str, Network] = {}
        self.calls: dict[str, Call] = {}

    def call(
        self, node: Node, owner: Node, ports: Ports, arguments: Arguments[Any]
    ) -> dict[str, Any]:
        """Call the layer of `owner` as `node` does; return its outputs by port."""
        is_first = owner.id not in self._layers
        if is_first:
            self._layers[owner.id] = self._create(owner)
        layer, params = self._layers[owner.id], _call_params(node, owner)
        if network := self._networks.get(owner.id):
            self.parts[node.id] = network
            self.calls[node.id] = Call([arguments[port.name] for port in ports.inputs], params)
        tensors = apply(layer, ports, arguments, params)
        if is_first and is_frozen(owner):
            layer.trainable = False  # some layers create others at the first call
        return tensors

    def _create(self, owner: Node) -> Any:
        name = self._names[owner.id]
        if owner.layer != MODEL:
            return _layer(owner, name)
        network = _network(self._outline, owner.graph or "", name, self._parents)
        self._networks[owner.id] = network
        return network.model


def _call_params(node: Node, owner: Node) -> dict[str, Json]:
    """The arguments of a call that are no tensors."""
    training = training_at(node, owner)
    return call_arguments(node) | ({} if training is None else {"training": training})


def _layer(owner: Node, name: str) -> Any:
    entry = load().layer(owner.layer)
    if entry is None or entry.refused:
        raise KeyError(owner.layer)
    try:
        with without_tensorflow():  # Bidirectional would import it in order to copy its layer
            return construct(entry, constructor_params(owner), name=name)
    except ImportError:  # a lookup table of text uses TensorFlow on every backend
        return construct(entry, constructor_params(owner), name=name)


def output_of(outputs: Mapping[str, T], port: str) -> T:
    """The tensor at an output port; "output" means the first port, whatever its name."""
    return next(iter(outputs.values())) if port == "output" else outputs[port]


def _single(tensors: list[Any]) -> Any:
    return tensors[0] if len(tensors) == 1 else tensors
