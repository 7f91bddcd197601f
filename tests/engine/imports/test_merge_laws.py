"""Laws of merging edited code: random edits, left-out parameters, and the work that it takes."""

from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from engine.document import (
    MAIN,
    Document,
    Edge,
    Graph,
    Node,
)
from engine.imports.colours import Palette
from engine.imports.graph_builder import Imported
from engine.imports.merge import merge_edit
from engine.imports.python import from_python
from tests.engine.code.strategies import valid_documents
from tests.engine.imports.test_merge import (
    code,
    read,
)


@st.composite
def edits(draw: st.DrawFn) -> tuple[Document, Document]:
    """A random graph, and the same with one change that code can express."""
    document = draw(valid_documents())
    main = document.main
    kind = draw(st.sampled_from(["param", "insert", "remove"]))
    if kind == "param":
        dense = [node.id for node in main.nodes if node.layer == "Dense" and not node.shares]
        chosen = draw(st.sampled_from(dense))
        nodes = tuple(
            node.model_copy(update={"params": {**node.params, "activation": "tanh"}})
            if node.id == chosen
            else node
            for node in main.nodes
        )
        return document, _with_main(document, main.model_copy(update={"nodes": nodes}))
    edge = draw(st.sampled_from(main.edges))
    rest = tuple(other for other in main.edges if other.id != edge.id)
    if kind == "remove":
        # Connect the edge's target to the input instead.
        moved = edge.model_copy(update={"source": "n0", "source_port": "output"})
        return document, _with_main(document, main.model_copy(update={"edges": (*rest, moved)}))
    new = Node(id="new", layer="Dense", params={"units": 4, "activation": "elu"})
    first = edge.model_copy(update={"id": "new1", "target": "new", "target_port": "inputs"})
    second = edge.model_copy(update={"id": "new2", "source": "new", "source_port": "output"})
    changed = {"nodes": (*main.nodes, new), "edges": (*rest, first, second)}
    return document, _with_main(document, main.model_copy(update=changed))


def _with_main(document: Document, main: Graph) -> Document:
    graphs = tuple(main if graph.id == MAIN else graph for graph in document.graphs)
    return document.model_copy(update={"graphs": graphs})


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(edits())
def test_the_result_is_the_edited_graph_with_the_old_nodes_in_place(
    pair: tuple[Document, Document],
) -> None:
    old, wanted = pair
    base, new = from_python(code(old)), from_python(code(wanted))
    assume(isinstance(base, Imported) and isinstance(new, Imported))
    assert isinstance(base, Imported)
    assert isinstance(new, Imported)
    merged = merge_edit(old, new.document, base.document)
    palette = Palette()
    actual, expected, merged_colours = (
        sorted(palette.colours(document.main).values())
        for document in (new.document, wanted, merged)
    )
    # Code leaves out layers that no longer lead to an output.
    assume(actual == expected)
    assert merged_colours == expected
    positions = {node.id: node.position for node in old.main.nodes}
    moved = [
        node for node in merged.main.nodes if positions.get(node.id, node.position) != node.position
    ]
    # Inputs without names are distinguished only by their order, and may swap positions.
    assert [node for node in moved if node.layer != "Input"] == []


@pytest.mark.parametrize("omitted", [{}, {"axis": 3}, {"axis": -1}, {"momentum": 0.99}], ids=str)
def test_parameters_that_code_leaves_out_are_kept(omitted: dict[str, Any]) -> None:
    nodes = [Node(id="image", layer="Input", params={"shape": [9, 9, 3]})]
    edges = []
    for branch in range(4):
        size = {"filters": 8, "kernel_size": 3, "padding": "same"}
        params = [size | {"dilation_rate": 2 + branch % 2}, omitted, {"rate": 0.1 * branch}]
        layers = ("Conv2D", "BatchNormalization", "Dropout")
        ids = [f"{layer}{branch}" for layer in layers]
        nodes += [
            Node(id=id, layer=layer, params=values)
            for id, layer, values in zip(ids, layers, params, strict=True)
        ][::-1]
        edges += [*pairwise(("image", *ids, "join"))][:: 1 if branch else -1]
    nodes.append(Node(id="join", layer="Concatenate", params={"axis": 3}))
    wires = [
        Edge(id=f"e{place}", source=source, target=target, order=-place)
        for place, (source, target) in enumerate(edges)
    ]
    graph = Graph(id=MAIN, inputs=("image",), nodes=tuple(nodes[::-1]), edges=tuple(wires))
    old = Document(graphs=(graph,))
    base = read(code(old))
    assert merge_edit(old, base, base) == old


def test_telling_alike_layers_apart_takes_bounded_work(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked_at: list[int] = []
    real = Palette.colours

    def counting(self: Palette, graph: Graph, *labels: Any) -> dict[str, int]:
        looked_at.append(len(graph.nodes))
        return real(self, graph, *labels)

    monkeypatch.setattr(Palette, "colours", counting)

    def work(count: int) -> int:
        nodes = [Node(id=f"n{place}", layer="Flatten") for place in range(count)]
        document = Document(graphs=(Graph(id="main", nodes=tuple(nodes)),))
        looked_at.clear()
        assert merge_edit(document, document, document) == document
        return sum(looked_at)

    assert work(2_000) < 2 * work(200)
