"""Whether the imported backend sees the devices that the document asks for."""

from collections.abc import Callable
from contextlib import suppress
from importlib import import_module

from engine.machine import devices, old
from engine.machine.backends import BackendId
from engine.problems import Problem
from engine.problems.absent import missing_device


def unseen_device(backend: BackendId, device: str) -> Problem | None:
    """Return a problem if the imported backend does not see all GPUs that it should."""
    asked = devices.read(device)
    if asked.kind == "cpu" or GPUS[backend]() >= asked.count:
        return None
    return missing_device(backend, device, ["cpu"])


def gpu_memory(backend: BackendId) -> int | None:
    """Return the bytes of a GPU that the imported backend may use; None where it does not say."""
    with suppress(Exception):  # the GPU may be the reason why it is asked
        return MEMORY[backend]()
    return None


def _tensorflow() -> int:
    import tensorflow as tf

    return len(tf.config.list_physical_devices("GPU"))


def _jax() -> int:
    import jax

    return sum(device.platform == "gpu" for device in jax.devices())


def _torch() -> int:
    cuda = import_module("torch").cuda
    return int(cuda.device_count()) if cuda.is_available() else 0


def _none() -> int:
    return 0  # old engines could use GPUs only with libraries that no longer exist


GPUS = {
    "tensorflow": _tensorflow,
    "jax": _jax,
    "torch": _torch,
    **dict.fromkeys(old.ENGINES, _none),
}
"""Functions that count the GPUs that a backend sees, by backend. Each imports its backend."""


def _of_jax() -> int | None:
    import jax

    device = jax.devices()[0]
    found = device.memory_stats() if device.platform == "gpu" else None
    return int(found["bytes_limit"]) if found else None


def _of_torch() -> int | None:
    return int(import_module("torch").cuda.mem_get_info()[1])


MEMORY: dict[BackendId, Callable[[], int | None]] = {"jax": _of_jax, "torch": _of_torch}
"""Functions that tell the memory of a GPU, by backend; TensorFlow has none."""
