"""Every layer and every op computes the same on an optional backend, or the check refuses it."""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest

from engine.check import check
from engine.document import Target
from tests.engine.engines import INSTALLED, printed
from tests.engine.keras.engine_cases import cases

OPTIONAL = [backend for backend in INSTALLED if backend not in ("tensorflow", "jax")]


@cache
def outputs(backend: str) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "outputs.npz"
        failed = printed("keras.engine_cases", backend, str(file))
        with np.load(file) as arrays:
            return dict(arrays), failed


@pytest.mark.parametrize("backend", OPTIONAL)
def test_layers_and_ops_compute_the_same(backend: str) -> None:
    expected, _ = outputs("tensorflow")
    found, failed = outputs(backend)
    refused, apart = [], {}
    for name, document in cases():
        target = Target(backend=backend)
        if not check(document.model_copy(update={"target": target})).ok:
            refused.append(name)
        elif name in failed:
            apart[name] = failed[name]
    assert len(expected) > 300
    assert len(refused) < 20, refused
    for key, value in expected.items():
        name = key.rpartition("/")[0]
        if name in refused or name in apart:
            continue
        if found[key].shape != value.shape:
            apart[name] = f"{found[key].shape} {value.shape}"
        elif not np.allclose(found[key].astype("float64"), value.astype("float64"), atol=1e-3):
            apart[name] = float(np.abs(found[key] - value).max())
    assert apart == {}
