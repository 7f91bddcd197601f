"""A race starts from the same weights and takes the same rows on every backend."""

from functools import cache
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from tests.engine.engines import INSTALLED, printed


@cache
def first_losses(backend: str) -> Any:
    with TemporaryDirectory() as folder:
        return printed("training.race_cases", backend, folder)


@pytest.mark.parametrize("backend", INSTALLED[1:])
def test_first_losses_are_equal_on_all_backends(backend: str) -> None:
    found, others = first_losses(backend), first_losses(INSTALLED[0])
    assert len(found) == 4
    for name, one in found.items():
        other = others[name]
        assert one["noisy"] == other["noisy"] == (["dropout"] if name == "noise" else []), name
        steps, same = dict(one["steps"]), dict(other["steps"])
        assert min(steps) <= 2, name
        if name != "noise":
            assert steps == pytest.approx(same, abs=1e-4), name
            assert one["epochs"] == pytest.approx(other["epochs"], abs=1e-4), name
