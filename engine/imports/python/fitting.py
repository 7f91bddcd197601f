"""What the numbers of `fit` mean, and what it took for those that it was not given."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from engine.imports.python.dialect import KERAS_0, KERAS_1

EPOCHS: Mapping[int | None, int] = MappingProxyType({KERAS_0: 100, KERAS_1: 10})
"""What `fit` trained without a number; one epoch in later versions."""
BATCH_SIZE_0 = 128
"""The batch size of the first Keras."""
_BATCH_SIZE = 32
"""That of later versions."""


def step_settings(compiled: dict[str, Any], fitted: dict[str, Any]) -> dict[str, Any]:
    """How steps are taken: in which order, whether they are compiled, and how many in a call."""
    shuffle, count = fitted.get("shuffle"), compiled.get("steps_per_execution")
    jit = compiled.get("jit_compile")
    return {
        "shuffle": shuffle if isinstance(shuffle, bool) else None,
        "jit_compile": jit if isinstance(jit, bool) else None,
        "steps_per_execution": count if isinstance(count, int) else None,
    }


def ends_epochs_early(fitted: Mapping[str, Any], rows: int, batch_size: int | None) -> bool:
    """Return whether steps are counted, and epochs end before half of the rows were seen."""
    steps = fitted.get("steps_per_epoch")
    return isinstance(steps, int) and 2 * steps * (batch_size or _BATCH_SIZE) <= rows
