"""The numbers of layers and slow motion are those of Keras's own steps; measuring changes none."""

import pytest

from tests.engine.training.test_batches import printed


@pytest.mark.parametrize("backend", ["tensorflow", "jax"])
def test_steps_are_those_of_keras(backend: str) -> None:
    apart = printed("step_cases", backend)
    assert len(apart) == (13 if backend == "tensorflow" else 12)
    for name, found in apart.items():
        assert found["layers"] > 1, name
        assert (found["still"], found["back"], found["again"]) == (0, 0, 0), name
        assert found["moved"] > 1e-5, name
        assert found["numbers"] < 1e-6, name
        assert found["weights"] < 1e-6, name
