"""Training on several devices gives what training on one gives, in the app and in the script."""

from pathlib import Path

import pytest

from engine.machine.backends import BACKENDS
from engine.training.parallel import USES
from tests.engine.engines import printed
from tests.engine.training.parallel_cases import TWO


@pytest.mark.parametrize("backend", USES)
def test_two_devices_train_as_one(backend: str, tmp_path: Path) -> None:
    """The processor in two parts; sums are taken in another order, so that not all bits agree."""
    found = printed("training.parallel_cases", backend, str(tmp_path), device=TWO)
    assert (found["devices"], found["then"]) == (2, 1)
    assert found["one"] < 1e-5
    assert found["script"] < 1e-6
    assert found["looked"] < 1e-5
    assert found["continued"]
    left_out = "Rows that 2 devices can't share equally are left out: 2 of 150."
    assert left_out in found["told"]


def test_all_backends_that_say_so_train_on_several_devices() -> None:
    assert {row.id for row in BACKENDS if row.parallel} == set(USES)
