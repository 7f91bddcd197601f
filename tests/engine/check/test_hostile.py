"""Hostile documents: the check returns quickly and never raises."""

import gc
import tracemalloc
from typing import Any

import keras
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from keras.src.backend.common import global_state

from engine.catalogue import load
from engine.check import check
from engine.document import Document, Edge, Graph
from engine.document.reading import read_document
from engine.keras.build import BuildError, build_model
from tests.engine.documents import chain, document, node


def data(key: str, *shape: int | None, **more: Any) -> dict[str, Any]:
    return node(key, "Input", shape=list(shape), name=key, **more)


def test_two_to_the_sixtieth_paths() -> None:
    nodes = [data("x", 4), *(node(f"a{index}", "Add") for index in range(60))]
    wires = [f"{'x' if i == 0 else f'a{i - 1}'} > a{i}" for i in range(60) for _ in range(2)]
    verdict = check(document(nodes, wires))
    assert verdict.ok
    assert verdict.totals.checked == 61


def test_a_chain_of_five_thousand() -> None:
    layers = [node(f"n{index}", "Dense", units=4) for index in range(5_000)]
    verdict = check(chain(data("x", 4), *layers))
    assert verdict.ok
    assert verdict.totals.trainable == 100_000


def test_a_cycle_of_five_thousand() -> None:
    layers = [node(f"n{index}", "Add") for index in range(5_000)]
    wires = [f"n{index} > n{(index + 1) % 5_000}" for index in range(5_000)]
    verdict = check(document(layers, wires))
    assert [problem.code for problem in verdict.problems if problem.severity == "error"] == [
        "cycle"
    ]


def test_five_thousand_layers_without_edges() -> None:
    layers = [node(f"n{index}", "MultiHeadAttention") for index in range(5_000)]
    assert len(check(document(layers, [])).problems) == 1_000


def test_huge_weights_take_no_memory() -> None:
    tracemalloc.start()
    try:
        verdict = check(chain(data("x", 10**6), node("d", "Dense", units=10**6)))
        assert verdict.totals.trainable == 10**12 + 10**6
        assert tracemalloc.get_traced_memory()[1] < 50_000_000
    finally:
        tracemalloc.stop()


def test_huge_numbers_are_refused() -> None:
    for layer in (
        node("d", "Dense", units=2**53 - 1),
        node("d", "Reshape", target_shape=[2**53 - 1, 2**53 - 1]),
        node("d", "RepeatVector", n=2**53 - 1),
        node("d", "Conv1D", filters=2**53 - 1, kernel_size=2**53 - 1),
    ):
        verdict = check(chain(data("x", 2**53 - 1), layer))
        assert verdict.ok or verdict.problems[0].message


def test_a_name_of_any_kind_is_only_text() -> None:
    name = '"]}{%s\u202e</script>' * 8
    verdict = check(chain(data("x", 4), node("d", name[:60], name=name)))
    assert verdict.problems[0].code == "unknown_layer"
    assert len(verdict.problems[0].message) < 120


def test_text_that_is_not_a_document() -> None:
    for text in ('{"version": 1, "version": 1}', "[" * 100_000, '{"version": 1e400}', "NaN", "\x00",
                 '{"version": 1, "graphs": [{"id": "main", "nodes": [{"id": "a", "layer": "\\ud800"}]}]}'):  # fmt: skip # noqa: E501
        assert isinstance(read_document(text), list)


def test_checks_leave_no_global_state() -> None:
    """Keras keeps names and uninitialized variables; checks leave none of them."""

    def state_sizes() -> tuple[int, int]:
        names = global_state.get_global_attribute("object_name_uids") or {}
        return len(names), len(global_state.get_global_attribute("uninitialized_variables") or [])

    def run(start: int, count: int) -> None:
        for units in range(start, start + count):
            check(
                chain(data("x", 4), node("d", "Dense", units=units), node("e", "Dropout", rate=0))
            )

    run(1, 50)
    before = state_sizes()
    run(100, 500)
    assert state_sizes() == before


def test_memory_is_bounded() -> None:
    from engine.check import inference

    before = inference.CACHE_SIZE
    inference.CACHE_SIZE = 200
    try:
        inference.clear_cache()  # what other tests left would give way to what is traced
        tracemalloc.start()
        held = []
        for start in (600, 1_000):  # each fills the cache anew
            for units in range(start, start + 300):
                check(chain(data("x", 4), node("d", "Dense", units=units)))
            gc.collect()
            held.append(tracemalloc.get_traced_memory()[0])
        assert held[1] < held[0] * 1.2
    finally:
        tracemalloc.stop()
        inference.CACHE_SIZE = before


# --- random documents --------------------------------------------------------------------------

