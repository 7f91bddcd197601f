"""Rows that are read in batches train like rows in memory, without taking their memory."""

from pathlib import Path

import pytest

from tests.engine.engines import INSTALLED, printed

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("backend", INSTALLED)
def test_rows_in_batches_train_to_the_same_weights(backend: str, tmp_path: Path) -> None:
    apart = printed("training.batch_cases", backend, "weights", str(tmp_path))
    assert len(apart) == {"tensorflow": 9, "jax": 4, "torch": 8}[backend]
    for name, (weights, metrics) in apart.items():
        assert weights == pytest.approx(0, abs=1e-6), name
        assert metrics == pytest.approx(0, abs=1e-5), name


@pytest.mark.parametrize("backend", INSTALLED)
def test_mapped_rows_do_not_fill_the_memory(backend: str, tmp_path: Path) -> None:
    measured = printed("training.batch_cases", backend, "memory", str(tmp_path))
    assert measured["looks"] > 100
    assert measured["growth"] < measured["data"] / 2
