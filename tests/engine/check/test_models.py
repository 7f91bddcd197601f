"""Sub-models: nested, shared, with several ports, with problems inside, recursive; and builds."""

from typing import Any

import keras
import numpy as np
import pytest

from engine.check import check
from engine.check.verdict import Tensor, Totals
from engine.document import Document, Graph
from engine.keras.build import BuildError, build_model
from tests.engine.documents import chain, document, graph, node


def data(key: str, *shape: int | None, **more: Any) -> dict[str, Any]:
    return node(key, "Input", shape=list(shape), name=key, **more)


def call(key: str, inner: str, **more: Any) -> dict[str, Any]:
    return node(key, "Model", graph=inner, name=key, **more)


BLOCK = graph(
    [data("i", 8), node("d", "Dense", units=8), node("n", "BatchNormalization"), node("a", "Add")],
    ["i > d", "d > n", "n > a", "i > a"],
    "block",
)


def test_a_sub_model_used_three_times_twice_with_the_same_weights() -> None:
    main = graph(
        [data("x", 8), call("b1", "block"), call("b2", "block"), call("b3", "block", shares="b1")],
        ["x > b1", "b1 > b2", "b2 > b3"],
    )
    whole = Document(graphs=(main, BLOCK))
    verdict = check(whole)
    assert verdict.totals == Totals(
        trainable=176,
        non_trainable=32,
        weight_bytes=832,
        activation_bytes=32 * 4 * 8 * (1 + 3 * 4),  # main's input; input and three layers, thrice
        multiply_adds=3 * 8 * 8,
        nodes=4,
        checked=4,
    )
    assert [verdict.nodes[key].trainable for key in ("b1", "b2", "b3")] == [88, 88, 0]
    assert verdict.graphs["block"]["n"].non_trainable == 16
    model = build_model(whole)
    assert [layer.name for layer in model.layers] == ["x", "b1", "b2"]
    assert model.count_params() == 208
    assert model.predict(np.zeros((2, 8)), verbose=0).shape == (2, 8)


def test_ports_of_a_sub_model_with_several_inputs_and_outputs() -> None:
    inner = graph(
        [data("l", 4), data("r", 5), node("c", "Concatenate"), node("p", "Dense", units=2),
         node("q", "Dense", units=3)],
        ["l > c", "r > c", "c > p", "c > q"],
        "two",
    )  # fmt: skip
    main = graph(
        [data("x", 4), data("y", 5), call("t", "two"), node("j", "Concatenate")],
        ["x > t.l", "y > t.r", "t.q > j", "t.p > j"],
    )
    verdict = check(Document(graphs=(main, inner)))
    assert verdict.nodes["t"].outputs == (
        Tensor(port="p", shape=(None, 2), dtype="float32"),
        Tensor(port="q", shape=(None, 3), dtype="float32"),
    )
    assert build_model(Document(graphs=(main, inner))).output_shape == (None, 5)


def test_an_unknown_axis_of_a_sub_model_takes_the_length_of_the_call() -> None:
    inner = graph(
        [data("i", None, 4), node("l", "LSTM", units=6, return_sequences=True)],
        ["i > l.sequences"],
        "inner",
    )
    main = graph([data("x", 7, 4), call("m", "inner")], ["x > m"])
    whole = Document(graphs=(main, inner))
    assert check(whole).nodes["m"].outputs[0].shape == (None, 7, 6)
    assert check(whole).graphs["inner"]["l"].outputs[0].shape == (None, None, 6)
    assert build_model(whole).output_shape == (None, 7, 6)


def messages(*graphs: Graph) -> list[tuple[str, str]]:
    problems = check(Document(graphs=graphs)).problems
    return [(problem.graph, problem.message) for problem in problems if problem.code != "no_data"]


def test_an_input_that_does_not_fit_a_sub_model() -> None:
    main = graph([data("x", 9), call("b", "block")], ["x > b"])
    assert messages(main, BLOCK) == [
        ("main", "The sub-model of “b” takes (batch, 8) there; “x” gives (batch, 9).")
    ]


