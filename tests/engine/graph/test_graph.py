"""Order, cycles, ports and names, without Keras."""

import random
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.document import Document, Graph
from engine.graph.index import endpoints, index_graph, inputs, outputs, topological_order
from engine.graph.names import layer_names, valid_name
from engine.graph.ports import Outline
from tests.engine.documents import document, graph, node


def dense(*keys: str) -> list[dict[str, object]]:
    return [node(key, "Dense") for key in keys]


def test_branches_are_followed_to_their_end() -> None:
    residual = graph(
        [node("x", "Input"), *dense("a1", "b1", "a2", "b2"), node("join", "Add"), *dense("end")],
        ["x > a1", "x > b1", "a1 > a2", "b1 > b2", "a2 > join", "b2 > join", "join > end"],
    )
    assert topological_order(residual) == ("x", "a1", "a2", "b1", "b2", "join", "end")


def test_order_does_not_depend_on_the_order_of_the_tuples() -> None:
    one = graph(dense(*"abcdef"), ["a > c", "b > c", "c > d", "c > e", "d > f", "e > f"])
    shuffled = random.Random(0)
    for _ in range(20):
        nodes, edges = list(one.nodes), list(one.edges)
        shuffled.shuffle(nodes)
        shuffled.shuffle(edges)
        other = Graph(id="main", nodes=tuple(nodes), edges=tuple(edges))
        assert topological_order(other) == topological_order(one)
        assert layer_names(other) == layer_names(one)


@given(st.integers(2, 12), st.randoms(use_true_random=False))
def test_order_and_cycles_cover_every_graph(count: int, rng: random.Random) -> None:
    keys = [f"n{index}" for index in range(count)]
    edges = [f"{rng.choice(keys)} > {rng.choice(keys)}" for _ in range(rng.randrange(2 * count))]
    wires = index_graph(graph(dense(*keys), edges))
    rank = {key: index for index, key in enumerate(wires.order)}
    for edge in wires.graph.edges:
        if edge.target in rank:
            assert rank[edge.source] < rank[edge.target]
    assert sorted(wires.all_ids) == sorted(keys)
    # A way around is one: each node feeds the next, and the last one the first.
    for way in wires.cycles:
        pairs = {(edge.source, edge.target) for edge in wires.graph.edges}
        assert all(pair in pairs for pair in zip(way, (*way[1:], way[0]), strict=True))
        assert not set(way) & set(rank)
    assert bool(wires.cycles) == (len(rank) < count)


def test_wires_come_in_their_order_and_dangling_ones_apart() -> None:
    join = graph(dense("a", "b", "m"), ["b > m", "a > m", "gone > m", "a > gone"])
    wires = index_graph(join)
    assert [edge.source for edge in wires.incoming["m"]["inputs"]] == ["b", "a"]
    assert [edge.id for edge in wires.dangling] == ["e2", "e3"]


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


def test_a_long_chain_meets_no_recursion_limit() -> None:
    keys = [f"n{index}" for index in range(5_000)]
    edges = [f"{a} > {b}" for a, b in pairwise(keys)]
    assert topological_order(graph(dense(*keys), edges)) == tuple(keys)
    circle = index_graph(graph(dense(*keys), [*edges, f"{keys[-1]} > {keys[0]}"]))
    assert circle.order == ()
    assert circle.cycles == (tuple(keys),)


@pytest.mark.parametrize(
    ("name", "valid"),
    [("Block 1/a", "Block_1_a"), ("Größe", "Grosse".replace("ss", "_")), ("été", "ete"),
     ("層", ""), (" _x_ ", "x"), ("a.b", "a_b"), ("x" * 300, "x" * 100)],
)  # fmt: skip
def test_valid_names(name: str, valid: str) -> None:
    assert valid_name(name) == valid


def test_names_are_unique_and_given_ones_come_first() -> None:
    one = graph(
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
    assert layer_names(one) == {
        "i": "input_layer",
        "a": "dense_1",
        "b": "dense",
        "c": "Dense",
        "d": "dense_1",
        "e": "batch_normalization",
    }


def names_of(outline: Outline, key: str) -> tuple[list[str], list[str]]:
    ports = outline.ports("main", key)
    assert ports is not None
    return [port.name for port in ports.inputs], [port.name for port in ports.outputs]


def test_ports_follow_parameters() -> None:
    nested = {"class": "LSTM", "params": {"return_state": True}}
    outline = Outline(
        document(
            [
                node("lstm", "LSTM", return_state=True),
                node("plain", "LSTM"),
                node("both", "Bidirectional", layer=nested, merge_mode=None),
                node("unknown", "Nothing"),
                node("again", "LSTM", shares="lstm"),
            ],
            [],
        )
    )
    entering = ["sequences", "initial_state", "mask"]
    assert names_of(outline, "lstm") == (entering, ["output", "state_h", "state_c"])
    assert names_of(outline, "plain") == (entering, ["output"])
    assert names_of(outline, "again") == names_of(outline, "lstm")
    assert names_of(outline, "both")[1][:2] == ["output", "backward"]
    assert len(names_of(outline, "both")[1]) == 6
    assert outline.ports("main", "unknown") is None


def test_ports_of_a_sub_model_are_named_after_its_nodes() -> None:
    single = graph([node("i", "Input"), *dense("d")], ["i > d"], "single")
    double = graph(
        [node("i-1", "Input"), node("2", "Input"), *dense("d", "e")], ["i-1 > d", "2 > e"], "double"
    )
    main = graph([node("s", "Model", graph="single"), node("t", "Model", graph="double")], [])
    outline = Outline(Document(graphs=(main, single, double)))
    assert names_of(outline, "s") == (["inputs"], ["output"])
    assert names_of(outline, "t") == (["i_1", "n2"], ["d", "e"])
