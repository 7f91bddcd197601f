"""One layer alone: the output is the layer's, and the code that is shown computes the same."""

import contextlib
import io
import json
import os
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
    "shape": [2],
    "values": [1, 2],
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
    pooled = tried(layer="GlobalAveragePooling1D", shape=[2, 1], values=[1, 3], **bare)
    assert pooled.output.values == (2.0,)
    assert printed(tried(layer="ReLU", values=[-1, 2], **bare).code).count("0") > 0


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"layer": "Add", "params": {}}, "layer_not_alone"),
        ({"layer": "Nonsense"}, "layer_not_alone"),
        ({"shape": [3]}, "probe_shape"),
        ({"weights": [[1.0]]}, "weights_misfit"),
        ({"layer": "Conv2D", "params": {"filters": 1, "kernel_size": 3}}, "cannot_build"),
        ({"params": {"units": 40_000}, "weights": None}, "layer_too_large"),
    ],
)
def test_what_can_not_be_called_is_a_problem(fields: dict[str, Any], code: str) -> None:
    result = try_layer(Trial.model_validate({**DENSE, **fields}))
    assert isinstance(result, Problem)
    assert result.code == code
