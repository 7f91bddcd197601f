"""The document: the one truth about a model, from which everything else is derived.

A node is a *call* of a layer, an edge carries a tensor from an output port to an input port.
Ports carry the names of the arguments of the layer's `call`. No derived value and no view
state is ever stored here. The limits below bound what a hostile document can cost.
"""

from collections.abc import Iterable
from typing import Annotated, Any, Literal, Self

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from engine.machine.backends import BACKENDS, BackendId
from engine.problems import marked
from engine.values import Frozen, Json, Name, RuleError

VERSION: Literal[2] = 2
MAIN = "main"

MAX_NODES = 10_000
MAX_EDGES = 40_000
MAX_GRAPHS = 500
MAX_BYTES = 20_000_000
MAX_COORDINATE = 1e7

Id = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$")]
"""Made by the client, stable for the life of the thing. Never a display name."""

ParamName = Annotated[str, StringConstraints(pattern=r"^[a-zA-Z][a-zA-Z0-9_]{0,63}$")]


Coordinate = Annotated[float, Field(ge=-MAX_COORDINATE, le=MAX_COORDINATE, allow_inf_nan=False)]


class Position(Frozen):
    """Where a node's top left corner lies on the canvas, in pixels at 100 %."""

    x: Coordinate = 0.0
    y: Coordinate = 0.0


class Node(Frozen):
    """One call of a layer.

    `layer` is a name in the catalogue ("Dense", "Input", "ops.add"), or "Model" for a call of
    the sub-model `graph`. Only parameters that differ from Keras's default are in `params`.
    A node that `shares` another calls that node's layer a second time, with the same weights,
    and has no parameters of its own, save those that are given at the call (Param.at_call). A
    nested object (an initializer, a wrapped layer) is `{"class": name, "params": {...}}`.
    """

    id: Id
    layer: Name
    name: Name = ""
    params: dict[ParamName, Json] = {}
    position: Position = Position()
    shares: Id | None = None
    graph: Id | None = None


class Edge(Frozen):
    """A wire from an output port to an input port.

    `order` (smaller first, ties broken by id) ranks the wires that end in one variadic port,
    such as the inputs of Add or Concatenate.
    """

    id: Id
    source: Id
    source_port: ParamName = "output"
    target: Id
    target_port: ParamName = "inputs"
    order: float = Field(default=0.0, allow_inf_nan=False)


class Endpoint(Frozen):
    """An output port of a node."""

    node: Id
    port: ParamName = "output"


class Graph(Frozen):
    """Nodes and the wires between them; their order in the tuples carries no meaning.

    `inputs` names the Input nodes in the order in which the model takes them. Those it does not
    name follow, by id; ids of other nodes and of nodes that are gone say nothing.

    `outputs` names the tensors that the model returns, in order. When empty, the model returns
    the first output port of every node that feeds no other, in topological order.
    """

    id: Id
    name: Name = ""
    nodes: Annotated[tuple[Node, ...], Field(max_length=MAX_NODES)] = ()
    edges: Annotated[tuple[Edge, ...], Field(max_length=MAX_EDGES)] = ()
    inputs: Annotated[tuple[Id, ...], Field(max_length=MAX_NODES)] = ()
    outputs: Annotated[tuple[Endpoint, ...], Field(max_length=MAX_NODES)] = ()

    @model_validator(mode="after")
    def _unique(self) -> Self:
        _refuse_duplicates((node.id for node in self.nodes), marked("two nodes have the id {id}"))
        _refuse_duplicates((edge.id for edge in self.edges), marked("two edges have the id {id}"))
        return self


def _refuse_duplicates(ids: Iterable[str], twice: str) -> None:
    seen: set[str] = set()
    for one in ids:
        if one in seen:
            raise RuleError(twice, id=one)
        seen.add(one)


class ObjectSpec(Frozen):
    """A Keras object by name: an optimizer, a loss, a metric, a callback, with its parameters."""

    model_config = ConfigDict(populate_by_name=True)

    class_: Name = Field(alias="class")
    params: dict[ParamName, Json] = {}


class Binding(Frozen):
    """Which column of the data feeds an Input node, or is the target of an output node."""

    node: Id
    column: Name


class OutputTraining(Frozen):
    """Loss, weight and metrics of one output where they differ from the model's own."""

    node: Id
    loss: ObjectSpec | None = None
    weight: float = Field(default=1.0, ge=0, allow_inf_nan=False)
    metrics: tuple[ObjectSpec, ...] | None = None


class Training(Frozen):
    """What the model learns from, and how.

    `data` is an id in the data catalogue (engine.data). Without `bindings`, Input nodes take
    the data's default inputs, and outputs its default targets, by name first and then in order.
    `split` is the fraction of the rows that is kept for validation.
    """

    data: Name = ""
    bindings: tuple[Binding, ...] = ()
    loss: ObjectSpec | None = None
    outputs: tuple[OutputTraining, ...] = ()
    optimizer: ObjectSpec = ObjectSpec(class_="Adam")
    metrics: tuple[ObjectSpec, ...] = ()
    callbacks: tuple[ObjectSpec, ...] = ()
    batch_size: int = Field(default=32, ge=1, le=1_000_000)
    epochs: int = Field(default=10, ge=1, le=100_000)
    split: float = Field(default=0.2, ge=0, le=0.9, allow_inf_nan=False)
    seed: int = Field(default=0, ge=0, le=2**31 - 1)


class Target(Frozen):
    """Where the model trains: `device` is "cpu", "gpu" or "gpu:N"."""

    backend: BackendId = BACKENDS[0].id
    device: Annotated[str, StringConstraints(pattern=r"^(cpu|gpu(:\d{1,3})?)$")] = "cpu"


class Document(Frozen):
    """A whole project: the model ("main"), its sub-models, its training and its target."""

    version: Literal[2] = VERSION
    name: Name = "Untitled"
    graphs: Annotated[tuple[Graph, ...], Field(min_length=1, max_length=MAX_GRAPHS)] = (
        Graph(id=MAIN),
    )
    training: Training = Training()
    target: Target = Target()

    @model_validator(mode="after")
    def _has_main(self) -> Self:
        _refuse_duplicates(
            (graph.id for graph in self.graphs), marked("two graphs have the id {id}")
        )
        if all(graph.id != MAIN for graph in self.graphs):
            raise RuleError("a document needs a graph with the id “main”")
        return self

    @property
    def main(self) -> Graph:
        """The model itself; every other graph is a sub-model."""
        return self.graph(MAIN)

    def graph(self, id: str) -> Graph:
        """Return the graph with this id. Raises KeyError when there is none."""
        for graph in self.graphs:
            if graph.id == id:
                return graph
        raise KeyError(id)

    def to_json(self) -> dict[str, Any]:
        """Return the document as plain JSON values with every default written out."""
        return self.model_dump(mode="json", by_alias=True)
