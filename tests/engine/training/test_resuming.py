"""A training that was interrupted goes on as if it had not been."""

from pathlib import Path

import pytest

from tests.engine.engines import INSTALLED, printed


@pytest.mark.parametrize("backend", INSTALLED)
def test_a_resumed_run_equals_one_without_a_break(backend: str, tmp_path: Path) -> None:
    apart = printed("training.resuming_cases", backend, str(tmp_path))
    assert len(apart) == 5
    for name, (weights, metrics) in apart.items():
        assert weights < 1e-6, name
        assert metrics < 1e-5, name
