"""Models above the budgets are refused quickly, and their other nodes are still checked."""

import time
from itertools import pairwise
from typing import Any

import pytest

from engine.catalogue import load
from engine.check import check
from engine.check.budgets import MANY_STEPS, MAX_PARAMETERS, MAX_STEPS, MAX_UNROLLED
from engine.check.clock import CHECK_SECONDS
from engine.check.verdict import Verdict
from engine.document import Document, Training
from engine.document.operations import OPERATION, apply
from tests.engine.documents import chain, document, graph, node


def data(*shape: int) -> dict[str, Any]:
    return node("x", "Input", shape=list(shape))


def errors(whole: Document) -> list[tuple[str, str | None]]:
    return [
        (problem.code, problem.node)
        for problem in check(whole).problems
        if problem.severity == "error"
    ]


@pytest.mark.parametrize(
    ("nodes", "expected"),
    [
        ([data(*[2] * 20), node("y", "Flatten")], ("too_many_axes", "x")),
        ([data(10**6, 10**7), node("y", "Flatten")], ("too_large_tensor", "x")),
        ([data(10**6), node("y", "RepeatVector", n=10**9)], ("too_large_tensor", "y")),
        ([data(9), node("y", "Reshape", target_shape=[1] * 18 + [9])], ("too_many_axes", "y")),
        ([data(10**6), node("y", "Dense", units=10**6)], ("too_many_parameters", None)),
        (
            [data(MAX_UNROLLED + 1, 3), node("y", "LSTM", units=2, unroll=True)],
            ("unrolled_too_far", "y"),
        ),
        (
            [
                data(10**6, 3),
                node(
                    "y",
                    "Bidirectional",
                    layer={"class": "GRU", "params": {"units": 2, "unroll": True}},
                ),
            ],
            ("unrolled_too_far", "y"),
        ),
        (
            [
                data(3, 10**6, 3),
                node(
                    "y",
                    "TimeDistributed",
                    layer={"class": "GRU", "params": {"units": 2, "unroll": True}},
                ),
            ],
            ("unrolled_too_far", "y"),
        ),
    ],
)
def test_what_exceeds_a_budget_is_an_error_at_its_node(
    nodes: list[dict[str, Any]], expected: tuple[str, str | None]
) -> None:
    assert errors(chain(*nodes)) == [expected]


def test_the_largest_allowed_model_has_no_error() -> None:
    side = int(MAX_PARAMETERS**0.5) - 1
    assert errors(chain(data(side), node("y", "Dense", units=side))) == []
    assert errors(chain(data(MAX_UNROLLED, 3), node("y", "GRU", units=2, unroll=True))) == []
    assert errors(chain(data(10**6, 3), node("y", "GRU", units=2))) == []


def test_a_batch_that_exceeds_any_memory() -> None:
    whole = chain(data(10**9), node("y", "ReLU"))
    large = whole.model_copy(update={"training": Training(batch_size=1_000_000)})
    assert errors(large) == [("too_many_activations", None)]
    assert errors(whole) == []


UNROLLED = {"units": 2, "unroll": True}


@pytest.mark.parametrize(
    "slow",
    [
        node("y", "LSTM", **UNROLLED),
        node("y", "Bidirectional", layer={"class": "GRU", "params": UNROLLED}),
    ],
)
def test_other_nodes_are_checked_and_the_fix_removes_the_error(slow: dict[str, Any]) -> None:
    whole = document(
        [data(2000, 3), slow, node("z", "LSTM", units=4)], ["x > y.sequences", "x > z.sequences"]
    )
    verdict = check(whole)
    assert verdict.nodes["z"].outputs[0].shape == (None, 4)
    assert errors(with_first_fix(whole, verdict)) == []


def with_first_fix(whole: Document, verdict: Verdict) -> Document:
    """The document after the first fix."""
    fix = next(problem.fix for problem in verdict.problems if problem.fix)
    for operation in fix.operations:
        answer = apply(whole, OPERATION.validate_python(operation))
        assert isinstance(answer, tuple)
        whole = answer[0]
    return whole


DISTRIBUTED = {"layer": {"class": "Dense", "params": {"units": 2}}}
IN_TURN = {"layer": {"class": "TimeDistributed", "params": DISTRIBUTED}}


@pytest.mark.parametrize(
    ("shape", "params", "severity"),
    [
        ((MANY_STEPS, 3), DISTRIBUTED, None),
        ((MAX_STEPS, 3), DISTRIBUTED, "warning"),
        ((MAX_STEPS + 1, 3), DISTRIBUTED, "error"),
        ((50, 50, 3), IN_TURN, "error"),
        ((10, 20, 3), IN_TURN, None),
    ],
)
def test_unrolled_steps_are_counted(
    shape: tuple[int, ...], params: dict[str, Any], severity: str | None
) -> None:
    verdict = check(chain(data(*shape), node("y", "TimeDistributed", **params)))
    assert verdict.nodes["y"].outputs[0].shape == (None, *shape[:-1], 2)
    severities = [
        problem.severity for problem in verdict.problems if problem.code == "step_by_step"
    ]
    assert severities == ([severity] if severity else [])