LAYERS = [entry.name for entry in load().layers] + ["Model", "Nothing"]
TENSORFLOW = ("Lookup", "Text", "Hash", "Category")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 20) | st.sampled_from([0.5, "same", "relu", "x"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", max_size=2), inner),
    max_leaves=4,
)


@st.composite
def wild(draw: st.DrawFn) -> Document:
    """Any layers, parameters and edges."""
    count = draw(st.integers(1, 6))
    nodes, keys = [], [f"n{index}" for index in range(count)]
    for key in keys:
        layer = draw(st.sampled_from(["Input", "Dense", "Add"]) | st.sampled_from(LAYERS))
        entry = load().layer(layer)
        names = [param.name for param in entry.params] if entry else ["units"]
        params = draw(st.dictionaries(st.sampled_from(names), JSON, max_size=3)) if names else {}
        if layer == "Input":
            params |= {"shape": draw(st.lists(st.none() | st.integers(1, 9), max_size=3))}
        nodes.append(
            {
                "id": key,
                "layer": layer,
                "params": params,
                "graph": draw(st.none() | st.just("main")),
                "shares": draw(st.none() | st.none() | st.sampled_from(keys)),
            }
        )
    ports = st.sampled_from(["inputs", "inputs", "output", "sequences", "query", "value", "data"])
    edges = [
        Edge(id=f"e{index}", source=draw(st.sampled_from([*keys, "gone"])), target=draw(
            st.sampled_from(keys)), target_port=draw(ports))
        for index in range(draw(st.integers(0, 8)))
    ]  # fmt: skip
    return Document(graphs=(Graph.model_validate({"id": "main", "nodes": nodes, "edges": edges}),))


SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large)


@settings(max_examples=150, deadline=None, suppress_health_check=SLOW)
@given(wild())
def test_the_check_never_raises(document: Document) -> None:
    verdict = check(document)
    assert verdict.ok == all(problem.severity != "error" for problem in verdict.problems)
    ids = {node.id for node in document.main.nodes}
    assert set(verdict.nodes) <= ids
    with_problem = {problem.node for problem in verdict.problems}
    if not any(problem.code in ("cycle", "dangling_edge") for problem in verdict.problems):
        assert ids <= with_problem | set(verdict.nodes)


SHAPES = st.sampled_from([(4,), (6,), (6, 4), (6, 6, 2), (6, 6, 3)])
STEPS: list[dict[str, Any]] = [
    {"layer": "Dense", "params": {"units": 4}},
    {"layer": "Dense", "params": {"units": 6}},
    {"layer": "Conv2D", "params": {"filters": 3, "kernel_size": 3}},
    {"layer": "Conv2D", "params": {"filters": 2, "kernel_size": 3, "padding": "same"}},
    {"layer": "Conv1D", "params": {"filters": 4, "kernel_size": 2}},
    {"layer": "MaxPooling2D", "params": {}},
    {"layer": "GlobalAveragePooling2D", "params": {}},
    {"layer": "LSTM", "params": {"units": 4, "return_sequences": True}},
    {"layer": "GRU", "params": {"units": 4}},
    {"layer": "BatchNormalization", "params": {}},
    {"layer": "LayerNormalization", "params": {}},
    {"layer": "Flatten", "params": {}},
    {"layer": "Reshape", "params": {"target_shape": [6, -1]}},
    {"layer": "Add", "params": {}},
    {"layer": "Concatenate", "params": {}},
    {"layer": "Multiply", "params": {}},
    {"layer": "Dropout", "params": {"rate": 0.5}},
    {"layer": "RepeatVector", "params": {"n": 6}},
]


@st.composite
def plausible(draw: st.DrawFn) -> Document:
    """A graph such as a person would build, in which some tensors fit and some do not."""
    nodes = [data("x0", *draw(SHAPES)), data("x1", *draw(SHAPES))]
    edges = []
    for index in range(draw(st.integers(1, 8))):
        step = draw(st.sampled_from(STEPS))
        entry = load().layer(step["layer"])
        assert entry is not None
        port = entry.inputs[0]
        sources = draw(
            st.lists(st.sampled_from([node["id"] for node in nodes]),
                     min_size=2 if port.variadic else 1, max_size=2 if port.variadic else 1)
        )  # fmt: skip
        edges += [f"{source} > n{index}.{port.name}" for source in sources]
        nodes.append({"id": f"n{index}", "name": "", **step})
    return document(nodes, edges)


@settings(max_examples=60, deadline=None, suppress_health_check=SLOW)
@given(plausible())
def test_the_verdict_agrees_with_keras(document: Document) -> None:
    verdict = check(document)
    if any(problem.code == "unused_input" for problem in verdict.problems):
        return
    try:
        with keras.StatelessScope(initialize_variables=False):
            model = build_model(document)
    except BuildError:
        assert not verdict.ok
        return
    finally:
        global_state.set_global_attribute("uninitialized_variables", [])
    assert verdict.ok
    shapes = [verdict.nodes[key].outputs[0].shape for key in verdict.outputs]
    outputs = model.outputs
    assert shapes == [tuple(output.shape) for output in outputs]
    assert verdict.totals.trainable + verdict.totals.non_trainable == model.count_params()
