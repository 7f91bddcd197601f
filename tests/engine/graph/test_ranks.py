"""Which axes are the last, as far as that is certain."""

from typing import Any

import pytest

from engine.code import generate
from engine.graph.index import index_graph
from engine.graph.ranks import last_axes
from tests.engine.code.helpers import document, node

IMAGE = node("a", "Input", shape=[None, None, 3])


def last(*nodes: dict[str, Any], wires: str) -> frozenset[str]:
    return last_axes(index_graph(document(*nodes, wires=wires).main))


@pytest.mark.parametrize(
    ("layers", "axis", "certain"),
    [
        ((), 3, True),
        ((), 1, False),
        ((), -1, False),
        ((), True, False),
        ((node("c", "Conv2D", filters=2, kernel_size=1),), 3, True),
        ((node("c", "GlobalAveragePooling2D"),), 1, True),
        ((node("c", "GlobalAveragePooling2D", keepdims=True),), 3, True),
        ((node("c", "Reshape", target_shape=[-1, 3]),), 2, True),
        ((node("c", "ops.transpose"), node("d", "ReLU")), 3, False),
    ],
)
def test_last_axes(layers: tuple[dict[str, Any], ...], axis: int, *, certain: bool) -> None:
    between = " ".join(layer["id"] for layer in layers)
    if layers and layers[0]["layer"].startswith("ops."):
        between = "c:x; c d"
    norm = node("n", "BatchNormalization", axis=axis)
    end = " n" if layers else "a n"
    wires = f"a {between}{end}" if layers else end
    assert (last(IMAGE, *layers, norm, wires=wires) == {"n"}) is certain


def test_a_shared_layer_needs_the_same_rank_at_each_call() -> None:
    flat = node("f", "Input", shape=[3])
    first = node("n", "BatchNormalization", axis=3)
    again = node("m", "BatchNormalization", shares="n")
    assert last(IMAGE, flat, first, again, wires="a n; f m") == frozenset()
    assert last(IMAGE, flat, first, again, wires="a n; a m") == {"n"}


def test_the_axis_of_an_op_is_kept() -> None:
    assert last(IMAGE, node("s", "ops.softmax", axis=3), wires="a s:x") == frozenset()


def test_code_leaves_out_the_last_axis() -> None:
    norm = node("n", "BatchNormalization", axis=3)
    source = generate(document(IMAGE, norm, wires="a n"), "functional").source
    assert "layers.BatchNormalization()" in source