def test_the_fix_replaces_a_distributed_dense_by_dense() -> None:
    whole = chain(data(10**7, 3), node("y", "TimeDistributed", **DISTRIBUTED))
    before = check(whole)
    fixed = with_first_fix(whole, before)
    after = check(fixed)
    assert errors(fixed) == []
    assert fixed.main.nodes[1].layer == "Dense"
    assert after.nodes["y"].outputs == before.nodes["y"].outputs
    assert after.nodes["y"].trainable == before.nodes["y"].trainable


def _wrapped(name: str, **params: Any) -> dict[str, Any]:
    return {"class": name, "params": params}


SPECTRAL = {"layer": _wrapped("Dense", units=3)}
LOOPS = {
    "SpectralNormalization": [{**SPECTRAL, "power_iterations": 10**9}],
    "RandAugment": [{"num_ops": 10**9}],
    "AugMix": [
        {"num_chains": 10**9},
        {"chain_depth": 10**9},
        {"num_chains": 50, "chain_depth": 50},
    ],
    "Pipeline": [{"layers": [_wrapped("AugMix", chain_depth=10**9)]}],
    "TimeDistributed": [
        {"layer": _wrapped("SpectralNormalization", **SPECTRAL, power_iterations=900)}
    ],
}
SHAPES = {"SpectralNormalization": (6,), "TimeDistributed": (5, 6)}


@pytest.mark.parametrize(
    ("layer", "params"), [(layer, params) for layer, cases in LOOPS.items() for params in cases]
)
def test_loops_that_would_take_too_long_are_refused(layer: str, params: dict[str, Any]) -> None:
    whole = chain(data(*SHAPES.get(layer, (8, 8, 3))), node("y", layer, **params))
    started = time.process_time()
    assert {key for _, key in errors(whole)} == {"y"}
    assert time.process_time() - started < CHECK_SECONDS


@pytest.mark.parametrize(
    ("layer", "params"),
    [
        ("ContrastLimitedAdaptiveHistogramEqualization", {"tile_grid_size": [10**9, 10**9]}),
        ("StringLookup", {"num_oov_indices": 10**9}),
        ("TextVectorization", {"ngrams": 10**9}),
        ("ops.round", {"decimals": 10**9}),
    ],
)
def test_counts_that_keras_spends_memory_or_time_on_are_bounded(
    layer: str, params: dict[str, Any]
) -> None:
    problems = check(chain(data(8, 8, 3), node("y", layer, **params))).problems
    assert [(issue.code, issue.param) for issue in problems if issue.severity == "error"] == [
        ("bad_param", next(iter(params)))
    ]


def test_every_layer_that_repeats_is_in_the_table() -> None:
    assert {entry.name for entry in load().layers if entry.traits.repeats} <= LOOPS.keys()


def test_few_repetitions_are_allowed_and_the_fix_reduces_them() -> None:
    few = chain(data(6), node("y", "SpectralNormalization", **SPECTRAL, power_iterations=5))
    assert errors(few) == []
    many = chain(data(6), node("y", "SpectralNormalization", **SPECTRAL, power_iterations=10**9))
    assert errors(with_first_fix(many, check(many))) == []


def calls(count: int, steps: int) -> Document:
    """A model that calls a sub-model `count` times, which contains an LSTM with unrolled steps."""
    inner = graph(
        [data(steps, 3), node("l", "LSTM", units=3, unroll=True, return_sequences=True)],
        ["x > l.sequences"],
        "inner",
    )
    nodes = [data(steps, 3), *(node(f"c{i}", "Model", graph="inner") for i in range(count))]
    edges = [f"{a['id']} > {b['id']}" for a, b in pairwise(nodes)]
    return Document(graphs=(graph(nodes, edges), inner))


@pytest.mark.parametrize(("count", "severity"), [(3, None), (30, "warning"), (300, "error")])
def test_layers_of_sub_models_and_loops_are_counted_at_each_call(
    count: int, severity: str | None
) -> None:
    problems = [
        problem for problem in check(calls(count, 100)).problems if problem.code == "many_layers"
    ]
    assert [problem.severity for problem in problems] == ([severity] if severity else [])
    assert all(f"{count * 100:,} layers" in problem.message for problem in problems)


@pytest.mark.parametrize(
    ("side", "severity"), [(100, None), (3_000, "warning"), (100_000, "error")]
)
def test_a_step_that_takes_hours_is_refused(side: int, severity: str | None) -> None:
    wide = {"filters": 8, "kernel_size": [min(side, 1_000)] * 2, "padding": "same"}
    problems = check(chain(data(side, side, 3), node("y", "Conv2D", **wide))).problems
    assert [problem.severity for problem in problems if problem.code == "long_step"] == (
        [severity] if severity else []
    )


def test_the_kernel_of_a_low_rank_adaptation_is_not_computed() -> None:
    """Keras multiplies its two matrices whenever the kernel's shape is read."""
    whole = chain(data(6), node("y", "Dense", units=4, lora_rank=10**9))
    started = time.process_time()
    assert check(whole).nodes["y"].multiply_adds == 24
    assert time.process_time() - started < 1
