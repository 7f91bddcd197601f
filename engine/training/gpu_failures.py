"""What the messages of a failed GPU mean: no memory left, or no GPU left."""

import re
from collections.abc import Mapping

from engine.document import Document
from engine.machine.devices import read
from engine.problems import Problem, problem
from engine.protocol import Outcome

EXHAUSTED = re.compile(
    r"RESOURCE_EXHAUSTED|ResourceExhausted|OOM when allocating|OutOfMemoryError"
    r"|CUDA(_ERROR_| error: | )(OUT_OF_MEMORY|out of memory)"
)
"""What JAX, TensorFlow and PyTorch say when a GPU has no memory left."""
GONE = re.compile(
    r"CUDA_ERROR_(NO_DEVICE|INVALID_DEVICE|DEVICE_UNAVAILABLE|ECC_UNCORRECTABLE|UNKNOWN"
    r"|NVLINK_UNCORRECTABLE|LAUNCH_FAILED)|no CUDA-capable device|invalid device ordinal"
    r"|GPU is lost|fallen off the bus|[Uu]ncorrectable (ECC|NVLink) error"
    r"|CUDA error: (unknown error|unspecified launch failure)|all CUDA-capable devices are busy"
)
"""What CUDA says when a GPU is gone, is broken, or was never there."""
ASKED = re.compile(r"[Aa]llocat(?:e|ing) ([\d.]+) ?(bytes|B|[KMGT]iB)")
"""How much could not be allocated."""
UNITS: Mapping[str, int] = {"bytes": 1, "B": 1} | {
    f"{letter}iB": 1 << 10 * power for power, letter in enumerate("KMGT", 1)
}
SAFE = 0.9
"""The share of the memory that a batch may take; the rest is for the weights."""


def explained(detail: str, document: Document, limit: int | None) -> tuple[Outcome, Problem] | None:
    """Return how a run on a GPU ended and why, if its GPU was the reason.

    `detail` is what the backend said, `limit` the bytes of the GPU, if they are known.
    """
    asked = read(document.target.device)
    if asked.kind == "cpu":
        return None
    if GONE.search(detail):
        return "lost", problem("device_lost", detail=detail)
    if not EXHAUSTED.search(detail):
        return None
    size = document.training.batch_size
    if size <= asked.count:
        return "over memory", problem("over_gpu_memory.weights", detail=detail)
    fits = fitting(size, _requested(detail), limit, asked.count)
    if limit is None:
        return "over memory", problem("over_gpu_memory.unknown", size=fits, detail=detail)
    return "over memory", problem("over_gpu_memory", limit=limit, size=fits, detail=detail)


def fitting(size: int, requested: float | None, limit: int | None, devices: int) -> int:
    """Return the batch size to try next: at most a half, a power of two rows for each device.

    Less than a half if one allocation alone was larger than the GPU.
    """
    share = 0.5
    if requested and limit and requested > limit:
        share = min(share, SAFE * limit / requested)
    rows = max(1, int(size * share / devices))
    return devices * (1 << (rows.bit_length() - 1))


def _requested(detail: str) -> float | None:
    found = ASKED.search(detail)
    return float(found[1]) * UNITS[found[2]] if found else None
