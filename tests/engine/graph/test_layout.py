"""Layouts are deterministic, flow downward without overlaps, and keep the order of inputs."""

from itertools import combinations, pairwise
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from engine import templates
from engine.document import MAX_COORDINATE, Edge, Graph, Node
from engine.graph.index import index_graph, inputs
from engine.graph.layout import lay_out_graph

WIDTH, HEIGHT, GAP = 208, 56, 40


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Any graph: inputs and layers at any position, edges between any two, also cycles."""
    count = draw(st.integers(1, 14))
    places = st.fixed_dictionaries({"x": st.integers(0, 3), "y": st.integers(0, 3)})
    kinds = draw(st.lists(st.sampled_from(["Input", "Dense"]), min_size=count, max_size=count))
    nodes = [
        {"id": f"n{index}", "layer": kind, "position": draw(places)}
        for index, kind in enumerate(kinds)
    ]
    ends = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1))
    edges = [
        {"id": f"e{index}", "source": f"n{source}", "target": f"n{target}"}
        for index, (source, target) in enumerate(draw(st.lists(ends, max_size=24)))
        if kinds[target] != "Input" and (source < target or draw(st.booleans()))
    ]
    return Graph.model_validate({"id": "main", "nodes": nodes, "edges": edges})


def too_close(graph: Graph) -> list[tuple[str, str]]:
    """The pairs of cards that are too close to each other."""
    return [
        (a.id, b.id)
        for a, b in combinations(graph.nodes, 2)
        if abs(a.position.x - b.position.x) < WIDTH + GAP
        and abs(a.position.y - b.position.y) < HEIGHT + GAP
    ]


@settings(max_examples=200, deadline=None)
@given(graphs())
def test_layout_flows_downward_without_overlaps_and_keeps_the_order_of_inputs(
    graph: Graph,
) -> None:
    placed = lay_out_graph(graph)
    assert too_close(placed) == []
    height = {node.id: node.position.y for node in placed.nodes}
    ordered = set(index_graph(graph).order)
    for edge in graph.edges:
        if edge.target in ordered:
            assert height[edge.source] < height[edge.target]
    assert inputs(placed) == inputs(graph)
    assert min(node.position.x for node in placed.nodes) >= 0


@settings(max_examples=50, deadline=None)
@given(graphs(), st.randoms())
def test_layout_does_not_depend_on_the_order_of_nodes_and_edges(
    graph: Graph, random: Random
) -> None:
    nodes, edges = list(graph.nodes), list(graph.edges)
    random.shuffle(nodes)
    random.shuffle(edges)
    shuffled = graph.model_copy(update={"nodes": tuple(nodes), "edges": tuple(edges)})
    places = {node.id: node.position for node in lay_out_graph(shuffled).nodes}
    assert places == {node.id: node.position for node in lay_out_graph(graph).nodes}


def test_a_chain_is_laid_out_in_one_column() -> None:
    template = templates.find("digits_dense")
    assert template is not None
    placed = lay_out_graph(template.document.main)
    assert len({node.position.x for node in placed.nodes}) == 1


def test_thousands_of_long_edges_are_fast_and_stay_on_the_canvas() -> None:
    nodes = tuple(Node(id=f"n{index}", layer="Dense") for index in range(3_000))
    chain = [(a.id, b.id) for a, b in pairwise(nodes)]
    long_edges = [(nodes[index % 9].id, node.id) for index, node in enumerate(nodes[100:])]
    star = [(nodes[0].id, node.id) for node in nodes[1:]]
    for ends in ([*chain, *long_edges], star):
        edges = tuple(
            Edge(id=f"e{index}", source=source, target=target)
            for index, (source, target) in enumerate(ends)
        )
        placed = lay_out_graph(Graph(id="main", nodes=nodes, edges=edges))
        assert len({node.position for node in placed.nodes}) == len(nodes)
        assert all(node.position.x < MAX_COORDINATE for node in placed.nodes)
