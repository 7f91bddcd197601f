"""A GPU that has no memory left, or is gone, is named as such."""

import pytest

from engine.training.failures import explain
from engine.training.gpu_failures import fitting
from tests.engine.runs import document

GIB = 2**30
JAX = "RESOURCE_EXHAUSTED: Out of memory while trying to allocate 171798691840 bytes."
TENSORFLOW = "OOM when allocating tensor with shape[4096,4096] on /device:GPU:0 by GPU_0_bfc"
TORCH = "CUDA out of memory. Tried to allocate 20.00 GiB. GPU 0 has a total capacity of 79.10 GiB"
GONE = [
    "INTERNAL: CUDA_ERROR_NO_DEVICE: no CUDA-capable device is detected",
    "CUDA error: uncorrectable ECC error encountered",
    "CUDA error: invalid device ordinal",
    "INTERNAL: failed to synchronize: CUDA_ERROR_UNKNOWN: unknown error",
]


@pytest.mark.parametrize(
    ("said", "memory", "expected"),
    [
        (JAX, 80 * GIB, "Batches of 8 rows may fit."),
        (TORCH, 80 * GIB, "Batches of 16 rows may fit."),
        (TENSORFLOW, None, "Batches of 16 rows may fit."),
    ],
)
def test_out_of_memory_says_what_would_fit(said: str, memory: int | None, expected: str) -> None:
    run = document("iris", device="gpu:0", batch_size=32)
    outcome, found = explain(RuntimeError(said), run, memory)
    assert (outcome, found.code) == ("over memory", "over_gpu_memory")
    assert expected in (found.hint or "")
    assert ("85.9 GB" in found.message) == (memory is not None)
    assert said in (found.detail or "")


def test_a_batch_of_one_row_gets_no_smaller() -> None:
    _, found = explain(RuntimeError(JAX), document("iris", device="gpu:0", batch_size=1), 80 * GIB)
    assert found.hint is not None
    assert found.hint.startswith("The batch has only one row for each device")


def test_on_the_cpu_the_memory_of_the_machine_counts() -> None:
    assert explain(RuntimeError(JAX), document("iris"), None)[1].code == "over_memory"
    assert explain(MemoryError(), document("iris", device="gpu:0"))[1].code == "over_memory"


@pytest.mark.parametrize("said", GONE)
def test_a_gpu_that_is_gone_is_named(said: str) -> None:
    outcome, found = explain(RuntimeError(said), document("iris", device="gpu:0"))
    assert (outcome, found.code, found.detail) == ("lost", "device_lost", f"RuntimeError: {said}")


@pytest.mark.parametrize(
    ("size", "requested", "limit", "devices", "expected"),
    [(32, None, 9, 1, 16), (100, 40, 10, 1, 16), (64, 5, 10, 2, 32), (6, 100, 1, 2, 2)],
)
def test_batches_are_powers_of_two_for_each_device(
    size: int, requested: float | None, limit: int, devices: int, expected: int
) -> None:
    assert fitting(size, requested, limit, devices) == expected
