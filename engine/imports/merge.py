"""Merge an edit of code into the document, changing only what the edit changes.

A three-way merge of the document (`old`), the document that its generated code reads as (`base`)
and the document that the edited code reads as (`new`), all with the ids of `old`. Where `new`
equals `base`, `old` is kept, including what code can't express: positions, ids, devices,
unconnected nodes. Where they differ, `new` wins.
"""

from collections.abc import Iterator
from typing import Any, TypeVar

from engine.document import MAIN, Document, Graph, Node, Target, Training
from engine.imports.matching import aligned, all_ids, in_order
from engine.imports.merge_constants import merge_constants
from engine.imports.merge_graph import GraphMerge
from engine.imports.placing import place_nodes
from engine.imports.sharing import with_owners_of

T = TypeVar("T")


def merge_edit(old: Document, new: Document, base: Document | None = None) -> Document:
    """Return `new` with the ids, positions and settings of `old` that the edit leaves unchanged.

    `base` is the document that the code of `old` reads as. Without it, `old` itself is the base:
    nodes that `new` lacks are removed, and settings that `new` leaves at their defaults are kept.
    The nodes of `new` and `base` must be in source order, and their sub-models must not contain
    each other in a cycle; both hold for documents from engine.imports.
    """
    ordered = in_order(old)
    read = aligned(ordered, base, all_ids(old)) if base else _unnamed_calls(ordered)
    after = with_owners_of(old, aligned(read, new, all_ids(old)))
    before = with_owners_of(old, read)
    settings = before if base else Document(name=old.name)
    indices = {graph.id: index for index, graph in enumerate(old.graphs)}
    graphs = tuple(
        sorted(_graphs(old, before, after), key=lambda graph: indices.get(graph.id, len(indices)))
    )
    nodes = {node.id for graph in graphs if graph.id == MAIN for node in graph.nodes}
    return Document(
        name=merged(old.name, settings.name, after.name),
        description=merged(old.description, settings.description, after.description),
        graphs=graphs,
        training=_training(old.training, settings.training, after.training, nodes),
        target=_target(old.target, settings.target, after.target),
        constants=merge_constants(old, before, after),
    )


def _is_unnamed(node: Node) -> bool:
    return bool(node.shares) or node.layer.startswith("ops.")


def _unnamed_calls(document: Document) -> Document:
    """The document as code expresses it: ops and further calls of a layer have no names."""
    graphs = [
        graph.model_copy(
            update={
                "nodes": tuple(
                    node.model_copy(update={"name": ""}) if _is_unnamed(node) else node
                    for node in graph.nodes
                )
            }
        )
        for graph in document.graphs
    ]
    return document.model_copy(update={"graphs": tuple(graphs)})


def merged(old: T, base: T, new: T) -> T:
    """The old value, unless the edit changed it."""
    return old if base == new else new


def _graphs(old: Document, before: Document, after: Document) -> Iterator[Graph]:
    """The graphs of the edited code, and those of the document that code does not express."""
    known, coded = ({graph.id: graph for graph in document.graphs} for document in (old, before))
    taken = all_ids(old, before, after)
    called: set[str | None] = set()
    for edited in after.graphs:
        empty = Graph(id=edited.id)
        merge = GraphMerge(known.get(edited.id, empty), coded.get(edited.id, empty), edited, taken)
        graph = _placed(merge)
        called |= {node.graph for node in graph.nodes}
        yield graph
    edited_ids = {graph.id for graph in after.graphs}
    for id, graph in known.items():
        if id not in edited_ids and (id not in coded or id in called):
            yield graph


def _placed(merge: GraphMerge) -> Graph:
    known = {node.id for node in merge.old.nodes}
    graph = merge.graph()
    return place_nodes(graph, {node.id for node in graph.nodes if node.id not in known})


def _training(old: Training, base: Training, new: Training, nodes: set[str]) -> Training:
    """Merge each setting by itself, without those of removed nodes."""
    fields: dict[str, Any] = {
        name: merged(getattr(old, name), getattr(base, name), getattr(new, name))
        for name in Training.model_fields
    }
    for name in ("bindings", "outputs"):
        fields[name] = tuple(item for item in fields[name] if item.node in nodes)
    return Training(**fields)


def _target(old: Target, base: Target, new: Target) -> Target:
    return Target(
        backend=merged(old.backend, base.backend, new.backend),
        device=merged(old.device, base.device, new.device),
    )
