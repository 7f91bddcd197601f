"""A race starts from the same weights and takes the same rows on every backend."""

from pathlib import Path

import pytest

from tests.engine.training.test_batches import printed


def test_first_losses_are_equal_on_both_backends(tmp_path: Path) -> None:
    found = {}
    for backend in ("tensorflow", "jax"):
        (tmp_path / backend).mkdir()
        found[backend] = printed("race_cases", backend, str(tmp_path / backend))
    assert len(found["jax"]) == 4
    for name, one in found["jax"].items():
        other = found["tensorflow"][name]
        assert one["noisy"] == other["noisy"] == (["dropout"] if name == "noise" else []), name
        steps, same = dict(one["steps"]), dict(other["steps"])
        assert min(steps) <= 2, name
        if name != "noise":
            assert steps == pytest.approx(same, abs=1e-4), name
            assert one["epochs"] == pytest.approx(other["epochs"], abs=1e-4), name
