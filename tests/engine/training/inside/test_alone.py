"""One layer alone: the output is the layer's, and the code that is shown computes the same."""

import contextlib
import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from engine.machine.backends import environment
from engine.problems import Problem
from engine.protocol.trials import Trial, Tried
from engine.training.inside.alone import try_layer
from tests.engine.engines import INSTALLED

ROOT = Path(__file__).resolve().parents[4]
COUNTING = ((1.0, 2.0, 3.0, 4.0, 5.0) * 2, (0.0,) * 5)
DENSE = {
    "backend": "jax",
    "layer": "Dense",
    "params": {"units": 5},
    "inputs": [{"shape": [2], "values": [1, 2]}],
    "weights": COUNTING,
}
TRY = """
import json, sys
from engine.protocol.trials import Trial
from engine.training.inside.alone import try_layer
print(try_layer(Trial.model_validate_json(sys.argv[1])).model_dump_json())
"""


def tried(**fields: Any) -> Tried:
    result = try_layer(Trial.model_validate({**DENSE, **fields}))
    assert isinstance(result, Tried), result
    return result


def printed(code: str) -> str:
    """What a script prints, without the decoration of a backend's arrays."""
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        exec(code, {})
    return output.getvalue()


@pytest.mark.parametrize("backend", INSTALLED)
def test_a_dense_layer_computes_by_hand_on_every_backend(backend: str) -> None:
    trial = json.dumps({**DENSE, "backend": backend})
    process = subprocess.run(
        [sys.executable, "-c", TRY, trial],
        cwd=ROOT, env=os.environ | environment(backend, "cpu", os.environ), capture_output=True,
        text=True, timeout=300, check=False,
    )  # fmt: skip
    assert process.returncode == 0, process.stderr[-2000:]
    result = Tried.model_validate_json(process.stdout)
    assert result.output.values == (3, 6, 9, 12, 15)
    assert [(each.name, each.shape) for each in result.weights] == [
        ("kernel", (2, 5)),
        ("bias", (5,)),
    ]


def test_the_code_computes_the_same() -> None:
    result = tried()
    assert "layers.Dense(5)" in result.code
    assert "[ 3.  6.  9. 12. 15.]" in printed(result.code)


def test_a_layer_draws_its_first_weights_without_given_ones() -> None:
    result = tried(weights=None)
    kernel = np.reshape(result.weights[0].values, (2, 5))
    assert result.output.values == pytest.approx(np.array([1, 2]) @ kernel, rel=1e-5)
    assert "set_weights" not in result.code


def test_layers_without_weights_and_ops_are_called() -> None:
    bare: dict[str, Any] = {"params": {}, "weights": None}
    pooled = tried(layer="GlobalAveragePooling1D", inputs=[given([2, 1], 1, 3)], **bare)
    assert pooled.output.values == (2.0,)
    assert printed(tried(layer="ReLU", inputs=[given([2], -1, 2)], **bare).code).count("0") > 0


def given(shape: list[int], *values: float, port: str = "inputs") -> dict[str, Any]:
    return {"port": port, "shape": shape, "values": values}


MEASURED = {"num_heads": 1, "key_dim": 1, "use_bias": False}
SEVERAL: dict[str, tuple[dict[str, Any], tuple[float, ...]]] = {
    "Add": ({"inputs": [given([2], 1, 2), given([2], 10, 20), given([2], 0, 1)]}, (11, 23)),
    "Concatenate": ({"inputs": [given([2], 1, 2), given([1], 3)]}, (1, 2, 3)),
    "Dot": (
        {"params": {"axes": 1}, "inputs": [given([2], 1, 2), given([2], 3, 4)]},
        (11,),
    ),
    "MultiHeadAttention": (
        {
            "params": {**MEASURED, "use_causal_mask": True},
            "inputs": [
                given([2, 1], 0, 0, port="query"),
                given([2, 1], 2, 4, port="value"),
            ],
            "weights": [[1.0], [1.0], [3.0], [1.0]],
        },
        (6, 9),  # equal scores, of the first step alone and then of both: 3 times the values
    ),
    "ops.subtract": (
        {"inputs": [given([2], 5, 6, port="x1"), given([2], 1, 1, port="x2")]},
        (4, 5),
    ),
    "ops.power": ({"params": {"x2": 2}, "inputs": [given([2], 5, 6, port="x1")]}, (25, 36)),
    "ops.einsum": (
        {
            "params": {"subscripts": "bi,bi->b"},
            "inputs": [given([2], 1, 2, port="operands"), given([2], 3, 4, port="operands")],
        },
        (11,),
    ),
}


NOT_TOLD = {"Concatenate", "ops.power", "ops.einsum"}
"""Values that are moved, or no sum: the output says enough. One that is taken is not told."""


@pytest.mark.parametrize("layer", SEVERAL)
def test_layers_with_several_inputs_are_called(layer: str) -> None:
    fields, expected = SEVERAL[layer]
    result = tried(**{"layer": layer, "params": {}, "weights": None, **fields})
    assert result.output.values == pytest.approx(expected)
    results = {told.place: told.result for told in result.formulas}
    if layer not in NOT_TOLD:
        assert list(results.values()) == pytest.approx(expected)
    numbers = re.findall(r"-?\d+\.?\d*", printed(result.code).partition("shape=")[0])
    assert [float(each) for each in numbers] == pytest.approx(expected), result.code


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"layer": "Input", "params": {}}, "layer_not_alone"),
        ({"inputs": [given([2], 1, 2), given([2], 1, 2)]}, "inputs_misfit"),
        ({"inputs": [given([2], 1, 2, port="query")]}, "inputs_misfit"),
        ({"layer": "Nonsense"}, "layer_not_alone"),
        ({"inputs": [given([3], 1, 2)]}, "probe_shape"),
        ({"weights": [[1.0]]}, "weights_misfit"),
        ({"layer": "Conv2D", "params": {"filters": 1, "kernel_size": 3}}, "cannot_build"),
        ({"params": {"units": 40_000}, "weights": None}, "layer_too_large"),
    ],
)
def test_what_can_not_be_called_is_a_problem(fields: dict[str, Any], code: str) -> None:
    result = try_layer(Trial.model_validate({**DENSE, **fields}))
    assert isinstance(result, Problem)
    assert result.code == code
