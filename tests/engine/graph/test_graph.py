"""Topological order, cycles, ports and names, without Keras."""

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.document import Graph
from engine.graph.index import endpoints, index_graph, inputs, outputs
from engine.graph.names import layer_names, valid_name
from tests.engine.documents import graph, node


def dense(*keys: str) -> list[dict[str, object]]:
    return [node(key, "Dense") for key in keys]


def test_order_is_depth_first() -> None:
    residual = graph(
        [node("x", "Input"), *dense("a1", "b1", "a2", "b2"), node("join", "Add"), *dense("end")],
        ["x > a1", "x > b1", "a1 > a2", "b1 > b2", "a2 > join", "b2 > join", "join > end"],
    )
    assert index_graph(residual).order == ("x", "a1", "a2", "b1", "b2", "join", "end")


def test_order_does_not_depend_on_the_order_of_the_tuples() -> None:
    original = graph(dense(*"abcdef"), ["a > c", "b > c", "c > d", "c > e", "d > f", "e > f"])
    rng = random.Random(0)
    for _ in range(20):
        nodes, edges = list(original.nodes), list(original.edges)
        rng.shuffle(nodes)
        rng.shuffle(edges)
        shuffled = Graph(id="main", nodes=tuple(nodes), edges=tuple(edges))
        assert index_graph(shuffled).order == index_graph(original).order
        assert layer_names(shuffled) == layer_names(original)


@given(st.integers(2, 12), st.randoms(use_true_random=False))
def test_order_and_cycles_cover_every_graph(count: int, rng: random.Random) -> None:
    keys = [f"n{index}" for index in range(count)]
    edges = [f"{rng.choice(keys)} > {rng.choice(keys)}" for _ in range(rng.randrange(2 * count))]
    graph_index = index_graph(graph(dense(*keys), edges))
    rank = {key: index for index, key in enumerate(graph_index.order)}
    for edge in graph_index.graph.edges:
        if edge.target in rank:
            assert rank[edge.source] < rank[edge.target]
    assert sorted(graph_index.all_ids) == sorted(keys)
    # Each node of a cycle has an edge to the next one, and the last node to the first.
    for cycle in graph_index.cycles:
        pairs = {(edge.source, edge.target) for edge in graph_index.graph.edges}
        assert all(pair in pairs for pair in zip(cycle, (*cycle[1:], cycle[0]), strict=True))
        assert not set(cycle) & set(rank)
    assert bool(graph_index.cycles) == (len(rank) < count)


def test_incoming_edges_are_ordered_and_dangling_edges_are_separate() -> None:
    merging = graph(dense("a", "b", "m"), ["b > m", "a > m", "gone > m", "a > gone"])
    index = index_graph(merging)
    assert [edge.source for edge in index.incoming["m"]["inputs"]] == ["b", "a"]
    assert [edge.id for edge in index.dangling] == ["e2", "e3"]


def test_inputs_and_outputs_of_a_model() -> None:
    model = graph(
        [node("late", "Input"), node("early", "Input"), node("lone", "Input"), *dense("a", "b")],
        ["late > a", "early > b"],
    )
    assert inputs(model) == ("late", "early", "lone")
    assert outputs(model) == ("a", "b")
    named = model.model_copy(update={"outputs": endpoints(index_graph(model))[::-1]})
    assert outputs(named) == ("b", "a")


INPUTS = st.permutations(["a", "b", "c", "d"])


@given(INPUTS, st.lists(st.sampled_from(["a", "b", "c", "d", "x", "gone"])), INPUTS)
def test_inputs_are_those_listed_then_the_others_by_id(
    ids: list[str], listed: list[str], places: list[str]
) -> None:
    nodes = [node(id, "Input") | {"position": {"x": 0, "y": places.index(id)}} for id in ids]
    taken = inputs(graph([*nodes, node("x", "Dense")], [], inputs=listed))
    first = [id for index, id in enumerate(listed) if id in ids and id not in listed[:index]]
    assert list(taken) == first + sorted(set(ids) - set(first))


def test_a_long_chain_exceeds_no_recursion_limit() -> None:
    keys = [f"n{index}" for index in range(5_000)]
    edges = [f"{a} > {b}" for a, b in pairwise(keys)]
    assert index_graph(graph(dense(*keys), edges)).order == tuple(keys)
    cycle = index_graph(graph(dense(*keys), [*edges, f"{keys[-1]} > {keys[0]}"]))
    assert cycle.order == ()
    assert cycle.cycles == (tuple(keys),)


@pytest.mark.parametrize(
    ("name", "valid"),
    [("Block 1/a", "Block_1_a"), ("Größe", "Grosse".replace("ss", "_")), ("été", "ete"),
     ("層", ""), (" _x_ ", "x"), ("a.b", "a_b"), ("x" * 300, "x" * 100)],
)  # fmt: skip
def test_valid_names(name: str, valid: str) -> None:
    assert valid_name(name) == valid


def test_names_are_unique_and_chosen_names_take_precedence() -> None:
    main = graph(
        [
            node("i", "Input"),
            node("a", "Dense"),
            node("b", "Dense", name="dense"),
            node("c", "Conv2D", name="Dense/"),
            node("d", "Dense", shares="a"),
            node("e", "BatchNormalization"),
        ],
        ["i > a", "a > b", "b > c", "c > d", "d > e"],
    )
    assert layer_names(main) == {
        "i": "input_layer",
        "a": "dense_1",
        "b": "dense",
        "c": "Dense",
        "d": "dense_1",
        "e": "batch_normalization",
    }
