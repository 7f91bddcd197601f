"""Steps that are taken in chunks train to the same weights as single steps."""

from pathlib import Path

from tests.engine.engines import printed


def test_chunks_train_like_single_steps(tmp_path: Path) -> None:
    apart = printed("training.chunk_cases", "jax", str(tmp_path))
    assert len(apart) == 4
    for name, (weights, metrics, taken) in apart.items():
        assert weights < 1e-6, name
        assert metrics < 1e-5, name
        # A convolution inside of a loop is slow on a CPU.
        assert (taken > 0) == (name != "convolution"), name