def test_a_problem_inside_a_sub_model_is_reported_once() -> None:
    block = graph([data("i", 8), node("d", "Dense", name="d")], ["i > d"], "block")
    calls = [call("b1", "block"), call("b2", "block")]
    main = graph([data("x", 8), *calls], ["x > b1", "x > b2"])
    assert messages(main, block) == [
        ("block", "“d” needs “units”."),
        ("main", "“b1” waits: there is a problem inside its sub-model."),
        ("main", "“b2” waits: there is a problem inside its sub-model."),
    ]


def test_a_sub_model_inside_itself() -> None:
    first = graph([data("i", 8), call("m", "two")], ["i > m"], "one")
    second = graph([data("i", 8), call("m", "one")], ["i > m"], "two")
    main = graph([data("x", 8), call("b", "one")], ["x > b"])
    assert messages(main, first, second) == [
        ("main", "“b” is a sub-model that contains itself."),
        ("one", "“m” is a sub-model that contains itself."),
        ("two", "“m” is a sub-model that contains itself."),
    ]
    with pytest.raises(BuildError):
        build_model(Document(graphs=(main, first, second)))


def nested(depth: int, uses: int) -> Document:
    """Sub-models inside sub-models, each using the one below several times."""
    graphs = [graph([data("i", 8), node("d", "Dense", units=8)], ["i > d"], "g0")]
    for level in range(1, depth):
        keys = [f"m{index}" for index in range(uses)]
        wires = [f"{a} > {b}" for a, b in zip(["i", *keys], keys, strict=False)]
        calls = [call(key, f"g{level - 1}") for key in keys]
        graphs.append(graph([data("i", 8), *calls], wires, f"g{level}"))
    main = graph([data("x", 8), call("top", f"g{depth - 1}")], ["x > top"])
    return Document(graphs=(main, *graphs))


def test_nesting_is_bounded_in_depth_and_in_size() -> None:
    assert check(nested(12, 2)).totals.trainable == 72 * 2**11
    assert {problem.code for problem in check(nested(40, 2)).problems} == {"too_large"}
    deep = [
        problem.message for problem in check(nested(200, 1)).problems if problem.graph == "main"
    ]
    assert deep[0] == "“top” has sub-models nested more than 30 deep."


def test_shared_layers_share_their_weights() -> None:
    siamese = document(
        [data("a", 4), data("b", 4), node("d", "Dense", units=3), node("s", "Dense", shares="d"),
         node("m", "Subtract")],
        ["a > d", "b > s", "d > m", "s > m"],
    )  # fmt: skip
    assert check(siamese).totals.trainable == 15
    model = build_model(siamese)
    assert model.count_params() == 15
    same = np.ones((2, 4))
    assert np.allclose(model.predict([same, same], verbose=0), 0)


def test_states_are_passed_through_ports() -> None:
    encoder_decoder = document(
        [
            data("x", 5, 3),
            node("encoder", "LSTM", units=4, return_state=True, name="encoder"),
            node("decoder", "LSTM", units=4, name="decoder"),
        ],
        ["x > encoder.sequences", "x > decoder.sequences",
         "encoder.state_h > decoder.initial_state", "encoder.state_c > decoder.initial_state"],
    )  # fmt: skip
    verdict = check(encoder_decoder)
    assert verdict.ok
    assert verdict.outputs == ("decoder",)
    model = build_model(encoder_decoder)
    assert model.predict(np.zeros((2, 5, 3)), verbose=0).shape == (2, 4)
    assert model.count_params() == verdict.totals.trainable


def test_a_build_error_names_its_node() -> None:
    with pytest.raises(BuildError) as caught:
        build_model(chain(data("x", 8), node("l", "LSTM", units=3)))
    assert (caught.value.problem.code, caught.value.problem.node) == ("cannot_build", "l")
    with pytest.raises(BuildError):
        build_model(Document())


def test_a_chain_that_is_deeper_than_the_recursion_limit() -> None:
    layers = [node(f"n{index}", "Identity") for index in range(1_200)]
    with keras.StatelessScope(initialize_variables=False):
        assert build_model(chain(data("x", 4), *layers)).output_shape == (None, 4)
