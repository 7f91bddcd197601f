"""Classes that versions of Keras 3 write under other names are read as what they are."""

from typing import Any

import pytest

from engine.imports.graph_builder import Imported
from engine.imports.keras_json import from_keras_json


def stack(kind: str, settings: dict[str, Any]) -> dict[str, Any]:
    """A Sequential model with one layer, as Keras 3 writes it."""
    start = {"class_name": "InputLayer", "config": {"batch_shape": [None, 5, 3], "name": "x"}}
    layer = {
        "module": "keras.layers",
        "class_name": kind,
        "config": {"name": "layer", "trainable": True, "dtype": "float32", **settings},
        "registered_name": None,
    }
    return {"class_name": "Sequential", "config": {"name": "m", "layers": [start, layer]}}


def initializer(name: str, **settings: Any) -> dict[str, Any]:
    module = {"module": "keras.initializers", "registered_name": None}
    return {**module, "class_name": name, "config": settings}


OLD: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    (
        "LSTM",
        {"units": 4, "recurrent_initializer": initializer("OrthogonalInitializer", gain=1.0)},
        {"units": 4},
    ),
    (
        "GRU",
        {"units": 4, "recurrent_initializer": initializer("OrthogonalInitializer", gain=2.0)},
        {
            "units": 4,
            "recurrent_initializer": {"class": "Orthogonal", "params": {"gain": 2.0}},
        },
    ),
    (
        "Dense",
        {"units": 4, "kernel_initializer": initializer("IdentityInitializer", gain=1.0)},
        {"units": 4, "kernel_initializer": "identity"},
    ),
    ("LayerNormalization", {"rms_scaling": False}, {}),
    ("RandomRotation", {"factor": [-0.1, 0.1], "value_range": [0, 255]}, {"factor": [-0.1, 0.1]}),
]


@pytest.mark.parametrize(("kind", "settings", "params"), OLD, ids=lambda value: str(value)[:20])
def test_old_names_are_read(kind: str, settings: dict[str, Any], params: dict[str, Any]) -> None:
    answer = from_keras_json(stack(kind, settings))
    assert isinstance(answer, Imported)
    assert [problem.message for problem in answer.problems] == []
    assert answer.document.main.nodes[1].params == params


def test_attention_is_read_under_its_class_name() -> None:
    value = stack(
        "GroupedQueryAttention", {"head_dim": 4, "num_query_heads": 4, "num_key_value_heads": 2}
    )
    answer = from_keras_json(value)
    assert isinstance(answer, Imported)
    assert answer.document.main.nodes[1].layer == "GroupQueryAttention"
    assert answer.problems == ()
