"""An edit of code changes only what it changes: everything else stays as the document had it.

A merge of three: the document (`old`), what its own code reads back as (`said`), and what the
edited code reads as (`new`), all told in the ids of `old`. Where `new` says what `said` said,
the document keeps what it has, also what no code can say: places, ids, devices, loose nodes.
Where they differ, `new` holds.
"""

from collections.abc import Iterator
from typing import Any, TypeVar

from engine.document import MAIN, Document, Graph, Node, Target, Training
from engine.graph.wiring import inputs
from engine.imports.matching import aligned, all_ids, in_order
from engine.imports.merging import Merge
from engine.imports.placing import place
from engine.imports.sharing import held_as_in

T = TypeVar("T")


def keep(old: Document, new: Document, said: Document | None = None) -> Document:
    """Return `new` with the ids, places and settings of `old` where the code still says them.

    `said` is what the code of `old` reads as. Without it `old` is taken at its word: a node that
    `new` does not have is gone, and settings that `new` leaves at their defaults stay. The nodes
    of `new` and `said` stand in the order of their source, and their sub-models hold each other
    in no circle, as engine.imports makes them.
    """
    first = in_order(old)
    read = aligned(first, said, all_ids(old)) if said else _unnamed_calls(first)
    after = held_as_in(old, aligned(read, new, all_ids(old)))
    before = held_as_in(old, read)
    spoken = before if said else Document(name=old.name)
    places = {graph.id: place for place, graph in enumerate(old.graphs)}
    graphs = tuple(
        sorted(_graphs(old, before, after), key=lambda one: places.get(one.id, len(places)))
    )
    there = {node.id for graph in graphs if graph.id == MAIN for node in graph.nodes}
    return Document(
        name=chosen(old.name, spoken.name, after.name),
        graphs=graphs,
        training=_training(old.training, spoken.training, after.training, there),
        target=_target(old.target, spoken.target, after.target),
    )


def _unnamed_calls(document: Document) -> Document:
    """The document as code would say it: a further call of a layer has no name of its own."""
    graphs = [
        graph.model_copy(
            update={
                "nodes": tuple(
                    node.model_copy(update={"name": ""}) if node.shares else node
                    for node in graph.nodes
                )
            }
        )
        for graph in document.graphs
    ]
    return document.model_copy(update={"graphs": tuple(graphs)})


def chosen(old: T, said: T, new: T) -> T:
    """What the document has, unless the edit says something else than the code did before."""
    return old if said == new else new


def _graphs(old: Document, before: Document, after: Document) -> Iterator[Graph]:
    """The graphs that the new code has, and those that no code spoke of."""
    known, spoken = ({graph.id: graph for graph in one.graphs} for one in (old, before))
    taken = all_ids(old, before, after)
    called: set[str | None] = set()
    for graph in after.graphs:
        none = Graph(id=graph.id)
        merge = Merge(known.get(graph.id, none), spoken.get(graph.id, none), graph, taken)
        merged = _placed(merge)
        called |= {node.graph for node in merged.nodes}
        yield merged
    there = {graph.id for graph in after.graphs}
    for id, one in known.items():
        if id not in there and (id not in spoken or id in called):
            yield one


def _placed(merge: Merge) -> Graph:
    there = {node.id for node in merge.old.nodes}
    graph = merge.graph()
    graph = place(graph, {node.id for node in graph.nodes if node.id not in there})
    if inputs(merge.new) == inputs(merge.said):
        return graph
    return _inputs_in_order(graph, inputs(merge.new))


def _inputs_in_order(graph: Graph, wanted: tuple[str, ...]) -> Graph:
    """Inputs are taken in the order of their places: let those that code orders change places."""
    now = [id for id in inputs(graph) if id in wanted]
    places = {node.id: node.position for node in graph.nodes}
    moved = {id: places[other] for id, other in zip(wanted, now, strict=True)}
    nodes: tuple[Node, ...] = tuple(
        node.model_copy(update={"position": moved.get(node.id, node.position)})
        for node in graph.nodes
    )
    return graph.model_copy(update={"nodes": nodes})


def _training(old: Training, said: Training, new: Training, there: set[str]) -> Training:
    """Each setting by itself, without what spoke of nodes that are gone."""
    fields: dict[str, Any] = {
        name: chosen(getattr(old, name), getattr(said, name), getattr(new, name))
        for name in Training.model_fields
    }
    for name in ("bindings", "outputs"):
        fields[name] = tuple(one for one in fields[name] if one.node in there)
    return Training(**fields)


def _target(old: Target, said: Target, new: Target) -> Target:
    return Target(
        backend=chosen(old.backend, said.backend, new.backend),
        device=chosen(old.device, said.device, new.device),
    )
